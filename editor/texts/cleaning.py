"""What a browser sends is cleaned here, so that no invisible sign reaches a file."""

import re
import unicodedata

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufffe\uffff]"
)
_BLANKS = re.compile("[\t\u00a0\u2000-\u200a\u202f\u205f\u3000]")


def cleaned(text: str) -> str:
    """The text with plain line ends and blanks, composed letters, and nothing that does not show."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = unicodedata.normalize("NFC", text)
    return _BLANKS.sub(" ", _INVISIBLE.sub("", text)).strip("\n")


def one_line(text: str) -> str:
    """The same for what stands in one line."""
    return " ".join(cleaned(text).split())
