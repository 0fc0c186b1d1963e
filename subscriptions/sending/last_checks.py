"""The subscriptions' last look before sending: still followed, not replaced, withdrawn, left or paused.

What holds for every message is delivery's (``delivery/sending/last_checks.py``).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from delivery.model import DeliveryState, Lane
from delivery.outbox import Refusal, Row
from delivery.sending.users import Checked, Recipient
from delivery.tables import outbox
from subscriptions.model import ITEM, ContactState, ItemState
from subscriptions.tables import choices, contacts, item_targets, items, supersessions

FOLLOWS_UP = ("Update", "Cancel")
"""CAP messages that go to whoever got the first, whatever they follow today."""

ON_PURPOSE = ("superseded", "withdrawn", "not-chosen", "left", "paused", "suppressed")
"""Why a message is not sent (again) though nothing failed: somebody chose so."""


def check(connection: Connection, rows: Sequence[Row], now: datetime) -> Checked:
    """Which rows are not to go, and why, and to whom the others go."""
    people = people_of(connection, rows)
    withdrawn, unwanted = _withdrawn(connection, rows), _unwanted(connection, rows)
    superseded = _superseded(connection, rows)
    refusals: dict[int, Refusal] = {}
    for row in rows:
        item = item_of(row)
        if item in withdrawn:
            why = "withdrawn"
        elif item in superseded:
            why = "superseded"
        else:
            why = _absence(row, people.get(row.contact_id or 0), now)
        why = why or ("not-chosen" if row.id in unwanted else "")
        if why:
            refusals[row.id] = Refusal(row, DeliveryState.CANCELLED, why)
    return Checked(refusals, recipients(rows, people))


def recipients(rows: Sequence[Row], people: dict[int, Any]) -> dict[int, Recipient]:
    """The contacts of the rows that have one."""
    return {
        row.id: Recipient(people[row.contact_id].address, people[row.contact_id].created_at)
        for row in rows
        if row.contact_id in people
    }


def item_of(row: Row) -> int | None:
    """The item that a row is about, if it is about one."""
    return row.source_id if row.source == ITEM else None


def _absence(row: Row, person: Any, now: datetime) -> str:
    if row.lane == Lane.TRANSACTIONAL:
        return ""
    if person is None or person.state != ContactState.ACTIVE:
        return "left"
    return "paused" if person.paused_until is not None and person.paused_until > now else ""


def people_of(connection: Connection, rows: Sequence[Row]) -> dict[int, Any]:
    """The contacts of the rows, by their numbers."""
    wanted = {row.contact_id for row in rows if row.contact_id is not None}
    if not wanted:
        return {}
    columns = select(
        contacts.c.id, contacts.c.address, contacts.c.state, contacts.c.paused_until, contacts.c.created_at
    )
    return {row.id: row for row in connection.execute(columns.where(contacts.c.id.in_(wanted)))}


def _items(rows: Sequence[Row]) -> set[int]:
    return {item for row in rows if (item := item_of(row)) is not None}


def _withdrawn(connection: Connection, rows: Sequence[Row]) -> set[int | None]:
    """Items that an operator has taken back since they were queued."""
    wanted = _items(rows)
    if not wanted:
        return set()
    found = select(items.c.id).where(items.c.id.in_(wanted), items.c.state != ItemState.RELEASED)
    return set(connection.execute(found).scalars())


def _superseded(connection: Connection, rows: Sequence[Row]) -> set[int | None]:
    """Items that something released has replaced, whether its fan-out has come to these rows or not.

    A row that was being sent then is passed over by the fan-out, and may come back to be sent again.
    """
    wanted = _items(rows)
    if not wanted:
        return set()
    found = (
        select(supersessions.c.earlier_id)
        .join(items, items.c.id == supersessions.c.item_id)
        .where(supersessions.c.earlier_id.in_(wanted), items.c.state == ItemState.RELEASED)
    )
    return set(connection.execute(found).scalars())


def _unwanted(connection: Connection, rows: Sequence[Row]) -> set[int]:
    """Rows whose contact no longer follows anything that the item is about."""
    wanted = _items(rows)
    if not wanted:
        return set()
    first = select(items.c.id, items.c.alert).where(items.c.id.in_(wanted))
    follow_ups = {
        item.id
        for item in connection.execute(first)
        if item.alert and item.alert.get("message_type") in FOLLOWS_UP
    }
    asked = {row.id for row in rows if item_of(row) is not None and row.source_id not in follow_ups}
    if not asked:
        return set()
    still = (
        select(outbox.c.id)
        .distinct()
        .join(item_targets, item_targets.c.item_id == outbox.c.source_id)
        .join(
            choices,
            (choices.c.target_id == item_targets.c.target_id) & (choices.c.contact_id == outbox.c.contact_id),
        )
        .where(outbox.c.id.in_(asked))
    )
    return asked - set(connection.execute(still).scalars())
