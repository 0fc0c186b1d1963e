"""Words become terms here, and each has a file that it is in. js/search-query.js has the same rules."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

FILES = 512
"""So many files share the words: at 10,000 records one is about 5 kB, packed."""

COMMON = ("for", "kom", "und", "int", "sam", "ove", "upp", "bes", "ans", "utb", "tyr", "til")
"""Beginnings of so many Swedish words that three letters do not tell the file; with these it is five."""

_WORD = re.compile(r"[^\W_]+")
_REFERENCE = re.compile(r"\b((?:19|20)\d\d)[ /-]{0,2}([A-ZÅÄÖ]{2,4})[ -]?(\d{2,4})\b")


@lru_cache(maxsize=200_000)
def fold(word: str) -> str:
    """Letters without their dots and accents: `forskola` finds `förskola`."""
    plain = unicodedata.normalize("NFD", word)
    return "".join(char for char in plain if unicodedata.category(char) != "Mn")


def words(text: str) -> list[str]:
    """The words of a text in lower case; a sign between letters parts them."""
    return _WORD.findall(unicodedata.normalize("NFC", text).lower())


def references(text: str) -> Iterator[str]:
    """Registration numbers (diarienummer) as one word each: `2011 KSM 0391` is `2011ksm0391`."""
    for year, board, number in _REFERENCE.findall(text):
        yield f"{year}{board.lower()}{number.zfill(4)}"


@lru_cache(maxsize=200_000)
def file_of(term: str) -> int:
    """The number of the file that holds a term: all that begin alike, with or without dots, are in one."""
    plain = fold(term)
    beginning = plain[:5] if plain.startswith(COMMON) else plain[:3]
    value = 2166136261  # FNV-1a, 32 bits: as short in JavaScript
    for byte in beginning.encode():
        value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return value % FILES
