"""After a restore: what people have ended since the copy is ended again, from the journal."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, select

from delivery.tables import suppressions
from foundation import journal
from foundation.database import insert_ignore
from subscriptions.people import contacts as people
from subscriptions.tables import contacts

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


def _contact(connection: Connection, entry: Entry) -> int | None:
    known = select(contacts.c.id).where(contacts.c.lookup == bytes.fromhex(entry["lookup"]))
    return connection.execute(known).scalar()


def _leave(connection: Connection, entry: Entry, now: datetime) -> None:
    number = _contact(connection, entry)
    if number is not None:
        people.leave(connection, number, now)


def _erase(connection: Connection, entry: Entry, now: datetime) -> None:
    number = _contact(connection, entry)
    if number is not None:
        people.forget(connection, number, "journal", "erase", now)


AGAIN: dict[str, Callable[[Connection, Entry, datetime], None]] = {
    "suppress": _suppress,
    "lift": _lift,
    "leave": _leave,
    "erase": _erase,
}
"""What each word of the journal does."""
