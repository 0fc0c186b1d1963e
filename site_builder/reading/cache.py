"""The reading cache holds what earlier runs read of each file, in one SQLite file of plain data.

Nothing in it can run, and what another user may have put there is not looked at. It may vanish at any time.
"""

import json
import os
import sqlite3
import stat
from collections.abc import Collection, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple

from site_builder.media.asset import Asset
from site_builder.problems import Problem
from site_builder.reading.indexed_record import IndexedRecord, RecordTexts, from_json

NAME = "cache.sqlite3"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS version (stamp TEXT);
CREATE TABLE IF NOT EXISTS files (
    path TEXT PRIMARY KEY, root TEXT, size INTEGER, changed INTEGER, inode INTEGER, record TEXT, problems TEXT
);
CREATE TABLE IF NOT EXISTS texts (path TEXT PRIMARY KEY, digest TEXT, data TEXT);
CREATE TABLE IF NOT EXISTS assets (
    path TEXT PRIMARY KEY, size INTEGER, changed INTEGER, inode INTEGER, asset TEXT, problems TEXT
);
"""
_TABLES = ("files", "texts", "assets")

Stat = tuple[int, int, int]
"""What tells that a file is another than before: size, time of change (ns), inode."""


class Kept(NamedTuple):
    """What is kept of one file: what the file system said of it, and what it held."""

    root: str
    stat: Stat
    record: IndexedRecord | None
    problems: tuple[Problem, ...]


class KeptAsset(NamedTuple):
    """The same of a picture or a document; without an asset before it has been looked at."""

    stat: Stat
    asset: Asset | None
    problems: tuple[Problem, ...]


class Fresh(NamedTuple):
    """What was just read of one file, as JSON; empty where there is no record."""

    record: str
    digest: str
    texts: str


class ReadingCache:
    """Counts only where it was written under the same `stamp`; without a folder nothing is kept."""

    def __init__(self, folder: Path | None, stamp: str) -> None:
        self.path = folder / NAME if folder else None
        self.stamp = stamp
        self.fresh: dict[str, Fresh] = {}
        self.fresh_assets: dict[str, KeptAsset] = {}
        self._open: tuple[int, sqlite3.Connection] | None = None

    def restore(self) -> dict[str, Kept]:
        """By path, what earlier runs kept."""
        try:
            rows = self._connection().execute(
                "SELECT path, root, size, changed, inode, record, problems FROM files"
                " WHERE (SELECT stamp FROM version) = ?",
                (self.stamp,),
            )
            return {row[0]: _kept(*row[1:]) for row in rows}
        except (sqlite3.Error, ValueError, TypeError):  # damaged, of another version, or never written
            return {}

    def restore_assets(self) -> dict[str, KeptAsset]:
        """By path, what earlier runs kept of pictures and documents."""
        try:
            rows = self._connection().execute(
                "SELECT path, size, changed, inode, asset, problems FROM assets"
                " WHERE (SELECT stamp FROM version) = ?",
                (self.stamp,),
            )
            return {
                path: KeptAsset((size, changed, inode), Asset(*json.loads(asset)), _problems(problems))
                for path, size, changed, inode, asset, problems in rows
            }
        except (sqlite3.Error, ValueError, TypeError):  # as above
            return {}

    def texts(self, file: str, digest: str) -> RecordTexts | None:
        """The long texts of `file` with that content; None where they are not at hand."""
        fresh = self.fresh.get(file)
        try:
            if fresh:
                return RecordTexts(*json.loads(fresh.texts)) if fresh.digest == digest else None
            rows = self._connection().execute(
                "SELECT data FROM texts WHERE path = ? AND digest = ? AND (SELECT stamp FROM version) = ?",
                (file, digest, self.stamp),
            )
            row = rows.fetchone()
            return RecordTexts(*json.loads(row[0])) if row else None
        except (sqlite3.Error, ValueError, TypeError):  # as above
            return None

    def _connection(self) -> sqlite3.Connection:
        """One for each process: a connection does not survive a fork."""
        if self._open is None or self._open[0] != os.getpid():
            if self.path is None or not _is_ours(self.path):
                raise sqlite3.Error("nothing is kept")
            self._open = (os.getpid(), sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro", uri=True))
        return self._open[1]

    def save(self, now: dict[str, Kept], gone: Collection[str]) -> None:
        """Write what is fresh, and forget the files that are no more; a publication does not depend on it."""
        if self.path is None or not (self.fresh or self.fresh_assets or gone):
            return
        with suppress(OSError, sqlite3.OperationalError):  # no room, no right, or another is writing
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if not _may_write(self.path):
                return
            try:
                self._save(self.path, now, gone)
            except sqlite3.DatabaseError as failure:  # damaged, or of another version: begin anew
                if "locked" in str(failure):
                    return
                self.path.unlink(missing_ok=True)
                self._save(self.path, now, gone)

    def _save(self, path: Path, now: dict[str, Kept], gone: Collection[str]) -> None:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("PRAGMA synchronous = OFF")  # what a power cut takes is read again
            connection.executescript(_SCHEMA)
            connection.execute("BEGIN IMMEDIATE")
            if connection.execute("SELECT stamp FROM version").fetchall() != [(self.stamp,)]:
                for table in ("version", *_TABLES):
                    connection.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
                connection.execute("INSERT INTO version VALUES (?)", (self.stamp,))
            for table in _TABLES:
                connection.executemany(f"DELETE FROM {table} WHERE path = ?", ((path,) for path in gone))  # noqa: S608 - as above
            connection.executemany(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?)", self._rows(now)
            )
            connection.executemany(
                "INSERT OR REPLACE INTO texts VALUES (?, ?, ?)",
                ((path, fresh.digest, fresh.texts) for path, fresh in self.fresh.items()),
            )
            connection.executemany(
                "INSERT OR REPLACE INTO assets VALUES (?, ?, ?, ?, ?, ?)",
                (
                    (path, *kept.stat, json.dumps(kept.asset), json.dumps(kept.problems))
                    for path, kept in self.fresh_assets.items()
                ),
            )

    def _rows(self, now: dict[str, Kept]) -> Iterator[tuple[object, ...]]:
        for path, fresh in self.fresh.items():
            kept = now[path]
            yield path, kept.root, *kept.stat, fresh.record, json.dumps(kept.problems)


def _kept(root: str, size: int, changed: int, inode: int, record: str, problems: str) -> Kept:
    return Kept(root, (size, changed, inode), from_json(record) if record else None, _problems(problems))


def _problems(text: str) -> tuple[Problem, ...]:
    return () if text == "[]" else tuple(Problem(*row) for row in json.loads(text))


def _users() -> set[int]:
    """The user who runs this, and whoever asked for it by sudo."""
    asked = os.environ.get("SUDO_UID", "")
    return {os.geteuid(), *([int(asked)] if asked.isdigit() else [])}


def _is_ours(path: Path) -> bool:
    """True for a plain file in a folder, where both belong to us."""
    try:
        file, folder = path.lstat(), path.parent.stat()
    except OSError:
        return False
    return stat.S_ISREG(file.st_mode) and {file.st_uid, folder.st_uid} <= _users()


def _may_write(path: Path) -> bool:
    """True where what there is is ours, or there is nothing yet in a folder of ours."""
    return _is_ours(path) if os.path.lexists(path) else path.parent.stat().st_uid in _users()
