"""Recovery moves rows that nobody sends: due again, claim lost, held after a restored backup."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, delete, func, or_, select, update

from delivery.model import DeliveryState, Lane, Outcome
from delivery.outbox import DEFERRED, DOUBTS, NO_HOLD, QUEUED, RESTORED, SENDING
from delivery.outcomes import DECISIONS, resends
from delivery.tables import attempts, outbox
from foundation import changes
from foundation.database import insert_ignore, is_sqlite
from foundation.tables import locks

SWEEP = 5_000
"""Rows moved in one transaction."""

FOR_EVER = timedelta(days=36_500)

KEPT_BACK = and_(or_(QUEUED, DEFERRED), outbox.c.lane >= Lane.IMMEDIATE, ~NO_HOLD)
"""News that were queued after the restore."""


def wake(connection: Connection, now: datetime) -> int:
    """Queue what was put off and is due now."""
    due = select(outbox.c.id).where(DEFERRED, outbox.c.due_at <= now).order_by(outbox.c.due_at).limit(SWEEP)
    if not is_sqlite(connection):
        due = due.with_for_update(skip_locked=True)
    # The state is asked for again: another worker may have been quicker.
    statement = update(outbox).where(outbox.c.id.in_(due), DEFERRED).values(state=DeliveryState.QUEUED)
    changes.tell(connection)
    return connection.execute(statement).rowcount


def recover(connection: Connection, now: datetime) -> int:
    """Claims whose lease ran out: nobody knows whether they were sent. Decide, and write the choice down."""
    lost = (
        select(outbox.c.id, outbox.c.lane, outbox.c.channel, outbox.c.tries, (DOUBTS + 1).label("doubts"))
        .where(SENDING, outbox.c.lease_until < now)
        .order_by(outbox.c.lease_until)
        .limit(SWEEP)
    )
    if not is_sqlite(connection):
        lost = lost.with_for_update(skip_locked=True, of=outbox)
    rows = connection.execute(lost).all()
    for again in (True, False):
        chosen = [row for row in rows if resends(Lane(row.lane), row.channel, row.doubts) == again]
        if chosen:
            _give_up_lease(connection, [(row.id, row.tries) for row in chosen], again, now)
    changes.tell(connection)
    return len(rows)


def _give_up_lease(
    connection: Connection, rows: Iterable[tuple[int, int]], again: bool, now: datetime
) -> None:
    parameters = [{"b_id": row, "b_number": tries} for row, tries in rows]
    connection.execute(
        update(attempts)
        .where(attempts.c.outbox_id == bindparam("b_id"), attempts.c.number == bindparam("b_number"))
        .where(attempts.c.outcome.is_(None))
        .values(
            ended_at=now, outcome=Outcome.AMBIGUOUS, code="lease",
            detail="the worker fell silent while sending", decision=DECISIONS[again],
        ),
        parameters,
    )  # fmt: skip
    connection.execute(
        update(outbox)
        .where(outbox.c.id == bindparam("b_id"), outbox.c.tries == bindparam("b_number"), SENDING)
        .values(
            state=DeliveryState.QUEUED if again else DeliveryState.AMBIGUOUS,
            lease=None, lease_until=None, code="lease", done_at=None if again else now,
        ),
        parameters,
    )  # fmt: skip


def hold_everything(connection: Connection, now: datetime) -> int:
    """A restored backup does not know what was sent since: everything that waits, waits for an operator.

    What has been published since looks new, so news that come from now on wait too (``outbox.NO_HOLD``);
    crisis messages and confirmations do not.
    """
    _doubt(connection, now)
    lock = insert_ignore(connection, locks).values(name=RESTORED, owner="restored", until=now + FOR_EVER)
    connection.execute(lock)
    states = (DeliveryState.QUEUED, DeliveryState.DEFERRED, DeliveryState.SENDING)
    statement = update(outbox).where(outbox.c.state.in_(states))
    held = statement.values(state=DeliveryState.HELD, lease=None, lease_until=None, code="restored")
    return connection.execute(held).rowcount


def _doubt(connection: Connection, now: datetime) -> None:
    """What was on its way when the copy was taken may have gone out: that is written down."""
    on_its_way = select(outbox.c.id).where(SENDING)
    connection.execute(
        update(attempts)
        .where(attempts.c.outbox_id.in_(on_its_way), attempts.c.outcome.is_(None))
        .values(
            ended_at=now, outcome=Outcome.AMBIGUOUS, code=RESTORED,
            detail="the copy was taken while it was being sent", decision="held for the operator",
        )
    )  # fmt: skip


def is_held(connection: Connection) -> bool:
    """True from a restore until an operator has answered."""
    return not connection.execute(select(NO_HOLD)).scalar()


def release_held(connection: Connection, now: datetime) -> int:
    """The operator's word that what was held is to be sent after all."""
    count = count_held(connection)
    held = select(outbox.c.id).where(outbox.c.state == DeliveryState.HELD)
    doubted = and_(attempts.c.outbox_id.in_(held), attempts.c.code == RESTORED)
    connection.execute(update(attempts).where(doubted).values(decision="sent again: the operator's word"))
    statement = update(outbox).where(outbox.c.state == DeliveryState.HELD)
    connection.execute(statement.values(state=DeliveryState.QUEUED, due_at=now))
    changes.tell(connection)
    return _lift(connection, count)


def discard_held(connection: Connection, now: datetime) -> int:
    """The operator's word that what was held is not to be sent."""
    statement = update(outbox).where(or_(outbox.c.state == DeliveryState.HELD, KEPT_BACK))
    discarded = statement.values(state=DeliveryState.CANCELLED, code="restored", done_at=now)
    return _lift(connection, connection.execute(discarded).rowcount)


def count_held(connection: Connection) -> int:
    """How many messages wait for the operator's answer."""
    held = or_(outbox.c.state == DeliveryState.HELD, KEPT_BACK)
    return int(connection.execute(select(func.count()).select_from(outbox).where(held)).scalar_one())


def _lift(connection: Connection, count: int) -> int:
    connection.execute(delete(locks).where(locks.c.name == RESTORED))
    return count
