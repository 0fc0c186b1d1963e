"""Put everything under the newest key, so that an old one can be dropped.

What cannot be moved is what nobody can read: suppressions of erased addresses, and links already sent.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Connection, Engine, Row, Table, bindparam, delete, literal, select, update

from delivery.addresses import domain_lookup
from delivery.tables import outbox, suppressions
from foundation import database
from foundation.database import insert_ignore
from foundation.encryption import Keys, UndecryptableError, identity
from subscriptions.model import ContactState
from subscriptions.tables import accessibility_reports, choices, consents, contacts

BATCH = 500
SEALED = (outbox.c.payload, accessibility_reports.c.text, accessibility_reports.c.reply_to)
"""Encrypted columns beside the addresses of the contacts."""


def rekey(engine: Engine, keys: Keys) -> dict[str, int]:
    """Encrypt and look up all under the newest key; how many rows were moved, and how many no key opens.

    Safe to cut off, to repeat, and to run beside the service.
    """
    counts = {"contacts": 0, "sealed": 0, "unreadable": 0}
    for rows in _batches(engine, contacts, contacts.c.address):
        for row in rows:
            _count(counts, "contacts", _move_contact(engine, keys, row) if _is_old(keys, row) else 0)
    for column in SEALED:
        for rows in _batches(engine, column.table, column):
            for row in rows:
                _count(counts, "sealed", _reseal(engine, keys, column, row) if _is_old(keys, row) else 0)
    return counts


def _count(counts: dict[str, int], kind: str, moved: int | None) -> None:
    if moved is None:
        counts["unreadable"] += 1
    else:
        counts[kind] += moved


def _batches(engine: Engine, table: Any, column: Column[Any]) -> Iterator[list[Row[Any]]]:
    """``id`` and ``sealed`` of each row that has it; no transaction is open between batches."""
    last = 0
    extra = (table.c.channel,) if table is contacts else ()
    while True:
        query = select(table.c.id, column.label("sealed"), *extra).where(
            table.c.id > last, column.is_not(None)
        )
        with database.read(engine) as connection:
            rows = list(connection.execute(query.order_by(table.c.id).limit(BATCH)))
        if not rows:
            return
        yield rows
        last = rows[-1].id


def _is_old(keys: Keys, row: Row[Any]) -> bool:
    return not keys.is_newest(row.sealed)


def _move_contact(engine: Engine, keys: Keys, row: Row[Any]) -> int | None:
    """The address, what it is found by, and its suppression; None where no key opens it."""
    try:
        address = keys.decrypt(row.sealed)
    except UndecryptableError:
        return None
    channel = row.channel
    newest, *older = keys.lookups(identity(channel, address))
    with database.write(engine) as connection:
        _take_over(connection, row.id, newest)
        moved = connection.execute(
            update(contacts)
            .where(contacts.c.id == row.id, contacts.c.address == row.sealed)
            .values(
                address=keys.encrypt(address), lookup=newest,
                domain_lookup=domain_lookup(keys, channel, address),
            )
        ).rowcount  # fmt: skip
        known = suppressions.c.lookup.in_(older)
        names = ["lookup", "reason", "code", "created_at"]
        kept = [literal(newest, suppressions.c.lookup.type), *(suppressions.c[name] for name in names[1:])]
        connection.execute(
            insert_ignore(connection, suppressions).from_select(names, select(*kept).where(known).limit(1))
        )
        connection.execute(delete(suppressions).where(known))
    return moved


def _take_over(connection: Connection, contact_id: int, newest: bytes) -> None:
    """A process that knew only one of the keys may have met the address as a new one: make one of the two."""
    twin = connection.execute(
        select(contacts).where(contacts.c.lookup == newest, contacts.c.id != contact_id)
    ).first()
    if twin is None:
        return
    names = ["contact_id", "target_id", "frequency", "label", "created_at"]
    followed = select(
        literal(contact_id, choices.c.contact_id.type), *(choices.c[name] for name in names[1:])
    )
    connection.execute(
        insert_ignore(connection, choices).from_select(names, followed.where(choices.c.contact_id == twin.id))
    )
    connection.execute(update(consents).where(consents.c.contact_id == twin.id).values(contact_id=contact_id))
    if twin.state == ContactState.ACTIVE:
        active = {"state": twin.state, "confirmed_at": twin.confirmed_at, "left_at": None}
        connection.execute(update(contacts).where(contacts.c.id == contact_id).values(**active))
    connection.execute(delete(contacts).where(contacts.c.id == twin.id))


def _reseal(engine: Engine, keys: Keys, column: Column[Any], row: Row[Any]) -> int | None:
    table: Table = column.table
    try:
        sealed = keys.encrypt(keys.decrypt(row.sealed))
    except UndecryptableError:
        return None
    with database.write(engine) as connection:
        unchanged = table.c.id == row.id, column == bindparam("old", row.sealed, column.type)
        return connection.execute(update(table).where(*unchanged).values({column.name: sealed})).rowcount
