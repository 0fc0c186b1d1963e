"""This module finds what was meant for a list, a table or markup, but is shown as it is written."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Fault(NamedTuple):
    """Something that does not come out as it was meant."""

    code: str
    row: int
    """Of the text, from 0."""
    message: str
    hint: str


class _Block(NamedTuple):
    """Rows with no empty one between them."""

    row: int
    rows: Sequence[str]


_LEFT = re.compile(r"\n {0,3}(?:[-*+]|1[.)]) ")
_LEFT_SIGNS = ("|", "•", "·", "▪", "\uf0b7", "<p>1)")
"""What stands in the HTML only where Markdown has not taken it for a list or a table; quick to look for."""
_INDENTED = re.compile(r"\n {1,3}(?:[-*+]|\d+\.) ")
_ITEM = re.compile(r"( *)(?:([-*+])|(\d+)\.) +\S")
_BULLET = re.compile(r" *[•·▪\uf0b7]\s*")
_BRACKET = re.compile(r" *1\)\s")
_RULE = re.compile(r" *\|?[ :]*--[ :|-]*")
_TAG = re.compile(
    r"<(?:!--|/?(?:a|abbr|address|article|aside|b|big|blockquote|body|br|button|center|cite|code|dd|del|details|div"
    r"|dl|dt|em|embed|figcaption|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|kbd|label"
    r"|li|link|main|mark|meta|nav|object|ol|option|p|picture|pre|q|s|script|section|select|small|source|span|strike"
    r"|strong|style|sub|summary|sup|svg|table|tbody|td|textarea|tfoot|th|thead|title|tr|tt|u|ul|video)(?=[\s/>]))",
    re.IGNORECASE,
)
"""HTML's own names, since a text may well have others between such signs."""
_MARKS = re.compile(r"\*\*[^\s*][^*]*\*\*|!?\[[^\[\]]+\]\([^()\s]+\)")
_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#\d{2,6}|#x[0-9a-f]{2,6});", re.IGNORECASE)
_CODED = re.compile(r"(`+)[^`]+\1|^(?: {4}|\t).*", re.MULTILINE)
_PIPE = re.compile(r"`[^`]*`|\\.|\|")

_BEFORE = "Lämna en tom rad före."
_CODE = 4
"""Rows with so many blanks first are code, or belong to the item above."""


def faults(text: str, html: str) -> Iterator[Fault]:
    """The lists and tables of a Markdown text, rendered as `html`, that come out as something else."""
    as_text = _LEFT.search(html) or any(sign in html for sign in _LEFT_SIGNS)
    if as_text or "<table>" in html:
        for block in _blocks(text):
            rows = block.rows
            if _is_table(rows):
                yield from _lost_cells(block)
            elif as_text and not rows[0].startswith(("```", " " * _CODE)):
                yield from _lists(block)
                yield from _tables(block)
    if _INDENTED.search(text):
        yield from _flattened(text)
    if "&lt;" in html:
        yield from _tags(text)


def markup(text: str) -> str:
    """The first markup in a text that is shown as it is, or nothing."""
    found = _MARKS.search(text) or _TAG.search(text) or _ENTITY.search(text)
    return found[0] if found else ""


def _tags(text: str) -> Iterator[Fault]:
    """HTML outside of code; the first of it, as there is often more."""
    found = _TAG.search(_CODED.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), text))
    if found:
        if found[0] == "<!--":
            message, hint = (
                "Kommentaren visas för alla.",
                "Ta bort den; en fil kan inte ha dolda anteckningar.",
            )
        else:
            message, hint = f"HTML visas som text: ”{found[0]}”.", "Ta bort det, eller skriv med Markdown."
        yield Fault("raw-markup", text[: found.start()].count("\n"), message, hint)


