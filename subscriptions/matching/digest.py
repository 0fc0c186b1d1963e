"""A digest run, daily or weekly, makes one message for each who follows something in it.

A run takes every item released since the last one, so a period that passed while the service was down is
caught up by the next. What has reached somebody at once is not told again.
"""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    Column,
    Connection,
    Engine,
    Row,
    Select,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.sql import ColumnElement

from delivery import quiet_hours
from delivery.model import DeliveryState, Lane
from delivery.quiet_hours import STOCKHOLM
from delivery.tables import outbox
from foundation import changes, database
from foundation.columns import Moment
from subscriptions.matching.fanout import COLUMNS, reachable, tells_of, when
from subscriptions.model import DIGEST, Frequency, ItemState
from subscriptions.settings import Settings
from subscriptions.tables import choices, contacts, digest_runs, item_targets, items, supersessions

BATCH = 10_000
"""Contacts looked at in one transaction."""
NEVER = (DeliveryState.CANCELLED, DeliveryState.EXPIRED, DeliveryState.FAILED)
FREQUENCIES = (Frequency.DAILY, Frequency.WEEKLY)

AnyRow = Row[*tuple[Any, ...]]


def period_end(frequency: Frequency, settings: Settings, now: datetime) -> datetime:
    """The latest moment, not after ``now``, at which a digest of this kind is due, in UTC."""
    day = now.astimezone(STOCKHOLM).date()
    if frequency is Frequency.WEEKLY:
        day -= timedelta(days=(day.isoweekday() - settings.digest_weekday) % 7)
    end = _at(day, settings.digest_time)
    step = timedelta(days=7 if frequency is Frequency.WEEKLY else 1)
    return end if end <= now else _at(day - step, settings.digest_time)


def _at(day: date, clock: time) -> datetime:
    """A time of day in Sweden: the first of two in the autumn, an hour later where spring leaves it out."""
    return datetime.combine(day, clock, STOCKHOLM).astimezone(UTC)


def run_due(engine: Engine, settings: Settings, now: datetime) -> int:
    """Begin each run whose moment has come and finish all that are begun; the number of messages queued."""
    for frequency in FREQUENCIES:
        begin(engine, frequency, period_end(frequency, settings, now), now)
    queued = 0
    while (batch := build_batch(engine, settings, now)) is not None:
        queued += batch
    return queued


def begin(engine: Engine, frequency: Frequency, end: datetime, now: datetime) -> bool:
    """Open the run of a period and give it its items; False where it was opened before.

    A run of the future, opened while the clock was ahead, is no reason: there would be no digest until then.
    It has taken its items, so that nobody gets them twice.
    """
    with database.read(engine) as connection:
        opened = select(digest_runs.c.id).where(
            digest_runs.c.frequency == frequency, digest_runs.c.period_end.between(end, now)
        )
        if connection.scalar(select(exists(opened))):
            return False
    with database.write(engine) as connection:
        run = database.insert_ignore(connection, digest_runs).values(
            frequency=frequency, period_end=end, created_at=now
        )
        number = connection.scalar(run.returning(digest_runs.c.id))
        if number is None:
            return False
        carried = _run_column(frequency)
        taken = connection.execute(
            update(items)
            .where(items.c.state == ItemState.RELEASED, carried.is_(None), items.c.released_at <= end)
            .values({carried: number})
        )
        if not taken.rowcount:
            finished = update(digest_runs).where(digest_runs.c.id == number)
            connection.execute(finished.values(done_at=now))
        return True


