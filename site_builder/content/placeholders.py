"""What a new draft says where the editor has not written yet; none of it is for citizens."""

import re

VALUE = "Fyll i"
SUMMARY = "Skriv en eller två meningar som säger det viktigaste."
BODY = "Skriv texten här, eller ta bort raden."
ALL = (VALUE, SUMMARY, BODY)
_ALONE = re.compile(rf"{VALUE}(?! \w)")


def seem_left(text: str) -> bool:
    """Whether a file may hold any of them; quick, and many a text says what to fill in."""
    return bool(_ALONE.search(text)) or SUMMARY in text or BODY in text
