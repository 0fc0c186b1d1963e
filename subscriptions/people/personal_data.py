"""Whoever asks gets a copy of all that is stored about them, or its erasure (GDPR, articles 15, 17, 20)."""

import re
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, select

from delivery.addresses import AddressError, normalise
from delivery.tables import attempts, callbacks, local_messages, outbox, suppressions
from foundation.database import chunks
from foundation.encryption import Keys, UndecryptableError, identity
from subscriptions.people.contacts import as_json, find, forget, log_deed, read
from subscriptions.tables import (
    accessibility_reports,
    bounces,
    consents,
    contacts,
    signups,
)


def export(connection: Connection, keys: Keys, contact_id: int) -> dict[str, Any] | None:
    """All that is stored about a contact, as data (GDPR, articles 15 and 20); None where it is gone."""
    contact = read(connection, keys, contact_id)
    if contact is None:
        return None

    sent = select(outbox.c.id).where(outbox.c.contact_id == contact_id)

    def rows(table: Any, *names: str, where: ColumnElement[bool] | None = None) -> list[dict[str, Any]]:
        columns = [table.c[name] for name in names]
        mine = table.c.contact_id == contact_id if where is None else where
        found = connection.execute(select(*columns).where(mine).order_by(columns[0]))
        return [{name: _plain(value) for name, value in row._mapping.items()} for row in found]

    return {
        "channel": contact.channel,
        "address": contact.address,
        "state": contact.state.value,
        "created_at": _plain(contact.created_at),
        "confirmed_at": _plain(contact.confirmed_at),
        "paused_until": _plain(contact.paused_until),
        "choices": [as_json(choice) for choice in contact.choices],
        "consents": rows(consents, "given_at", "withdrawn_at", "method", "text_version", "choices"),
        "signups": rows(signups, "created_at", "expires_at", "confirmed_at", "purpose", "method", "choices"),
        "messages": rows(
            outbox, "id", "queued_at", "done_at", "state", "code", "template", "source", "source_id"
        ),
        "attempts": rows(
            attempts, "outbox_id", "number", "started_at", "ended_at", "outcome", "code", "detail",
            where=attempts.c.outbox_id.in_(sent),
        ),
        "callbacks": rows(
            callbacks, "outbox_id", "received_at", "status", "code", where=callbacks.c.outbox_id.in_(sent)
        ),
        "bounces": rows(bounces, "received_at", "code"),
        **_export_elsewhere(connection, keys, contact.channel, contact.address),
    }  # fmt: skip


def export_address(connection: Connection, keys: Keys, channel: str, address: str) -> dict[str, Any] | None:
    """The same for whoever has the normalised address, contact or not; None: nothing is stored."""
    row = find(connection, keys, channel, address)
    if row is not None:
        return export(connection, keys, row.id)
    found = _export_elsewhere(connection, keys, channel, address)
    return {"channel": channel, "address": address, **found} if any(found.values()) else None


def _export_elsewhere(
    connection: Connection, keys: Keys, channel: str, address: str
) -> dict[str, list[dict[str, Any]]]:
    """What is found by the address alone."""
    names = ("created_at", "reason", "code")
    lookups = keys.lookups(identity(channel, address))
    stops = select(*(suppressions.c[name] for name in names)).where(suppressions.c.lookup.in_(lookups))
    return {
        "suppressions": [
            {name: _plain(value) for name, value in row._mapping.items()} for row in connection.execute(stops)
        ],
        "accessibility_reports": [
            {
                "created_at": _plain(row.created_at), "kind": row.kind, "page": row.page,
                "text": keys.decrypt(row.text), "reply_to": keys.decrypt(row.reply_to),
            }
            for row in _reports(connection, keys, channel, address)
        ],
    }  # fmt: skip


def erase(connection: Connection, keys: Keys, contact_id: int, actor: str, now: datetime) -> bool:
    """Forget a contact wholly, also where its address stands elsewhere; False where it is gone already.

    A suppression stays: a keyed hash that keeps the address from ever being written to again.
    """
    row = connection.execute(select(contacts).where(contacts.c.id == contact_id)).first()
    if row is None:
        return False
    forget(connection, contact_id, actor, "erase", now)
    with suppress(UndecryptableError):  # then nobody can read it elsewhere either
        _erase_elsewhere(connection, keys, row.channel, keys.decrypt(row.address))
    return True


def erase_address(
    connection: Connection, keys: Keys, channel: str, address: str, actor: str, now: datetime
) -> bool:
    """The same for whoever has the normalised address, contact or not; False: nothing was stored."""
    known = False
    while (row := find(connection, keys, channel, address)) is not None:  # one under each key, at most
        known = erase(connection, keys, row.id, actor, now)
    count = _erase_elsewhere(connection, keys, channel, address)
    if count:
        log_deed(connection, actor, "erase", "an address without contact", now)
    return known or count > 0


def _erase_elsewhere(connection: Connection, keys: Keys, channel: str, address: str) -> int:
    """Reports and the mails about them, messages to an old address, the local inbox; how many went."""
    loose = select(outbox.c.id, outbox.c.payload).where(
        outbox.c.contact_id.is_(None), outbox.c.payload.is_not(None)
    )
    mails = [
        row.id
        for row in connection.execute(loose)
        if any(
            _is_same(text, channel, address)
            for name, text in _opened(keys, row.payload).items()
            if name in ("address", "reply_to")
        )
    ]
    reports = [row.id for row in _reports(connection, keys, channel, address)]
    for part in chunks(mails):
        connection.execute(delete(callbacks).where(callbacks.c.outbox_id.in_(part)))
        connection.execute(delete(outbox).where(outbox.c.id.in_(part)))
    for part in chunks(reports):
        connection.execute(delete(accessibility_reports).where(accessibility_reports.c.id.in_(part)))
    here = connection.execute(delete(local_messages).where(local_messages.c.recipient == address)).rowcount
    return len(mails) + len(reports) + here


def _reports(connection: Connection, keys: Keys, channel: str, address: str) -> list[Row[Any]]:
    """Those of a person who wants an answer to the address."""
    answered = select(accessibility_reports).where(accessibility_reports.c.reply_to.is_not(None))
    return [
        row
        for row in connection.execute(answered.order_by(accessibility_reports.c.id))
        if _is_same(_decrypted(keys, row.reply_to), channel, address)
    ]


def _opened(keys: Keys, sealed: bytes) -> dict[str, Any]:
    try:
        return dict(keys.decrypt_json(sealed))
    except UndecryptableError:
        return {}


def _decrypted(keys: Keys, sealed: bytes) -> str:
    try:
        return keys.decrypt(sealed)
    except UndecryptableError:
        return ""


def _is_same(typed: str, channel: str, address: str) -> bool:
    """Whether what somebody typed is the normalised address, however it is spelt."""
    words = (typed, *re.split(r"[\s,;<>()]+", typed))
    return any(address == _normal(word, channel) for word in words)


def _normal(typed: str, channel: str) -> str:
    try:
        return normalise(channel, typed, ["+"])
    except AddressError:
        return typed.strip()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
