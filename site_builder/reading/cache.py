"""Reading cache: what an earlier run read of each file, in parts, so that an edit writes only one of them."""

import os
import pickle
from collections import defaultdict
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from site_builder.problems import Problem
from site_builder.reading.indexed_record import Parsed

PARTS = 16

HEAD = 64
"""Bytes of digest before what a part holds."""

Stat = tuple[int, int, int]
"""What tells that a file is another than before: size, time of change (ns), inode."""

Kept = tuple[Stat, Parsed | None, tuple[Problem, ...]]
"""What is kept of one file: what the file system said of it, and what it held."""


class ReadingCache(NamedTuple):
    """A folder; each of its parts counts only where it is whole and was written under the same `stamp`."""

    folder: Path
    stamp: str

    def restore(self) -> dict[str, Kept]:
        """By path, what earlier runs kept."""
        found: dict[str, Kept] = {}
        for part in range(PARTS):
            found |= self._part(part)
        return found

    def keep(self, now: dict[str, Kept], changed: Iterable[str]) -> None:
        """Write the parts that hold the `changed` paths, whether these are in `now` or are no more."""
        stale = {_part_of(path) for path in changed}
        parts: dict[int, dict[str, Kept]] = defaultdict(dict)
        for path, kept in now.items():
            part = _part_of(path)
            if part in stale:
                parts[part][path] = kept
        self.folder.mkdir(parents=True, exist_ok=True)
        for part in stale:
            payload = pickle.dumps(parts[part], protocol=pickle.HIGHEST_PROTOCOL)
            target = self._path(part)
            aside = target.with_name(f"{target.name}.{os.getpid()}")
            aside.write_bytes(self._head(payload) + payload)
            aside.replace(target)

    def _part(self, part: int) -> dict[str, Kept]:
        try:
            raw = self._path(part).read_bytes()
        except OSError:
            return {}
        head, payload = raw[:HEAD], raw[HEAD:]
        if head != self._head(payload):
            return {}
        found: dict[str, Kept] = pickle.loads(payload)  # noqa: S301 - our own file: the head vouches for it
        return found

    def _path(self, part: int) -> Path:
        return self.folder / f"{part:02}"

    def _head(self, payload: bytes) -> bytes:
        return blake2b(payload, key=self.stamp.encode()[:HEAD], digest_size=HEAD).digest()


def _part_of(path: str) -> int:
    """By folder: what is looked through in order should lie in order in memory, 5 % of a build."""
    return crc32(path.rpartition("/")[0].encode("utf-8", "surrogateescape")) % PARTS
