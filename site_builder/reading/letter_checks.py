"""Broken letters are told: read in the wrong encoding before they came here, or shown by some fonts only."""

import re
from collections.abc import Iterator

from site_builder.problems import Problem, warning
from site_builder.reading.source import Source

_BROKEN = re.compile(
    "Ã[\u0080-¿„…–—”’“‘™š›œžŸ†‡ˆ‰Š‹ŒŽ•]|â€.|Â[\u00a0-¿]|\ufffd|[\ufb00-\ufb06]"
    "|[\ue000-\uf075\uf077-\uf0a6\uf0a8-\uf0b6\uf0b8-\uf0d7\uf0d9-\uf0fb\uf0fd-\uf8ff]"
)
"""UTF-8 read as Windows-1252, what could not be read, joined letters, signs of symbol fonts but bullets."""


def check(source: Source) -> Iterator[Problem]:
    """Tell the first of them: where one is, there are mostly more."""
    for found in _BROKEN.finditer(source.text):
        line = source.text[: found.start()].count("\n") + 1
        message = (
            f"Tecknen ”{found[0]}” är sönder: de har lästs med fel teckenkodning, eller visas bara hos dig."
        )
        hint = "Skriv om orden för hand, eller kopiera dem på nytt ur källan."
        yield warning("broken-letters", source.file, line, "", message, hint)
        return
