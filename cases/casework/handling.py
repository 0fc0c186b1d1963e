"""What those who answer do with a case. Every step has its event, and the citizen's mail where it is theirs.

``version`` is that of the page that was answered from: two at one case do not overwrite each other.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from cases.casework import following, history
from cases.casework.history import Case
from cases.categories import Category
from cases.model import Actor, CaseError, EventKind, Outcome, State
from foundation.encryption import Keys

ENDED = "Ärendet är redan avslutat."
NO_WORDS = "Skriv vad som är gjort, eller varför inte. Det får den som anmälde läsa."


@dataclass(frozen=True, slots=True)
class Step:
    """Who does something with which case, seen at which version, and when."""

    connection: Connection
    keys: Keys
    case: Case
    actor: Actor
    version: int
    now: datetime

    def record(self, kind: EventKind, text: str = "", **detail: object) -> int:
        """Add the event."""
        return history.record(
            self.connection, self.keys, self.case.id, kind, self.actor, self.now, text, **detail
        )

    def change(self, **values: object) -> None:
        """Write the new values; raises ConflictError."""
        history.change(self.connection, self.case, self.version, **values)

    def tell(self, event: int, template: str) -> None:
        """Mail the citizen."""
        email = self.case.details.email
        history.tell(self.connection, self.keys, email, event, template, self.now)

    def mine(self, state: State = State.OPEN) -> dict[str, object]:
        """Whoever answers a case that nobody has taken has it from then on; the first answer is kept."""
        row = self.case.row
        found: dict[str, object] = {"state": state, "answered_at": row.answered_at or self.now}
        return found | {"awaits": False} | ({} if row.handler else self.handler())

    def handler(self) -> dict[str, object]:
        """Whose it is from now on."""
        actor = self.actor
        return {"handler": actor.subject, "handler_name": actor.name, "handler_email": actor.email}


def take(step: Step) -> None:
    """Make it mine."""
    _live(step.case)
    step.record(EventKind.TAKEN)
    state = State.OPEN if step.case.row.state == State.NEW else step.case.row.state
    step.change(**step.handler(), state=state)


def answer(step: Step, text: str) -> None:
    """Write to the citizen; the case goes on."""
    _live(step.case)
    if not text:
        raise CaseError("Skriv ett svar.")
    event = step.record(EventKind.ANSWERED, text)
    step.change(**step.mine())
    step.tell(event, "answered")


def ask(step: Step, text: str) -> None:
    """Ask the citizen something; the case waits for them."""
    _live(step.case)
    if not text:
        raise CaseError("Skriv vad du vill fråga.")
    event = step.record(EventKind.ASKED, text)
    step.change(**step.mine(State.ASKED))
    step.tell(event, "asked")


def note(step: Step, text: str) -> None:
    """Write to colleagues only."""
    if not text:
        raise CaseError("Skriv en anteckning.")
    step.record(EventKind.NOTE, text)
    step.change()


def close(step: Step, outcome: str, text: str, *, directly: bool = False) -> None:
    """End it, with an outcome and words that the citizen gets. Raises CaseError without either.

    ``directly``: answered at once, while the citizen was there.
    """
    _live(step.case)
    if outcome not in set(Outcome):
        raise CaseError("Välj hur det gick.")
    if not text:
        raise CaseError(NO_WORDS)
    event = step.record(EventKind.CLOSED, text, outcome=outcome)
    step.change(**step.mine(State.DONE), outcome=outcome, done_at=step.now, directly=directly)
    step.tell(event, "closed")
    following.tell_all(step.connection, step.keys, step.case.id, step.now)


def hand_over(step: Step, slug: str, name: str, text: str) -> None:
    """Give it to another body of ours: it lies in their queue, with the same promise."""
    _live(step.case)
    if not name:
        raise CaseError("Välj vem som tar över.")
    event = step.record(EventKind.HANDED_OVER, text, body=name)
    step.change(
        body=slug, body_name=name[:200], handler="", handler_name="", handler_email="", state=State.NEW
    )
    step.tell(event, "handed_over")


def classify(step: Step, category: Category, secret: bool) -> None:
    """Another kind, or secrecy on or off. The promise stays: it was given."""
    step.record(EventKind.CHANGED, category=category.name, secret=secret)
    row = step.case.row
    step.change(
        category=category.slug, category_name=category.name[:200], body=category.body or row.body,
        body_name=category.body_name or row.body_name, secret=secret,
        published_at=None if secret else row.published_at,
    )  # fmt: skip


def merge(step: Step, into: Case | None) -> None:
    """The same thing reported twice: the first one goes on, and the author of this one is told so."""
    _live(step.case)
    if into is None or into.id == step.case.id or into.row.state in (State.MERGED, State.WITHDRAWN):
        raise CaseError("Ange numret på ett annat ärende, som inte är återtaget eller hopslaget.")
    event = step.record(EventKind.MERGED, into=into.number)
    words = f"{step.case.number} är samma sak."
    history.record(step.connection, step.keys, into.id, EventKind.NOTE, step.actor, step.now, words)
    step.change(**step.mine(State.MERGED), merged_into=into.id, done_at=step.now, published_at=None)
    step.tell(event, "merged")


def _live(case: Case) -> None:
    if not case.is_live:
        raise CaseError(ENDED)
