"""Markdown to HTML, with raw HTML shown as text and only safe links kept."""

import html
import re
from typing import NamedTuple
from xml.etree.ElementTree import Element

import markdown
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.inlinepatterns import AUTOMAIL_RE, LINK_RE, InlineProcessor, LinkInlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from site_builder.text.phones import link_phones
from site_builder.text.sums import keep_sums
from site_builder.text.web_links import link_addresses

SAFE_LINK = re.compile(r"(https?://|mailto:|tel:|/(?!/)|#)", re.IGNORECASE)
_LEVELS = {f"h{level}": level for level in range(1, 7)}

_RARE = ("`", "\\", "<", "&", "\t", "\r", "\x02", "\x03", "![", "]:", "  \n", "    ")
"""What only some texts hold: code, escapes, autolinks, entities, pictures, references, breaks, indents."""
_RARE_INLINE = (
    "backtick",
    "escape",
    "reference",
    "image_link",
    "image_reference",
    "short_reference",
    "short_image_ref",
    "autolink",
    "automail",
    "linebreak",
    "entity",
)
"""Python-Markdown's names of the inline patterns that need something rare."""
_RULED = re.compile(r"\n[ >\d.*+_=-]*[-=_*] *\n")
"""A line of nothing but signs: a rule, or what makes the line above it a heading."""
_WIDE = "\u00a0\u2003\u2007\u202f"
_WIDE_BLANK = re.compile(rf"^( {{0,12}}(?:[-*+]|\d{{1,3}}\.))[ {_WIDE}]*[{_WIDE}] *", re.MULTILINE)
"""Other blanks after an item's sign, from a word processor; there is one reading of them."""
_BREAK = re.compile(r"^((?! {4}|\t).*[^\\\n])\\\n", re.MULTILINE)
"""A backslash at a line's end breaks the line, as in CommonMark."""
_LINK = re.compile(r"\[([^\[\]]*)\]\(([^\s()<>\[\]'\"\\]+)\)")
"""A link without a title, with no bracket inside its text or address."""
_INLINE = re.compile(r"[\[*_]")
"""What begins a link or emphasis, the only inline marks that common texts hold."""


MOST_BRACKETS = 2000
"""In one block of text; Python-Markdown's time for them grows with their square."""


class TooDeepError(Exception):
    """The text has so much inside itself that rendering it would take minutes, or never end."""


Anchors = dict[str, int]
"""Which ids the headings of a page have taken, and how many times over."""


class Rendered(NamedTuple):
    """A text as HTML and what was found in it."""

    html: str
    links: list[tuple[str, str]]
    """(address, text) of every link."""
    images: list[tuple[str, str, str]]
    """(address, alternative text, title) of every picture."""
    headings: list[tuple[int, str, str]]
    """(level, id, text) of every heading."""


class _Collector(Treeprocessor):
    links: list[tuple[str, str]]
    images: list[tuple[str, str, str]]
    headings: list[tuple[int, str, str]]
    anchors: Anchors

    def run(self, root: Element) -> None:
        self.links = []
        self.images = []
        self.headings = []
        for element in root.iter():
            if element.tag == "a":
                href = html.unescape(element.get("href", ""))
                self.links.append((href, "".join(element.itertext())))
                if not SAFE_LINK.match(href):
                    del element.attrib["href"]
                elif " " in href:
                    element.set("href", element.get("href", "").replace(" ", "%20"))
            elif element.tag == "img":
                self.images.append((element.get("src", ""), element.get("alt", ""), element.get("title", "")))
            elif element.tag in _LEVELS:
                text = "".join(element.itertext())
                anchor = slugify(text)
                self.anchors[anchor] = times = self.anchors.get(anchor, 0) + 1
                if times > 1:
                    anchor = f"{anchor}--{times}"  # no heading of its own becomes this
                element.set("id", anchor)
                self.headings.append((_LEVELS[element.tag], anchor, text))
            elif element.tag in ("td", "th") and "style" in element.attrib:
                element.set("class", element.attrib.pop("style").removeprefix("text-align: ").rstrip(";"))
            if element.tag == "table":
                _label(element)


def _label(table: Element) -> None:
    """Tell each cell the name of its column, which a phone shows beside it: there the cells stand stacked."""
    names = [" ".join("".join(cell.itertext()).split()) for cell in table.iter("th")]
    for row in table.iter("tr"):
        for name, cell in zip(names, row, strict=False):
            if name and cell.tag == "td":
                cell.set("data-label", name)


