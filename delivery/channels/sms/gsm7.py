"""GSM 03.38's default alphabet: what fits into an SMS, and how many parts a text takes.

Source: 3GPP TS 23.038 (alphabet), TS 23.040 (in several parts a header leaves 153 septets or 67 code units).
"""

import re
import unicodedata
from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
ESCAPED = frozenset("^{}\\[~]|€\f")  # two septets each: escape and character, never in different parts

SINGLE, MULTI = 160, 153
UCS2_SINGLE, UCS2_MULTI = 70, 67

REPLACEMENTS = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("‘’‚‛′´`", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys([*map(chr, range(0x2000, 0x200B)), "\u00a0", "\u202f", "\u3000", "\t"], " "),
        "…": "...", "•": "-", "·": "-", "×": "x", "ç": "Ç", "½": "1/2", "¼": "1/4", "¾": "3/4",
        "©": "(c)", "®": "(r)", "™": "(tm)", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ł": "l", "Ł": "L",
        "ı": "i", "œ": "oe", "Œ": "OE", "\r": "\n",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Packed:
    """A text as it goes out: ``encoding`` is ``gsm7`` or ``ucs2``; ``units`` are septets or code units."""

    encoding: str
    parts: tuple[str, ...]
    units: int


def normalise(text: str) -> str:
    """The same text in GSM-7's letters where that loses nothing a reader needs.

    Dashes, quotation marks and spaces get their plain forms, letters unknown to GSM-7 lose their accents,
    invisible and pictorial characters go. Other alphabets stay (and cost more).
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n")).translate(REPLACEMENTS)
    text = "".join(_plain(char) for char in text)
    text = re.sub(r" +", " ", text)
    return re.sub(r" ?\n ?", "\n", text).strip()


def _plain(char: str) -> str:
    if char in BASIC or (char in ESCAPED and char != "\f"):
        return char
    if unicodedata.category(char)[0] == "C" or unicodedata.category(char) in ("So", "Sk", "Mn", "Me"):
        return ""
    bare = "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))
    return bare if bare and all(c in BASIC for c in bare) else char


def is_gsm7(text: str) -> bool:
    return all(char in BASIC or char in ESCAPED for char in text)


def pack(text: str) -> Packed:
    """Split as a phone network does: 160 septets in one part, 153 in several; escape pairs stay together."""
    if is_gsm7(text):
        return _packed("gsm7", text, SINGLE, MULTI)
    return _packed("ucs2", text, UCS2_SINGLE, UCS2_MULTI)


def count(text: str) -> int:
    """Septets of a GSM-7 text, UTF-16 code units of any other."""
    if is_gsm7(text):
        return len(text) + sum(char in ESCAPED for char in text)
    return sum(2 if ord(char) > 0xFFFF else 1 for char in text)


def _packed(encoding: str, text: str, single: int, multi: int) -> Packed:
    units = count(text)
    if units <= single:
        return Packed(encoding, (text,), units)
    parts, current, room = [], "", multi
    for char in text:
        size = _size(encoding, char)
        if size > room:
            parts.append(current)
            current, room = "", multi
        current += char
        room -= size
    return Packed(encoding, (*parts, current), units)


def _size(encoding: str, char: str) -> int:
    if encoding == "gsm7":
        return 2 if char in ESCAPED else 1
    return 2 if ord(char) > 0xFFFF else 1


def fit(body: str, tail: str, parts: int) -> str:
    """``body`` shortened at a word, with ``...``, so that it and ``tail`` fit into ``parts`` parts.

    The tail (links, how to leave) is never cut. Both must be normalised.
    """
    whole = f"{body}\n{tail}" if tail else body
    if len(pack(whole).parts) <= parts:
        return whole
    low, high = 0, len(body)
    while low < high:  # the longest beginning that fits
        middle = (low + high + 1) // 2
        fits = len(pack(_cut(body, middle, tail)).parts) <= parts
        low, high = (middle, high) if fits else (low, middle - 1)
    return _cut(body, low, tail)


def _cut(body: str, length: int, tail: str) -> str:
    start = body[:length]
    if length < len(body) and body[length] != " " and " " in start[length // 2 :]:
        start = start[: start.rindex(" ")]
    start = start.rstrip(" ,;:-\n")
    return f"{start}...\n{tail}" if tail else f"{start}..."
