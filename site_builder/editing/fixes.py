"""Fixes: what `check --fix` mends by itself, because there is only one right way to do it."""

import os
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

_HEAD = re.compile(r"---[ \t]*\n(.*?\n)?---[ \t]*(?:\n|$)", re.DOTALL)
_ID = re.compile(r"^[\"']?id[\"']?\s*:", re.MULTILINE)
_EMPTY_ID = re.compile(r"^id:(?=[ \t]*(?:#.*)?\n(?![ \t]))", re.MULTILINE)


def fix(text: str, new_id: Callable[[], str] = lambda: str(uuid4())) -> str:
    """The text without BOM, with plain line ends, composed letters, and an id; everything else as it was."""
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    text = unicodedata.normalize("NFC", text)
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
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    aside.write_bytes(after)
    aside.chmod(path.stat().st_mode & 0o777)
    aside.replace(path)
    return True