class _Lines(Preprocessor):
    """What is left of the library's own where a text has no tabs and no returns."""

    def run(self, lines: list[str]) -> list[str]:
        return [lines[0], *(line if line.strip(" ") else "" for line in lines[1:]), "", ""]


class _Link(LinkInlineProcessor):
    """Takes a common link whole; others are left to the library, which reads them sign by sign."""

    def handleMatch(  # type: ignore[override]  # noqa: N802 - the library's name
        self, m: re.Match[str], data: str
    ) -> tuple[Element | str | None, int | None, int | None]:
        found = _LINK.match(data, m.start())
        if found is None:
            return super().handleMatch(m, data)
        element = Element("a", href=found[2])
        element.text = found[1]
        return element, found.start(), found.end()


class _Mail(InlineProcessor):
    """`<namn@kommun.se>` as a plain link; the library's own is written in riddles, also to our checks."""

    def handleMatch(  # type: ignore[override]  # noqa: N802 - the library's name
        self,
        m: re.Match[str],
        data: str,  # noqa: ARG002 - the library's arguments
    ) -> tuple[Element, int, int]:
        address = self.unescape(m[1]).removeprefix("mailto:")
        element = Element("a", href=f"mailto:{address}")
        element.text = AtomicString(address)
        return element, m.start(0), m.end(0)


class _Plain(Treeprocessor):
    """Keeps texts without inline marks from being searched for them."""

    def run(self, root: Element) -> None:
        for element in root.iter():
            if element.text and not _INLINE.search(element.text):
                element.text = AtomicString(element.text)


def slugify(text: str) -> str:
    """`Så gör du` → `sa-gor-du`; never empty."""
    plain = text.lower().translate(str.maketrans("åäöéü", "aaoeu"))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "avsnitt"


def _renderer() -> tuple[markdown.Markdown, _Collector]:
    converter = markdown.Markdown(extensions=[TableExtension(), SaneListExtension()], output_format="html")
    converter.preprocessors.deregister("html_block")
    converter.inlinePatterns.deregister("html")
    converter.inlinePatterns.register(_Mail(AUTOMAIL_RE, converter), "automail", 110)
    collector = _Collector(converter)
    converter.treeprocessors.register(collector, "collect", 5)
    return converter, collector


def _lean_renderer() -> tuple[markdown.Markdown, _Collector]:
    """The same for texts with nothing rare in them: half the time, for nothing is tried that cannot match."""
    converter, collector = _renderer()
    for name in _RARE_INLINE:
        converter.inlinePatterns.deregister(name)
    for name in ("indent", "code", "setextheader", "hr", "reference"):
        converter.parser.blockprocessors.deregister(name)
    converter.preprocessors.register(_Lines(converter), "normalize_whitespace", 30)
    converter.inlinePatterns.register(_Link(LINK_RE, converter), "link", 160)
    converter.treeprocessors.deregister("unescape")
    converter.treeprocessors.register(_Plain(converter), "plain", 30)
    return converter, collector


_converters = {"whole": _renderer(), "lean": _lean_renderer()}
_SCROLLS = '<div class="table" role="group" aria-label="Tabell" tabindex="0">'


def render(text: str, anchors: Anchors | None = None) -> Rendered:
    """Render one text; the converter is reused, since making one costs as much as a page.

    `anchors` is shared by the texts of one page, so that equal headings of theirs get ids of their own.
    Raises TooDeepError.
    """
    if not text.strip():  # the converter returns at once, and would leave what the last text held
        return Rendered("", [], [], [])
    text = _BREAK.sub(r"\1  \n", _WIDE_BLANK.sub(r"\1 ", text))
    lined = f"\n{text}\n"
    rare = any(mark in lined for mark in _RARE) or _RULED.search(lined)
    converter, collector = _converters["whole" if rare else "lean"]
    if text.count("[") > MOST_BRACKETS and any(
        block.count("[") > MOST_BRACKETS for block in text.split("\n\n")
    ):
        raise TooDeepError
    collector.anchors = {} if anchors is None else anchors
    try:
        result = converter.reset().convert(text)
    except RecursionError:
        # It stopped in the middle of its lists, and would begin the next text there.
        _converters.update(whole=_renderer(), lean=_lean_renderer())
        raise TooDeepError from None
    if "<table>" in result:  # a wide table scrolls by itself, with the keyboard too
        result = result.replace("<table>", _SCROLLS + "<table>").replace("</table>", "</table></div>")
    linked = link_addresses(result)
    links = [*collector.links, *linked.links]
    return Rendered(keep_sums(link_phones(linked.html)), links, collector.images, collector.headings)
