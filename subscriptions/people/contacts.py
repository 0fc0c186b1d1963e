"""One person's register is found by address, shown, changed, paused, left and forgotten here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from delivery.addresses import domain_lookup
from delivery.model import DeliveryState
from delivery.tables import callbacks, outbox
from foundation.database import insert_ignore, upsert
from foundation.encryption import Keys, identity
from foundation.journal import note
from foundation.tables import audit_log
from subscriptions.feeds.items import target_ids
from subscriptions.model import Choice, Contact, ContactState, Frequency, Target
from subscriptions.model import TargetKind as Kind
from subscriptions.tables import (
    choices,
    consents,
    contacts,
    item_targets,
    signups,
    targets,
)

WAITING = (DeliveryState.QUEUED, DeliveryState.DEFERRED, DeliveryState.HELD)
TEXT_VERSION = "2026-11"
"""Which wording of the consent the forms show; a new wording gets a new name."""


@dataclass(frozen=True, slots=True)
class Consent:
    """How somebody said yes, and to which wording."""

    method: str
    text_version: str = TEXT_VERSION


def find(connection: Connection, keys: Keys, channel: str, address: str) -> Row[Any] | None:
    """The contact's row, whichever retained key it was stored under."""
    lookups = keys.lookups(identity(channel, address))
    return connection.execute(select(contacts).where(contacts.c.lookup.in_(lookups))).first()


def ensure(connection: Connection, keys: Keys, channel: str, address: str, now: datetime) -> int:
    """The contact's number, made (pending) where the address is new. The same statements for both."""
    lookups = keys.lookups(identity(channel, address))
    known = contacts.c.lookup.in_(lookups)
    stored = connection.execute(select(contacts.c.lookup).where(known)).scalar() or lookups[0]
    connection.execute(
        insert_ignore(connection, contacts).values(
            channel=channel, address=keys.encrypt(address), lookup=stored,
            domain_lookup=domain_lookup(keys, channel, address), state=ContactState.PENDING, created_at=now,
        )
    )  # fmt: skip
    return int(connection.execute(select(contacts.c.id).where(known)).scalar_one())


def read(connection: Connection, keys: Keys, contact_id: int) -> Contact | None:
    """The contact with its choices in the order of their names; None where it is gone."""
    row = connection.execute(select(contacts).where(contacts.c.id == contact_id)).first()
    if row is None:
        return None
    return Contact(
        row.id, row.channel, keys.decrypt(row.address), ContactState(row.state), row.created_at,
        row.confirmed_at, row.paused_until, _choices(connection, contact_id),
    )  # fmt: skip


def _choices(connection: Connection, contact_id: int) -> tuple[Choice, ...]:
    followed = connection.execute(
        select(targets.c.kind, targets.c.value, choices.c.frequency, choices.c.label)
        .join(choices, choices.c.target_id == targets.c.id)
        .where(choices.c.contact_id == contact_id)
        .order_by(choices.c.label, targets.c.kind, targets.c.value)
    )
    return tuple(Choice(Target(Kind(c.kind), c.value), Frequency(c.frequency), c.label) for c in followed)


def activate(connection: Connection, contact_id: int, now: datetime) -> None:
    """The address is proven."""
    connection.execute(
        update(contacts)
        .where(contacts.c.id == contact_id)
        .values(state=ContactState.ACTIVE, confirmed_at=now, left_at=None)
    )


def add_choices(
    connection: Connection, contact_id: int, wanted: Iterable[Choice], consent: Consent, now: datetime
) -> None:
    """Follow these too; what is followed already gets the new frequency. The consent is written down."""
    wanted = tuple(wanted)
    numbers = target_ids(connection, {choice.target for choice in wanted})
    for choice in sorted(wanted, key=lambda choice: numbers[choice.target]):
        changes = {"frequency": choice.frequency, "label": choice.label[:200]}
        connection.execute(
            upsert(
                connection, choices, ["contact_id", "target_id"], changes,
                contact_id=contact_id, target_id=numbers[choice.target], created_at=now, **changes,
            )
        )  # fmt: skip
    connection.execute(
        insert(consents).values(
            contact_id=contact_id, given_at=now, method=consent.method, text_version=consent.text_version,
            choices=[as_json(choice) for choice in wanted],
        )
    )  # fmt: skip


def replace_choices(
    connection: Connection, contact_id: int, wanted: Iterable[Choice], consent: Consent, now: datetime
) -> None:
    """Follow these and nothing else; following nothing is leaving."""
    by_target = {choice.target: choice for choice in wanted}
    if not by_target:
        leave(connection, contact_id, now)
        return
    add_choices(connection, contact_id, by_target.values(), consent, now)
    kept = target_ids(connection, set(by_target)).values()
    _end_choices(connection, contact_id, choices.c.target_id.not_in(kept), now)


def pause(connection: Connection, contact_id: int, until: datetime | None) -> None:
    """Send nothing before ``until``; None goes on at once."""
    connection.execute(update(contacts).where(contacts.c.id == contact_id).values(paused_until=until))


def choices_behind(connection: Connection, contact_id: int, item_id: int) -> list[Choice]:
    """Those of the contact's choices that an item answers to: why its message came."""
    rows = connection.execute(
        select(targets.c.kind, targets.c.value, choices.c.frequency, choices.c.label)
        .join(choices, choices.c.target_id == targets.c.id)
        .join(item_targets, item_targets.c.target_id == targets.c.id)
        .where(choices.c.contact_id == contact_id, item_targets.c.item_id == item_id)
        .order_by(choices.c.label, targets.c.kind, targets.c.value)
    )
    return [Choice(Target(Kind(row.kind), row.value), Frequency(row.frequency), row.label) for row in rows]


