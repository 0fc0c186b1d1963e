"""Template cache: the theme's templates, compiled once for many builds."""

import os
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

HEAD = 32
"""Bytes of digest before the code: a damaged or foreign file is no code, and is written again."""


class TemplateCache(BytecodeCache):
    """A file a template, valid under one `stamp`: filters and settings are part of what was compiled.

    Jinja itself sees whether a file fits the template's source and the versions of Jinja and Python.
    """

    def __init__(self, folder: Path, stamp: str) -> None:
        self.folder = folder
        self.stamp = stamp.encode()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket, where there is a whole file."""
        try:
            raw = (self.folder / bucket.key).read_bytes()
        except OSError:
            return
        if raw[:HEAD] == self._head(raw[HEAD:]):
            bucket.bytecode_from_string(raw[HEAD:])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what the bucket holds, written aside and swapped in; a publication does not depend on it."""
        code = bucket.bytecode_to_string()
        aside = self.folder / f"{bucket.key}.{os.getpid()}"
        with suppress(OSError):  # compiled again next time
            self.folder.mkdir(parents=True, exist_ok=True)
            aside.write_bytes(self._head(code) + code)
            aside.replace(self.folder / bucket.key)

    def _head(self, code: bytes) -> bytes:
        return blake2b(code, key=self.stamp[:64], digest_size=HEAD).digest()
