"""What whoever has a case's link does: add, withdraw, contradict its end. The link is the authority."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from cases import promises
from cases.casework import history
from cases.casework.history import Case
from cases.model import CITIZEN, CaseError, EventKind, State
from cases.settings import CaseSettings
from foundation.encryption import Keys


def may_reopen(case: Case, settings: CaseSettings, now: datetime) -> bool:
    """Whether its end may still be contradicted."""
    done = case.row.done_at
    return case.row.state == State.DONE and bool(now <= done + timedelta(days=settings.reopen_days))


def add(connection: Connection, keys: Keys, case: Case, text: str, now: datetime) -> None:
    """Write more. Where we had asked, it is our turn again. Raises CaseError after the end."""
    if not case.is_live:
        raise CaseError("Ärendet är avslutat. Är det inte åtgärdat kan du säga till längre ned på sidan.")
    if not text:
        raise CaseError("Skriv det du vill lägga till.")
    history.record(connection, keys, case.id, EventKind.ADDED, CITIZEN, now, text)
    state = State.OPEN if case.row.state == State.ASKED else case.row.state
    history.change(connection, case, state=state, **_promise_anew(case, now))


def withdraw(connection: Connection, keys: Keys, case: Case, now: datetime) -> None:
    """Take the case back; said twice it is once."""
    if case.row.state == State.WITHDRAWN:
        return
    if not case.is_live:
        raise CaseError("Ärendet är redan avslutat.")
    history.record(connection, keys, case.id, EventKind.WITHDRAWN, CITIZEN, now)
    history.change(connection, case, state=State.WITHDRAWN, done_at=now, published_at=None)


def reopen(
    connection: Connection, keys: Keys, settings: CaseSettings, case: Case, text: str, now: datetime
) -> None:
    """Say that it is not mended: the case is back with whoever had it, with a new promise."""
    if case.is_live:
        return
    if not may_reopen(case, settings, now):
        raise CaseError("Det har gått för lång tid. Gör en ny anmälan, så hör vi av oss.")
    event = history.record(connection, keys, case.id, EventKind.REOPENED, CITIZEN, now, text)
    history.change(
        connection, case, state=State.OPEN if case.row.handler else State.NEW, outcome="", done_at=None,
        reopened=case.row.reopened + 1, **_promise_anew(case, now),
    )  # fmt: skip
    history.tell(connection, keys, case.details.email, event, "reopened", now)


def _promise_anew(case: Case, now: datetime) -> dict[str, Any]:
    """It is our turn again, with as many working days as before; a promise that still runs goes on."""
    if case.row.awaits and case.is_live:
        return {}
    due = promises.due(now, case.row.promised_days)
    return {"awaits": True, "due_at": due, "reminded_at": None, "escalated_at": None}