def build_batch(engine: Engine, settings: Settings, now: datetime, size: int = BATCH) -> int | None:
    """Queue the messages of a run for its next contacts; None when every run is done."""
    with database.write(engine) as connection:
        run = connection.execute(
            select(digest_runs)
            .where(digest_runs.c.done_at.is_(None))
            .order_by(digest_runs.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).one_or_none()
        if run is None:
            return None
        here = update(digest_runs).where(digest_runs.c.id == run.id)
        following = select(contacts.c.id).where(contacts.c.id > run.after).order_by(contacts.c.id).limit(size)
        upto = connection.scalar(select(func.max(following.subquery().c.id)))
        if upto is None:
            connection.execute(here.values(done_at=now))
            return 0
        insert = database.insert_ignore(connection, outbox).from_select(
            COLUMNS, _messages(run, upto, settings, now)
        )
        queued = database.insert_counted(connection, insert)
        changes.tell(connection)
        connection.execute(here.values(after=upto))
        return queued


def _messages(run: AnyRow, upto: int, settings: Settings, now: datetime) -> Select[Any]:
    live = _contents(run).cte("live")
    due = quiet_hours.due(quiet_hours.parse(settings.quiet_hours), now)
    state, moment = when(now, due)
    # Asked once for the whole batch, not once a contact.
    something = select(choices.c.contact_id).where(
        choices.c.contact_id.between(run.after + 1, upto), *_matches(live, Frequency(run.frequency))
    )
    return (
        select(
            contacts.c.id,
            literal(DIGEST),
            literal(run.id),
            contacts.c.channel,
            literal(Lane.DIGEST.value),
            state,
            literal(now, Moment),
            moment,
            literal(now + settings.message_lifetime, Moment),
        )
        .where(contacts.c.id.between(run.after + 1, upto), reachable(now))
        .where(contacts.c.id.in_(something))
        .order_by(contacts.c.id)
    )


def _contents(run: AnyRow) -> Select[Any]:
    """The items of a run with their targets: no crisis (told at once), and only an item's last revision."""
    carried = _run_column(Frequency(run.frequency))
    later = items.alias("later")
    replaced = exists().where(
        supersessions.c.earlier_id == items.c.id,
        supersessions.c.item_id == later.c.id,
        later.c.state == ItemState.RELEASED,
        later.c[carried.name] == run.id,
    )
    lasting = or_(items.c.expires_at.is_(None), items.c.expires_at > run.created_at)
    return (
        select(item_targets.c.target_id, item_targets.c.item_id)
        .join_from(items, item_targets, item_targets.c.item_id == items.c.id)
        .where(carried == run.id, items.c.lane != Lane.CRISIS, lasting, ~replaced)
    )


def _matches(live: CTE, frequency: Frequency) -> tuple[ColumnElement[bool], ...]:
    """A choice of this frequency meets an item of the run that has not been told at once."""
    told = exists().where(
        tells_of(live.c.item_id),
        outbox.c.contact_id == choices.c.contact_id,
        outbox.c.state.not_in(NEVER),
    )
    return choices.c.frequency == frequency, live.c.target_id == choices.c.target_id, ~told


def items_of(connection: Connection, run_id: int, contact_ids: Collection[int]) -> dict[int, list[AnyRow]]:
    """Each contact's digest, latest first, as rows of ``items``; contacts without anything are absent."""
    run = connection.execute(select(digest_runs).where(digest_runs.c.id == run_id)).one()
    live = _contents(run).cte("live")
    pairs = (
        select(choices.c.contact_id, live.c.item_id)
        .where(choices.c.contact_id.in_(contact_ids), *_matches(live, Frequency(run.frequency)))
        .distinct()
        .order_by(choices.c.contact_id, live.c.item_id.desc())
    )
    found: dict[int, list[int]] = {}
    for contact_id, item_id in connection.execute(pairs):
        found.setdefault(contact_id, []).append(item_id)
    carried = select(items).where(_run_column(Frequency(run.frequency)) == run_id)
    rows = {row.id: row for row in connection.execute(carried)}
    return {contact_id: [rows[number] for number in numbers] for contact_id, numbers in found.items()}


def _run_column(frequency: Frequency) -> Column[Any]:
    return items.c.daily_run_id if frequency is Frequency.DAILY else items.c.weekly_run_id
