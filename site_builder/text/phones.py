"""Telephone numbers in running text become links: on a phone, a number is something to press."""

import re
from html import escape

from markupsafe import Markup

_WHOLE = r"(?<![\w/.-])0\d{1,3}-\d{2,3}(?: \d{2,3}){1,3}(?![\w-])"
"""With area code: `08-578 291 00`, `0771-921 921`, `020-82 00 00`."""
_SPECIAL = r"(?<![\w/.-])11[34] 1[34](?![\w-])"
"""113 13 (information in a crisis) and 114 14 (the police)."""
_BEFORE = (
    "ing ", "inger du ", "ringa ", "[Cc]all ", "<strong>", "SOS ", "genast ", "direkt ", "alltid ", "numret ",
    "nummer ", "[Ll]arma ", "fara: ", "akut: ",
)  # fmt: skip
_AFTER = r"(?= om | när | genast\b| direkt\b| vid (?:fara|akut|nöd|liv|brand|olyck))"
_BESIDE = "|".join(f"(?<={word})" for word in _BEFORE)
_SHORT = rf"(?:(?:{_BESIDE})(?:112|1177)|(?<![\w/.,:-])112{_AFTER})(?![\w-])(?! kr)"
"""Three or four digits are a number to call only beside a word that says so, or in bold."""
_FOUND = re.compile(rf"<(a|code|h\d)\b.*?</\1>|<[^>]*>|(?P<number>{_WHOLE}|{_SPECIAL}|{_SHORT})", re.DOTALL)
_ANY = re.compile(r"1177|11[234]\b|0(?<![\w/.-].)\d{1,3}-\d")
"""Quick to look for: most texts have dates and sums, and no number to call."""


def link_phones(html: str) -> str:
    """The same HTML with its numbers as `tel:` links; what is a link, code or heading stays as it is."""
    return _FOUND.sub(_link, html) if _ANY.search(html) else html


def _link(found: re.Match[str]) -> str:
    number = found["number"]
    return f'<a href="tel:{re.sub(r"[ -]", "", number)}">{number}</a>' if number else found[0]


def phones(text: str) -> Markup:
    """A plain text as HTML, its numbers as links."""
    return Markup(link_phones(escape(text)))  # noqa: S704 - escaped


def same(one: str, other: str) -> bool:
    """True for two spellings of a number: `08-123 456` and `08 12 34 56`."""
    digits = re.compile(r"\D")
    return digits.sub("", one) == digits.sub("", other)