def _blocks(text: str) -> Iterator[_Block]:
    """A heading ends a block, as an empty row does."""
    begin, rows = 0, text.split("\n")
    for number, row in enumerate([*rows, ""]):
        if not row.strip() or row.startswith("#"):
            if number > begin:
                yield _Block(begin, rows[begin:number])
            begin = number + 1


def _lists(block: _Block) -> Iterator[Fault]:
    """The first row of a block that looks like an item and is none."""
    first = _ITEM.match(block.rows[0])
    for number, row in enumerate(block.rows):
        item = _ITEM.match(row)
        hint = ""
        if _BULLET.match(row):
            hint = "Skriv `- ` i stället för punkttecknet, och lämna en tom rad före listan."
        elif _BRACKET.match(row):
            hint = "Skriv `1. ` i stället för `1) `, och lämna en tom rad före listan."
        elif item and (item[2] or item[3] == "1"):
            other = first is not None and bool(first[2]) != bool(item[2])
            hint = _BEFORE if (not first and len(item[1]) < _CODE) or (other and not item[1]) else ""
        if hint:
            message = f"Raden ser ut som en lista, men blir löpande text: ”{row.strip()[:40]}”."
            yield Fault("layout-as-text", block.row + number, message, hint)
            return


def _tables(block: _Block) -> Iterator[Fault]:
    piped = [number for number, row in enumerate(block.rows) if row.lstrip(" ").startswith("|")]
    ruled = [number for number, row in enumerate(block.rows) if "|" in row and _RULE.fullmatch(row)]
    if len(piped) < 2 and not ruled:
        return
    begin = min([*piped[:1], *(max(0, number - 1) for number in ruled[:1])])
    hint = _BEFORE
    if begin == 0:
        columns = _cells(block.rows[0])
        hint = f"Andra raden ska vara `{'| --- ' * columns}|`, med ett streck för varje kolumn."
    message = f"Raderna ser ut som en tabell, men blir löpande text: ”{block.rows[begin].strip()[:40]}”."
    yield Fault("layout-as-text", block.row + begin, message, hint)


def _is_table(rows: Sequence[str]) -> bool:
    return (
        len(rows) > 1
        and "|" in rows[0]
        and not set(rows[1]) - set("|:- ")
        and _cells(rows[0]) == _cells(rows[1], rows[0])
    )


def _lost_cells(block: _Block) -> Iterator[Fault]:
    header = block.rows[0]
    columns = _cells(header)
    for number, row in enumerate(block.rows[2:], start=2):
        if row.count("|") >= columns and _cells(row, header) > columns:
            message = f"Raden har fler rutor än tabellens {columns} kolumner, så den sista visas inte."
            hint = "Ta bort ett `|`, eller lägg till en kolumn i tabellens två första rader."
            yield Fault("lost-cells", block.row + number, message, hint)


def _cells(row: str, header: str = "") -> int:
    """How many cells a row has; the signs at its ends count only where the header has none there."""
    row, header = row.strip(" "), (header or row).strip(" ")
    pipes = [found.start() for found in _PIPE.finditer(row) if found[0] == "|"]
    cells = len(pipes) + 1
    if header.startswith("|") or header.endswith("|"):
        cells -= row.startswith("|")
        cells -= len(pipes) > 1 and pipes[-1] == len(row) - 1
    return cells


def _flattened(text: str) -> Iterator[Fault]:
    """Items indented by less than Markdown asks for: they come out beside the one they belong under."""
    above: int | None = None
    empty = True
    for number, row in enumerate(text.split("\n")):
        item = _ITEM.match(row)
        if item:
            indent = len(item[1])
            if above is not None and 0 < indent - above < _CODE:
                message = f"Punkten hamnar inte under punkten ovanför: ”{row.strip()[:40]}”."
                hint = f"Dra in den med {above + _CODE} mellanslag."
                yield Fault("layout-as-text", number, message, hint)
            above = indent
        elif empty and row.strip() and not row.startswith(" "):
            above = None
        empty = not row.strip()
