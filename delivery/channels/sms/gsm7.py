"""GSM 03.38's default alphabet: what fits into an SMS, and how many parts a text takes.

Source: 3GPP TS 23.038 (alphabet), TS 23.040 (in several parts a header leaves 153 septets or 67 code units).
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from delivery.links import ascii_link
from delivery.plain_text import BREAKS

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
ESCAPED = frozenset("^{}\\[~]|€\f")  # two septets each: escape and character, never in different parts

SINGLE, MULTI = 160, 153
UCS2_SINGLE, UCS2_MULTI = 70, 67

REPLACEMENTS = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−⁃•·‣∙", "-"),
        **dict.fromkeys("‘’‚‛′´`ʼ‹›", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys([*map(chr, range(0x2000, 0x200B)), "\u00a0", "\u202f", "\u3000", "\t"], " "),
        **dict.fromkeys("→⇒➔➙➛➜➝➞➟➠➡➤⮕", "->"),
        **dict.fromkeys("←⇐⬅", "<-"),
        "…": "...", "×": "x", "⁄": "/", "∕": "/", "±": "+/-", "≤": "<=", "≥": ">=", "‰": " promille",
        "ç": "Ç", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ł": "l", "Ł": "L", "ı": "i", "ẞ": "SS",
        "œ": "oe", "Œ": "OE", "©": "(c)", "®": "(r)", "™": "(tm)",
    }
)  # fmt: skip
"""What says the same in GSM-7's letters; Unicode's own tables take apart the rest."""

INVISIBLE = re.compile("[\u034f\ufe00-\ufe0f]")  # they join signs or choose between pictures
LINK = re.compile(r"(?:https?://|www\.|(?<![\w@.-])(?:[\w-]+\.)+[a-z]{2,}/)[^\s<>\"“”„»«]+", re.IGNORECASE)
UPPER, LOWER = "⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉"
FRACTION = re.compile(f"[¼½¾⅐-⅞↉]|[{UPPER}]+[⁄∕/][{LOWER}]+|⅟[0-9{LOWER}]+")
ENCLOSED = re.compile("[\u2460-\u249b\u24ea-\u24ff\u2776-\u2793]")
POWER = re.compile(rf"(?<=[\d)])[⁺⁻]?[{UPPER}ⁿ]+")
INDEX = re.compile(rf"(?<=\d)[{LOWER}]+")
BEFORE_DIGIT = re.compile(rf"[{UPPER}{LOWER}](?=\d)")
DEGREES = re.compile(r"(?<=\d) ?(?:[°˚]|º(?= ?[CF]\b)) ?([CF]\b)?(?=(\w?))")
DOT_BETWEEN_NUMBERS = re.compile(r"(?<=\d)[·⋅•∙](?=\d)")
BULLET = re.compile(r"(?<!\w)[•·‣∙⁃](?=\S)")
"""A dash in its place must not look like a minus: •12 is 12 of something."""
PICTURE = "\ufffc"  # Unicode's own sign for what is no text


@dataclass(frozen=True, slots=True)
class Packed:
    """A text as it goes out: ``encoding`` is ``gsm7`` or ``ucs2``; ``units`` are septets or code units."""

    encoding: str
    parts: tuple[str, ...]
    units: int


def normalise(text: str) -> str:
    """The same text in GSM-7's letters where that loses nothing a reader needs.

    Dashes, quotation marks and spaces get their plain forms, letters unknown to GSM-7 lose their accents,
    invisible and pictorial characters go. Other alphabets stay (and cost more). Numbers never run together
    (1½ is 1 1/2, 3³ is 3^3), and links lead where they led.
    """
    text = unicodedata.normalize("NFC", INVISIBLE.sub("", BREAKS.sub("\n", text)))
    text = "".join(char for char in text if char in "\n\t" or unicodedata.category(char)[0] != "C")
    pieces, end = [], 0
    for found in LINK.finditer(text):
        link = _without_signs_after(found[0])
        pieces += [_words(text[end : found.start()]), ascii_link(link)]
        end = found.start() + len(link)
    text = re.sub(" +", " ", "".join((*pieces, _words(text[end:]))))
    return re.sub(r" ?\n ?", "\n", text).strip()


def _without_signs_after(link: str) -> str:
    """A link without the dash, quotation mark or picture that only follows it in the sentence."""
    while link and not link[-1].isascii() and not link[-1].isalnum():
        link = link[:-1]
    return link


def _words(text: str) -> str:
    """Words in GSM-7's letters: first the numbers, then sign by sign."""
    text = _numbers("".join(_without_square(char) for char in text)).translate(REPLACEMENTS)
    signs = [""]
    for char in text:
        signs.append(_plain(char, signs[-1]))
    # A picture between two words leaves a blank: "3➕4" is not 34.
    return re.sub(rf"(?<=\w){PICTURE}+(?=\w)", " ", "".join(signs)).replace(PICTURE, "")


def _without_square(char: str) -> str:
    """Units that Unicode keeps as one sign, such as those for square metres, in their letters."""
    if unicodedata.category(char) != "So" or ord(char) in REPLACEMENTS:
        return char
    letters = unicodedata.normalize("NFKD", char)
    return letters if all(letter in BASIC or letter == "°" for letter in letters) else char


def _numbers(text: str) -> str:
    """Fractions, powers, indices, degrees, numbers in circles: so written that no two numbers become one."""
    text = _apart(FRACTION, lambda sign: unicodedata.normalize("NFKD", sign), text)
    text = _apart(ENCLOSED, lambda sign: str(int(unicodedata.numeric(sign))), text)
    text = BEFORE_DIGIT.sub(r"\g<0> ", text)
    text = POWER.sub(lambda found: "^" + unicodedata.normalize("NFKD", found[0]), text)
    text = INDEX.sub(lambda found: "_" + unicodedata.normalize("NFKD", found[0]), text)
    text = DEGREES.sub(lambda found: f" {found[1] or 'grader'}{' ' if found[2] else ''}", text)
    return BULLET.sub(r"\g<0> ", DOT_BETWEEN_NUMBERS.sub("*", text))


def _apart(pattern: re.Pattern[str], write: Callable[[str], str], text: str) -> str:
    """``text`` with each match written otherwise, and a blank where a number stands next to it."""

    def written(found: re.Match[str]) -> str:
        before, after = text[: found.start()][-1:], text[found.end() :][:1]
        return f"{' ' * before.isnumeric()}{write(found[0])}{' ' * after.isnumeric()}"

    return pattern.sub(written, text)


def _plain(char: str, before: str) -> str:
    """One sign in GSM-7's letters, ``PICTURE`` where it is none, itself where nothing says the same."""
    if char in BASIC or (char in ESCAPED and char != "\f"):
        return char
    category = unicodedata.category(char)
    if category in ("So", "Sk"):
        return PICTURE
    if category in ("Mn", "Me"):  # in other alphabets they are vowels
        return "" if before[-1:] in BASIC or before in ("", PICTURE) else char
    letters = unicodedata.normalize("NFKD", char).translate(REPLACEMENTS)
    # Only a letter is still itself without its accent: the stroke through ≠ is all it says.
    bare = "".join(c for c in letters if category[0] != "L" or not unicodedata.combining(c))
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
    start = _without_torn_link(body, len(start)).rstrip(" ,;:-\n")
    return f"{start}...\n{tail}" if tail else f"{start}..."


def _without_torn_link(body: str, length: int) -> str:
    """The beginning of ``body``, without a link that would be cut off and lead elsewhere."""
    torn = (found.start() for found in LINK.finditer(body) if found.start() < length < found.end())
    return body[: next(torn, length)]
