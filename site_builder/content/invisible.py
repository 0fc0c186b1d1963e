"""Signs that do not show, which come along when an address or a number is pasted from elsewhere."""

import unicodedata

_ALSO = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0\ufe0e\ufe0f")
"""Unicode calls these letters, marks and symbols."""


def is_invisible(sign: str) -> bool:
    """Zero-width signs, soft hyphens, marks of direction, and blanks that are no common blank."""
    category = unicodedata.category(sign)
    return category == "Cf" or (category == "Zs" and sign != " ") or sign in _ALSO


def first(value: str) -> str:
    """The first such sign; empty where there is none."""
    return "" if value.isascii() else next(filter(is_invisible, value), "")


def name(sign: str) -> str:
    """For the editor: `U+00AD`, with its English name."""
    return f"U+{ord(sign):04X} {unicodedata.name(sign, '').lower()}".strip()


def cleaned(value: str) -> str:
    """Without them, wide blanks made common ones, none at the edges."""
    page_context = (" " if unicodedata.category(sign) == "Zs" else sign for sign in value)
    return "".join(sign for sign in page_context if not is_invisible(sign)).strip()
