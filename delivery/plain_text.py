"""Text from elsewhere is made safe for a message: no control characters, in a header one line."""

import re
import unicodedata

MAX_LINE = 200
BREAKS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
"""Everything that ends a line, as ``str.splitlines`` has it."""


def text(value: str) -> str:
    """Line breaks stay, tabs are blanks; other controls, and what turns the direction of writing, go."""
    value = BREAKS.sub("\n", value).replace("\t", " ")
    return "".join(char for char in value if char == "\n" or unicodedata.category(char)[0] != "C").strip()


def one_line(value: str) -> str:
    """Safe in a header and a heading: one line, no control characters, at most ``MAX_LINE`` characters."""
    line = " ".join(text(value).split())
    return line if len(line) <= MAX_LINE else line[: MAX_LINE - 1].rstrip() + "…"
