"""Retention erases unproven sign-ups soon, messages and traces after their time.

Kept: items (public texts), consents as long as their contact, and suppressions (keyed hashes).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Engine, Table, and_, delete, exists, func, literal, select
from sqlalchemy.sql import ColumnElement

from delivery.tables import callbacks, local_messages, outbox
from foundation import database
from foundation.staff.tables import staff_logins, staff_sessions
from foundation.tables import audit_log, limits, locks, used_tokens
from subscriptions.model import ContactState
from subscriptions.settings import Settings
from subscriptions.tables import accessibility_reports, bounces, contacts, signups, workers

BATCH = 2_000
"""Rows in one transaction: senders wait for it on SQLite."""
LOCKS = timedelta(days=1)


def purge(engine: Engine, settings: Settings, now: datetime) -> dict[str, int]:
    """Forget all whose time is over; how many rows of each table, for the log. Safe to cut off and repeat."""
    forgotten: dict[str, int] = {}
    for table, key, condition in _rules(settings, now):
        forgotten[table.name] = forgotten.get(table.name, 0) + _purge(engine, table, key, condition)
    return {name: count for name, count in forgotten.items() if count}


def _rules(settings: Settings, now: datetime) -> Iterator[tuple[Table, Column[Any], ColumnElement[bool]]]:
    """Each table, what tells its rows apart, and which of them go. Sign-ups go before their contacts."""
    old = now - settings.retention
    yield signups, signups.c.id, signups.c.expires_at <= now
    open_signup = exists().where(signups.c.contact_id == contacts.c.id)
    yield (
        contacts,
        contacts.c.id,
        and_(
            contacts.c.state == ContactState.PENDING,
            contacts.c.created_at <= now - settings.signup_lifetime,
            ~open_signup,
        ),
    )
    left = and_(contacts.c.state == ContactState.LEFT, contacts.c.left_at <= old)
    yield contacts, contacts.c.id, and_(left, ~open_signup)  # who left may just be coming back
    # A message that was never finished has been over since it expired.
    over = func.coalesce(outbox.c.done_at, outbox.c.expires_at, outbox.c.queued_at)
    yield outbox, outbox.c.id, and_(outbox.c.queued_at <= old, over <= literal(old, outbox.c.queued_at.type))
    yield callbacks, callbacks.c.id, callbacks.c.received_at <= old
    yield bounces, bounces.c.id, bounces.c.received_at <= old
    yield local_messages, local_messages.c.id, local_messages.c.sent_at <= old
    yield accessibility_reports, accessibility_reports.c.id, accessibility_reports.c.created_at <= old
    yield audit_log, audit_log.c.id, audit_log.c.at <= old
    yield used_tokens, used_tokens.c.token_hash, used_tokens.c.expires_at <= now
    yield limits, limits.c.key, limits.c.expires_at <= now
    yield staff_sessions, staff_sessions.c.token_hash, staff_sessions.c.expires_at <= now
    yield staff_logins, staff_logins.c.state_hash, staff_logins.c.expires_at <= now
    yield locks, locks.c.name, locks.c.until <= now - LOCKS
    yield workers, workers.c.name, workers.c.seen_at <= old


def _purge(engine: Engine, table: Table, key: Column[Any], condition: ColumnElement[bool]) -> int:
    """Delete by the batch. Looking for them takes no lock; each is judged again when it goes."""
    total = 0
    while True:
        with database.read(engine) as connection:
            keys = connection.scalars(select(key).where(condition).limit(BATCH)).all()
        if not keys:
            return total
        with database.write(engine) as connection:
            total += connection.execute(delete(table).where(key.in_(keys), condition)).rowcount
