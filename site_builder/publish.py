"""Publish: new files beside the old, a journal, then single renames; never half a file."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

JOURNAL = ".publication.json"
WRITTEN = ".written.json"
"""The files of the last publication: only these may be removed by the next."""


def publish(site: Path, files: Mapping[str, bytes]) -> int:
    """Make `site` hold `files` (paths with `/`) in place of the last publication's; returns how many changed.

    A crash before the journal leaves the old site; after it, the next call completes the publication.
    """
    site.mkdir(parents=True, exist_ok=True)
    complete(site)
    changed = [path for path, data in files.items() if not _same(site / path, data)]
    gone = sorted(_written(site) - set(files))
    if not changed and not gone:
        return 0
    for path in changed:
        target = site / (path + ".new")
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as stream:
            stream.write(files[path])
            stream.flush()
            os.fsync(stream.fileno())
    journal = site / (JOURNAL + ".new")
    journal.write_text(
        json.dumps({"rename": changed, "remove": gone, "files": sorted(files)}), encoding="utf-8"
    )
    with journal.open("rb") as stream:
        os.fsync(stream.fileno())
    journal.rename(site / JOURNAL)
    complete(site)
    return len(changed) + len(gone)


def complete(site: Path) -> None:
    """Finish a publication whose journal was written; harmless when there is none."""
    journal = site / JOURNAL
    if not journal.exists():
        return
    plan = json.loads(journal.read_text(encoding="utf-8"))
    for path in plan["rename"]:
        new = site / (path + ".new")
        if new.exists():
            new.rename(site / path)
    for path in plan["remove"]:
        (site / path).unlink(missing_ok=True)
    written = site / (WRITTEN + ".new")
    written.write_text(json.dumps(plan["files"]), encoding="utf-8")
    written.rename(site / WRITTEN)
    journal.unlink()


def _written(site: Path) -> set[str]:
    try:
        return set(json.loads((site / WRITTEN).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return set()


def _same(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except FileNotFoundError:
        return False
