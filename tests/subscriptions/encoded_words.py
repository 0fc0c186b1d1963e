"""A reader of encoded words made from RFC 2047 alone: what a header says to a program that is not CPython."""

import base64
import re

WORD = re.compile(r"=\?([\w-]+)\?([bBqQ])\?([!->@-~]*)\?=")


def header(raw: bytes, name: str) -> str:
    """The unfolded value (RFC 5322, 2.2.3) of a header as it stands on the wire."""
    head = raw.split(b"\r\n\r\n", 1)[0].decode("ascii")
    lines = re.sub(r"\r\n(?=[ \t])", "", head).split("\r\n")
    return next(
        line.partition(":")[2].strip() for line in lines if line.lower().startswith(f"{name.lower()}:")
    )


def decoded(value: str) -> str:
    """The value as a reader sees it; white space between two encoded words belongs to neither (6.2)."""
    pieces, end, after_word = [], 0, False
    for found in WORD.finditer(value):
        assert len(found[0]) <= 75  # RFC 2047, 2
        between = value[end : found.start()]
        assert end == 0 or between[:1] in (" ", "\t"), "encoded words must stand apart (5)"
        pieces.append("" if after_word and not between.strip() else between)
        pieces.append(_octets(found[2].lower(), found[3]).decode(found[1]))  # whole characters in each (5)
        end, after_word = found.end(), True
    return "".join((*pieces, value[end:]))


def _octets(encoding: str, text: str) -> bytes:
    if encoding == "b":
        return base64.b64decode(text, validate=True)
    return re.sub(
        rb"=([0-9A-F]{2})", lambda hexes: bytes([int(hexes[1], 16)]), text.replace("_", " ").encode()
    )
