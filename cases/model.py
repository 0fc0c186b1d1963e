"""These are the cases' words: what a case is about, how it came, where it stands, how it ended."""

from dataclasses import dataclass
from enum import StrEnum

SOURCE = "cases"
"""Whose messages they are in the outbox; the source id is the event that one tells of."""


class Kind(StrEnum):
    """What somebody wants: mend it, or hear me."""

    FAULT = "fault"
    PRAISE = "praise"
    COMPLAINT = "complaint"
    PROPOSAL = "proposal"
    QUESTION = "question"


class Channel(StrEnum):
    """How a case came in."""

    WEB = "web"
    PHONE = "phone"
    VISIT = "visit"
    LETTER = "letter"
    EMAIL = "email"
    OPEN311 = "open311"


class State(StrEnum):
    """Where a case stands. NEW: nobody has taken it. ASKED: we wait for the citizen's answer."""

    NEW = "new"
    OPEN = "open"
    ASKED = "asked"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


LIVE = (State.NEW, State.OPEN, State.ASKED)


class Outcome(StrEnum):
    """How a case ended. Each comes with words that the citizen gets."""

    DONE = "done"
    ANSWERED = "answered"
    NOT_DONE = "not_done"
    NOT_OURS = "not_ours"
    NOTHING_FOUND = "nothing_found"


class EventKind(StrEnum):
    """What happened to a case. The history is never changed, only added to."""

    RECEIVED = "received"
    ADDED = "added"
    """The citizen wrote more."""
    TAKEN = "taken"
    ANSWERED = "answered"
    ASKED = "asked"
    NOTE = "note"
    """Between those who answer; the citizen never sees it."""
    HANDED_OVER = "handed_over"
    CHANGED = "changed"
    """Its category or secrecy."""
    CLOSED = "closed"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    PUBLISHED = "published"
    REMINDED = "reminded"
    ESCALATED = "escalated"
    FOLLOWED = "followed"
    """Somebody follows it, or was told of its end: what their mail hangs on."""


INTERNAL = frozenset(
    {
        EventKind.NOTE,
        EventKind.CHANGED,
        EventKind.REMINDED,
        EventKind.ESCALATED,
        EventKind.PUBLISHED,
        EventKind.FOLLOWED,
    }
)
"""Events that the citizen's page leaves out."""


class CaseError(ValueError):
    """What was asked cannot be done; the message is the Swedish sentence to show."""


class ConflictError(CaseError):
    """Somebody else has changed the case since the page was shown."""

    def __init__(self) -> None:
        super().__init__("Någon annan har just ändrat ärendet. Läs det som är nytt, och skicka sedan igen.")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: one of the staff, the citizen, or the service itself."""

    subject: str
    name: str
    email: str = ""


CITIZEN = Actor("citizen", "Du")
SYSTEM = Actor("system", "Tjänsten")
