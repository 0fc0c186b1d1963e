"""After a restore, what people have ended since the copy is ended again, from the journal."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, and_, delete, or_, select

from delivery.tables import suppressions
from foundation import journal
from foundation.database import insert_ignore
from subscriptions.model import Target, TargetKind
from subscriptions.people import contacts as people
from subscriptions.tables import choices, contacts, targets

MARGIN = timedelta(minutes=5)
"""How much before the copy's last beat the journal is read from: clocks differ, and a repeat does no harm."""

Entry = dict[str, Any]


def replay(connection: Connection, path: Path, copied_at: datetime, now: datetime) -> int:
    """Do again what the journal has since the copy was taken; how many entries that were."""
    entries = list(journal.read_since(path, copied_at - MARGIN))
    for entry in entries:
        if entry["what"] in AGAIN:
            AGAIN[entry["what"]](connection, entry, now)
    return len(entries)


def _suppress(connection: Connection, entry: Entry, now: datetime) -> None:
    row = {"lookup": bytes.fromhex(entry["lookup"]), "reason": entry["reason"], "code": entry["code"]}
    connection.execute(insert_ignore(connection, suppressions).values(created_at=now, **row))


def _lift(connection: Connection, entry: Entry, _: datetime) -> None:
    lookup = bytes.fromhex(entry["lookup"])
    connection.execute(delete(suppressions).where(suppressions.c.lookup == lookup))


def _contacts(connection: Connection, entry: Entry) -> list[int]:
    """Whom an entry is about, and who has not come anew since: the journal is read from before the copy."""
    at = datetime.fromisoformat(entry["at"])
    same = contacts.c.lookup == bytes.fromhex(entry["lookup"])
    if "contact" in entry:
        made = datetime.fromisoformat(entry["made"])
        same = or_(same, and_(contacts.c.id == int(entry["contact"]), contacts.c.created_at == made))
    older = (
        contacts.c.created_at <= at,
        or_(contacts.c.confirmed_at.is_(None), contacts.c.confirmed_at <= at),
    )
    return list(connection.scalars(select(contacts.c.id).where(same, *older).order_by(contacts.c.id)))


def _leave(connection: Connection, entry: Entry, now: datetime) -> None:
    for number in _contacts(connection, entry):
        people.leave(connection, number, now)


def _move(connection: Connection, entry: Entry, _: datetime) -> None:
    at = datetime.fromisoformat(entry["at"])
    for number in _contacts(connection, entry):
        moved = people.make_again(connection, entry, at)
        if moved != number:
            people.move(connection, number, moved, people.Consent("manage"), at)


def _erase(connection: Connection, entry: Entry, now: datetime) -> None:
    for number in _contacts(connection, entry):
        people.forget(connection, number, "journal", "erase", now)


def _leave_choice(connection: Connection, entry: Entry, now: datetime) -> None:
    target = Target(TargetKind(entry["kind"]), entry["value"])
    chosen = (
        select(choices.c.contact_id)
        .join(targets, targets.c.id == choices.c.target_id)
        .where(targets.c.kind == target.kind, targets.c.value == target.value)
        .where(choices.c.created_at <= datetime.fromisoformat(entry["at"]))
    )
    for number in _contacts(connection, entry):
        if connection.execute(chosen.where(choices.c.contact_id == number)).first():
            people.leave_choice(connection, number, target, now)


AGAIN: dict[str, Callable[[Connection, Entry, datetime], None]] = {
    "suppress": _suppress,
    "lift": _lift,
    "leave": _leave,
    "leave-choice": _leave_choice,
    "move": _move,
    "erase": _erase,
}
"""What each word of the journal does."""
