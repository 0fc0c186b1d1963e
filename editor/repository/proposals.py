"""A proposal is a draft on a branch of its own: of a new record, or of a change of one that is public.

All that is said of it, remarks and approvals, are commits of the branch.
"""

import re
import secrets
from datetime import datetime
from typing import Literal, NamedTuple

from editor.repository.git import Author, Commit, Repository

OPEN = "forslag"
"""The branches of proposals that wait: `refs/heads/forslag/<key>`."""
DONE = "refs/forslag-klara"
"""Where they are kept when they are published or given up."""

Step = Literal["utkast", "granskning", "anmärkning", "tillbaka", "godkänt"]
STATES: dict[str, str] = {
    "utkast": "Utkast",
    "granskning": "Väntar på granskning",
    "tillbaka": "Skickat tillbaka",
    "godkänt": "Godkänt",
}
_STEP = re.compile(r"^Steg: (\w+)$", re.MULTILINE)
_KEY = re.compile(r"[0-9a-f]{12}")


class Note(NamedTuple):
    """One thing that somebody did with a proposal, or said of it."""

    step: str
    author: Author
    when: datetime
    text: str


class Proposal(NamedTuple):
    """A draft, and what was said of it."""

    key: str
    path: str
    """Within the repository."""
    head: str
    base: str
    """The commit of the published branch that it began at."""
    title: str
    notes: list[Note]
    """The latest first."""

    @property
    def state(self) -> str:
        """Where it is on its way."""
        return next((note.step for note in self.notes if note.step in STATES), "utkast")

    @property
    def author(self) -> Author:
        """Who began it."""
        return self.notes[-1].author


class Proposals:
    """All proposals of a repository."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository

    def all(self) -> list[Proposal]:
        """Those that wait, the latest changed first."""
        found = [self.find(ref.rpartition("/")[2]) for ref in self.repository.branches(f"{OPEN}/")]
        return sorted((one for one in found if one), key=lambda one: one.notes[0].when, reverse=True)

    def find(self, key: str) -> Proposal | None:
        """The proposal of that key; None where there is none."""
        head = self.repository.head(_branch(key)) if _KEY.fullmatch(key) else ""
        if not head:
            return None
        base = self.repository.git("merge-base", "HEAD", head).strip()
        paths = self.repository.git("diff", "--name-only", "-z", base, head).split("\0")
        notes = [_note(commit) for commit in self.repository.history("", f"{base}..{head}")]
        if not notes or not paths[0]:
            return None
        title = next((note.text for note in notes if note.step == "utkast"), "")
        return Proposal(key, paths[0], head, base, title, notes)

    def text(self, proposal: Proposal) -> bytes:
        """The draft's file."""
        return self.repository.blob(self.repository.blob_at(proposal.path, proposal.head))

    def base_text(self, proposal: Proposal) -> bytes | None:
        """The file as it was published when the draft began; None for a new one."""
        blob = self.repository.blob_at(proposal.path, proposal.base)
        return self.repository.blob(blob) if blob else None

    def save(self, key: str, path: str, data: bytes, author: Author, title: str) -> str:
        """Keep a draft, begun where `key` is empty; returns its key. Raises GitError."""
        key = key or secrets.token_hex(6)
        blob = self.repository.keep(data)
        head = self.repository.head()
        self.repository.commit_file(path, blob, author, f"{title}\n\nSteg: utkast\n", _branch(key), head)
        return key

    def say(self, proposal: Proposal, step: Step, text: str, author: Author) -> None:
        """Add a step or a remark. Raises GitError."""
        self.repository.note(
            _branch(proposal.key), author, f"{text or STATES.get(step, step)}\n\nSteg: {step}\n"
        )

    def finish(self, proposal: Proposal) -> None:
        """It is published, or given up: it waits no more, and is kept."""
        self.repository.git(
            "update-ref", f"{DONE}/{proposal.key}", self.repository.head(_branch(proposal.key))
        )
        self.repository.git("update-ref", "-d", _branch(proposal.key))


def _branch(key: str) -> str:
    return f"refs/heads/{OPEN}/{key}"


def _note(commit: Commit) -> Note:
    found = _STEP.findall(commit.message)  # the last is ours, whatever somebody has written above it
    return Note(found[-1] if found else "", commit.author, commit.when, _STEP.sub("", commit.message).strip())
