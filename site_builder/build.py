"""Build: read, check, derive, write. With errors nothing is written."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from site_builder import api, feeds, markdown
from site_builder.checks import check
from site_builder.content.fields import STOCKHOLM
from site_builder.load import Entry, load
from site_builder.pages import MENU, Page, feeds_of, pages
from site_builder.problems import Problem, has_errors
from site_builder.publish import publish
from site_builder.site import Site, newest

THEME = Path(__file__).parent.parent / "theme"
BASE = "https://www.tyreso.se"
_MONTHS = [
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
]


class Result(NamedTuple):
    """What a build did."""

    problems: list[Problem]
    files: int
    changed: int


def build(roots: Iterable[Path], site_dir: Path, now: datetime, *, strict: bool = False) -> Result:
    """Build the whole site at the moment `now`; on errors the previous site is left as it was."""
    content = load(roots)
    site = Site(content, now)
    problems = check(content, site)
    if has_errors(problems, strict=strict):
        return Result(problems, 0, 0)
    files = outputs(site)
    return Result(problems, len(files), publish(site_dir, files))


def outputs(site: Site) -> dict[str, bytes]:
    """Every file of the site, by its path."""
    environment = templates()
    made = list(pages(site))
    files = {page.address.lstrip("/") + "index.html": render(environment, page) for page in made}
    for feed in feeds_of(site):
        atom, rss = feeds.render(site, feed, BASE)
        files[f"floden/{feed.name}.atom"], files[f"floden/{feed.name}.rss"] = atom, rss
    files.update(api.files(site, BASE))
    files["css/site.css"] = (THEME / "css" / "site.css").read_bytes()
    files["sitemap.xml"] = _sitemap(site)
    files["robots.txt"] = (
        b"User-agent: *\nDisallow: /\n"  # a demonstration is not to be found in place of the real one
    )
    return files


def templates() -> Environment:
    """The theme's templates, escaping by default."""
    environment = Environment(
        loader=FileSystemLoader(THEME),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(day=day, moment=moment, when=when, md=_md)
    environment.globals["menu"] = MENU
    return environment


def render(environment: Environment, page: Page) -> bytes:
    """One page as UTF-8 HTML."""
    return environment.get_template(page.template).render(page=page, **page.context).encode()


def day(value: datetime | date) -> str:
    """`24 april 2012`."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime) -> str:
    """`24 april 2012 klockan 18.30`, Swedish time; a bare day has no clock."""
    local = value.astimezone(STOCKHOLM)
    return day(local) + (f" klockan {local:%H.%M}" if (local.hour, local.minute) != (0, 0) else "")


def when(entry: Entry) -> str:
    """The day shown beside a record in a list; empty where no day matters."""
    if not entry.record.info.fresh:
        return ""
    text = newest(entry)[0][:10]
    return day(date.fromisoformat(text)) if len(text) == 10 else text


def _md(text: str) -> Markup:
    return Markup(markdown.render(text).html)  # noqa: S704 - our renderer shows raw HTML as text


def _sitemap(site: Site) -> bytes:
    rows = "".join(
        f"<url><loc>{escape(BASE + entry.address)}</loc>"
        f"<lastmod>{entry.record.modified.date().isoformat()}</lastmod></url>\n"
        for entry in sorted(site.public, key=lambda entry: entry.address)
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return (head + rows + "</urlset>\n").encode()
