"""A feed's bytes as XML that a strict parser reads: one encoding, no DTD, and small slips of the pen mended.

What feeds get wrong most, and what no reader doubts the meaning of, is mended: blank lines before the XML
declaration, HTML's named entities, a bare ``&`` and control characters. All else is refused with its line.
"""

import codecs
import re
import sys
from html import escape, unescape
from html.entities import html5
from xml.etree import ElementTree
from xml.parsers import expat

from feedparser.encodings import convert_to_utf8

from subscriptions.feeds.fetching import Answer, FeedError

BOM = b"\xef\xbb\xbf"
BLANK = b" \t\r\n"
WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
"""How a document in wide characters begins; its ASCII would pass for UTF-8 with zeros in it."""
PROLOG = re.compile(r"(?:\s|\ufeff|<\?xml\b[^>]*\?>)+")
DOCTYPE = re.compile(
    r"(?:\s|<!--.*?-->|<\?.*?\?>)*(<!DOCTYPE\b[^\[<>]*(?:\[[^\]]*\]\s*)?>)", re.DOTALL | re.IGNORECASE
)
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
# What is no markup is passed over; a reference that is none is a bare ampersand.
REFERENCE = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|&(?:(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|\w{2,32});)?",
    re.DOTALL,
)
XML_NAMES = frozenset(("amp", "lt", "gt", "quot", "apos"))
CUT_OFF = frozenset(
    (
        expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS],
        expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN],
        expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION],
        expat.errors.codes[expat.errors.XML_ERROR_PARTIAL_CHAR],
    )
)
AROUND = 30
"""Characters shown on each side of an error."""


def decoded(answer: Answer) -> str:
    """The document's text, without what stands before its first element. Raises FeedError.

    feedparser judges which encoding it is, as it does for itself; a DTD could define entities that are files
    or grow without end, so that one with entities is refused and any other taken away.
    """
    content = answer.content.lstrip(BLANK)
    if content.startswith(BOM):
        content = BOM + content[len(BOM) :].lstrip(BLANK)
    before = answer.content[: len(answer.content) - len(content)].count(b"\n")
    try:
        wide = next((name for start, name in WIDE if content.startswith(start)), None)
        if wide:
            text = content.decode(wide)
        else:
            text = convert_to_utf8({"content-type": answer.content_type}, content, {}).decode()
    except (UnicodeError, LookupError) as error:
        raise FeedError("har en okänd teckenkodning") from error
    start = found.end() if (found := PROLOG.match(text)) else 0
    # feedparser puts a declaration on a line of its own where there was none.
    added = 0 if wide or content.lstrip(BOM).startswith(b"<?xml") else 1
    lines = text.count("\n", 0, start) - added
    if "<!DOCTYPE" in text and "<!ENTITY" in text:
        raise FeedError("innehåller egna XML-entiteter och läses inte")
    return "\n" * max(0, before + lines) + text[start:]


def mended(text: str) -> str:
    """The text with the slips mended; lines stay where they are."""
    if doctype := DOCTYPE.match(text):
        kept = "\n" * doctype[1].count("\n")
        text = text[: doctype.start(1)] + kept + text[doctype.end() :]
    return REFERENCE.sub(_reference, CONTROLS.sub("", text))


def _reference(found: re.Match[str]) -> str:
    whole, name = found[0], found[1]
    if not whole.startswith("&") or name in XML_NAMES:
        return whole
    if name is None or (name[0] != "#" and f"{name};" not in html5):
        return f"&amp;{whole[1:]}"
    if name[0] == "#":
        number = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
        return whole if number <= sys.maxunicode and not CONTROLS.match(chr(number)) else ""
    return escape(unescape(whole), quote=False)


def tree(text: str) -> ElementTree.Element:
    """The document's root. Raises FeedError, which says where the XML goes wrong and what stands there."""
    start = text.lstrip()[:15].lower()
    if not start.startswith("<") or start.startswith(("<html", "<!doctype html")):
        raise FeedError("är varken Atom eller RSS")
    try:
        return ElementTree.fromstring(text)  # noqa: S314 (it has no DTD)
    except ElementTree.ParseError as error:
        raise FeedError(_where(text, error)) from error


def _where(text: str, error: ElementTree.ParseError) -> str:
    line, column = error.position
    if error.code in CUT_OFF:
        return f"är trasig eller avhuggen XML: slutar på rad {line}"
    words = text.split("\n")[line - 1][max(0, column - AROUND) : column + AROUND].strip()
    return f"är trasig XML på rad {line}: {expat.ErrorString(error.code)}, vid ”{words}”"
