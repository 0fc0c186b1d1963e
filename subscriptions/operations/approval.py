"""Held items, and the queue held after a restored backup: what an operator is asked, and the answers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, case, func, literal, select, update

from delivery import recovery
from delivery.model import Lane
from foundation import changes, database
from foundation.tables import audit_log
from subscriptions.model import ItemState
from subscriptions.settings import Settings
from subscriptions.tables import items

REASONS = {
    "same-text-other-id": "samma text finns redan under ett annat id",
    "future": "daterad mer än ett dygn framåt",
    "too-old": "äldre än gränsen",
    "burst": "många nya på en gång",
    "unsure-alert": "en varning som inte säkert säger att den är skarp (cap:status, cap:msgType)",
}


def held(engine: Engine) -> Sequence[Row[*tuple[Any, ...]]]:
    """What waits for approval, oldest first: id, reason, type, title, link, revision, seen_at."""
    columns = (items.c[name] for name in ("id", "reason", "type", "title", "link", "revision", "seen_at"))
    with database.read(engine) as connection:
        return connection.execute(
            select(*columns).where(items.c.state == ItemState.HELD).order_by(items.c.id)
        ).all()


def approve(engine: Engine, item_id: int, settings: Settings, now: datetime, actor: str) -> bool:
    """Release a held item; False where it is not held (any more)."""
    lifetime = literal(now + settings.crisis_lifetime, items.c.expires_at.type)
    crisis = items.c.lane == Lane.CRISIS
    return _answer(
        engine,
        item_id,
        now,
        actor,
        "approve",
        state=ItemState.RELEASED,
        released_at=now,
        expires_at=case((crisis, func.coalesce(items.c.expires_at, lifetime)), else_=items.c.expires_at),
    )


def discard(engine: Engine, item_id: int, now: datetime, actor: str) -> bool:
    """Never send a held item; False where it is not held (any more)."""
    return _answer(engine, item_id, now, actor, "discard", state=ItemState.DISCARDED)


def held_messages(engine: Engine) -> int | None:
    """How many messages wait because the database is a restored backup; None where it is none."""
    with database.read(engine) as connection:
        return recovery.count_held(connection) if recovery.is_held(connection) else None


def answer_queue(engine: Engine, send: bool, now: datetime, actor: str) -> int | None:
    """Send all that was held after a restored backup, or none of it; how many messages that were.

    None where nothing is held.
    """
    with database.write(engine) as connection:
        if not recovery.is_held(connection):
            return None
        answer = recovery.release_held if send else recovery.discard_held
        count = answer(connection, now)
        connection.execute(
            audit_log.insert().values(
                at=now, actor=actor, action="approve" if send else "discard",
                subject="outbox", detail={"messages": count},
            )
        )  # fmt: skip
        return count


def _answer(engine: Engine, item_id: int, now: datetime, actor: str, action: str, **values: Any) -> bool:
    with database.write(engine) as connection:
        done = connection.execute(
            update(items).where(items.c.id == item_id, items.c.state == ItemState.HELD).values(**values)
        )
        if done.rowcount:
            changes.tell(connection)
            connection.execute(
                audit_log.insert().values(at=now, actor=actor, action=action, subject=f"item {item_id}")
            )
        return bool(done.rowcount)
