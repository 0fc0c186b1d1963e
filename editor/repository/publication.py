"""A file is written and committed so that a crash at any point leaves both or neither.

The journal says what is to be done before anything is; `complete` does the rest of it, and doing it twice is
harmless.
"""

import json
from pathlib import Path
from typing import NamedTuple

from editor.repository.git import Author, Repository, blob_id
from site_builder.files import replace_file

JOURNAL = "medborgarfokus-editor.json"
"""Below Git's own folder, so that it is never committed."""


class Change(NamedTuple):
    """One file that is to get new content, or (None) to go."""

    file: Path
    data: bytes | None
    author: Author
    message: str


class ChangedMeanwhileError(Exception):
    """The file is no longer what the change was made from."""


def write(repository: Repository, change: Change, base: str) -> str:
    """Give the file its new content and commit it; returns the commit.

    `base` is the blob that the change was made from, empty for a new file. Raises ChangedMeanwhileError,
    OSError and GitError.
    """
    complete(repository)
    found = change.file.read_bytes() if change.file.exists() else None
    if (blob_id(found) if found is not None else "") != base:
        raise ChangedMeanwhileError
    blob = repository.keep(change.data) if change.data is not None else ""
    plan = {
        "path": repository.path_of(change.file), "base": base, "blob": blob,
        "committed": repository.blob_at(repository.path_of(change.file)),
        "name": change.author.name, "email": change.author.email, "message": change.message,
    }  # fmt: skip
    journal = repository.folder / JOURNAL
    replace_file(journal, json.dumps(plan, ensure_ascii=False).encode())
    return _carry_out(repository, plan)


def complete(repository: Repository) -> None:
    """Finish what an earlier process had begun. Raises OSError and GitError."""
    try:
        plan = json.loads((repository.folder / JOURNAL).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return
    _carry_out(repository, plan)


def _carry_out(repository: Repository, plan: dict[str, str]) -> str:
    file = repository.top / plan["path"]
    found = blob_id(file.read_bytes()) if file.exists() else ""
    if found == plan["base"] != plan["blob"]:
        _place(repository, file, plan["blob"])
        found = plan["blob"]
    made = ""
    if (
        found == plan["blob"]
    ):  # otherwise somebody has changed it since: theirs stands, and is theirs to commit
        author = Author(plan["name"], plan["email"])
        made = repository.commit_file(plan["path"], plan["blob"], author, plan["message"])
        repository.follow(plan["path"], plan["blob"], {plan["base"], plan["committed"]})
    (repository.folder / JOURNAL).unlink(missing_ok=True)
    return made


def _place(repository: Repository, file: Path, blob: str) -> None:
    if not blob:
        file.unlink(missing_ok=True)
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    mode = file.stat().st_mode & 0o777 if file.exists() else 0o644
    replace_file(file, repository.blob(blob), mode)
