"""The outbox is queue and ledger: rows are claimed by lease, every attempt is written before and after.

The life of a row (``settle`` is in ``outcomes.py``)::

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
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    exists,
    func,
    insert,
    literal,
    literal_column,
    select,
    update,
)

from delivery.channels import kinds
from delivery.model import DeliveryState, Lane, Outcome
from delivery.tables import attempts, outbox
from foundation import changes
from foundation.database import is_sqlite
from foundation.encryption import Keys
from foundation.tables import locks

BATCH = 100
"""Rows in flight at once: what a crash can leave ambiguous."""

ANSWERED = "sent again: the provider says that it failed"
"""The decision about an attempt that was not silent: it uses up none of a crisis message's doubts."""

DOUBTS = (
    select(func.count())
    .where(
        attempts.c.outbox_id == outbox.c.id,
        attempts.c.outcome == Outcome.AMBIGUOUS,
        attempts.c.decision.is_distinct_from(ANSWERED),
    )
    .scalar_subquery()
)
"""How many earlier attempts of a row ended in silence; a refusal that was heard is none."""

DOUBTFUL = and_(
    outbox.c.tries > 0,
    exists().where(attempts.c.outbox_id == outbox.c.id, attempts.c.outcome == Outcome.AMBIGUOUS),
)
"""True for a row that may have gone out already."""

# Literal, not bound: only so do both databases use the partial index.
QUEUED: ColumnElement[bool] = literal_column("outbox.state = 'queued'")
DEFERRED: ColumnElement[bool] = literal_column("outbox.state = 'deferred'")
SENDING: ColumnElement[bool] = literal_column("outbox.state = 'sending'")

TRANSACTIONAL = "transactional"
"""The source of answers to what somebody has just asked for: confirmations, links, codes."""

RESTORED = "restored"
NO_HOLD = ~exists().where(locks.c.name == RESTORED)
"""False while a restored backup waits for its operator: news are not claimed then (recovery.py)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One claimed row. ``try_number`` is the number of the attempt that is about to be made, ``doubts`` how
    many before it ended in silence.
    """

    id: int
    channel: str
    lane: Lane
    contact_id: int | None
    source: str
    source_id: int | None
    template: str | None
    payload: bytes | None
    queued_at: datetime
    expires_at: datetime | None
    try_number: int
    doubts: int = 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that is not sent after all: the state it gets, why, and until when (deferred)."""

    row: Row
    state: DeliveryState
    code: str
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """How long a message without an expiry of its own is tried."""

    message: timedelta
    crisis: timedelta

    def end(self, row: Row) -> datetime:
        own = row.queued_at + (self.crisis if row.lane == Lane.CRISIS else self.message)
        return row.expires_at if row.expires_at is not None else own


def enqueue(
    connection: Connection,
    keys: Keys,
    *,
    channel: str,
    payload: dict[str, Any],
    now: datetime,
    lifetime: timedelta,
    template: str | None = None,
    contact_id: int | None = None,
    source: str = TRANSACTIONAL,
    source_id: int | None = None,
    lane: Lane = Lane.TRANSACTIONAL,
) -> int:
    """Queue one message of a user of the outbox (``sending/users.py``); returns the row's number.

    Without ``contact_id`` the payload holds the ``address``. IntegrityError: this source has been queued
    for this recipient before.
    """
    statement = insert(outbox).values(
        contact_id=contact_id,
        source=source,
        source_id=source_id,
        channel=channel,
        lane=lane,
        state=DeliveryState.QUEUED,
        template=template,
        payload=keys.encrypt_json(payload),
        queued_at=now,
        due_at=now,
        expires_at=now + lifetime,
    )
    changes.tell(connection)
    return int(connection.execute(statement.returning(outbox.c.id)).scalar_one())


@dataclass(frozen=True, slots=True)
class Waiting:
    """What there is to do now: lanes with something to claim, rows due again, claims that ran out.

    ``next_due`` is when the next of those that were put off is due; None where there is none.
    """

    lanes: frozenset[tuple[Lane, str]]
    due: bool
    lost: bool
    next_due: datetime | None = None


def look(connection: Connection, now: datetime) -> Waiting:
    """One look for all lanes, which asks for no lock: each part is one step into an index."""
    all_lanes = tuple((lane, kind.name) for kind in kinds.known() for lane in Lane)
    next_due, is_lost, *waits = connection.execute(_look_statement(all_lanes), {"now": now}).one()
    lanes = frozenset(lane for lane, waits_here in zip(all_lanes, waits, strict=True) if waits_here)
    is_due = next_due is not None and next_due <= now
    return Waiting(lanes, is_due, bool(is_lost), next_due)


@cache
def _look_statement(all_lanes: tuple[tuple[Lane, str], ...]) -> Select[Any]:
    """Made once: to build it costs more than to run it."""
    now = bindparam("now", type_=outbox.c.due_at.type)
    due = select(func.min(outbox.c.due_at)).where(DEFERRED).scalar_subquery()
    lost = exists().where(SENDING, outbox.c.lease_until < now)
    claimable = [exists().where(_claimable(lane, channel)) for lane, channel in all_lanes]
    parts: list[ColumnElement[Any]] = [due, lost, *claimable]
    return cast("Select[Any]", select(*parts))


def is_waiting(connection: Connection, lane: Lane, channel: str) -> bool:
    """True when something can be claimed: a cheap look before the write lock is asked for."""
    waiting = exists().where(_claimable(lane, channel))
    return bool(connection.execute(select(waiting)).scalar())


def _claimable(lane: Lane, channel: str) -> ColumnElement[bool]:
    mine = and_(QUEUED, outbox.c.lane == lane, outbox.c.channel == channel)
    return and_(mine, NO_HOLD) if lane >= Lane.IMMEDIATE else mine


def candidates(connection: Connection, lane: Lane, channel: str, limit: int = BATCH) -> list[Row]:
    """The next rows of a lane, locked until the transaction ends; a contact's rows are not torn apart.

    In contact order, so that what waits for one person lies together. The one row too many
    shows whether the last contact goes on: then it is left for the next batch.
    """
    statement = (
        select(
            outbox.c.id,
            outbox.c.channel,
            outbox.c.contact_id,
            outbox.c.source,
            outbox.c.source_id,
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
            row.id, channel, lane, row.contact_id, row.source, row.source_id, row.template, row.payload,
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
    """Rows that are not sent (again) after all: cancelled, expired, in doubt for good, or put off."""
    if not refusals:
        return
    final = {
        DeliveryState.CANCELLED, DeliveryState.EXPIRED, DeliveryState.FAILED, DeliveryState.AMBIGUOUS,
    }  # fmt: skip
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
