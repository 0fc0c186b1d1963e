"""Check the fields' values where they are: what YAML or a copy has made of them, and where they lead."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from site_builder.content import Record, invisible
from site_builder.problems import Problem, error, warning
from site_builder.reading.front_matter import Document, Path, dotted, line_of
from site_builder.reading.indexed_record import Link
from site_builder.text import web_addresses

_INSIDE = re.compile(r"/(?!/)\S*")
_TITLED = ("titel", "ingress")
_BARE_REMARK = re.compile(r"(?P<name>[\w-]+): +(?![\"'>|#\[{])(?P<value>[^#\n]*[^#\s]) (?P<lost># .*)")
_DASH = re.compile(r"\s*-(?!-) *\S.*")
_NOT_LINKS = ("ersätter",)
"""Fields whose addresses are old ones: nothing need be there any more."""


def values(data: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every text of the front matter, with its place."""
    if isinstance(data, str):
        yield path, data
        return
    for key, value in data.items() if isinstance(data, Mapping) else enumerate(data):
        yield from values(value, (*path, key))


def internal_links(document: Document) -> Iterator[Link]:
    """The fields that hold an address of the site's own, for the check that it leads somewhere."""
    for path, value in values(document.data):
        if value.startswith("/") and path[0] not in _NOT_LINKS and _INSIDE.fullmatch(value):
            address, _, anchor = value.partition("#")
            yield address.partition("?")[0], anchor, line_of(document.lines, path)


def check(file: str, text: str, document: Document, record: Record) -> Iterator[Problem]:
    """Every problem of the values, each by itself."""
    for path, value in values(document.data):
        line, field = line_of(document.lines, path), dotted(path)
        found = web_addresses.fault(value) if ":" in value and " " not in value else None
        if found:
            kind = error if found.fatal else warning
            yield kind(found.code, file, line, field, found.message, found.hint)
        sign = invisible.first(value) if path[-1] in ("mål", "länk") or path[0] in _NOT_LINKS else ""
        if sign:
            message = f"”{value}” innehåller ett tecken som inte syns ({invisible.name(sign)})."
            hint = "Skriv om värdet för hand. `site-builder check --fix` gör det åt dig."
            yield error("invisible-character", file, line, field, message, hint)
    yield from _lost_remarks(file, text, document)
    yield from _merged_items(file, text, document)
    yield from _withheld(file, document, record)
    if record.translation_of and record.language == "sv":
        message = "Sidan översätter en annan men är själv på svenska."
        line = line_of(document.lines, ("översätter",))
        hint = "Lägg till `språk: en` eller `språk: sv-lattlast`."
        yield error("translation-without-language", file, line, "översätter", message, hint)
    if record.language == "en" and not record.info.in_english:
        message = f"Rubrikerna på sidor av slaget {record.info.swedish} finns bara på svenska."
        line = line_of(document.lines, ("språk",))
        hint = "Ta bort `språk: en`, eller skriv en sida i mappen sidor/ som berättar om saken på engelska."
        yield error("language-of-type", file, line, "språk", message, hint)


def _lost_remarks(file: str, text: str, document: Document) -> Iterator[Problem]:
    """`titel: Etapp # 2` is read as `Etapp`; a meant remark after a value has two blanks before it."""
    rows = text.splitlines()
    for path, line in document.lines.items():
        found = _BARE_REMARK.fullmatch(rows[line - 1].rstrip()) if len(path) == 1 else None
        if found and not found["value"].endswith(" ") and path[0] in (*_TITLED, "namn", "sms", "händelse"):
            message = f"Det som står efter # läses inte: ”{found['lost']}”."
            yield warning(
                "hidden-text", file, line, str(path[0]), message, "Sätt hela värdet inom citattecken."
            )


def _merged_items(file: str, text: str, document: Document) -> Iterator[Problem]:
    """`-Boka` under an item of a list goes on with that item's text."""
    joined = [(path, value) for path, value in values(document.data) if re.search(r"\s- *\S", value)]
    rows = text.splitlines()[: document.markdown_line - 1]
    begun = {line for path, line in document.lines.items() if isinstance(path[-1], int)}
    for number, row in enumerate(rows, 1):
        item = row.strip()
        if number in begun or not _DASH.fullmatch(row) or row.startswith("---"):
            continue
        path = next((path for path, value in joined if re.search(rf"\s{re.escape(item)}", value)), None)
        if path:
            message = f"Raden ”{item[:40]}” hänger ihop med raden ovanför."
            hint = f"Skriv `- {item[1:41].strip()}` med samma indrag som punkten ovanför."
            yield warning("merged-items", file, number, dotted(path), message, hint)


def _withheld(file: str, document: Document, record: Record) -> Iterator[Problem]:
    """What must never be shown must not stand in the text either."""
    hidden = getattr(record, "withheld", [])
    if not hidden:
        return
    shown = [
        (path, value) for path, value in values(document.data) if path[0] not in (*hidden, "visa_inte", "id")
    ]
    texts = [*((line_of(document.lines, path), dotted(path), value) for path, value in shown)]
    rows = enumerate(document.markdown.split("\n"), document.markdown_line)
    texts += [(row, "", line) for row, line in rows]
    for name in hidden:
        value = document.data.get(name)
        for line, field, text in texts if isinstance(value, str) and value else ():
            if _stands_in(str(value), text):
                message = f"Här står det som inte får visas ({name})."
                hint = "Ta bort det ur texten, eller ur `visa_inte` om det får visas."
                yield error("withheld-in-text", file, line, field, message, hint)


def _stands_in(value: str, text: str) -> bool:
    digits = re.sub(r"\D", "", value)
    if len(digits) >= 5 and len(digits) * 2 > len(value.replace(" ", "")):
        national = re.sub(r"^(?:00)?46", "", digits).lstrip("0")
        plain = re.sub(r"(?<=\d)[ \u00a0()/–-]+(?=\d)|\(0\)", "", text)
        return re.search(rf"(?<!\d)(?:0|(?:\+|00)46)?0?{national}(?!\d)", plain) is not None
    return len(value) > 2 and re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text, re.IGNORECASE) is not None
