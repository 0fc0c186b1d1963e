"""Lists are made here: each type's, the registers, the topics, A–Ö, the board, the one entrance."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from site_builder.content import BY_NAME, TYPES, TypeInfo
from site_builder.formats import calendars, feed_names
from site_builder.formats.feed_names import Feed
from site_builder.pages.page import Group, Page, Pager
from site_builder.pages.records import MENU_SECTION
from site_builder.reading.indexed_record import IndexedRecord
from site_builder.site import alerts
from site_builder.site.site import Site
from site_builder.site.sorting import swedish

PER_PAGE = 100
LATEST = 20
"""So many of a register are on its first page; the rest is by year and by body."""
SHORT = 5
"""So many of a type are on a topic's page."""
SHORTER = 3
"""The same where the topic has others below it, which lead further."""

BESIDE = {
    "/tjanster/": (
        ("/e-tjanster/", "E-tjänster"),
        ("/fragor/", "Vanliga frågor"),
        ("/trygghet/", "Råd om trygghet och säkerhet"),
        ("/ansvar/", "Vad kommunen ansvarar för, och vad andra gör"),
    ),
    "/driftinfo/": (("/trygghet/", "Råd om trygghet och säkerhet"),),
    "/beslut/": (
        ("/moten/", "Möten"),
        ("/anslagstavla/", "Anslagstavla"),
        ("/organ/", "Nämnder, förvaltningar och andra organ"),
        ("/granskningar/", "Granskningar av kommunens verksamhet"),
    ),
    "/moten/": (("/beslut/", "Beslut"), ("/organ/", "Nämnder, förvaltningar och andra organ")),
    "/kontakter/": (
        ("/kontakta-oss/", "Kontakta oss"),
        ("/platser/", "Platser att besöka"),
        ("/organ/", "Organ"),
    ),
}
"""By list: the lists that people look for from there; what the menu names leads to all of them."""

Intros = dict[str, IndexedRecord]
"""By address: the record that introduces a generated page."""


def list_pages(site: Site, intros: Intros) -> Iterator[Page]:
    """Every list of the site."""
    for model in TYPES:
        name = model.info.name
        if model.info.listing == "by_year":
            yield from _register(site, intros, model.info)
        elif model.info.listing == "by_topic":
            yield _grouped(site, intros, model.info)
        elif model.info.listing == "all":
            links, records = (feed_names.TYPE[name], feed_names.ALL), _swedish(site.of_type(name))
            yield from paged(site, intros, model.info.section, plural(name), records, links)
    yield from _questions(site, intros)
    yield _alerts(site, intros)
    yield _board(site, intros)
    yield from paged(
        site, intros, "/anslagstavla/arkiv/", "Tidigare anslag", site.past_notices, (feed_names.BOARD,),
        above=(("/anslagstavla/", "Anslagstavla"),),
    )  # fmt: skip
    yield _eservices(site, intros)
    yield _a_to_z(site, intros)
    yield from _topics(site, intros)


def _swedish(records: Iterable[IndexedRecord]) -> list[IndexedRecord]:
    """Without the English ones, which have a start page of their own."""
    return [one for one in records if one.lang != "en"]


def _offered(records: Iterable[IndexedRecord]) -> list[IndexedRecord]:
    """The Swedish ones, without e-services whose address nobody knows."""
    return [one for one in _swedish(records) if one.type != "eservice" or one.facts["target"]]


def plural(name: str) -> str:
    """`Tjänster`, for headings."""
    text = BY_NAME[name].info.swedish_plural
    return text[0].upper() + text[1:]


def listing(
    intros: Intros,
    address: str,
    title: str,
    description: str = "",
    template: str = "listing.html",
    above: Sequence[tuple[str, str]] = (),
    links: tuple[Feed, ...] = (feed_names.ALL,),
    subscribe: str = "",
    calendar: str = "",
    **page_context: Any,
) -> Page:
    """A generated page; a record at its address introduces it."""
    intro = intros.get(address)
    top = above[0][0] if above else address
    known = intro.keywords if intro else []
    context = {"groups": [], "indexes": [], "pager": None, "known": known, **page_context}
    context["beside"] = BESIDE.get(address, ())
    return Page(
        address,
        intro.title if intro else title,
        intro.summary if intro else description,
        template,
        context,
        feeds=links,
        breadcrumbs=tuple(above),
        subscribe=subscribe,
        source=intro,
        calendar=calendar,
        section=MENU_SECTION.get(top, top),
    )


