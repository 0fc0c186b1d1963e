"""One Git repository, by plumbing commands: never a shell, and never what others have staged."""

import os
import subprocess
import tempfile
from collections.abc import Container, Mapping
from datetime import datetime
from hashlib import sha1
from pathlib import Path
from typing import NamedTuple

TRIES = 5
"""So many times a commit is made anew on what another has committed in between."""


class GitError(Exception):
    """Git refused; the message is Git's own."""


class Author(NamedTuple):
    """Whom a change is from."""

    name: str
    email: str


class Commit(NamedTuple):
    """One entry of the history."""

    id: str
    author: Author
    when: datetime
    message: str


def blob_id(data: bytes) -> str:
    """The name that Git has for a file of this content."""
    return sha1(b"blob %d\0" % len(data) + data).hexdigest()  # noqa: S324 - Git's own name, no signature


class Repository:
    """The repository that holds `folder`."""

    def __init__(self, folder: Path) -> None:
        """Raises GitError where there is none."""
        self.top = Path(_run(folder.absolute(), "rev-parse", "--show-toplevel").strip())
        self.folder = Path(_run(self.top, "rev-parse", "--absolute-git-dir").strip())

    def git(self, *arguments: str, stdin: bytes | None = None, env: Mapping[str, str] | None = None) -> str:
        """What the command says. Raises GitError."""
        return _run(self.top, *arguments, stdin=stdin, env=env)

    def path_of(self, file: Path) -> str:
        """A file's path within the repository."""
        return file.absolute().relative_to(self.top).as_posix()

    def head(self, name: str = "HEAD") -> str:
        """The commit of a branch; empty where it has none yet."""
        try:
            return self.git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").strip()
        except GitError:
            return ""

    def blob_at(self, path: str, commit: str = "HEAD") -> str:
        """The blob of a path in a commit; empty where there is none."""
        row = self.git("ls-tree", commit, "--", path) if self.head(commit) else ""
        return row.split()[2] if row else ""

    def keep(self, data: bytes) -> str:
        """Put content into the repository, without a commit; returns its name."""
        return self.git("hash-object", "-w", "--stdin", stdin=data).strip()

    def blob(self, name: str) -> bytes:
        """The content of that name. Raises GitError."""
        return _run_bytes(self.top, "cat-file", "blob", name)

    def commit_file(
        self, path: str, blob: str, author: Author, message: str, branch: str = "HEAD", base: str = ""
    ) -> str:
        """Commit one path with this content (no content: without it) on a branch; returns the commit.

        Nothing else of the index or the working tree enters it. A branch that is not there begins at `base`.
        Raises GitError.
        """
        for _ in range(TRIES):
            old = self.head(branch)
            parent = old or base
            tree = self._tree(parent, path, blob)
            if parent and tree == self.git("rev-parse", f"{parent}^{{tree}}").strip():
                return parent
            made = self._commit(tree, parent, author, message)
            try:
                self.git("update-ref", "-m", "medborgarfokus", branch, made, old or "0" * 40)
            except GitError:
                continue
            if branch == "HEAD":
                self.follow(path, blob, {self.blob_at(path, old) if old else ""})
            return made
        raise GitError("Någon annan ändrade samtidigt, flera gånger i rad. Försök igen.")

    def note(self, branch: str, author: Author, message: str) -> str:
        """Say something on a branch without changing a file; returns the commit. Raises GitError."""
        old = self.head(branch)
        tree = self.git("rev-parse", f"{old}^{{tree}}").strip()
        made = self._commit(tree, old, author, message)
        self.git("update-ref", branch, made, old)
        return made

    def history(self, path: str, branch: str = "HEAD", most: int = 50) -> list[Commit]:
        """The latest commits that changed a path (all, where it is empty), newest first."""
        if ".." not in branch and not self.head(branch):
            return []
        form = "%H%x1f%an%x1f%ae%x1f%aI%x1f%B%x1e"
        where = ("--", path) if path else ()
        out = self.git("log", f"--max-count={most}", f"--format={form}", branch, *where)
        rows = (row.strip("\n").split("\x1f") for row in out.split("\x1e") if row.strip("\n"))
        return [
            Commit(row[0], Author(row[1], row[2]), datetime.fromisoformat(row[3]), row[4].strip())
            for row in rows
        ]

    def branches(self, beginning: str) -> dict[str, str]:
        """The branches below `refs/heads/<beginning>`, with their commits."""
        out = self.git("for-each-ref", "--format=%(refname) %(objectname)", f"refs/heads/{beginning}")
        return dict(line.split(" ", 1) for line in out.splitlines())

    def _tree(self, parent: str, path: str, blob: str) -> str:
        with tempfile.TemporaryDirectory(dir=self.folder, prefix="medborgarfokus-") as folder:
            env = {"GIT_INDEX_FILE": str(Path(folder, "index"))}
            if parent:
                self.git("read-tree", parent, env=env)
            self._enter(path, blob, env)
            return self.git("write-tree", env=env).strip()

    def _enter(self, path: str, blob: str, env: Mapping[str, str] | None = None) -> None:
        if blob:
            self.git("update-index", "--add", "--cacheinfo", f"100644,{blob},{path}", env=env)
        else:
            self.git("update-index", "--force-remove", "--", path, env=env)

    def _commit(self, tree: str, parent: str, author: Author, message: str) -> str:
        env = {
            "GIT_AUTHOR_NAME": author.name,
            "GIT_AUTHOR_EMAIL": author.email,
            "GIT_COMMITTER_NAME": author.name,
            "GIT_COMMITTER_EMAIL": author.email,
        }
        parents = ("-p", parent) if parent else ()
        return self.git("commit-tree", tree, *parents, stdin=message.encode(), env=env).strip()

    def follow(self, path: str, blob: str, before: Container[str]) -> None:
        """Let the index have the path as it is now, where it has one of `before`: not what others staged."""
        row = self.git("ls-files", "--stage", "--", path)
        if (row.split()[1] if row else "") in before:
            self._enter(path, blob)


def _run(
    folder: Path, *arguments: str, stdin: bytes | None = None, env: Mapping[str, str] | None = None
) -> str:
    return _run_bytes(folder, *arguments, stdin=stdin, env=env).decode("utf-8", "replace")


def _run_bytes(
    folder: Path, *arguments: str, stdin: bytes | None = None, env: Mapping[str, str] | None = None
) -> bytes:
    command = ["git", "--literal-pathspecs", "-c", "core.quotePath=false", *arguments]
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(  # noqa: S603 - a list of arguments, no shell
            command, cwd=folder, input=stdin, env={**own, "LC_ALL": "C.UTF-8", **(env or {})},
            capture_output=True, check=False, timeout=60,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as failure:
        raise GitError(str(failure)) from failure
    if done.returncode:
        raise GitError(done.stderr.decode("utf-8", "replace").strip() or f"git {arguments[0]}")
    return done.stdout
