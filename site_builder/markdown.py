"""Markdown to HTML, with raw HTML shown as text and only safe links kept."""

import html
import re
from typing import NamedTuple
from xml.etree.ElementTree import Element

import markdown
from markdown.treeprocessors import Treeprocessor

SAFE_LINK = re.compile(r"(https?://|mailto:|tel:|/(?!/)|#)", re.IGNORECASE)


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
            elif element.tag == "img":
                self.images.append((element.get("src", ""), element.get("alt", ""), element.get("title", "")))
            elif re.fullmatch(r"h[1-6]", element.tag):
                text = "".join(element.itertext())
                anchor = slugify(text)
                known = {heading[1] for heading in self.headings}
                while anchor in known:
                    anchor += "-"
                element.set("id", anchor)
                self.headings.append((int(element.tag[1]), anchor, text))
            elif element.tag in ("td", "th") and "style" in element.attrib:
                element.set("class", element.attrib.pop("style").removeprefix("text-align: ").rstrip(";"))


def slugify(text: str) -> str:
    """`Så gör du` → `sa-gor-du`; never empty."""
    plain = text.lower().translate(str.maketrans("åäöéü", "aaoeu"))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "avsnitt"


def _renderer() -> tuple[markdown.Markdown, _Collector]:
    converter = markdown.Markdown(extensions=["tables", "sane_lists"], output_format="html")
    converter.preprocessors.deregister("html_block")
    converter.inlinePatterns.deregister("html")
    collector = _Collector(converter)
    converter.treeprocessors.register(collector, "collect", 5)
    return converter, collector


_CONVERTER, _COLLECTOR = _renderer()
_SCROLLS = '<div class="table" role="group" aria-label="Tabell" tabindex="0">'


def render(text: str) -> Rendered:
    """Render one text; the converter is reused, since making one costs as much as a page."""
    if not text.strip():  # the converter returns at once, and would leave what the last text held
        return Rendered("", [], [], [])
    result = _CONVERTER.reset().convert(text)
    if "<table>" in result:  # a wide table scrolls by itself, with the keyboard too
        result = result.replace("<table>", _SCROLLS + "<table>").replace("</table>", "</table></div>")
    return Rendered(result, _COLLECTOR.links, _COLLECTOR.images, _COLLECTOR.headings)
