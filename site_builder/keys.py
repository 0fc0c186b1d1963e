"""Keys: what every record's page depends on, as one digest each, computed on two cores where there are many.

This is most of what a build costs after one edit: each page's context is put together, only to find that
nothing in it has changed. It is also why an incremental build is never wrong.
"""

import os
from collections.abc import Sequence

from site_builder.pages import record_page
from site_builder.parsed import Parsed
from site_builder.site import Site

MANY = 2000
"""From so many records on, half of them go to a process of their own."""


def of_records(site: Site, records: Sequence[Parsed], stamp: str) -> list[str]:
    """The key of each record's page, in order."""
    if len(records) < MANY or (os.cpu_count() or 1) < 2:
        return _keys(site, records, stamp)
    middle = len(records) // 2
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _tell(writer, site, records[middle:], stamp)
    os.close(writer)
    first = _keys(site, records[:middle], stamp)
    with os.fdopen(reader, encoding="ascii") as stream:
        second = stream.read().splitlines()
    _, status = os.waitpid(child, 0)
    if status or len(second) != len(records) - middle:  # it ran out of memory, or was killed
        second = _keys(site, records[middle:], stamp)
    return first + second


def _keys(site: Site, records: Sequence[Parsed], stamp: str) -> list[str]:
    return [record_page(site, one).key(stamp) for one in records]


def _tell(writer: int, site: Site, records: Sequence[Parsed], stamp: str) -> None:
    """In the forked process: write the keys, and leave without tidying up what the parent owns."""
    code = 1
    try:
        with os.fdopen(writer, "w", encoding="ascii") as stream:
            stream.write("\n".join(_keys(site, records, stamp)))
        code = 0
    finally:
        os._exit(code)
