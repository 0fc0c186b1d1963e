"""Some pages are one of a kind: start, search, feeds, 404, the service's shell, the statement."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from site_builder.config import HERE, theme_digest
from site_builder.content import BY_NAME
from site_builder.formats import feed_names
from site_builder.formats.calendars import calendars
from site_builder.pages.a_to_z import letters
from site_builder.pages.listing import Intros, listing
from site_builder.pages.page import Page
from site_builder.pages.records import alternates
from site_builder.site.alerts import in_force, over
from site_builder.site.site import Site
from site_builder.site.sorting import swedish

AUDIT = HERE.parent / "accessibility" / "results.json"
"""What the last real accessibility run found; written by `make audit`."""

LATEST = 3
"""So many of each kind are on the start page: on a phone it is long enough."""


def special_pages(site: Site, intros: Intros) -> Iterator[Page]:
    """Each of them."""
    yield start(site, intros)
    yield listing(
        intros,
        "/sok/",
        "Sök",
        "Sök på webbplatsen.",
        "search.html",
        topics=site.children(""),
        letters=letters(site),
    )
    english: dict[str, Any] = {"topics": site.children(""), "letters": []}
    yield Page("/search/", "Search", "Search this site.", "search.html", english, "en", section="/search/")
    yield listing(
        intros,
        "/floden/",
        "Flöden",
        "Läs det nya på webbplatsen i en flödesläsare, utan att lämna några uppgifter.",
        "feeds.html",
        kinds=[(title, feeds) for title, feeds in feed_kinds(site) if feeds],
        calendars=[(one.address, one.title) for one in calendars(site)],
    )
    yield listing(
        intros,
        "/tillganglighet/",
        "Tillgänglighetsredogörelse",
        "Hur tillgänglig webbplatsen är.",
        "statement.html",
        audit=audit(),
    )
    yield _hidden("404.html", "Sidan finns inte", "404.html", topics=site.children(""))
    yield _hidden("prenumerera/skal.html", "Bevaka", "shell.html")


def feed_kinds(site: Site) -> list[tuple[str, list[tuple[str, str]]]]:
    """(heading, (name, title) of each feed): what most want first, without a heading."""
    kinds: dict[str, tuple[str, list[tuple[str, str]]]] = {
        "": ("", []),
        "amne": ("Ett ämne", []),
        "typ": ("Ett slags innehåll", []),
        "organ": ("En nämnd, förvaltning eller annan del av kommunen", []),
        "omrade": ("Ett område", []),
    }
    for feed in feed_names.feeds(site):
        kind, dash, _ = feed.name.partition("-")
        kinds[kind if dash else ""][1].append((feed.name, feed.title))
    return [
        (title, sorted(feeds, key=lambda one: swedish(one[1])) if title else feeds)
        for title, feeds in kinds.values()
    ]


def start(site: Site, intros: Intros) -> Page:
    """The start page: tasks (what its record, `sidor/start.md`, relates to), disruptions, search, news, …"""
    intro = intros.get("/")
    page_context = {
        "tasks": site.to(intro, "related") if intro else [],
        "alerts": site.cards(in_force(site)),
        "over": site.cards(over(site)),
        "topics": site.children(""),
        "news": site.cards(site.of_type("news")[:LATEST]),
        "board": site.cards(site.board[:LATEST]),
        "coming": [
            (model.info, site.cards(site.coming(name)[:LATEST]))
            for name, model in BY_NAME.items()
            if model.info.coming and site.of_type(name)
        ],
        "decisions": site.cards(site.of_type("decision")[:LATEST]),
        "questions": site.cards(site.common_questions[:LATEST]),
    }
    return Page(
        "/",
        site.config.name,
        site.config.description,
        "start.html",
        page_context,
        feeds=(feed_names.ALL, feed_names.CRISIS),
        alternates=alternates(site, intro) if intro else (),
        subscribe="allt=1&kris=1",
        source=intro,
        section="/",
    )


def _hidden(address: str, title: str, template: str, **page_context: Any) -> Page:
    return Page(address, title, "", template, page_context, indexed=False)


def audit(path: Path = AUDIT) -> dict[str, Any] | None:
    """The last accessibility run, and whether the theme is still the tested one; None where there is none."""
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return found | {"current": found["theme"] == theme_digest()}
