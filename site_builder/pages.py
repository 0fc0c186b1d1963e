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
        "Sökningen är inte klar än. Leta i stället i listan från A till Ö.",
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


def _relations(site: Site, entry: Entry) -> dict[str, Any]:
    """What a record's template shows of other records."""
    record: Any = entry.record
    context: dict[str, Any] = {
        name: site.show(getattr(record, attribute), *types)
        for name, attribute, *types in _ONE.get(record.info.name, ())
    }
    for name, attribute, *types in _MANY.get(record.info.name, ()):
        shown = (site.show(item, *types) for item in getattr(record, attribute))
        context[name] = [found for found in shown if found]
    for name, kind, attribute in _BACK.get(record.info.name, ()):
        context[name] = site.refers(entry, kind, attribute)
    special = _SPECIAL.get(record.info.name)
    return context | (special(site, entry) if special else {})


_ONE: dict[str, tuple[tuple[str, ...], ...]] = {
    "service": (("political", "political_body", "body"),),
    "decision": (("organ", "body", "body"), ("meeting", "meeting", "meeting")),
    "notice": (("organ", "body", "body"),),
    "responsibility": (("political", "political_body", "body"),),
    "body": (("parent", "parent", "body"), ("contact", "contact", "contact")),
    "meeting": (("organ", "body", "body"),),
    "audit": (("board", "board", "body"),),
}
"""By type: the name in the template, the attribute that refers to one record, and to which types."""

_MANY: dict[str, tuple[tuple[str, ...], ...]] = {
    "notice": (("decisions", "decisions", "decision"),),
    "responsibility": (("services", "services", "service"),),
    "eservice": (("services", "services", "service"),),
    "news": (("affects", "affects", "service", "body", "place"),),
}
"""The same for attributes that refer to several."""

_BACK: dict[str, tuple[tuple[str, str, str], ...]] = {
    "service": (("eservices", "eservice", "services"),),
    "decision": (("notices", "notice", "decisions"),),
    "body": (
        ("meetings", "meeting", "body"),
        ("decisions", "decision", "body"),
        ("notices", "notice", "body"),
    ),
    "meeting": (("decisions", "decision", "meeting"),),
}
"""By type: the name in the template, the type that refers here, and by which attribute."""


def _service(site: Site, entry: Entry) -> dict[str, Any]:
    record: Any = entry.record
    return {"channels": [(channel, *_target(site, channel.target)) for channel in record.channels]}


def _notice(site: Site, entry: Entry) -> dict[str, Any]:
    record: Any = entry.record
    law = "kommunallagen (1991:900)" if record.announced_on.year < 2018 else "kommunallagen (2017:725)"
    return {"law": law, "last_day": site.last_day(entry)}


def _alert(site: Site, entry: Entry) -> dict[str, Any]:
    record: Any = entry.record
    return {"expired": record.expires <= site.now}


def _contact(_: Site, entry: Entry) -> dict[str, Any]:
    return {"details": _details(entry.record)}


_SPECIAL = {"service": _service, "notice": _notice, "alert": _alert, "contact": _contact}


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
