"""Never silence: a reminder before a promise runs out, an escalation after it. Each is told once.

Any number of processes may look at once: whoever marks the case sends the mail, in the same transaction.
"""

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, select

from cases.casework import history
from cases.casework.history import open_case
from cases.model import LIVE, SYSTEM, ConflictError, EventKind
from cases.settings import CaseSettings
from cases.tables import cases
from delivery.settings import DeliverySettings
from foundation.database import read, write
from foundation.encryption import Keys
from foundation.working_days import STOCKHOLM, is_working_day

MORNING = time(7, 0)
AHEAD = timedelta(days=14)
"""Longer than any row of days that are not worked."""

BATCH = 200


def remind_at(due: datetime) -> datetime:
    """The morning of the last working day before the one that the promise ends with."""
    day = (due - timedelta(minutes=1)).astimezone(STOCKHOLM).date() - timedelta(days=1)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return datetime.combine(day, MORNING, STOCKHOLM)


def look(
    engine: Engine, keys: Keys, shared: DeliverySettings, settings: CaseSettings, now: datetime
) -> tuple[int, int]:
    """How many reminders and how many escalations were told."""
    desk = settings.desk_email or shared.sender_email
    waits = cases.c.state.in_(LIVE), cases.c.awaits
    soon = select(cases.c.id, cases.c.due_at).where(
        *waits, cases.c.reminded_at.is_(None), cases.c.due_at > now, cases.c.due_at <= now + AHEAD
    )
    late = select(cases.c.id).where(*waits, cases.c.escalated_at.is_(None), cases.c.due_at <= now)
    with read(engine) as connection:
        near = [row.id for row in connection.execute(soon) if remind_at(row.due_at) <= now]
        passed = list(connection.execute(late).scalars())
    reminded = sum(_tell(engine, keys, number, EventKind.REMINDED, desk, now) for number in near[:BATCH])
    escalated = sum(_tell(engine, keys, number, EventKind.ESCALATED, desk, now) for number in passed[:BATCH])
    return reminded, escalated


def _tell(engine: Engine, keys: Keys, number: int, kind: EventKind, desk: str, now: datetime) -> bool:
    try:
        with write(engine) as connection:
            return _mark(connection, keys, number, kind, desk, now)
    except ConflictError:  # somebody is at it this very moment: the next look sees how it stands
        return False


def _mark(connection: Connection, keys: Keys, number: int, kind: EventKind, desk: str, now: datetime) -> bool:
    """Mark it and queue the mail, unless it has been answered or told since."""
    column = "reminded_at" if kind is EventKind.REMINDED else "escalated_at"
    row = connection.execute(
        select(cases).where(
            cases.c.id == number, cases.c.state.in_(LIVE), cases.c.awaits, cases.c[column].is_(None)
        )
    ).first()
    if row is None:
        return False
    case = open_case(keys, row)
    event = history.record(connection, keys, number, kind, SYSTEM, now)
    marked: dict[str, Any] = {column: now}
    history.change(connection, case, **marked)
    to = row.handler_email if kind is EventKind.REMINDED and row.handler_email else desk
    history.tell(connection, keys, to, event, kind.value, now)
    return True
