"""The queue and the ledger: rows are claimed by lease, and every attempt is written before and after.

The life of a row::

    queued ──claim──► sending ──settle──► accepted ─► delivered | bounced   (callbacks, bounces)
      ▲  ▲               │  ├──────────► failed | expired (and back to queued where its turn did not come)
      │  └─── wake ── deferred ◄─ retry ─┤
      └── must arrive, mail ◄── lease expired ──► ambiguous (news by SMS)   (recovery.py)

No function here touches the network, and none holds a transaction longer than its own statements.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    update,
)

from subscriptions.crypto import Keys
from subscriptions.model import Channel, DeliveryState, Lane, Outcome, Result
from subscriptions.retries import retry_delay
from subscriptions.store import is_sqlite
from subscriptions.tables import attempts, locks, outbox

BATCH = 100
"""Rows in flight at once: what a crash can leave ambiguous."""

RESENDS = 3
"""How often a message that must not be lost is sent again though its outcome is unknown."""

DOUBTS = (
    select(func.count())
    .where(attempts.c.outbox_id == outbox.c.id, attempts.c.outcome == Outcome.AMBIGUOUS)
    .scalar_subquery()
)
"""How many earlier attempts of a row ended nobody knows how; a refusal that was heard is none."""

# Literal, not bound: only so do both databases use the partial index.
QUEUED: ColumnElement[bool] = literal_column("outbox.state = 'queued'")
DEFERRED: ColumnElement[bool] = literal_column("outbox.state = 'deferred'")
SENDING: ColumnElement[bool] = literal_column("outbox.state = 'sending'")

RESTORED = "restored"
NO_HOLD = ~exists().where(locks.c.name == RESTORED)
"""False while a restored backup waits for its operator: news are not claimed then (recovery.py)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One claimed row. ``try_number`` is the number of the attempt that is about to be made, ``doubts`` how
    many before it ended nobody knows how.
    """

    id: int
    channel: Channel
    lane: Lane
    contact_id: int | None
    item_id: int | None
    digest_run_id: int | None
    template: str | None
    payload: bytes | None
    queued_at: datetime
    expires_at: datetime | None
    try_number: int
    doubts: int = 0


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of one claimed row."""

    row: Row
    result: Result
    started_at: datetime
    ended_at: datetime
    is_tried: bool = True  # False where its turn did not come: it goes back into the queue


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that is not sent after all: the state it gets, why, and until when (deferred)."""

    row: Row
    state: DeliveryState
    code: str
    due_at: datetime | None = None


def enqueue(
    connection: Connection,
    keys: Keys,
    *,
    channel: Channel,
    template: str,
    payload: dict[str, Any],
    now: datetime,
    lifetime: timedelta,
    contact_id: int | None = None,
) -> int:
    """Queue a transactional message; its templates and what they need: ``messages/transactional.py``.

    Without ``contact_id`` the payload holds the ``address``. The row's id is returned.
    """
    statement = insert(outbox).values(
        contact_id=contact_id,
        channel=channel,
        lane=Lane.TRANSACTIONAL,
        state=DeliveryState.QUEUED,
        template=template,
        payload=keys.encrypt_json(payload),
        queued_at=now,
        due_at=now,
        expires_at=now + lifetime,
    )
    return int(connection.execute(statement.returning(outbox.c.id)).scalar_one())


def is_waiting(connection: Connection, lane: Lane, channel: Channel) -> bool:
    """True when something can be claimed: a cheap look before the write lock is asked for."""
    waiting = exists().where(_claimable(lane, channel))
    return bool(connection.execute(select(waiting)).scalar())


def _claimable(lane: Lane, channel: Channel) -> ColumnElement[bool]:
    mine = and_(QUEUED, outbox.c.lane == lane, outbox.c.channel == channel)
    return and_(mine, NO_HOLD) if lane >= Lane.IMMEDIATE else mine


def candidates(connection: Connection, lane: Lane, channel: Channel, limit: int = BATCH) -> list[Row]:
    """The next rows of a lane, locked until the transaction ends; a contact's rows are not torn apart.

    In contact order, so that what waits for one person lies together. The one row too many
    shows whether the last contact goes on: then it is left for the next batch.
    """
    statement = (
        select(
            outbox.c.id,
            outbox.c.channel,
            outbox.c.contact_id,
            outbox.c.item_id,
            outbox.c.digest_run_id,
            outbox.c.template,
            outbox.c.payload,
            outbox.c.queued_at,
            outbox.c.expires_at,
            outbox.c.tries,
            DOUBTS.label("doubts"),
        )
        .where(_claimable(lane, channel))
        .order_by(outbox.c.contact_id)
        .limit(limit + 1)
    )
    if not is_sqlite(connection):
        statement = statement.with_for_update(skip_locked=True, of=outbox)
    found = [
        Row(
            row.id, channel, lane, row.contact_id, row.item_id, row.digest_run_id, row.template, row.payload,
            row.queued_at, row.expires_at, row.tries + 1, row.doubts,
        )
        for row in connection.execute(statement)
    ]  # fmt: skip
    if len(found) <= limit:
        return found
    last = found[-1].contact_id
    whole = [row for row in found if row.contact_id != last] if last is not None else []
    return whole or found[:limit]


def take(connection: Connection, rows: Sequence[Row], now: datetime, lease: timedelta) -> str:
    """Claim the rows: sending, with a lease, and an attempt each, written before the network is touched."""
    name = secrets.token_hex(16)
    connection.execute(
        update(outbox)
        .where(outbox.c.id.in_([row.id for row in rows]))
        .values(
            state=DeliveryState.SENDING,
            lease=name,
            lease_until=now + lease,
            tries=outbox.c.tries + literal(1),
        )
    )
    connection.execute(
        insert(attempts),
        [{"outbox_id": row.id, "number": row.try_number, "started_at": now} for row in rows],
    )
    return name


def renew(connection: Connection, lease: str, until: datetime) -> bool:
    """Keep the claim while the network is slow; False where it is lost already."""
    held = update(outbox).where(SENDING, outbox.c.lease == lease).values(lease_until=until)
    return connection.execute(held).rowcount > 0


def refuse(connection: Connection, refusals: Sequence[Refusal], now: datetime) -> None:
    """Rows that are not sent after all: cancelled, expired, or put off."""
    if not refusals:
        return
    final = {DeliveryState.CANCELLED, DeliveryState.EXPIRED, DeliveryState.FAILED}
    connection.execute(
        update(outbox)
        .where(outbox.c.id == bindparam("b_id"))
        .values(
            state=bindparam("b_state"),
            code=bindparam("b_code"),
            done_at=bindparam("b_done_at", type_=outbox.c.done_at.type),
            due_at=func.coalesce(bindparam("b_due_at", type_=outbox.c.due_at.type), outbox.c.due_at),
        ),
        [
            {
                "b_id": refusal.row.id,
                "b_state": refusal.state,
                "b_code": refusal.code,
                "b_done_at": now if refusal.state in final else None,
                "b_due_at": refusal.due_at,
            }
            for refusal in refusals
        ],
    )


def settle(connection: Connection, lease: str, settled: Sequence[Settled], lifetimes: "Lifetimes") -> None:
    """Write every outcome. A row whose lease was lost is left to its new holder, unless we know better:

    an acceptance that comes late still stops a row that waits to be sent again.
    """
    if not settled:
        return
    if not is_sqlite(connection):  # a plan made while the table was small must not be kept while it grows
        connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_custom_plan")
    connection.execute(_SETTLE_ATTEMPT, [_attempt(each) for each in settled])
    connection.execute(_SETTLE_ROW, [_outcome(each, lease, lifetimes) for each in settled])


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long a message without an expiry of its own is tried."""

    message: timedelta
    crisis: timedelta

    def end(self, row: Row) -> datetime:
        own = row.queued_at + (self.crisis if row.lane == Lane.CRISIS else self.message)
        return row.expires_at if row.expires_at is not None else own


