"""Readability: LIX and heavy words, for the texts that editors write themselves.

LIX (Björnsson 1968) is words ÷ sentences + 100 × words over six letters ÷ words: under 30 is very easy, 30–40
easy, 40–50 as newspapers, 50–60 official, over 60 bureaucratic. Quoted decisions are not judged.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

LIMITS = {"service": 45, "safety": 45}
OTHERS = 50
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

WORDS = Path(__file__).parent / "data" / "tunga-ord.txt"

_LEFT_OUT = re.compile(
    r"^[ \t]*[|>].*$"  # tables and quotations
    r"|^#+ .*$|`[^`]*`|https?://\S+|(?<!\S)[^\s@]{1,64}@\S+|\]\([^)\n]{0,500}\)"
    r"|§+ ?\d[\d–, -]*|\d{4}/[A-ZÅÄÖ]+ ?\d+|\d+",
    re.MULTILINE,
)
_SHORT = re.compile(r"\b(?:kl|t\.ex|bl\.a|m\.m|m\.fl|s\.k|d\.v\.s|ca|nr|tel|kap|st)\.", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_SENTENCE = re.compile(r"(?<![.!?:])[.!?:]++(?=\s|$)|\n\s*\n|\n[ \t]*(?:[-*+]|\d+\.) ")


class Reading(NamedTuple):
    """How a text reads."""

    lix: float
    words: int
    longest: tuple[str, ...]
    """The beginnings of the longest sentences, the longest first."""


def measure(text: str) -> Reading:
    """The LIX of a text in Markdown.

    Tables, headings, quotations, code, §, case numbers and addresses are left out.
    """
    sentences = _sentences(text)
    words = [word for sentence in sentences for word in sentence.words]
    if not words:
        return Reading(0.0, 0, ())
    long = sum(len(word) > 6 for word in words)
    worst = sorted(sentences, key=lambda sentence: -len(sentence.words))[:2]
    named = tuple(" ".join(one.text.split()[:6]) for one in worst if len(one.words) > LONG)
    return Reading(len(words) / len(sentences) + 100 * long / len(words), len(words), named)


class _Sentence(NamedTuple):
    text: str
    words: list[str]


def _sentences(text: str) -> list[_Sentence]:
    found = (_Sentence(part, _WORD.findall(part)) for part in _SENTENCE.split(_plain(text)))
    return [sentence for sentence in found if sentence.words]


def _plain(text: str) -> str:
    """What counts, each sign where it was; the rest is blank, as are the dots of abbreviations."""
    blank = _LEFT_OUT.sub(_blank, text)
    return _SHORT.sub(lambda found: found[0].replace(".", " "), blank)


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0]) if "\n" in found[0] else " " * len(found[0])


def prose(record: Any) -> list[tuple[str, str]]:
    """(attribute, text) of what the editor has written in a record's fields; items of a list stand apart."""
    values = ((name, getattr(record, name, None)) for name in PROSE)
    return [
        (name, "\n\n".join(value) if isinstance(value, list) else value) for name, value in values if value
    ]


def hard_to_read(kind: str, texts: Sequence[str]) -> tuple[int, str, str] | None:
    """(which text has the longest sentence, message, suggestion) where the texts together are too hard.

    `kind` is the record's type in English, which sets the limit. None where they can be read.
    """
    found, limit = measure("\n\n".join(texts)), LIMITS.get(kind, OTHERS)
    if found.words < FEW or found.lix <= limit:
        return None
    hint = "Byt långa ord mot korta."
    if found.longest:
        named = " och ".join(f"”{beginning} …”" for beginning in found.longest)
        hint = f"Dela meningen som börjar {named}."
    lengths = [max((len(one.words) for one in _sentences(text)), default=0) for text in texts]
    where = lengths.index(max(lengths))
    return where, f"Texten är svår att läsa: LIX {found.lix:.0f}, helst högst {limit}.", hint


def heavy_words(text: str) -> Iterator[tuple[str, str, int]]:
    """(word, plain replacement, where in the text) of each heavy word or phrase, once each."""
    known, lower = _heavy(), _plain(text).lower()
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
