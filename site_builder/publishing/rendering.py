"""A page and its record become HTML here, by Jinja over the theme's templates."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.bccache import Bucket
from jinja2.runtime import Context
from markupsafe import Markup

from site_builder.config import THEME
from site_builder.content import BY_NAME, Record
from site_builder.content.fields import STOCKHOLM
from site_builder.content.notice import UNDECIDED
from site_builder.media.shown import file_note, with_files
from site_builder.pages import MENU, Page, record_page
from site_builder.problems import Problem
from site_builder.reading.indexed_record import IndexedRecord, RecordTexts
from site_builder.site.site import Site
from site_builder.text.link_names import place
from site_builder.text.web_links import linked

ICONS = THEME / "icons"
"""Those of Material Design that the templates show, such as `phone.svg`; their licence lies beside them."""

_MONTHS = {
    "sv": "januari februari mars april maj juni juli augusti september oktober november december".split(),  # noqa: SIM905
    "en": "January February March April May June July August September October November December".split(),  # noqa: SIM905
}
_AT = {"sv": "klockan", "en": "at"}
TYPE_INFO = {name: model.info for name, model in BY_NAME.items()}
_language: ContextVar[str] = ContextVar("language", default="sv")
"""Of the page that is being rendered: macros that are imported do not see the page."""


class Compiled(BytecodeCache):
    """Compiled templates by their keys in Jinja, in memory alone: on disk they could be planted."""

    def __init__(self) -> None:
        self.codes: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give Jinja what there is; it compares a checksum with the template's text."""
        if bucket.key in self.codes:
            bucket.bytecode_from_string(self.codes[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what Jinja has compiled."""
        self.codes[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()
"""What this process has compiled: a preview builds again and again."""


class Renderer:
    """Renders the pages of one site; remembers the record read last: a page and its data both ask for it."""

    def __init__(
        self,
        site: Site,
        problems: Iterable[Problem] = (),
        *,
        preview: bool = False,
    ) -> None:
        """`problems` are shown on the pages that they belong to; `preview` leads to all of them."""
        self.site = site
        self.problems: dict[str, list[Problem]] = defaultdict(list)
        for problem in problems:
            self.problems[problem.file].append(problem)
        self.environment = environment()
        self.environment.globals["site"] = {
            "name": site.config.name,
            "base": site.config.base,
            "demonstration": site.config.demonstration,
            "switchboard": site.config.switchboard,
            "switchboard_hours": site.config.switchboard_hours,
            "duty_phone": site.config.duty_phone,
            "preview": preview,
        }
        self.environment.globals["file_note"] = self._file_note
        self._last: tuple[str, Record, RecordTexts] | None = None

    def html(self, page: Page) -> bytes:
        """One page as UTF-8 HTML."""
        return self.environment.get_template(page.template).render(self.context(page)).encode()

    def record_html(self, one: IndexedRecord) -> bytes:
        """The same for a record's own page."""
        return self.html(record_page(self.site, one))

    def context(self, page: Page) -> dict[str, Any]:
        """What the template sees; dates are written in the page's language from now on."""
        _language.set(page.lang)
        context: dict[str, Any] = {"page": page, "record": None, "body": "", "html": {}, "problems": ()}
        if page.source:
            context["problems"] = self.problems.get(page.source.file, ())
            record, texts = self.record(page.source)
            body = self._shown(texts.text_html)
            html = {text: self._shown(made) for text, made in texts.html.items()}
            context |= {"record": record, "body": Markup(body), "html": html}  # noqa: S704 - our renderer shows raw HTML as text
            context |= {"self_card": self.site.card(page.source)}
            if page.template == "record.html":
                context |= record.context(page.context)
        return context | page.context

    def _shown(self, html: str) -> str:
        return with_files(html, self.site.content.assets, _language.get())

    def _file_note(self, link: str, text: str) -> Markup:
        """What kind of file a link leads to, and its size; empty where it leads to a page."""
        return Markup(file_note(link, self.site.content.assets, _language.get(), text))  # noqa: S704 - it escapes nothing but names of kinds

    def record(self, one: IndexedRecord) -> tuple[Record, RecordTexts]:
        """A record with its long texts; read from its file where this run has not read it already."""
        if self._last is None or self._last[0] != one.file:
            self._last = (one.file, *self._read(one))
        return self._last[1], self._last[2]

    def _read(self, one: IndexedRecord) -> tuple[Record, RecordTexts]:
        model = BY_NAME[one.type]
        texts = self.site.content.cache.texts(one.file, one.digest)
        if texts is None:
            path = Path(one.file)
            root = next(root for root in self.site.content.roots if path.is_relative_to(root))
            from site_builder.reading.record_file import (
                read_file,  # brings Markdown along, 50 ms: only where needed
            )

            texts = read_file(root, path).texts
        if texts is None:
            raise RuntimeError(f"{one.file} changed while the site was being built; build again")
        return model.model_validate(texts.data), texts


def environment() -> Environment:
    """The theme's templates, escaping by default."""
    made = Environment(
        loader=FileSystemLoader(THEME),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=COMPILED,
    )
    made.filters.update(FILTERS)
    made.globals |= {
        "language": _language.get,
        "menu": MENU,
        "types": TYPE_INFO,
        "svg": svg,
        "once": cache(lambda macro, *arguments: macro(*arguments)),
    }
    return made


def day(value: datetime | date | str) -> str:
    """`24 april 2012`; a month or a year of its own as `april 2012` and `2012`; other texts as they are."""
    if value in (UNDECIDED, UNDECIDED.isoformat()):
        return "inte bestämd ännu: räknas från att alla kommuner har satt upp anslaget"
    if isinstance(value, datetime):
        value = value.astimezone(STOCKHOLM)
    if isinstance(value, (datetime, date)):
        return f"{value.day} {_month(value.month)} {value.year}"
    try:
        if len(value) == 7:
            return f"{_month(int(value[5:]))} {value[:4]}"
        return day(datetime.fromisoformat(value)) if len(value) >= 10 else value
    except ValueError:
        return value


def _month(number: int) -> str:
    return _MONTHS.get(_language.get(), _MONTHS["sv"])[number - 1]


def moment(value: datetime | str) -> str:
    """`24 april 2012 klockan 18.30`, Swedish time; a bare day, and its first moment, have no clock."""
    local = _local(value)
    if local is None:
        return day(value)
    return day(local) if _is_midnight(local) else f"{day(local)} {_at()} {local:%H.%M}"


def end(value: datetime | str) -> str:
    """A moment that something lasts to: midnight belongs to the day before, `16 maj 2026 klockan 24.00`."""
    local = _local(value)
    if local is None or not _is_midnight(local):
        return moment(value)
    return f"{day(local.date() - timedelta(days=1))} {_at()} 24.00"


def _local(value: datetime | str) -> datetime | None:
    """Swedish time; None for a bare day."""
    if isinstance(value, str):
        if len(value) <= 10:
            return None
        value = datetime.fromisoformat(value)
    return value.astimezone(STOCKHOLM)


def _is_midnight(local: datetime) -> bool:
    return (local.hour, local.minute) == (0, 0)


def _at() -> str:
    return _AT.get(_language.get(), "klockan")


def tel(number: str) -> str:
    """A number as the address of a link."""
    return "tel:" + "".join(sign for sign in number if sign.isdigit() or sign == "+")


def iso(value: datetime | date | str) -> str:
    """For the `datetime` attribute of `<time>`."""
    return value if isinstance(value, str) else value.isoformat()


@cache
def svg(name: str) -> Markup:
    """An icon of the theme by its name, such as `phone`, as SVG to stand in a page."""
    return Markup((ICONS / f"{name}.svg").read_text(encoding="utf-8").strip())  # noqa: S704 - the theme's own file


@pass_context
def md(context: Context, text: str) -> Markup:
    """Markdown as HTML: what was rendered when the file was read, otherwise rendered now."""
    made = (context.get("html") or {}).get(text)
    if made is None:
        from site_builder.text import markdown  # as above

        made = markdown.render(text).html
    return Markup(made)  # noqa: S704 - our renderer shows raw HTML as text


FILTERS: dict[str, Callable[..., Any]] = {
    "day": day,
    "moment": moment,
    "end": end,
    "tel": tel,
    "iso": iso,
    "md": md,
    "phones": linked,
    "place": place,
}
