"""The editor may die between any two steps: a record is never half written, a commit never lost."""

import subprocess
from pathlib import Path

import pytest

from editor.repository import git, publication
from editor.repository.git import Author, Repository, blob_id
from editor.repository.publication import Change, ChangedMeanwhileError
from editor.repository.pushing import Pusher
from site_builder.files import replace_file

AUTHOR = Author("Någon", "nagon@kommun.example")
OLD, NEW = b"gammal\n", b"ny\n"


class Killed(BaseException):
    """The process dies here."""


def made(folder: Path, *options: str) -> Repository:
    """A repository with one file."""
    folder.mkdir()
    subprocess.run(["git", "init", "-q", "-b", "main", *options], cwd=folder, check=True)
    (folder / "a.md").write_bytes(OLD)
    repository = Repository(folder)
    repository.commit_file("a.md", repository.keep(OLD), AUTHOR, "Första")
    return repository


def far(folder: Path, *arguments: str) -> str:
    """What Git says of the remote."""
    return subprocess.run(
        ["git", *arguments], cwd=folder / "far", capture_output=True, check=True, text=True
    ).stdout.strip()


def dying(monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    """Let the process die after so many steps: a Git command, or a file that is put in its place."""
    left = [steps]

    def counted(real: object) -> object:
        def step(*arguments: object, **named: object) -> object:
            left[0] -= 1
            if left[0] < 0:
                raise Killed
            return real(*arguments, **named)  # type: ignore[operator]

        return step

    monkeypatch.setattr(git, "_run_bytes", counted(git._run_bytes))
    monkeypatch.setattr(publication, "replace_file", counted(replace_file))


def test_killed_before_any_step_the_next_start_leaves_file_and_history_agreeing(tmp_path: Path) -> None:
    finished = 0
    for steps in range(40):
        repository = made(tmp_path / str(steps))
        file = repository.top / "a.md"
        with pytest.MonkeyPatch.context() as patch:
            dying(patch, steps)
            try:
                publication.write(repository, Change(file, NEW, AUTHOR, "Andra"), blob_id(OLD))
                finished += 1
            except Killed:
                pass
        assert file.read_bytes() in (OLD, NEW)
        publication.complete(Repository(repository.top))
        committed = repository.blob(repository.blob_at("a.md"))
        assert file.read_bytes() == committed
        assert repository.git("status", "--porcelain") == ""
        if finished:
            assert committed == NEW
            break
    assert finished == 1
    assert steps > 10


def test_what_somebody_else_has_written_meanwhile_is_never_overwritten(tmp_path: Path) -> None:
    repository = made(tmp_path / "a")
    file = repository.top / "a.md"
    file.write_bytes(b"nagon annans\n")
    with pytest.raises(ChangedMeanwhileError):
        publication.write(repository, Change(file, NEW, AUTHOR, "Andra"), blob_id(OLD))
    assert file.read_bytes() == b"nagon annans\n"


def test_a_remote_gets_what_is_published_and_one_that_is_ahead_or_away_is_told(tmp_path: Path) -> None:
    repository = made(tmp_path / "a")
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(tmp_path / "far")], check=True)
    repository.git("remote", "add", "origin", str(tmp_path / "far"))
    pusher = Pusher(repository, "origin")
    pusher.send()
    assert pusher.failure == ""
    assert far(tmp_path, "rev-parse", "main") == repository.head()
    other = ("-c", "user.name=B", "-c", "user.email=b@localhost")
    ahead = far(tmp_path, *other, "commit-tree", "main^{tree}", "-p", "main", "-m", "Annan")
    far(tmp_path, "update-ref", "refs/heads/main", ahead)
    repository.commit_file("a.md", repository.keep(NEW), AUTHOR, "Andra")
    pusher.send()
    assert "git pull" in pusher.failure
    assert far(tmp_path, "rev-parse", "main") == ahead
    (tmp_path / "far").rename(tmp_path / "away")
    pusher.send()
    assert "svarar inte" in pusher.failure
