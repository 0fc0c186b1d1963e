"""Publish: new files beside the old, a journal, then single renames; never half a file."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

JOURNAL = ".publication.json"


def publish(site: Path, files: Mapping[str, bytes]) -> int:
    """Make `site` hold exactly `files` (paths with `/`); returns how many changed.

    A crash before the journal leaves the old site; after it, the next call completes the publication.
    """
    site.mkdir(parents=True, exist_ok=True)
    complete(site)
    changed = [path for path, data in files.items() if not _same(site / path, data)]
    kept = set(files)
    gone = [
        path
        for found in site.rglob("*")
        if found.is_file() and (path := found.relative_to(site).as_posix()) not in kept
    ]
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
    journal.write_text(json.dumps({"rename": changed, "remove": gone}), encoding="utf-8")
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
    journal.unlink()


def _same(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except FileNotFoundError:
        return False
