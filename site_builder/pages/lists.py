"""Lists are made here: each type's, the registers, the board, the one entrance to e-services."""

from collections import defaultdict
from collections.abc import Iterator

from site_builder.content import BY_NAME, TYPES, TypeInfo
from site_builder.formats import calendars, feed_names
from site_builder.formats.feed_names import Feed
from site_builder.pages.a_to_z import a_to_z_pages
from site_builder.pages.listing import Intros, in_swedish, listing, paged
from site_builder.pages.page import Group, Page
from site_builder.pages.records import MENU_SECTION
from site_builder.pages.topics import by_topic, topic_pages
from site_builder.reading.indexed_record import IndexedRecord
from site_builder.site import alerts
from site_builder.site.site import Site
from site_builder.site.sorting import swedish

LATEST = 20
"""So many of a register are on its first page; the rest is by year and by body."""


def list_pages(site: Site, intros: Intros) -> Iterator[Page]:
    """Every list of the site."""
    for model in TYPES:
        name = model.info.name
        if model.info.listing == "by_year":
            yield from _register(site, intros, model.info)
        elif model.info.listing == "by_topic":
            yield _grouped(site, intros, model.info)
        elif model.info.listing == "all":
            links = (feed_names.TYPE[name], feed_names.ALL)
            records = _first_named(site, intros, model.info, in_swedish(site.of_type(name)))
            yield from paged(
                site,
                intros,
                model.info.section,
                model.info.listed_as,
                records,
                links,
                description=_about(model.info),
            )
    yield from _questions(site, intros)
    yield _alerts(site, intros)
    yield _board(site, intros)
    yield from paged(
        site, intros, "/anslagstavla/arkiv/", "Tidigare anslag", site.past_notices, (feed_names.BOARD,),
        above=(("/anslagstavla/", "Anslagstavla"),),
    )  # fmt: skip
    yield _eservices(site, intros)
    yield from a_to_z_pages(site, intros)
    yield from topic_pages(site, intros)


def _about(info: TypeInfo) -> str:
    """What the list is a list of, in one sentence."""
    return info.dataset.about if info.dataset else ""


def _first_named(
    site: Site, intros: Intros, info: TypeInfo, records: list[IndexedRecord]
) -> list[IndexedRecord]:
    """Those first that the page names which stands for the list in the menu: the way in before the others."""
    page = intros.get(MENU_SECTION.get(info.section, ""))
    named = [card.id for card in (*site.to(page, "contact"), *site.to(page, "owner"))] if page else []
    return sorted(records, key=lambda one: one.id not in named)


def _register(site: Site, intros: Intros, info: TypeInfo) -> Iterator[Page]:
    name, address, title = info.name, info.section, info.listed_as
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
        _about(info),
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
        intros, info.section, info.listed_as, _about(info), "grouped.html",
        links=(feed_names.TYPE[info.name], feed_names.ALL),
        groups=by_topic(site, in_swedish(site.of_type(info.name))),
    )  # fmt: skip


def _questions(site: Site, intros: Intros) -> Iterator[Page]:
    groups = (
        [Group("Vanligast", site.cards(site.common_questions[:10]))]
        if any(one.facts["asked"] for one in site.of_type("question"))
        else []
    )
    groups += by_topic(site, in_swedish(site.of_type("question")))
    yield listing(
        intros,
        BY_NAME["question"].info.section,
        BY_NAME["question"].info.listed_as,
        _about(BY_NAME["question"].info),
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
    page = listing(
        intros, "/anslagstavla/", "Anslagstavla", "Kommunens digitala anslagstavla enligt kommunallagen.",
        "board.html", links=(feed_names.BOARD,), subscribe="typ=anslag",
        groups=[Group("Anslag som gäller", site.cards(site.board))], past=len(site.past_notices),
    )  # fmt: skip
    return page._replace(title="Anslagstavla")  # as the law calls it, whatever its introduction is called


def _eservices(site: Site, intros: Intros) -> Page:
    records = in_swedish(site.of_type("eservice"))
    urgent = [one for one in records if one.facts["urgent_phone"]]
    open_ones = [one for one in records if one.facts["target"] and one not in urgent]
    groups = [Group("Felanmälan och akuta fel", site.cards(urgent))] if urgent else []
    groups += by_topic(site, open_ones)
    return listing(
        intros, BY_NAME["eservice"].info.section, "E-tjänster", "Alla kommunens e-tjänster på ett ställe.",
        "eservices.html",
        links=(feed_names.TYPE["eservice"], feed_names.ALL), groups=groups,
    )  # fmt: skip
