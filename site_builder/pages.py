"""Pages: every address of the site with its template and what the template shows."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from markupsafe import Markup

from site_builder.content import TYPES
from site_builder.load import Entry
from site_builder.site import Site, newest


class Feed(NamedTuple):
    """A feed that a page links to."""

    name: str
    title: str


class Page(NamedTuple):
    """One page: its address, its template and its context."""

    address: str
    title: str
    description: str
    template: str
    context: dict[str, Any]
    lang: str = "sv"
    feeds: tuple[Feed, ...] = (Feed("alla", "Allt nytt från Tyresö kommun"),)


MENU = (
    ("/tjanster/", "Tjänster"),
    ("/driftinfo/", "Driftinfo"),
    ("/nyheter/", "Nyheter"),
    ("/beslut/", "Beslut"),
    ("/kontakter/", "Kontakt"),
    ("/a-o/", "A–Ö"),
    ("/sok/", "Sök"),
)


def pages(site: Site) -> Iterator[Page]:
    """Every page of the site; a record at a generated page's address becomes its introduction."""
    intros = {entry.address: entry for entry in site.public}
    generated = list(_generated(site, intros))
    taken = {page.address for page in generated}
    yield from generated
    for entry in site.public:
        if entry.address not in taken:
            yield _record(site, entry)


def _generated(site: Site, intros: dict[str, Entry]) -> Iterator[Page]:
    yield Page(
        "/",
        "Tyresö kommun",
        "Tjänster, beslut, driftinformation och kontakt i Tyresö.",
        "start.html",
        _start(site),
    )
    for model in TYPES:
        info = model.info
        if info.name in ("notice", "page"):
            continue
        address = "/kontakter/" if info.name == "contact" else info.listing or f"/{info.folder}/"
        title = info.swedish_plural.capitalize()
        feeds = (Feed(f"typ-{info.folder}", title), Feed("alla", "Allt nytt från Tyresö kommun"))
        yield _list(intros, address, title, _grouped(site, info.name), feeds=feeds)
    board = [("Anslag som gäller", site.board())]
    past = [entry for entry in site.of_type("notice") if entry not in site.board()]
    board += [("Tidigare anslag", past)]
    yield _list(
        intros, "/anslagstavla/", "Anslagstavla", board, feeds=(Feed("anslagstavla", "Anslagstavlan"),)
    )
    letters: dict[str, list[Entry]] = {}
    for entry in sorted(site.listed, key=lambda item: swedish(item.record.title)):
        if entry.record.info.name in ("service", "eservice", "question", "contact", "safety", "page"):
            letters.setdefault(entry.record.title[0].upper(), []).append(entry)
    yield _list(intros, "/a-o/", "A–Ö", list(letters.items()))
    yield _list(
        intros,
        "/sok/",
        "Sök",
        list(letters.items()),
        "Sökningen kräver att du väljer i listan från A till Ö.",
    )
    tops = [(term.name, site.about(term.slug)[:8]) for term in site.topics.values() if not term.parent]
    yield _list(intros, "/amnen/", "Ämnen", tops)
    for term in site.topics.values():
        topic_feeds = (Feed(f"amne-{term.slug}", term.name),)
        found = site.about(term.slug)
        groups = [
            (model.info.swedish_plural.capitalize(), [e for e in found if type(e.record) is model])
            for model in TYPES
        ]
        yield _list(intros, f"/amnen/{term.slug}/", term.name, groups, term.description, topic_feeds)
    yield _list(intros, "/tillganglighet/", "Tillgänglighet", [])
    links = Markup("").join(
        Markup('<li>{}: <a href="/floden/{}.atom">Atom</a>, <a href="/floden/{}.rss">RSS</a></li>').format(
            f.title, f.name, f.name
        )
        for f in feeds_of(site)
    )
    text = "Ett flöde låter dig läsa nyheter i den läsare du väljer, utan att lämna några uppgifter."
    yield _list(intros, "/floden/", "Flöden", [("", [])], text, extra=Markup("<ul>{}</ul>").format(links))


def feeds_of(site: Site) -> list[Feed]:
    """Every feed of the site."""
    found = [
        Feed("alla", "Allt nytt från Tyresö kommun"),
        Feed("kris", "Driftinformation och kris"),
        Feed("anslagstavla", "Anslagstavlan"),
    ]
    found += [Feed(f"typ-{model.info.folder}", model.info.swedish_plural.capitalize()) for model in TYPES]
    found += [Feed(f"amne-{term.slug}", term.name) for term in site.topics.values()]
    found += [Feed(f"organ-{entry.slug}", entry.record.title) for entry in site.of_type("body")]
    found += [Feed(f"omrade-{term.slug}", term.name) for term in site.areas.values()]
    return found


def swedish(title: str) -> str:
    """A sort key in which å, ä and ö come last, in that order."""
    return title.lower().translate(str.maketrans("åäö", "{|}"))