def leave_choice(connection: Connection, contact_id: int, target: Target, now: datetime) -> None:
    """Stop following one thing; without any left, leave."""
    number = select(targets.c.id).where(targets.c.kind == target.kind, targets.c.value == target.value)
    _end_choices(connection, contact_id, choices.c.target_id == number.scalar_subquery(), now)
    if (
        connection.execute(select(choices.c.target_id).where(choices.c.contact_id == contact_id)).first()
        is None
    ):
        leave(connection, contact_id, now)


def _end_choices(connection: Connection, contact_id: int, which: ColumnElement[bool], now: datetime) -> None:
    followed = select(targets.c.kind, targets.c.value).join(choices, choices.c.target_id == targets.c.id)
    mine = (choices.c.contact_id == contact_id, which)
    for row in connection.execute(followed.where(*mine).order_by(targets.c.id)).all():
        _note(connection, "leave-choice", contact_id, now, kind=row.kind, value=row.value)
    connection.execute(delete(choices).where(*mine))


def _note(connection: Connection, what: str, contact_id: int, now: datetime, **more: str) -> None:
    """A restored backup must not bring back what somebody has ended.

    Its number and when it was made find the contact also where the key of its keyed hash has been rotated
    since the backup; the hash finds one that was merged into it.
    """
    known = select(contacts.c.lookup, contacts.c.created_at).where(contacts.c.id == contact_id)
    row = connection.execute(known).first()
    if row is not None:
        made = row.created_at.isoformat()
        note(connection, what, now, contact=str(contact_id), made=made, lookup=row.lookup.hex(), **more)


def leave(connection: Connection, contact_id: int, now: datetime) -> None:
    """Stop everything: nothing more is sent, consents are withdrawn, old confirmation links are dead.

    Safe to repeat. What is forgotten later, and when: retention.py.
    """
    _note(connection, "leave", contact_id, now)
    connection.execute(
        update(contacts)
        .where(contacts.c.id == contact_id, contacts.c.state != ContactState.LEFT)
        .values(state=ContactState.LEFT, left_at=now, paused_until=None)
    )
    connection.execute(delete(choices).where(choices.c.contact_id == contact_id))
    connection.execute(delete(signups).where(signups.c.contact_id == contact_id))
    connection.execute(
        update(consents)
        .where(consents.c.contact_id == contact_id, consents.c.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )
    connection.execute(
        update(outbox)
        .where(outbox.c.contact_id == contact_id, outbox.c.state.in_(WAITING))
        .values(state=DeliveryState.CANCELLED, code="left", done_at=now)
    )


def move(connection: Connection, old: int, new: int, consent: Consent, now: datetime) -> None:
    """Everything that was one contact's is another's, who is active: both are the same person's.

    A restored backup moves it again, to which end the journal keeps the new address, encrypted.
    """
    _note(connection, "move", old, now, **_as_noted(connection, new))
    mine = consents.c.contact_id == old
    connection.execute(update(consents).where(mine).values(contact_id=new))
    add_choices(connection, new, _choices(connection, old), consent, now)
    until = select(contacts.c.paused_until).where(contacts.c.id == old)
    pause(connection, new, connection.execute(until).scalar())
    _delete(connection, old, "change_address", "erase", now)


def _as_noted(connection: Connection, contact_id: int) -> dict[str, str]:
    """What the journal must have to make a contact anew."""
    row = connection.execute(select(contacts).where(contacts.c.id == contact_id)).one()
    return {
        "to": row.lookup.hex(),
        "to_made": row.created_at.isoformat(),
        "channel": row.channel,
        "address": row.address.hex(),
        "domain": row.domain_lookup.hex() if row.domain_lookup else "",
    }


def make_again(connection: Connection, noted: dict[str, str], now: datetime) -> int:
    """The contact that ``move`` noted, active; its number, also where it is known already."""
    lookup = bytes.fromhex(noted["to"])
    connection.execute(
        insert_ignore(connection, contacts).values(
            channel=noted["channel"], address=bytes.fromhex(noted["address"]), lookup=lookup,
            domain_lookup=bytes.fromhex(noted["domain"]) or None, state=ContactState.PENDING,
            created_at=datetime.fromisoformat(noted["to_made"]),
        )
    )  # fmt: skip
    number = select(contacts.c.id).where(contacts.c.lookup == lookup)
    contact_id = int(connection.execute(number).scalar_one())
    activate(connection, contact_id, now)
    return contact_id


def forget(connection: Connection, contact_id: int, actor: str, action: str, now: datetime) -> None:
    """Delete a contact and all that belongs to it."""
    _note(connection, "erase", contact_id, now)
    _delete(connection, contact_id, actor, action, now)


def _delete(connection: Connection, contact_id: int, actor: str, action: str, now: datetime) -> None:
    sent = select(outbox.c.id).where(outbox.c.contact_id == contact_id)
    connection.execute(delete(callbacks).where(callbacks.c.outbox_id.in_(sent)))
    connection.execute(delete(contacts).where(contacts.c.id == contact_id))
    log_deed(connection, actor, action, f"contact {contact_id}", now)


def log_deed(connection: Connection, actor: str, action: str, subject: str, now: datetime) -> None:
    """Write down who did what to whom, for the audit."""
    connection.execute(insert(audit_log).values(at=now, actor=actor, action=action, subject=subject))


def as_json(choice: Choice) -> dict[str, str]:
    """A choice as consents, exports and the API show it."""
    return {
        "kind": choice.target.kind.value,
        "value": choice.target.value,
        "frequency": choice.frequency.value,
        "label": choice.label,
    }


def from_json(data: dict[str, str]) -> Choice:
    """The choice that ``as_json`` wrote."""
    target = Target(Kind(data["kind"]), data["value"])
    return Choice(target, Frequency(data["frequency"]), data["label"])
