"""A file is written whole or not at all."""

import os
from pathlib import Path

import pytest

from site_builder.files import replace_file


def test_a_file_gets_its_new_content_and_its_permissions_in_one_step(tmp_path: Path) -> None:
    path = tmp_path / "a"
    replace_file(path, b"one", 0o640)
    replace_file(path, b"two")
    assert path.read_bytes() == b"two"
    replace_file(path, b"three", 0o600)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


def test_what_cannot_be_written_leaves_what_was_there_and_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    replace_file(path, b"one")

    def fail(_: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="no space"):
        replace_file(path, b"two")
    assert path.read_bytes() == b"one"
    assert [one.name for one in tmp_path.iterdir()] == ["a"]
