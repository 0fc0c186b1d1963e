"""The long texts of records as they were read, kept for the next run: a cache that may vanish at any time."""

import marshal
import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from hashlib import blake2b
from pathlib import Path

from site_builder.reading.indexed_record import Full

_TABLE = "CREATE TABLE IF NOT EXISTS texts (file TEXT PRIMARY KEY, digest TEXT, stamp TEXT, data BLOB)"


HEAD = 16
"""Bytes of digest before the texts: damaged ones are read again from their file."""


def pack(full: Full) -> bytes:
    """The texts as bytes, quick to hand from process to process."""
    data = marshal.dumps(tuple(full))
    return _head(data) + data


def unpack(packed: bytes) -> Full | None:
    """What `pack` made bytes of; None where they are not whole."""
    head, data = packed[:HEAD], packed[HEAD:]
    return Full(*marshal.loads(data)) if head == _head(data) else None  # noqa: S302 - made by our own code: the head says so


def _head(data: bytes) -> bytes:
    return blake2b(data, digest_size=HEAD).digest()


class FullTexts:
    """By file and digest: what this run read, and what an earlier one with the same `stamp` kept."""

    def __init__(self, path: Path | None, stamp: str) -> None:
        self.path = path
        self.stamp = stamp
        self.fresh: dict[str, tuple[str, bytes]] = {}
        self._open: tuple[int, sqlite3.Connection] | None = None

    def add(self, file: str, digest: str, full: bytes) -> None:
        """Keep what was just read from `file`, as `pack` made it."""
        self.fresh[file] = (digest, full)

    def get(self, file: str, digest: str) -> Full | None:
        """The texts of `file` with that content; None where they are not at hand."""
        found = self.fresh.get(file)
        packed = found[1] if found and found[0] == digest else self._kept(file, digest)
        return unpack(packed) if packed else None

    def _kept(self, file: str, digest: str) -> bytes | None:
        try:
            rows = self._connection().execute(
                "SELECT data FROM texts WHERE file = ? AND digest = ? AND stamp = ?",
                (file, digest, self.stamp),
            )
            row = rows.fetchone()
        except sqlite3.Error:  # damaged, or never written
            return None
        return row[0] if row else None

    def _connection(self) -> sqlite3.Connection:
        """One for each process: a connection does not survive a fork."""
        if self._open is None or self._open[0] != os.getpid():
            if self.path is None or not self.path.exists():
                raise sqlite3.Error("nothing is kept")
            self._open = (os.getpid(), sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro", uri=True))
        return self._open[1]

    def save(self, files: Iterable[str]) -> None:
        """Write what is fresh, and forget the texts of files that are no more."""
        if self.path is None:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._save(self.path, files)
        except sqlite3.DatabaseError:  # damaged: begin anew
            self.path.unlink(missing_ok=True)
            self._save(self.path, files)

    def _save(self, path: Path, files: Iterable[str]) -> None:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("PRAGMA synchronous = OFF")  # a cache: what a power cut takes is read again
            connection.execute(_TABLE)
            rows = ((file, digest, self.stamp, data) for file, (digest, data) in self.fresh.items())
            connection.executemany("INSERT OR REPLACE INTO texts VALUES (?, ?, ?, ?)", rows)
            known = {file for (file,) in connection.execute("SELECT file FROM texts")}
            connection.executemany(
                "DELETE FROM texts WHERE file = ?", ((file,) for file in known - set(files))
            )
