"""What all lists are made of: an introduction, groups of records, and as many pages as it takes."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from site_builder.formats import feed_names
from site_builder.formats.feed_names import Feed
from site_builder.pages.page import Group, Page, Pager
from site_builder.pages.records import MENU_SECTION
from site_builder.reading.indexed_record import IndexedRecord
from site_builder.site.site import Site

PER_PAGE = 100

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


def in_swedish(records: Iterable[IndexedRecord]) -> list[IndexedRecord]:
    """Without the English ones, which have a start page of their own."""
    return [one for one in records if one.lang != "en"]


def offered(records: Iterable[IndexedRecord]) -> list[IndexedRecord]:
    """The Swedish ones, without e-services whose address nobody knows."""
    return [one for one in in_swedish(records) if one.type != "eservice" or one.facts["target"]]


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
    description: str = "",
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
            description if number == 1 else "",
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
