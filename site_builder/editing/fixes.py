"""This module does what `check --fix` mends by itself, because there is only one right way to do it."""

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from site_builder.content import invisible
from site_builder.content.invisible import cleaned
from site_builder.files import replace_file

_HEAD = re.compile(r"---[ \t]*\n(.*?\n)?---[ \t]*(?:\n|$)", re.DOTALL)
_ID = re.compile(r"^[\"']?id[\"']?\s*:", re.MULTILINE)
_LINK = re.compile(r"(?<=\]\()[^()\n\"']+(?=\))|(?<=<)[^<>\n ]*(?:@|://)[^<>\n ]*(?=>)")
"""Where a link of Markdown leads: `[text](address)`, `<address>`."""
_FIELD = re.compile(r"^([ \t]*(?:- +)*(?:[\w-]+:)?[ \t]*)([^ \t\n].*)$", re.MULTILINE)
_ADDRESS = re.compile(
    r"([\"']?)(?:https?://\S+|/[^\s\"']*|[^\s@\"']+@[^\s@\"']+|\+?\d[\d -]{1,18}\d)\1", re.IGNORECASE
)
"""A web address, an address of the site, an e-mail address or a number, perhaps in quotation marks."""
_EMPTY_ID = re.compile(r"^id:(?=[ \t]*(?:#.*)?\n(?![ \t]))", re.MULTILINE)


def fix(text: str, new_id: Callable[[], str] = lambda: str(uuid4())) -> str:
    """The text without BOM, with plain line ends, composed letters, clean addresses, and an id.

    Everything else stays as it was.
    """
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    text = _clean_addresses(unicodedata.normalize("NFC", text))
    head = _HEAD.match(text)
    if head is None:
        return text
    begin, fields = text.index("\n") + 1, head[1] or ""
    ids, empty = _ID.findall(fields), _EMPTY_ID.search(fields)
    if empty and len(ids) == 1:  # with several, which one is meant is for the editor to say
        end = begin + empty.end()
        return f"{text[:end]} {new_id()}{text[end:]}"
    if not ids:
        return f"{text[:begin]}id: {new_id()}\n{text[begin:]}"
    return text


def _clean_addresses(text: str) -> str:
    """Without the signs that do not show in links and in fields that hold an address or a number."""
    if not invisible.first(text):
        return text
    text = _LINK.sub(lambda link: link[0] if " " in link[0].strip() else _shown(link[0]), text)
    head = _HEAD.match(text)
    if head is None:
        return text
    fields = _FIELD.sub(lambda field: field[1] + _clean_value(field[2]), head[0])
    return fields + text[head.end() :]


def _shown(address: str) -> str:
    return "".join(sign for sign in address.strip() if not invisible.is_invisible(sign))


def _clean_value(value: str) -> str:
    joined = "" if " " in value.strip() else _shown(value)
    return next(filter(_ADDRESS.fullmatch, (cleaned(value), joined)), value)


def fix_file(path: Path) -> bool:
    """Mend a file in place; True when something changed. What is no UTF-8 is left for its owner to save."""
    try:
        before = path.read_bytes()
        text = before.decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    after = fix(text).encode()
    if after == before or not text.strip():
        return False
    replace_file(path, after, path.stat().st_mode & 0o777)
    return True
