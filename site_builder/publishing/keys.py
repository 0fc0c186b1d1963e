"""Keys: what every record's page depends on, as one digest each.

This is most of what a build costs after one edit: each page's context is put together, only to find that
nothing in it has changed. It is also why an incremental build is never wrong. Where there are many records a
process of its own does it, while this one lists the pages, checks the content and finds the other keys.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from site_builder.pages import record_page
from site_builder.site.site import Site

MANY = 2000
"""From so many records on, the keys pay for a process of their own."""

Keys = Callable[[], dict[str, str]]
"""Gives the key of each public record's page, by the record's file."""


@contextmanager
def of_records(site: Site, stamp: str) -> Iterator[Keys]:
    """The keys, for whoever asks inside the block."""

    def here() -> list[str]:
        return [record_page(site, one).key(stamp) for one in site.public]

    def named(keys: list[str]) -> dict[str, str]:
        return dict(zip((one.file for one in site.public), keys, strict=True))

    if len(site.public) < MANY or (os.cpu_count() or 1) < 2:
        yield lambda: named(here())
        return
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _tell(writer, here)
    os.close(writer)
    try:
        with os.fdopen(reader, encoding="ascii") as stream:
            yield lambda: named(_heard(stream) or here())
    finally:
        os.waitpid(child, 0)


END = "."
"""The last line: without it the other process was killed, or met an error that this one is to meet too."""


def _heard(stream: IO[str]) -> list[str]:
    lines = stream.read().split("\n")
    return lines[:-1] if lines[-1] == END else []


def _tell(writer: int, keys: Callable[[], list[str]]) -> None:
    """In the forked process: write the keys, and leave without tidying up what the parent owns."""
    try:
        with os.fdopen(writer, "w", encoding="ascii") as stream:
            stream.write("\n".join([*keys(), END]))
    finally:
        os._exit(0)
