"""The page of one record, whatever its type, and the pages that take its place when it has gone."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from site_builder.content import BY_NAME
from site_builder.content.fields import STOCKHOLM
from site_builder.formats import calendars, feed_names
from site_builder.formats.feed_names import Feed
from site_builder.pages.page import Page
from site_builder.reading.indexed_record import IndexedRecord
from site_builder.site.card import Card
from site_builder.site.lifetime import CHANGE_SHOWN, unseen
from site_builder.site.site import Site

SHORT = 10
"""So many of a long relation are shown on a record's page; the rest is on a list."""

MENU_SECTION = {
    "/kontakter/": "/kontakta-oss/",
    "/platser/": "/kontakta-oss/",
    "/e-tjanster/": "/tjanster/",
    "/fragor/": "/tjanster/",
    "/trygghet/": "/tjanster/",
    "/ansvar/": "/tjanster/",
    "/moten/": "/beslut/",
    "/anslagstavla/": "/beslut/",
    "/organ/": "/beslut/",
    "/granskningar/": "/beslut/",
}
"""By list: the page of the menu that leads to it, where that is another; a test clicks each."""


def record_page(site: Site, one: IndexedRecord) -> Page:
    """A record's own page with all its relations."""
    info = BY_NAME[one.type].info
    above = info.section
    return Page(
        one.address,
        one.title,
        one.summary,
        "record.html",
        page_context(site, one),
        lang="sv" if one.lang == "sv-lattlast" else one.lang,
        feeds=_feeds(site, one),
        breadcrumbs=((above, info.listed_as),) if above else (),
        subscribe=_subscribe(site, one),
        alternates=alternates(site, one),
        source=one,
        calendar=_calendar(site, one),
        section=MENU_SECTION.get(above, above),
    )


def page_context(site: Site, one: IndexedRecord) -> dict[str, Any]:
    """Everything that a record's page shows beyond the record itself."""
    model = BY_NAME[one.type]
    info = model.info
    owner = site.to(one, "owner")
    topics, areas = site.topics, site.areas
    found: dict[str, Any] = {
        "self_card": site.card(one),
        "owner": owner[0] if owner else None,
        "helper": _helper(site, one),
        "topics": [topics[slug] for slug in one.topics if slug in topics],
        "areas": [areas[slug] for slug in one.areas if slug in areas],
        "latest_change": _latest_change(site, one),
        "overdue_review": one.review_by < site.today.isoformat(),
        "unseen": unseen(one, site.now.timestamp()) if site.preview else "",
    }
    for name, attribute in info.one.items():
        cards = site.to(one, attribute)
        found[name] = cards[0] if cards else None
    for name, attribute in info.many.items():
        found[name] = site.to(one, attribute)
    for name, (kind, attribute) in info.back.items():
        found[name] = site.cards(site.back(one, kind, attribute))
    for name, (kind, attribute) in info.latest.items():
        records = site.back(one, kind, attribute)
        found |= {name: site.cards(records[:SHORT]), f"{name}_count": len(records)}
    for name, kind in info.near.items():
        found[name] = site.same_topic(one, kind)
    return found | model.flags(one.facts, site.now) | model.relations(one, site)


def _latest_change(site: Site, one: IndexedRecord) -> tuple[str, str]:
    """When and what was changed, for who comes from the message that told so; empty after a month."""
    moment, note = one.news(site.now.timestamp())
    when = datetime.fromtimestamp(moment, STOCKHOLM)
    return (when.isoformat(), note) if note and site.today - when.date() <= CHANGE_SHOWN else ("", "")


def _helper(site: Site, one: IndexedRecord) -> Card | None:
    """Whom to turn to: a body's contact; otherwise the contact, or that of the body, which owns the page."""
    if one.type == "body" and (own := site.to(one, "contact")):
        return own[0]
    for reference, owner in site.targets(one):
        if reference.attribute == "owner":
            if owner and owner.type == "body":
                return next(iter(site.to(owner, "contact")), None)
            return site.card(owner) if owner and site.is_public(owner) else None
    return None


def _feeds(site: Site, one: IndexedRecord) -> tuple[Feed, ...]:
    found = [feed_names.topic(site, slug) for slug in one.topics if slug in site.topics]
    body = site.body(one)
    if body:
        found.append(feed_names.body(body))
    if feed := BY_NAME[one.type].info.feed:
        found.append(feed_names.OWN[feed])
    found += [feed_names.TYPE[one.type], feed_names.ALL]
    return tuple(found) if one.lang != "en" else tuple(feed_names.in_english(site, feed) for feed in found)


def _calendar(site: Site, one: IndexedRecord) -> str:
    """That of the body that happens or meets, or else of its type."""
    body = site.body(one)
    if body and (one.type == "body" or BY_NAME[one.type].info.calendar):
        return calendars.address(body.slug) if calendars.of_body(site, body) else ""
    name = BY_NAME[one.type].info.calendar
    return calendars.address(name) if name and not one.body else ""


def _subscribe(site: Site, one: IndexedRecord) -> str:
    choices = [("sida", one.id)]
    choices += [("amne", slug) for slug in one.topics if slug in site.topics]
    body = site.body(one)
    if body:
        choices.append(("organ", body.slug))
    return "&".join(f"{name}={slug}" for name, slug in choices)  # slugs and ids need no escaping


def alternates(site: Site, one: IndexedRecord) -> tuple[tuple[str, str, str], ...]:
    """The same page in other languages, itself left out."""
    original = site.find(one.translation_of, (one.type,)) if one.translation_of else one
    family = site.translations.get(original.id, []) if original else []
    return tuple((other.lang, other.address, other.title) for other in family if other.id != one.id)


def gone_pages(site: Site) -> Iterator[Page]:
    """For each withdrawn record a page that says so and where to turn (the web server answers 410)."""
    for one in site.gone:
        owner = site.to(one, "owner")
        context = {
            "owner": owner[0] if owner else None,
            "topics": [site.topics[t] for t in one.topics if t in site.topics],
        }
        title = "Borttaget anslag" if one.id in site.withdrawn else f"Borttagen: {one.title}"
        yield Page(one.address, title, "Sidan är borttagen.", "gone.html", context, indexed=False)


def redirect_pages(site: Site) -> Iterator[Page]:
    """For each old address a page that leads to the new one, for servers that read no map."""
    for one in site.public:
        for old in dict.fromkeys(one.replaces):
            context = {"target": one.address}
            yield Page(old, one.title, "Sidan har flyttat.", "redirect.html", context, indexed=False)
    for row in site.content.moved:  # a folder in the place of the file: it leads on where no map is read
        name = row.old.rpartition("/")[2]
        if row.new:
            context = {"target": row.new}
            yield Page(f"{row.old}/", name, "Filen har flyttat.", "redirect.html", context, indexed=False)
        else:
            gone: dict[str, Any] = {"owner": None, "topics": []}
            title = f"Borttagen: {name}"
            yield Page(f"{row.old}/", title, "Filen är borttagen.", "gone.html", gone, indexed=False)
