"""Readability: LIX and heavy words, for the texts that editors write themselves.

LIX (Björnsson 1968) is words ÷ sentences + 100 × words over six letters ÷ words: under 30 is very easy, 30–40
easy, 40–50 as newspapers, 50–60 official, over 60 bureaucratic. Quoted decisions are not judged.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

LIMITS = {"service": 45, "safety": 45}
OTHERS = 50
FEW = 60
"""Texts of fewer words say too little of how they read."""

WORDS = Path(__file__).parent / "data" / "tunga-ord.txt"

_LEFT_OUT = re.compile(
    r"^\s*\|.*$|^#+ .*$|`[^`]*`|https?://\S+|\S+@\S+|\]\([^)]*\)|§+ ?\d+[\d–, -]*|\d{4}/[A-ZÅÄÖ]+ ?\d+|[\d]+",
    re.MULTILINE,
)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_SENTENCE = re.compile(r"[.!?:]+(?=\s|$)|\n\s*\n|\n\s*(?:[-*+]|\d+\.) ")


class Reading(NamedTuple):
    """How a text reads."""

    lix: float
    words: int
    longest: tuple[str, ...]
    """The beginnings of the longest sentences, the longest first."""


def measure(text: str) -> Reading:
    """The LIX of a text in Markdown: tables, headings, §, case numbers and addresses are left out."""
    plain = _LEFT_OUT.sub(" ", text)
    sentences = [(len(_WORD.findall(part)), part) for part in _SENTENCE.split(plain)]
    counted = [(count, part) for count, part in sentences if count]
    words = _WORD.findall(plain)
    if not words:
        return Reading(0.0, 0, ())
    long = sum(len(word) > 6 for word in words)
    worst = sorted(counted, key=lambda row: -row[0])[:2]
    named = tuple(" ".join(part.split()[:6]) for count, part in worst if count > 20)
    return Reading(len(words) / len(counted) + 100 * long / len(words), len(words), named)


def hard_to_read(kind: str, text: str) -> tuple[str, str] | None:
    """(message, suggestion) where a text of this type (English name) is too hard; None where it is not."""
    found, limit = measure(text), LIMITS.get(kind, OTHERS)
    if found.words < FEW or found.lix <= limit:
        return None
    hint = "Korta meningarna och byt långa ord."
    if found.longest:
        hint = f"Dela till exempel meningen som börjar ”{found.longest[0]} …”."
    return f"Texten är svår att läsa: LIX {found.lix:.0f}, helst högst {limit}.", hint


def heavy_words(text: str) -> Iterator[tuple[str, str, int]]:
    """(word, plain replacement, where in the text) of each heavy word, once a word."""
    pattern, plain = _heavy()
    seen = set()
    for match in pattern.finditer(text):
        word = match[0].lower()
        if word not in seen:
            seen.add(word)
            yield match[0], plain[word], match.start()


@cache
def _heavy() -> tuple[re.Pattern[str], dict[str, str]]:
    rows = [line.partition(" = ") for line in WORDS.read_text(encoding="utf-8").splitlines() if " = " in line]
    plain = {heavy: simple for heavy, _, simple in rows if not heavy.startswith("#")}
    words = "|".join(re.escape(word) for word in sorted(plain, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE), plain
