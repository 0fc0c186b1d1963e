"""An output is one file of the site, with a key that says when it must be made again, and how."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from html import escape
from typing import Any, NamedTuple
from urllib.parse import quote

from site_builder.config import THEME
from site_builder.content.fields import STOCKHOLM
from site_builder.formats.registry import Format, RecordFormat, all_formats
from site_builder.media.asset import find
from site_builder.media.published import published
from site_builder.pages import SitePages, record_page
from site_builder.publishing.rendering import Renderer
from site_builder.reading.indexed_record import IndexedRecord
from site_builder.site.site import Site

STATIC = ("css", "js", "img", "fonts")
"""Folders of the theme that are served as they are."""


class Output(NamedTuple):
    """One file of the site."""

    path: str
    key: str
    """Changes whenever the file may come out otherwise than before; empty: always made, and compared."""
    make: Callable[..., bytes]
    arguments: tuple[Any, ...] = ()

    def data(self) -> bytes:
        """The file's bytes."""
        return self.make(*self.arguments)


def outputs(
    site: Site,
    pages: SitePages,
    renderer: Renderer,
    stamp: str,
    keys: Callable[[], Mapping[str, str]] = dict,
) -> Iterator[Output]:
    """Every file: pages with their records' data, the files of every format, what the theme serves.

    `keys` may know those of the records' pages, by file; it is asked when all others are found.
    """
    for page in pages.generated:
        yield Output(page.path, f"{page.key(stamp)}{_beside(page.source, renderer)}", renderer.html, (page,))
        if page.source:
            yield from _of_record(site, page.source, renderer, stamp)
    for made in all_formats():
        if isinstance(made, Format):
            for thing in made.things(site):
                yield _output(made, made.key(site, thing), stamp, thing, made.render, (site, thing))
    yield _sitemap(site, pages, stamp)
    yield from _single(site, pages)
    yield from _files(site)
    known = keys()
    for one in pages.records:
        path = f"{one.address.lstrip('/')}index.html"
        key = known.get(one.file) or record_page(site, one).key(stamp)
        yield Output(path, f"{key}{_beside(one, renderer)}", renderer.record_html, (one,))
        yield from _of_record(site, one, renderer, stamp)


def _of_record(site: Site, one: IndexedRecord, renderer: Renderer, stamp: str) -> Iterator[Output]:
    """The files of a record's own, just after its page, which has read it."""
    for made in all_formats():
        if isinstance(made, RecordFormat):
            arguments = (made, site, one, renderer)
            yield _output(made, made.key(site, one), stamp, one, _record_file, arguments)


def _record_file(made: RecordFormat, site: Site, one: IndexedRecord, renderer: Renderer) -> bytes:
    return made.render(site, one, *renderer.record(one))


def _output(
    made: Format | RecordFormat,
    key: str,
    stamp: str,
    thing: Any,
    make: Callable[..., bytes],
    arguments: tuple[Any, ...],
) -> Output:
    return Output(made.address(thing).lstrip("/"), f"{stamp}{key}" if key else "", make, arguments)


def _beside(one: IndexedRecord | None, renderer: Renderer) -> str:
    """What a record's page shows that is in no record: files, as pictures or by links, and its faults."""
    if one is None:
        return ""
    files = [
        find(renderer.site.content.assets, path) for path, _, _ in one.links if path.startswith("/filer/")
    ]
    return "".join(file.digest for file in files if file) + str(renderer.problems.get(one.file) or "")


def _sitemap(site: Site, pages: SitePages, stamp: str) -> Output:
    rows = [
        (page.address, page.source.modified if page.source else 0.0)
        for page in pages.generated
        if page.indexed
    ]
    rows += [(one.address, one.modified) for one in pages.records]
    key = blake2b(f"{stamp}{rows}".encode(), digest_size=12).hexdigest()
    return Output("sitemap.xml", key, sitemap, (site.config.base, rows))


def _single(site: Site, pages: SitePages) -> Iterator[Output]:
    yield Output("robots.txt", "", robots, (site,))
    yield Output("redirects.map", "", redirects, (site, pages))
    if site.config.security_contact:
        yield Output(".well-known/security.txt", "", security, (site,))


def _files(site: Site) -> Iterator[Output]:
    yield Output("service-worker.js", "", (THEME / "service-worker.js").read_bytes)
    for folder in STATIC:
        for path in sorted((THEME / folder).rglob("*")):
            if path.is_file():
                yield Output(path.relative_to(THEME).as_posix(), "", path.read_bytes)
    yield from (Output(*one) for one in published(site.content.assets))


def sitemap(base: str, rows: list[tuple[str, float]]) -> bytes:
    """sitemaps.org 0.9, with the day each record was really last changed; 50,000 addresses at most.

    `rows` are addresses with that moment, 0 where there is no record.
    """
    lines = []
    for address, modified in sorted(rows)[:50_000]:
        day = f"<lastmod>{datetime.fromtimestamp(modified, STOCKHOLM).date()}</lastmod>" if modified else ""
        lines.append(f"<url><loc>{escape(base + address, quote=False)}</loc>{day}</url>\n")
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return (head + "".join(lines) + "</urlset>\n").encode()


def robots(site: Site) -> bytes:
    """Nothing for robots in a demonstration: it must not be found in place of the real site."""
    if site.config.demonstration:
        return b"User-agent: *\nDisallow: /\n"
    return f"User-agent: *\nDisallow: /prenumerera/\nSitemap: {site.config.base}/sitemap.xml\n".encode()


def security(site: Site) -> bytes:
    """Where weaknesses are reported, RFC 9116. It expires in ten to eleven months, and is new each month."""
    today = site.now.astimezone(UTC)
    months = today.year * 12 + today.month - 1 + 11
    lines = [f"Contact: {contact}" for contact in site.config.security_contact.split()]
    lines += [f"Expires: {months // 12}-{months % 12 + 1:02}-01T00:00:00Z", "Preferred-Languages: sv, en"]
    if site.config.base.startswith("https://"):
        lines.append(f"Canonical: {site.config.base}/.well-known/security.txt")
    if site.config.supported_until:
        lines.append(f"# Weaknesses are mended until {site.config.supported_until}.")
    return "".join(f"{line}\n" for line in lines).encode()


def redirects(site: Site, pages: SitePages) -> bytes:
    """For the web server, a line each: old address, status (301 or 410), new address.

    Of the old one only blanks are written `%20`; the new one is as a header of HTTP has it.
    """
    moved = {old: one.address for one in site.public for old in one.replaces}
    moved |= {f"{row.old}/": row.new for row in site.content.moved if row.new}
    gone = {f"{row.old}/" for row in site.content.moved if not row.new}
    gone |= {address for one in site.gone for address in (one.address, *one.replaces)} - moved.keys()
    gone -= {one.address for one in site.public} | pages.addresses()
    rows = [(old, f"301 {quote(new)}") for old, new in moved.items()]
    rows += [(address, "410 -") for address in gone]
    return "".join(f"{old.replace(' ', '%20')} {to}\n" for old, to in sorted(rows)).encode()
