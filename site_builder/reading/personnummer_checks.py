"""Check that no personnummer is published, however it is written."""

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise
from urllib.parse import unquote

from site_builder.problems import Problem, error, warning
from site_builder.reading import field_checks
from site_builder.reading.source import Source
from site_builder.text import personnummer
from site_builder.text.markdown import Rendered

_MARKS = re.compile(r"[\\*_`~\[\]]|(?<=\])\([^()]*\)")
"""Signs of Markdown that the page does not show."""


def check(source: Source, texts: Iterable[Rendered]) -> Iterator[Problem]:
    """Every number of the text and of the file's name; `texts` are the Markdown texts, rendered."""
    lines = {source.text[:start].count("\n") + 1 for start in personnummer.find(source.text)}
    if not lines and any(personnummer.is_shown(text) for text in _shown(source, texts)):
        rows = source.text.splitlines()
        bare = [_MARKS.sub("", row) for row in rows]
        lines = (
            _numbers(f"{row}<br>{unquote(raw)}" for row, raw in zip(bare, rows, strict=True))
            or _numbers(" ".join(pair) for pair in pairwise(bare))  # a line break is a blank on the page
            or {source.document.markdown_line}
        )
    for line in sorted(lines):
        yield error(
            "personnummer",
            source.file,
            line,
            "",
            "Här står ett personnummer.",
            "Ta bort det. Det får inte publiceras.",
        )
    yield from _alike(source, lines)
    if any(personnummer.find(source.file)):
        yield error(
            "personnummer", source.file, 0, "", "Filens namn innehåller ett personnummer.", "Döp om filen."
        )


def _numbers(rows: Iterable[str]) -> set[int]:
    """The numbers, from 1, of those that show one."""
    return {number for number, row in enumerate(rows, 1) if personnummer.is_shown(row)}


def _shown(source: Source, texts: Iterable[Rendered]) -> Iterator[str]:
    """What a page shows, and where its links lead, when escapes and Markdown have been read."""
    yield from (value for _, value in field_checks.values(source.document.data))
    for text in texts:
        yield text.html
        yield from (unquote(address) for address, _ in text.links)
        yield from (unquote(part) for image in text.images for part in image)


def _alike(source: Source, told: Collection[int]) -> Iterator[Problem]:
    """What has the form of a number, but another check digit; `told` are the lines that have a real one."""
    rows = source.text.splitlines()
    lines = {source.text[:start].count("\n") + 1 for start in personnummer.find_like(source.text)}
    for line in sorted(lines.difference(told)):
        message = f"Här står något som liknar ett personnummer: ”{rows[line - 1].strip()[:40]}”."
        hint = "Är det ett, felskrivet? Ta bort det. Är det något annat får det stå kvar."
        yield warning("personnummer-like", source.file, line, "", message, hint)
