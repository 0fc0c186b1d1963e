"""Outcomes are written here: what became of each attempt, and where its row goes from there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    update,
)

from delivery.channels import kinds
from delivery.model import DeliveryState, Lane, Outcome, Result
from delivery.outbox import ANSWERED, Lifetimes, Row
from delivery.retries import retry_delay
from delivery.tables import attempts, outbox
from foundation.database import is_sqlite

RESENDS = 3
"""How often a message is sent again, at most, though it may have gone out each time."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of one claimed row."""

    row: Row
    result: Result
    started_at: datetime
    ended_at: datetime
    is_tried: bool = True  # False where its turn did not come: it goes back into the queue


def settle(connection: Connection, lease: str, settled: Sequence[Settled], lifetimes: Lifetimes) -> None:
    """Write every outcome. A row whose lease was lost is left to its new holder, unless we know better:

    an acceptance that comes late still stops a row that waits to be sent again.
    """
    if not settled:
        return
    if not is_sqlite(connection):  # a plan made while the table was small must not be kept while it grows
        connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_custom_plan")
    connection.execute(_SETTLE_ATTEMPT, [_attempt(each) for each in settled])
    connection.execute(_SETTLE_ROW, [_outcome(each, lease, lifetimes) for each in settled])
    if not is_sqlite(connection):
        connection.exec_driver_sql("SET LOCAL plan_cache_mode = auto")  # what follows looks up foreign keys


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


def resends(lane: Lane, channel: str, doubts: int) -> bool:
    """Whether a message that may have gone out is sent once more when it is in doubt the ``doubts``-th time.

    It is the same doubt whether the far end fell silent or the worker died while waiting for it. A mail
    server that has not answered the final dot has not taken the mail over: it remains ours to deliver
    (RFC 5321, 4.2.5), and its copies share a Message-ID, by which they can be told. An SMS has no such mark:
    only what must not be lost is sent again, a code once, as its owner can ask for another.
    """
    if lane == Lane.CRISIS or kinds.of(channel).marks_copies:
        return doubts <= RESENDS
    return lane == Lane.TRANSACTIONAL and doubts <= 1


def _is_failing(each: Settled) -> bool:
    """A crisis message to a provider that answers, but only that it failed: it goes on until it is too late.

    The pauses grow, and a callback that proves an acceptance ends it.
    """
    return each.row.lane == Lane.CRISIS and each.result.outcome == Outcome.AMBIGUOUS and each.result.answered


def _decision(each: Settled) -> str | None:
    if each.result.outcome != Outcome.AMBIGUOUS:
        return None
    if _is_failing(each):
        return ANSWERED
    return DECISIONS[resends(each.row.lane, each.row.channel, each.row.doubts + 1)]


def _storable(words: str, size: int) -> str:
    """PostgreSQL takes no NUL, and one such outcome would leave those of a whole batch unwritten."""
    return words.replace("\0", "")[:size]


def _attempt(each: Settled) -> dict[str, Any]:
    return {
        "b_id": each.row.id,
        "b_number": each.row.try_number,
        "b_started_at": each.started_at,
        "b_ended_at": each.ended_at,
        "b_outcome": each.result.outcome,
        "b_code": _storable(each.result.code, 64),
        "b_detail": _storable(each.result.detail, 500),
        "b_decision": _decision(each),
    }


def _outcome(each: Settled, lease: str, lifetimes: Lifetimes) -> dict[str, Any]:
    state, due_at = _next_state(each, lifetimes)
    waits = state in (DeliveryState.QUEUED, DeliveryState.DEFERRED)
    return {
        "b_id": each.row.id,
        "b_lease": lease,
        "b_state": state.value,
        "b_provider_id": _storable(each.result.provider_id, 64) or None,
        "b_code": _storable(each.result.code, 64),
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
    failing = _is_failing(each)
    in_doubt = result.outcome == Outcome.AMBIGUOUS
    if in_doubt and not failing and not resends(row.lane, row.channel, row.doubts + 1):
        return DeliveryState.AMBIGUOUS, now
    due_at = now + retry_delay(row.lane, row.try_number, result.retry_after, in_doubt=failing)
    if due_at >= lifetimes.end(row):  # what may have gone out has not simply grown too old
        return DeliveryState.AMBIGUOUS if in_doubt or row.doubts else DeliveryState.EXPIRED, now
    return DeliveryState.DEFERRED, due_at
