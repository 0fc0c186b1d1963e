"""What somebody typed or pasted where an address is asked for, without what does not belong to it."""

import unicodedata

MAX_TYPED = 320  # characters; RFC 5321's longest address

UNSEEN = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0\ufe0e\ufe0f")
"""Signs that do not show though Unicode calls them letters, marks and symbols."""


class AddressError(ValueError):
    """The address cannot be used; the message is the Swedish sentence to show."""


def without_invisible(typed: str, blank: str) -> str:
    """What somebody pasted, without the signs that came along and do not show; the wide blanks as ``blank``.

    Zero-width signs, soft hyphens and marks of direction are no part of any address.
    """
    shown = (sign for sign in typed if unicodedata.category(sign) != "Cf" and sign not in UNSEEN)
    return "".join(
        blank if unicodedata.category(sign) == "Zs" and sign != " " else sign for sign in shown
    ).strip()
