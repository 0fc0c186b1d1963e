"""Pages give every address of the site its template, and what the template shows.

page        the noun
records     one record's page; the pages of withdrawn and moved ones
listing     what all lists are made of
lists       each type's list, registers, the board, e-services
topics      the topics' pages
a_to_z      everything by its letter
special     start, search, feeds, 404, the service's shell, the statement
review      what editors should look over
faulty      what an editor's preview shows of files that cannot be read
"""

from collections.abc import Iterator
from typing import NamedTuple

from site_builder.formats.feed_names import Feed
from site_builder.pages.faulty import faulty_pages
from site_builder.pages.lists import list_pages
from site_builder.pages.page import Group, Page, Pager
from site_builder.pages.records import gone_pages, record_page, redirect_pages
from site_builder.pages.review import review_page
from site_builder.pages.special import special_pages
from site_builder.reading.indexed_record import IndexedRecord
from site_builder.site.site import Site

MENU = {
    "/tjanster/": "Tjänster",
    "/driftinfo/": "Driftinformation",
    "/nyheter/": "Nyheter",
    "/beslut/": "Beslut",
    "/kontakta-oss/": "Kontakt",
    "/a-o/": "A–Ö",
}
"""Address → what the main menu calls it."""


class SitePages(NamedTuple):
    """All pages of the site. A record's page is made when it is asked for: there may be tens of thousands."""

    site: Site
    generated: list[Page]
    """Lists, the special ones, and those of withdrawn and moved records."""
    records: list[IndexedRecord]
    """The records that have a page of their own; the others introduce a generated one."""

    def __iter__(self) -> Iterator[Page]:  # type: ignore[override]
        """Every page."""
        yield from self.generated
        for one in self.records:
            yield record_page(self.site, one)

    def addresses(self) -> set[str]:
        """Every address of a page that is made from several records, or is one of its kind."""
        return {
            page.address for page in self.generated if page.template not in ("redirect.html", "gone.html")
        }


def site_pages(site: Site) -> SitePages:
    """Every page of the site; a record at a generated page's address becomes its introduction."""
    intros = {one.address: one for one in site.public if one.type == "page"}
    generated = [*special_pages(site, intros), *list_pages(site, intros), review_page(site)]
    taken = {page.address for page in generated}
    records = []
    for one in site.public:
        if one.address not in taken:
            taken.add(one.address)
            records.append(one)
    for page in (*redirect_pages(site), *gone_pages(site)):  # what has ended yields to what takes its place
        if page.address not in taken:
            taken.add(page.address)
            generated.append(page)
    return SitePages(site, generated, records)


__all__ = ["MENU", "Book", "Feed", "Group", "Page", "Pager", "book", "faulty_pages", "record_page"]