def _list(
    intros: dict[str, Entry],
    address: str,
    title: str,
    groups: list[tuple[str, list[Entry]]],
    description: str = "",
    feeds: tuple[Feed, ...] = (Feed("alla", "Allt nytt från Tyresö kommun"),),
    extra: str = "",
) -> Page:
    intro = intros.get(address)
    context = {
        "groups": [group for group in groups if group[1] or not group[0]],
        "intro": intro,
        "extra": extra,
    }
    return Page(
        address, title, intro.record.summary if intro else description, "listing.html", context, feeds=feeds
    )


def _grouped(site: Site, name: str) -> list[tuple[str, list[Entry]]]:
    entries = site.of_type(name)
    if name == "alert":
        active = site.active_alerts()
        return [("Gäller nu", active), ("Tidigare", [entry for entry in entries if entry not in active])]
    if name not in ("decision", "meeting", "news"):
        return [("Alla", entries)]
    years: dict[str, list[Entry]] = {}
    for entry in entries:
        years.setdefault(newest(entry)[0][:4], []).append(entry)
    return list(years.items())


def _start(site: Site) -> dict[str, Any]:
    coming = [entry for entry in site.of_type("meeting") if entry.record.start >= site.now]  # type: ignore[attr-defined]
    return {
        "alerts": site.active_alerts(),
        "topics": [term for term in site.topics.values() if not term.parent],
        "news": site.of_type("news")[:5],
        "board": site.board()[:5],
        "meetings": coming[::-1][:5],
        "questions": site.of_type("question")[:5],
    }


def _record(site: Site, entry: Entry) -> Page:
    record: Any = entry.record
    context = {
        "record": record,
        "body": Markup(entry.body.html),  # noqa: S704 - our renderer shows raw HTML as text
        "owner": site.show(record.owner, "contact", "body"),
        "topics": [site.topics[slug] for slug in record.topics],
        "today": site.today,
        **_relations(site, entry),
    }
    language = {"sv-lattlast": "sv"}.get(record.language, record.language)
    feeds = tuple(Feed(f"amne-{slug}", site.topics[slug].name) for slug in record.topics)
    feeds += (Feed(f"typ-{record.info.folder}", record.info.swedish_plural.capitalize()),)
    return Page(entry.address, record.title, record.summary, "record.html", context, language, feeds)


def _relations(site: Site, entry: Entry) -> dict[str, Any]:  # noqa: C901 - one row a type
    record: Any = entry.record
    match record.info.name:
        case "service":
            return {
                "political": site.show(record.political_body, "body"),
                "eservices": site.refers(entry, "eservice", "services"),
                "channels": [(channel, *_target(site, channel.target)) for channel in record.channels],
            }
        case "decision":
            return {
                "organ": site.show(record.body, "body"),
                "meeting": site.show(record.meeting, "meeting"),
                "notices": site.refers(entry, "notice", "decisions"),
            }
        case "notice":
            law = (
                "kommunallagen (1991:900)" if record.announced_on.year < 2018 else "kommunallagen (2017:725)"
            )
            decisions = [found for item in record.decisions if (found := site.show(item, "decision"))]
            return {
                "organ": site.show(record.body, "body"),
                "last_day": site.last_day(entry),
                "law": law,
                "decisions": decisions,
            }
        case "responsibility":
            services = [found for item in record.services if (found := site.show(item, "service"))]
            return {"services": services, "political": site.show(record.political_body, "body")}
        case "body":
            kinds = ("meeting", "decision", "notice")
            lists = {f"{kind}s": site.refers(entry, kind, "body") for kind in kinds}
            return lists | {
                "parent": site.show(record.parent, "body"),
                "contact": site.show(record.contact, "contact"),
            }
        case "meeting":
            return {
                "organ": site.show(record.body, "body"),
                "decisions": site.refers(entry, "decision", "meeting"),
            }
        case "eservice":
            return {"services": [found for item in record.services if (found := site.show(item, "service"))]}
        case "news":
            return {
                "affects": [
                    found for item in record.affects if (found := site.show(item, "service", "body", "place"))
                ]
            }
        case "audit":
            return {"board": site.show(record.board, "body")}
        case "alert":
            return {"expired": record.expires <= site.now}
        case "contact":
            return {"details": _details(record)}
        case _:
            return {}


def _details(record: Any) -> list[tuple[str, str]]:
    """A contact's ways in; what is withheld is left out."""
    rows = (
        ("phone", "telefon", "Telefon"),
        ("phone_hours", "telefontider", "Telefontider"),
        ("email", "e-post", "E-post"),
        ("visiting_address", "besöksadress", "Besöksadress"),
        ("postal_address", "postadress", "Postadress"),
    )
    return [
        (title, getattr(record, name))
        for name, alias, title in rows
        if getattr(record, name) and alias not in record.withheld
    ]


def _target(site: Site, target: str) -> tuple[str, str]:
    found = site.show(target, "eservice", "place", "contact") if target else None
    if found:
        return found.address, found.record.title
    if target.startswith(("http://", "https://", "/")):
        return target, target
    if "@" in target:
        return f"mailto:{target}", target
    if re.fullmatch(r"\+?[\d \-]{3,}", target):
        return "tel:" + re.sub(r"[ \-]", "", target), target
    return "", target
