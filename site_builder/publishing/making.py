"""What differs from what is published is made here, and published in one step."""

import json
import os
from pathlib import Path
from typing import NamedTuple

from site_builder.publishing import manifest
from site_builder.publishing.manifest import Manifest
from site_builder.publishing.outputs import Output
from site_builder.publishing.publish import RECORD, begin, clear, commit, published, write_aside
from site_builder.reading.load import Tell, no_tell

MANY = 300
"""From so many files on, rendering pays for processes of its own."""


class Place(NamedTuple):
    """Where a publication goes."""

    site: Path
    manifest: Path


def publish_outputs(
    place: Place, wanted: list[Output], after: Manifest, tell: Tell = no_tell, *, full: bool = False
) -> tuple[int, int]:
    """Make what must be made, and publish it; returns how many files were made, and how many changed.

    What is published and not `wanted` is removed. With `full`, all is made. Raises PublicationError.
    """
    now = {output.path: output.key for output in wanted}
    return _publish(place, wanted, now, manifest.dump(after), tell, full=full)


def publish_some(place: Place, wanted: list[Output], after: Manifest) -> tuple[int, int]:
    """The same for a part of the site: the rest stays as it is."""
    now = published(place.site) | {output.path: output.key for output in wanted}
    return _publish(place, wanted, now, manifest.dump(after), no_tell, full=False)


def _publish(
    place: Place, wanted: list[Output], now: dict[str, str], after: bytes, tell: Tell, *, full: bool
) -> tuple[int, int]:
    """`now` are the paths and keys of all that is to be there."""
    before = published(place.site)
    known = {} if full else before
    todo = [output for output in wanted if not output.key or known.get(output.path) != output.key]
    removed = before.keys() - now.keys()
    changed = _make(todo, place.site, tell)
    if changed or removed or now != before or not _same(place.manifest, after):
        record = json.dumps(now, ensure_ascii=False).encode()
        commit(place.site, changed, removed, {place.manifest: after, place.site / RECORD: record})
    else:
        clear(place.site)
    return len(todo), len(changed) + len(removed)


_todo: list[Output] = []
_site = Path()


def _make(todo: list[Output], site: Path, tell: Tell) -> list[str]:
    """Write every output aside; returns the paths of those that differ from what is published."""
    global _todo, _site
    _todo, _site = todo, site
    begin(site, (output.path for output in todo))
    if len(todo) < MANY:
        return _make_some(range(len(todo)))
    changed: list[str] = []
    step = 50
    slices = [range(start, min(start + step, len(todo))) for start in range(0, len(todo), step)]
    from concurrent.futures import ProcessPoolExecutor  # 20 ms: only where needed
    from multiprocessing import get_context

    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("fork")) as pool:
        for done, paths in enumerate(pool.map(_make_some, slices), start=1):
            changed += paths
            tell("skriver", min(done * step, len(todo)), len(todo))
    return changed


def _make_some(numbers: range) -> list[str]:
    return [_todo[i].path for i in numbers if write_aside(_site, _todo[i].path, _todo[i].data())]


def _same(path: Path, data: bytes) -> bool:
    try:
        return path.read_bytes() == data
    except FileNotFoundError:
        return False
