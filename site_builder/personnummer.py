"""Swedish personal identity numbers: found by shape, date and Luhn check digit."""

import re
from collections.abc import Iterator

_SHAPE = re.compile(r"(?<![\d/-])(?:(?:18|19|20)\d{2}|\d{2})(\d{2})(\d{2})[-+ ]?\d{4}(?![\d-])")


def luhn(digits: str) -> bool:
    """True when the last of ten digits checks the nine before it (SKV 704)."""
    doubled = (int(digit) * (2 - index % 2) for index, digit in enumerate(digits))
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def find(text: str) -> Iterator[int]:
    """Where in `text` a personnummer or samordningsnummer (day + 60) stands."""
    for match in _SHAPE.finditer(text):
        month, day = int(match[1]), int(match[2])
        digits = re.sub(r"\D", "", match[0])[-10:]
        if 1 <= month <= 12 and (1 <= day <= 31 or 61 <= day <= 91) and luhn(digits):
            yield match.start()
