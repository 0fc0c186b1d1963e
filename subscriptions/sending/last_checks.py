"""The last look before sending: still wanted, not replaced, not suppressed, not expired, not at night."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from delivery.model import Channel, DeliveryState, Lane, Outcome
from delivery.outbox import Lifetimes, Refusal, Row
from delivery.suppression import suppressed
from delivery.tables import attempts
from delivery.tables import outbox as outbox_table
from foundation.encryption import Keys, UndecryptableError
from subscriptions.model import ContactState, ItemState
from subscriptions.tables import choices, contacts, item_targets, items, supersessions

FOLLOWS_UP = ("Update", "Cancel")
"""CAP messages that go to whoever got the first, whatever they follow today."""

ON_PURPOSE = ("superseded", "withdrawn", "not-chosen", "left", "paused", "suppressed")
"""Why a message is not sent (again) though nothing failed: somebody chose so."""

KEY_WAIT = timedelta(minutes=5)
"""Until we look again for the key of a message: another process may have got a new key before this one."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """A row that may go out, with what composing needs to know of its recipient."""

    row: Row
    address: str
    contact_since: datetime | None  # the contact's ``created_at``: version of its links
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Preflight:
    """The rules; ``quiet_until`` gives the end of the quiet hours that a moment lies in, or None."""

    keys: Keys
    lifetimes: Lifetimes
    quiet_until: Callable[[datetime], datetime | None]

    def check(
        self, connection: Connection, rows: Sequence[Row], now: datetime
    ) -> tuple[list[Cleared], list[Refusal]]:
        """Sort the rows into those that may go and those that may not, and why."""
        people = _people(connection, rows)
        withdrawn, unwanted = _withdrawn(connection, rows), _unwanted(connection, rows)
        superseded = _superseded(connection, rows)
        cleared: list[Cleared] = []
        refused: list[Refusal] = []
        for row in rows:
            person = people.get(row.contact_id or 0)
            # First what somebody chose: that its time has run out besides is nobody's alarm.
            if row.item_id in withdrawn:
                refusal: Refusal | None = Refusal(row, DeliveryState.CANCELLED, "withdrawn")
            elif row.item_id in superseded:
                refusal = Refusal(row, DeliveryState.CANCELLED, "superseded")
            else:
                refusal = self._refusal(row, person, now)
            if refusal is None and row.id in unwanted:
                refusal = Refusal(row, DeliveryState.CANCELLED, "not-chosen")
            ready = refusal or self._open(row, person, now)
            if isinstance(ready, Cleared):
                cleared.append(ready)
            else:
                refused.append(ready)
        cleared, refused = self._without_suppressed(connection, cleared, refused)
        return cleared, _truthful(connection, refused)

    def _refusal(self, row: Row, person: Any, now: datetime) -> Refusal | None:
        if self.lifetimes.end(row) <= now:
            return Refusal(row, DeliveryState.EXPIRED, "expired")
        if row.lane == Lane.TRANSACTIONAL:
            return None
        if person is None or person.state != ContactState.ACTIVE:
            return Refusal(row, DeliveryState.CANCELLED, "left")
        if person.paused_until is not None and person.paused_until > now:
            return Refusal(row, DeliveryState.CANCELLED, "paused")
        if row.lane == Lane.CRISIS:
            return None
        until = self.quiet_until(now) if row.channel == Channel.SMS else None
        return Refusal(row, DeliveryState.DEFERRED, "quiet", until) if until is not None else None

    def _open(self, row: Row, person: Any, now: datetime) -> Cleared | Refusal:
        try:
            payload = self.keys.decrypt_json(row.payload) if row.payload else {}
            address = self.keys.decrypt(person.address) if person else str(payload["address"])
        except UndecryptableError:
            return Refusal(row, DeliveryState.DEFERRED, "undecryptable", now + KEY_WAIT)
        except KeyError:
            return Refusal(row, DeliveryState.FAILED, "no-address")
        return Cleared(row, address, person.created_at if person else None, payload)

    def _without_suppressed(
        self, connection: Connection, cleared: list[Cleared], refused: list[Refusal]
    ) -> tuple[list[Cleared], list[Refusal]]:
        if not cleared:
            return cleared, refused
        channel = cleared[0].row.channel
        never = suppressed(connection, self.keys, channel, {each.address for each in cleared})
        refused += [
            Refusal(each.row, DeliveryState.CANCELLED, "suppressed")
            for each in cleared
            if each.address in never
        ]
        return [each for each in cleared if each.address not in never], refused


def _people(connection: Connection, rows: Sequence[Row]) -> dict[int, Any]:
    wanted = {row.contact_id for row in rows if row.contact_id is not None}
    if not wanted:
        return {}
    columns = select(
        contacts.c.id, contacts.c.address, contacts.c.state, contacts.c.paused_until, contacts.c.created_at
    )
    return {row.id: row for row in connection.execute(columns.where(contacts.c.id.in_(wanted)))}


def _withdrawn(connection: Connection, rows: Sequence[Row]) -> set[int | None]:
    """Items that an operator has taken back since they were queued."""
    wanted = {row.item_id for row in rows if row.item_id is not None}
    if not wanted:
        return set()
    found = select(items.c.id).where(items.c.id.in_(wanted), items.c.state != ItemState.RELEASED)
    return set(connection.execute(found).scalars())


def _superseded(connection: Connection, rows: Sequence[Row]) -> set[int | None]:
    """Items that something released has replaced, whether its fan-out has come to these rows or not.

    A row that was being sent then is passed over by the fan-out, and may come back to be sent again.
    """
    wanted = {row.item_id for row in rows if row.item_id is not None}
    if not wanted:
        return set()
    found = (
        select(supersessions.c.earlier_id)
        .join(items, items.c.id == supersessions.c.item_id)
        .where(supersessions.c.earlier_id.in_(wanted), items.c.state == ItemState.RELEASED)
    )
    return set(connection.execute(found).scalars())


def _truthful(connection: Connection, refused: list[Refusal]) -> list[Refusal]:
    """What may have gone out must not count as never told: its cancel would not follow."""
    final = (DeliveryState.CANCELLED, DeliveryState.EXPIRED)
    doubtful = _doubtful(connection, [each.row for each in refused if each.state in final])
    return [
        replace(each, state=DeliveryState.AMBIGUOUS)
        if each.state in final and each.row.id in doubtful
        else each
        for each in refused
    ]


def _doubtful(connection: Connection, rows: Sequence[Row]) -> set[int]:
    """Rows that may have gone out already."""
    tried = [row.id for row in rows if row.try_number > 1]
    if not tried:
        return set()
    found = select(attempts.c.outbox_id).where(
        attempts.c.outbox_id.in_(tried), attempts.c.outcome == Outcome.AMBIGUOUS
    )
    return set(connection.execute(found).scalars())


def _unwanted(connection: Connection, rows: Sequence[Row]) -> set[int]:
    """Rows whose contact no longer follows anything that the item is about."""
    about = [row for row in rows if row.item_id is not None]
    if not about:
        return set()
    first = select(items.c.id, items.c.alert).where(items.c.id.in_({row.item_id for row in about}))
    follow_ups = {
        item.id
        for item in connection.execute(first)
        if item.alert and item.alert.get("message_type") in FOLLOWS_UP
    }
    asked = {row.id for row in about if row.item_id not in follow_ups}
    if not asked:
        return set()
    wanted = (
        select(outbox_table.c.id)
        .distinct()
        .join(item_targets, item_targets.c.item_id == outbox_table.c.item_id)
        .join(
            choices,
            (choices.c.target_id == item_targets.c.target_id)
            & (choices.c.contact_id == outbox_table.c.contact_id),
        )
        .where(outbox_table.c.id.in_(asked))
    )
    return asked - set(connection.execute(wanted).scalars())