def paged(
    site: Site,
    intros: Intros,
    address: str,
    title: str,
    records: Sequence[IndexedRecord],
    links: tuple[Feed, ...],
    *,
    above: Sequence[tuple[str, str]] = (),
    subscribe: str = "",
    calendar: str = "",
    **page_context: Any,
) -> Iterator[Page]:
    """A list of as many pages as it takes: `address`, then `sida-2/`…; the search knows the first."""
    total = max(1, -(-len(records) // PER_PAGE))
    for number in range(1, total + 1):
        part = records[(number - 1) * PER_PAGE : number * PER_PAGE]
        pager = Pager(
            number, total, _numbered(address, number - 1, total), _numbered(address, number + 1, total)
        )
        yield listing(
            intros,
            _numbered(address, number, total),
            title if number == 1 else f"{title}, sida {number} av {total}",
            above=above if number == 1 else (*above, (address, title)),
            links=links,
            subscribe=subscribe,
            calendar=calendar,
            groups=[Group("", site.cards(part))],
            pager=pager if total > 1 else None,
            **(page_context if number == 1 else {"known": None}),
        )


def _numbered(address: str, number: int, total: int) -> str:
    if not 1 <= number <= total:
        return ""
    return address if number == 1 else f"{address}sida-{number}/"


def _register(site: Site, intros: Intros, info: TypeInfo) -> Iterator[Page]:
    name, address, title = info.name, info.section, plural(info.name)
    records, coming = site.of_type(name), site.coming(name) if info.calendar else []
    above, links = ((address, title),), (feed_names.TYPE[name], feed_names.ALL)
    years: dict[str, list[IndexedRecord]] = defaultdict(list)
    bodies: dict[str, list[IndexedRecord]] = defaultdict(list)
    for one in records:
        years[one.when[:4]].append(one)
        body = site.find(one.body, ("body",)) if one.body else None
        if body and site.is_public(body):
            bodies[body.id].append(one)
    heads = sorted(
        (site.card(site.find(key, ()) or records[0]) for key in bodies), key=lambda card: swedish(card.title)
    )
    groups = [Group("Kommande", site.cards(coming[:LATEST]))] if coming else []
    ahead = {one.id for one in coming}
    latest = [one for one in records if one.id not in ahead]
    groups.append(Group("Senaste", site.cards(latest[:LATEST])))
    indexes = [("Efter år", [(f"{address}{year}/", year, len(years[year])) for year in years])]
    if heads:
        rows = [(f"{address}{card.slug}/", card.title, len(bodies[card.id])) for card in heads]
        indexes.append(("Efter organ", rows))
    yield listing(
        intros,
        address,
        title,
        links=links,
        groups=groups,
        indexes=indexes,
        subscribe=f"typ={info.slug}",
        calendar=calendars.address(info.calendar) if info.calendar and records else "",
    )
    for year, found in years.items():
        yield from paged(site, intros, f"{address}{year}/", f"{title} {year}", found, links, above=above)
    for card in heads:
        body_links = (Feed(f"organ-{card.slug}", card.title), *links)
        yield from paged(
            site, intros, f"{address}{card.slug}/", f"{title}: {card.title}", bodies[card.id], body_links,
            above=above, subscribe=f"organ={card.slug}",
            calendar=calendars.address(card.slug) if info.calendar else "",
            known=list(info.known_as), organ=card.title,
        )  # fmt: skip


def _grouped(site: Site, intros: Intros, info: TypeInfo) -> Page:
    return listing(
        intros, info.section, plural(info.name), template="grouped.html",
        links=(feed_names.TYPE[info.name], feed_names.ALL),
        groups=_by_topic(site, _swedish(site.of_type(info.name))),
    )  # fmt: skip


def _by_topic(site: Site, records: Sequence[IndexedRecord]) -> list[Group]:
    """Each record once, under the topmost topic of its first topic; those without one last."""
    groups: dict[str, list[IndexedRecord]] = {term.slug: [] for term in site.children("")}
    rest: list[IndexedRecord] = []
    for one in records:
        term = next((site.topics[slug] for slug in one.topics if slug in site.topics), None)
        (groups[term.parent or term.slug] if term else rest).append(one)
    found = [Group(site.topics[slug].name, site.cards(ones)) for slug, ones in groups.items() if ones]
    return [*found, Group("Övrigt", site.cards(rest))] if rest else found


def _questions(site: Site, intros: Intros) -> Iterator[Page]:
    groups = (
        [Group("Vanligast", site.cards(site.common_questions[:10]))]
        if any(one.facts["asked"] for one in site.of_type("question"))
        else []
    )
    groups += _by_topic(site, _swedish(site.of_type("question")))
    yield listing(
        intros,
        BY_NAME["question"].info.section,
        "Vanliga frågor",
        groups=groups,
        links=(feed_names.TYPE["question"], feed_names.ALL),
    )


def _alerts(site: Site, intros: Intros) -> Page:
    groups = [
        Group("Gäller nu", site.cards(alerts.in_force(site))),
        Group("Nyss över", site.cards(alerts.over(site))),
        Group("Planerat", site.cards(alerts.coming(site))),
        Group("Tidigare", site.cards(alerts.past(site)[:LATEST])),
    ]
    return listing(
        intros, BY_NAME["alert"].info.section, "Driftinformation",
        "Störningar och planerade arbeten, och när de väntas vara över.", "alerts.html",
        links=(feed_names.CRISIS, feed_names.ALL), subscribe="kris=1", groups=groups,
        known=list(BY_NAME["alert"].info.known_as),
    )  # fmt: skip


def _board(site: Site, intros: Intros) -> Page:
    return listing(
        intros, "/anslagstavla/", "Anslagstavla", "Kommunens digitala anslagstavla enligt kommunallagen.",
        "board.html", links=(feed_names.BOARD,), subscribe="typ=anslag",
        groups=[Group("Anslag som gäller", site.cards(site.board))], past=len(site.past_notices),
    )  # fmt: skip


def _eservices(site: Site, intros: Intros) -> Page:
    records = _swedish(site.of_type("eservice"))
    urgent = [one for one in records if one.facts["urgent_phone"]]
    open_ones = [one for one in records if one.facts["target"] and one not in urgent]
    groups = [Group("Felanmälan och akuta fel", site.cards(urgent))] if urgent else []
    groups += _by_topic(site, open_ones)
    return listing(
        intros, BY_NAME["eservice"].info.section, "E-tjänster", "Alla kommunens e-tjänster på ett ställe.",
        "eservices.html",
        links=(feed_names.TYPE["eservice"], feed_names.ALL), groups=groups,
    )  # fmt: skip


def _a_to_z(site: Site, intros: Intros) -> Page:
    """Titles, and the everyday words of topics, which lead to the topic."""
    rows: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    found = [
        (one.title, one.address, _kind(one))
        for model in TYPES
        if model.info.a_to_z
        for one in _offered(site.of_type(model.info.name))
    ]
    found = [row for row in found if row[0]]
    for term in site.topics.values():
        address = f"/amnen/{term.slug}/"
        found.append((term.name, address, "ämne"))
        found += [
            (f"{word[0].upper()}{word[1:]}", address, f"se {term.name}") for word in term.synonyms if word
        ]
    for row in sorted(set(found), key=lambda row: (swedish(row[0]), row)):
        letter = row[0][0].upper()
        rows[letter if letter.isalpha() else "0–9"].append(row)
    return listing(
        intros,
        "/a-o/",
        "A–Ö",
        "Allt på webbplatsen i bokstavsordning.",
        "a-to-z.html",
        letters=list(rows.items()),
    )


def _kind(one: IndexedRecord) -> str:
    """What it is, as people say it: a body is a board, a company or a unit."""
    return str(one.facts["kind"]) if one.type == "body" else BY_NAME[one.type].info.swedish


def _topics(site: Site, intros: Intros) -> Iterator[Page]:
    tops = [(term, site.children(term.slug)) for term in site.children("")]
    yield listing(
        intros, "/amnen/", "Ämnen", "Allt som kommunen gör, ämne för ämne.", "topics.html", topics=tops
    )
    for term in site.topics.values():
        parent = site.topics.get(term.parent)
        above = [("/amnen/", "Ämnen"), *([(f"/amnen/{parent.slug}/", parent.name)] if parent else [])]
        address = f"/amnen/{term.slug}/"
        links = (feed_names.topic(site, term.slug), feed_names.ALL)
        groups, short = [], SHORT if parent else SHORTER
        for name in BY_NAME:
            records = _offered(site.topic_type(term.slug, name))
            if len(records) > short:
                more = f"{address}{BY_NAME[name].info.slug}/"
                groups.append(Group(plural(name), site.cards(records[:short]), more, len(records)))
                title = f"{term.name}: {BY_NAME[name].info.swedish_plural}"
                yield from paged(
                    site,
                    intros,
                    more,
                    title,
                    records,
                    links,
                    above=(*above, (address, term.name)),
                    subscribe=f"amne={term.slug}",
                )
            elif records:
                groups.append(Group(plural(name), site.cards(records)))
        yield listing(
            intros, address, term.name, term.description, "topic.html", above, links, f"amne={term.slug}",
            topic=term, children=site.children(term.slug), groups=groups,
        )  # fmt: skip
