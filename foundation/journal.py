"""The journal beside the database keeps what must outlive a restored backup: who must not be written to.

One line of JSON for each, by month, with numbers and keyed hashes; an address that somebody has changed to
stands in it encrypted, as in the database. A line is on the disk
before its transaction is committed: a crash between the two leaves a line too many, never one too few.
"""

import json
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from errno import ENOSPC
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

KEPT = timedelta(days=92)
"""Older months are forgotten: nobody restores a backup as old as that."""


def note(connection: Connection, what: str, now: datetime, **more: str) -> None:
    """Write one line, where the engine was opened with a journal. Raises OSError: it is not on the disk."""
    path: Path | None = connection.get_execution_options().get("journal")
    if path is None:
        return
    # The line break before it ends what a crash may have cut off, which would spoil this line too.
    line = ("\n" + json.dumps({"at": now.isoformat(), "what": what, **more}) + "\n").encode()
    file = os.open(_month(path, now), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o660)
    try:
        if os.write(file, line) != len(line):  # one call: lines of several processes do not mix
            raise OSError(ENOSPC, os.strerror(ENOSPC), str(path))
        os.fsync(file)
    finally:
        os.close(file)


def _month(path: Path, now: datetime) -> Path:
    return path.with_name(f"{path.name}.journal-{now:%Y-%m}")


def _files(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"{path.name}.journal-*"))


def read_since(path: Path, moment: datetime) -> Iterator[dict[str, Any]]:
    """What was noted from a moment on, in order. A line that a crash cut off says nothing."""
    for file in _files(path):
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                entry = json.loads(line)
                if datetime.fromisoformat(entry["at"]) >= moment:
                    yield entry
            except (ValueError, KeyError, TypeError):
                continue


def prune(path: Path, now: datetime) -> None:
    """Forget whole months that are over for long."""
    for file in _files(path):
        if file.name < _month(path, now - KEPT).name:
            file.unlink(missing_ok=True)
