"""Readability is measured by LIX and heavy words, in the texts that editors write themselves.

LIX (Björnsson 1968) is words ÷ sentences + 100 × words over six letters ÷ words: under 30 is very easy, 30–40
easy, 40–50 as newspapers, 50–60 official, over 60 bureaucratic. Quoted decisions are not judged.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel

FEW = 60
"""Texts of fewer words say too little of how they read."""

PROSE = (
    "summary",
    "who",
    "how",
    "needed",
    "gets",
    "answer",
    "before",
    "during",
    "after",
    "instruction",
    "plain_summary",
    "costs",
    "influence",
    "state_reason",
)
"""The attributes, of whatever type, that hold sentences of the editor's own."""

LONG = 20
"""A sentence of more words is worth naming."""

WORDS = Path(__file__).with_name("tunga-ord.txt")

_LEFT_OUT = (
    ("", re.compile(r"^(?:[ \t]*[|>]|#+ ).*$", re.MULTILINE)),  # tables, quotations, headings
    ("`", re.compile(r"`[^`]*`")),
    ("](", re.compile(r"\]\([^)\n]{0,500}\)")),
    ("://", re.compile(r"https?://\S+")),
    ("@", re.compile(r"(?<!\S)[^\s@]{1,64}@\S+")),
    ("/", re.compile(r"(?<=\d{4}/)[A-ZÅÄÖ]+(?= ?\d)")),  # of a case number; § and digits are no words anyway
)
"""(what a text must hold for it, what is no prose): six looks, since one for all takes ten times as long."""
_SHORT = re.compile(
    r"\.(?:(?<=\bkl\.|\bca\.|\bnr\.|\bst\.)|(?<=\btel\.|\bkap\.|\bs\.k\.|\bm\.m\.)"
    r"|(?<=\bt\.ex\.|\bbl\.a\.|\bm\.fl\.)|(?<=\bd\.v\.s\.))",
    re.IGNORECASE,
)
"""The last dot of an abbreviation."""
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_SENTENCE = re.compile(
    r"[.!?:\n](?:(?<=[.!?:])(?<![.!?:].)[.!?:]*+(?=\s|$)|(?<=\n)(?:\s*\n|[ \t]*(?:[-*+]|\d+\.) ))"
)
"""Where one ends: a stop, an empty line, or the next item of a list."""


class Reading(NamedTuple):
    """How a text reads."""

    lix: float
    words: int


def measure(text: str) -> Reading:
    """The LIX of a text in Markdown.

    Tables, headings, quotations, code, case numbers and addresses are left out.
    """
    return _measure(_plain(text))


def _measure(plain: str) -> Reading:
    words = _WORD.findall(plain)
    if not words:
        return Reading(0.0, 0)
    sentences = sum(1 for part in _SENTENCE.split(plain) if _WORD.search(part))
    long = sum(len(word) > 6 for word in words)
    return Reading(len(words) / sentences + 100 * long / len(words), len(words))


@lru_cache(maxsize=32)  # each text is asked of twice: how it reads, and for heavy words
def _plain(text: str) -> str:
    """What counts, each sign where it was; the rest is blank, as are the dots of abbreviations."""
    for mark, pattern in _LEFT_OUT:
        if mark in text:
            text = pattern.sub(_blank, text)
    return _SHORT.sub(" ", text)


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0]) if "\n" in found[0] else " " * len(found[0])


def prose(record: BaseModel) -> list[tuple[str, str]]:
    """(attribute, text) of what the editor has written in a record's fields; items of a list stand apart."""
    values = ((name, getattr(record, name)) for name in _attributes(type(record)))
    return [
        (name, "\n\n".join(value) if isinstance(value, list) else value) for name, value in values if value
    ]


@cache
def _attributes(model: type[BaseModel]) -> list[str]:
    return [name for name in PROSE if name in model.model_fields]


def hard_to_read(limit: int, texts: Sequence[str]) -> tuple[int, str, str] | None:
    """(which text has the longest sentence, message, suggestion) where the texts together are too hard.

    `kind` is the record's type in English, which sets the limit. None where they can be read.
    """
    plain = [_plain(text) for text in texts]
    found = _measure("\n\n".join(plain))
    if found.words < FEW or found.lix <= limit:
        return None
    sentences = [
        (len(_WORD.findall(part)), where, part)
        for where, text in enumerate(plain)
        for part in _SENTENCE.split(text)
    ]
    longest = sorted(sentences, key=lambda sentence: -sentence[0])[:2]
    named = [f"”{' '.join(part.split()[:6])} …”" for words, _, part in longest if words > LONG]
    hint = f"Dela meningen som börjar {' och '.join(named)}." if named else "Byt långa ord mot korta."
    return longest[0][1], f"Texten är svår att läsa: LIX {found.lix:.0f}, helst högst {limit}.", hint


def heavy_words(text: str) -> Iterator[tuple[str, str, int]]:
    """(word, plain replacement, where in the text) of each heavy word or phrase, once each."""
    known, lower = _heavy(), _plain(text).lower()
    if known.keys().isdisjoint(_WORD.findall(lower)):
        return
    seen: set[str] = set()
    for match in _WORD.finditer(lower):
        for phrase, plain in known.get(match[0], ()):
            start, end = match.start(), match.start() + len(phrase)
            if phrase not in seen and lower.startswith(phrase, start) and not lower[end : end + 1].isalnum():
                seen.add(phrase)
                yield text[start:end], plain, start


@cache
def _heavy() -> dict[str, list[tuple[str, str]]]:
    """First word → the (word or phrase, plain replacement) pairs that begin with it."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in WORDS.read_text(encoding="utf-8").splitlines():
        forms, equals, plain = row.partition(" = ")
        if equals and not row.startswith("#"):
            for form in forms.split(", "):
                found.setdefault(form.split()[0], []).append((form, plain))
    return found
