"""A feed's text becomes plain here: no markup, no controls, nothing that turns the direction of writing."""

import re
from html import unescape

import nh3

# Controls, and what turns the direction of text: a title must not rewrite what stands beside it.
UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)
MAX_HTML = 100_000
"""Characters of HTML that are read: far more than any message shows, and few enough to be read in no time."""
NO_TAG = re.compile(r"<(?!/?[a-z][\w:-]*(?:[\s>]|/>|\Z)|!|\?)", re.IGNORECASE)
"""Signs that a browser would take for a tag and nobody meant as one: ``<info@kommun.example>``, ``5 < 6``."""
CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
"""Words that were escaped as well as put into CDATA; a browser would take them for a comment."""
LINES = re.compile(
    r"<(?=/?(?:address|article|aside|blockquote|body|br|caption|center|dd|details|dialog|dir|div|dl|dt|fieldset"
    r"|figcaption|figure|footer|form|h[1-6]|header|hgroup|hr|legend|li|main|menu|nav|ol|optgroup|option|p|pre"
    r"|search|section|select|summary|table|tbody|textarea|tfoot|thead|title|tr|ul)\b)",
    re.IGNORECASE,
)
"""Tags that begin or end a line (HTML Living Standard, 15.3.3 and following)."""
CELLS = re.compile(r"<(?=/?t[dh]\b)", re.IGNORECASE)


def html_lines(html: str, limit: int) -> str:
    """The words of HTML, a line for each block and each ``br``, at most ``limit`` characters."""
    if len(html) > MAX_HTML:
        html = html[:MAX_HTML].rpartition("<")[0]  # a tag that is cut through is none
    flat = " ".join(CDATA.sub(r"\1", html).split())
    parted = CELLS.sub(" <", LINES.sub("\n<", NO_TAG.sub("&lt;", flat)))
    bare = unescape(nh3.clean(parted, tags=set(), clean_content_tags={"script", "style"}))
    lines = (_folded(line) for line in bare.replace("\r", "\n").split("\n"))
    return _shortened("\n".join(line for line in lines if line), limit)


def html_line(html: str, limit: int) -> str:
    """The words of HTML in one line."""
    return html_lines(html, limit).replace("\n", " ")


def one_line(text: str, limit: int) -> str:
    """Text that is no HTML, its ``<`` and ``&`` its own, in one line."""
    return _shortened(_folded(text), limit)


def text_lines(text: str, limit: int) -> str:
    """Text that is no HTML, a line for each of its paragraphs, which blank lines part."""
    lines = (_folded(part) for part in re.split(r"\n[ \t\r]*\n", text))
    return _shortened("\n".join(line for line in lines if line), limit)


def _folded(text: str) -> str:
    return " ".join(UNPRINTABLE.sub("", text.replace("\n", " ").replace("\r", " ")).split())


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
