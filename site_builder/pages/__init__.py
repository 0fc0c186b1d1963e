"""Pages: every address of the site with its template and what the template shows.

page        the noun
records     one record's page; the pages of withdrawn and moved ones
lists       each type's list, registers, topics, A–Ö, the board, e-services
special     start, search, feeds, 404, the service's shell, the statement
faulty      what an editor's preview shows of files that cannot be read
feeds       which feeds there are, and which a page links to
"""

from collections.abc import Iterator

from site_builder.pages.faulty import faulty_pages
from site_builder.pages.lists import list_pages
from site_builder.pages.page import Feed, Group, Page, Pager
from site_builder.pages.records import gone_pages, record_page, redirect_pages
from site_builder.pages.special import special_pages
from site_builder.site import Site

MENU = (
    ("/tjanster/", "Tjänster"),
    ("/driftinfo/", "Driftinformation"),
    ("/nyheter/", "Nyheter"),
    ("/beslut/", "Beslut"),
    ("/kontakter/", "Kontakt"),
    ("/a-o/", "A–Ö"),
)


def pages(site: Site) -> Iterator[Page]:
    """Every page of the site; a record at a generated page's address becomes its introduction."""
    intros = {one.address: one for one in site.public if one.type == "page"}
    taken = set()
    for page in (*special_pages(site, intros), *list_pages(site, intros)):
        taken.add(page.address)
        yield page
    for one in site.public:
        if one.address not in taken:
            yield record_page(site, one)
            taken.add(one.address)
    for page in (*gone_pages(site), *redirect_pages(site)):
        if page.address not in taken:
            yield page


__all__ = ["MENU", "Feed", "Group", "Page", "Pager", "faulty_pages", "pages"]