_STILL_OPEN: ColumnElement[bool] = literal_column("outbox.state IN ('queued', 'deferred', 'ambiguous')")
_KNOWN_BETTER: ColumnElement[bool] = literal_column(
    "outbox.state IN ('accepted', 'delivered', 'bounced', 'failed')"
)
"""A callback came before the answer to our call did, or before we gave up waiting for it."""


def _unless_known(column: Column[Any], value: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((_KNOWN_BETTER, column), else_=value)


_SETTLE_ATTEMPT = (
    update(attempts)
    .where(attempts.c.outbox_id == bindparam("b_id"), attempts.c.number == bindparam("b_number"))
    .values(
        started_at=bindparam("b_started_at", type_=attempts.c.started_at.type),
        ended_at=bindparam("b_ended_at", type_=attempts.c.ended_at.type),
        outcome=bindparam("b_outcome"),
        code=bindparam("b_code"),
        detail=bindparam("b_detail"),
        # What was chosen while nobody knew stays, also when the answer comes at last.
        decision=func.coalesce(bindparam("b_decision"), attempts.c.decision),
    )
)
_SETTLE_ROW = (
    update(outbox)
    .where(
        outbox.c.id == bindparam("b_id"),
        or_(
            outbox.c.lease == bindparam("b_lease"),
            and_(
                bindparam("b_state") == DeliveryState.ACCEPTED.value,
                _STILL_OPEN,
            ),
        ),
    )
    .values(
        state=_unless_known(outbox.c.state, bindparam("b_state")),
        lease=None,
        lease_until=None,
        provider_id=func.coalesce(bindparam("b_provider_id"), outbox.c.provider_id),
        code=_unless_known(outbox.c.code, bindparam("b_code")),
        due_at=bindparam("b_due_at", type_=outbox.c.due_at.type),
        done_at=_unless_known(outbox.c.done_at, bindparam("b_done_at", type_=outbox.c.done_at.type)),
    )
)

DECISIONS = {
    True: "sent again: it must not be lost",
    False: "not sent again: a second copy is worse than none",
}


def resends(lane: Lane, doubts: int) -> bool:
    """Whether a message that was handed over without an answer goes out once more, the ``doubts``-th time."""
    if lane == Lane.CRISIS:
        return doubts <= RESENDS
    return lane == Lane.TRANSACTIONAL and doubts <= 1


def resends_lost(lane: Lane, channel: Channel, doubts: int) -> bool:
    """The same where the sender vanished: most of a batch of mails had not left yet.

    All copies of a mail have the same Message-ID; a worker that dies at every start does not repeat it for
    ever. An SMS is claimed only when it can leave at once.
    """
    return resends(lane, doubts) or (channel == Channel.EMAIL and doubts <= RESENDS)


def _decision(each: Settled) -> str | None:
    if each.result.outcome != Outcome.AMBIGUOUS:
        return None
    return DECISIONS[resends(each.row.lane, each.row.doubts + 1)]


def _attempt(each: Settled) -> dict[str, Any]:
    return {
        "b_id": each.row.id,
        "b_number": each.row.try_number,
        "b_started_at": each.started_at,
        "b_ended_at": each.ended_at,
        "b_outcome": each.result.outcome,
        "b_code": each.result.code[:64],
        "b_detail": each.result.detail[:500],
        "b_decision": _decision(each),
    }


def _outcome(each: Settled, lease: str, lifetimes: Lifetimes) -> dict[str, Any]:
    state, due_at = _next_state(each, lifetimes)
    waits = state in (DeliveryState.QUEUED, DeliveryState.DEFERRED)
    return {
        "b_id": each.row.id,
        "b_lease": lease,
        "b_state": state.value,
        "b_provider_id": each.result.provider_id or None,
        "b_code": each.result.code[:64],
        "b_due_at": due_at,
        "b_done_at": None if waits else each.ended_at,
    }


def _next_state(each: Settled, lifetimes: Lifetimes) -> tuple[DeliveryState, datetime]:
    row, result, now = each.row, each.result, each.ended_at
    if not each.is_tried:
        return DeliveryState.QUEUED, now
    if result.outcome == Outcome.ACCEPTED:
        return DeliveryState.ACCEPTED, now
    if result.outcome == Outcome.PERMANENT:
        return DeliveryState.FAILED, now
    if result.outcome == Outcome.AMBIGUOUS and not resends(row.lane, row.doubts + 1):
        return DeliveryState.AMBIGUOUS, now
    due_at = now + retry_delay(row.lane, row.try_number, result.retry_after)
    if due_at >= lifetimes.end(row):
        return DeliveryState.EXPIRED, now
    return DeliveryState.DEFERRED, due_at
