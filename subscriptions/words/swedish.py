"""Swedish has its own order of the alphabet, lists in a sentence, and dates."""

import unicodedata
from collections.abc import Sequence

LAST = {"å": "{1", "ä": "{2", "æ": "{2", "ö": "{3", "ø": "{3", "œ": "{3", "ü": "y"}
"""Letters with a place of their own: Å, Ä and Ö after Z, and whose place their foreign kin share."""


def sort_key(text: str) -> tuple[str, str]:
    """Swedish alphabetical order: Å, Ä, Ö last; other letters without their accents first (É under E)."""
    folded = unicodedata.normalize("NFC", text).casefold()
    return "".join(LAST.get(char) or _bare(char) for char in folded), folded


def _bare(char: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))


def enumeration(names: Sequence[str], most: int) -> str:
    """``”A”, ”B” och ”C”``; what is beyond ``most`` is counted."""
    quoted = [f"”{name}”" for name in names[:most]]
    if len(names) > most:
        quoted.append(f"{len(names) - most} till")
    return " och ".join(filter(None, (", ".join(quoted[:-1]), *quoted[-1:])))


def sentence(text: str) -> str:
    """The text with a stop at its end, if it has none."""
    text = text.strip()
    ended = text.rstrip("\"'”’»)")[-1:] in (".", "!", "?", "…", ":")
    return text if ended or not text else f"{text}."
