"""Plain text from elsewhere, made safe for a message: no control characters, in a header one line."""

import unicodedata

MAX_LINE = 200


def text(value: str) -> str:
    """Line breaks stay; other control characters and those that turn the direction of writing go."""
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in value if char == "\n" or unicodedata.category(char)[0] != "C").strip()


def one_line(value: str) -> str:
    """Safe in a header and a heading: one line, no control characters, at most ``MAX_LINE`` characters."""
    line = " ".join(text(value.replace("\t", " ")).split())
    return line if len(line) <= MAX_LINE else line[: MAX_LINE - 1].rstrip() + "…"
