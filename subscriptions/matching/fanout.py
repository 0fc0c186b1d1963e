"""A fan-out makes one message for each who follows an item, set by set, inside the database.

A batch is one transaction: it takes the most urgent item, queues the next at most 10,000 contacts and
remembers how far it came. So a crash loses and doubles nothing, sending starts before the last is queued,
and a crisis item goes first from the next batch on.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Row,
    Select,
    Subquery,
    and_,
    case,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    union,
    union_all,
    update,
)
from sqlalchemy.sql import ColumnElement

from delivery import quiet_hours
from delivery.channels import kinds
from delivery.model import DeliveryState, Lane
from delivery.outbox import DOUBTFUL
from delivery.tables import outbox
from foundation import changes, database
from foundation.columns import Moment
from subscriptions.model import ITEM, ContactState, Frequency, ItemState
from subscriptions.settings import Settings
from subscriptions.tables import choices, contacts, item_targets, items, supersessions

FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
BATCH = 10_000
MAX_EARLIER = 200
"""Earlier items looked at; SQLite takes at most 500 parts in one compound query."""
WAITING = (DeliveryState.QUEUED, DeliveryState.DEFERRED, DeliveryState.HELD)
UNREACHED = (*WAITING, DeliveryState.CANCELLED, DeliveryState.EXPIRED, DeliveryState.FAILED)
COLUMNS = [
    "contact_id",
    "source",
    "source_id",
    "channel",
    "lane",
    "state",
    "queued_at",
    "due_at",
    "expires_at",
]

UNFINISHED = select(
    exists().where(literal_column("items.state = 'released'"), items.c.fanout_done_at.is_(None))
)
"""Whether some item is not fanned out; literal, not bound, so that both databases use the partial index."""

AnyRow = Row[*tuple[Any, ...]]
Source = tuple[Column[int], ColumnElement[bool]]
"""Whose contacts are meant: the column that names them, and which of its rows."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one transaction did: how many messages of which item, and whether it was the item's last."""

    item_id: int
    lane: Lane
    queued: int
    done: bool


def fan_out(engine: Engine, settings: Settings, now: datetime, batches: int = 1_000_000) -> int:
    """Run batches until nothing is left (or ``batches`` are done); the number of messages queued."""
    queued = 0
    for _ in range(batches):
        batch = fan_out_batch(engine, settings, now)
        if batch is None:
            break
        queued += batch.queued
    return queued


def fan_out_batch(engine: Engine, settings: Settings, now: datetime, size: int = BATCH) -> Batch | None:
    """Queue the next messages of the most urgent item; None when there is nothing to do."""
    with database.write(engine) as connection:
        item = _next(connection)
        if item is None:
            return None
        earlier = _earlier(connection, item, now)
        expires = min(item.expires_at or FOREVER, item.released_at + settings.message_lifetime)
        sources = _sources(connection, item, earlier)
        upto = _upto(connection, sources, item.fanout_after, size) if expires > now else None
        if upto is None:
            connection.execute(update(items).where(items.c.id == item.id).values(fanout_done_at=now))
            return Batch(item.id, Lane(item.lane), 0, done=True)
        _cancel_waiting(connection, earlier, item.fanout_after, upto, now)
        if item.lane == Lane.CRISIS:
            _hasten(connection, item, upto, now, expires)
        followers = _followers(sources, item.fanout_after, upto)
        recipients = _messages(item, followers, upto, settings, now, expires).where(_reason(item, earlier))
        insert = database.insert_ignore(connection, outbox).from_select(COLUMNS, recipients)
        queued = database.insert_counted(connection, insert)
        changes.tell(connection)
        connection.execute(update(items).where(items.c.id == item.id).values(fanout_after=upto))
        return Batch(item.id, Lane(item.lane), queued, done=False)


def tells_of(item: ColumnElement[int] | int) -> ColumnElement[bool]:
    """Rows of the outbox about an item. Literal, not bound: only so do both databases use the index."""
    return and_(literal_column(f"outbox.source = '{ITEM}'"), outbox.c.source_id == item)


def tells_of_any(numbers: Collection[int]) -> ColumnElement[bool]:
    """Rows of the outbox about one of the items."""
    return and_(literal_column(f"outbox.source = '{ITEM}'"), outbox.c.source_id.in_(numbers))


def is_waiting(connection: Connection) -> bool:
    """True when some item is not fanned out: a look that asks for no lock."""
    return bool(connection.scalar(UNFINISHED))


def _next(connection: Connection) -> AnyRow | None:
    """The most urgent item that is not done; on PostgreSQL one that no other worker is at."""
    names = ("id", "lane", "alert", "released_at", "expires_at", "fanout_after")
    query = (
        select(*(items.c[name] for name in names))
        .where(items.c.state == ItemState.RELEASED, items.c.fanout_done_at.is_(None))
        .order_by(items.c.lane, items.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return connection.execute(query).one_or_none()


def _earlier(connection: Connection, item: AnyRow, now: datetime) -> list[int]:
    """The items that this one replaces; they are not fanned out any further."""
    query = select(supersessions.c.earlier_id).where(supersessions.c.item_id == item.id)
    latest = query.order_by(supersessions.c.earlier_id.desc()).limit(MAX_EARLIER)
    earlier = list(connection.scalars(latest))
    if earlier and item.fanout_after == 0:
        unfinished = and_(items.c.id.in_(earlier), items.c.fanout_done_at.is_(None))
        connection.execute(update(items).where(unfinished).values(fanout_done_at=now))
    return earlier


def _is_cancel(item: AnyRow) -> bool:
    return bool(item.alert and item.alert.get("message_type") == "Cancel")


def _choice(item: AnyRow) -> ColumnElement[bool]:
    """Which choices bring this item now: crisis messages ignore how often somebody wants to hear."""
    return true() if item.lane == Lane.CRISIS else choices.c.frequency == Frequency.IMMEDIATE


def _sources(connection: Connection, item: AnyRow, earlier: list[int]) -> list[Source]:
    """Whom to consider: who follows one of the targets and, for an alert, who has a message of what it
    replaces. Each is one range of an index, in contact order.
    """
    sources: list[Source] = []
    if not _is_cancel(item):
        meant = select(item_targets.c.target_id).where(item_targets.c.item_id == item.id)
        sources += [
            (choices.c.contact_id, and_(choices.c.target_id == number, _choice(item)))
            for number in connection.scalars(meant)
        ]
    if item.alert:
        sources += [(outbox.c.contact_id, tells_of(number)) for number in earlier]
    return sources


def _upto(connection: Connection, sources: list[Source], after: int, size: int) -> int | None:
    """The last contact of the next ``size`` after ``after``; None where there is nobody left."""
    if not sources:
        return None
    parts = [
        select(contact.label("contact_id"))
        .where(condition, contact > after)
        .order_by(contact)
        .limit(size)
        .subquery()
        for contact, condition in sources
    ]
    together = union_all(*(select(part.c.contact_id) for part in parts)).subquery()
    first = select(together.c.contact_id).distinct().order_by(together.c.contact_id).limit(size).subquery()
    upto: int | None = connection.scalar(select(func.max(first.c.contact_id)))
    return upto


def _followers(sources: list[Source], after: int, upto: int) -> Subquery:
    """The contacts of all sources in that range, each once."""
    parts = [
        select(contact.label("contact_id")).where(condition, contact.between(after + 1, upto))
        for contact, condition in sources
    ]
    return union(*parts).subquery()


def _reason(item: AnyRow, earlier: list[int]) -> ColumnElement[bool]:
    """Why somebody gets an alert's message: their choices, or that the earlier message has reached them."""
    if not item.alert or not earlier:
        return true()
    told = exists().where(
        tells_of_any(earlier),
        outbox.c.contact_id == contacts.c.id,
        outbox.c.state.not_in(UNREACHED),
    )
    if _is_cancel(item):
        return told
    follows = exists().where(
        choices.c.contact_id == contacts.c.id,
        choices.c.target_id == item_targets.c.target_id,
        item_targets.c.item_id == item.id,
        _choice(item),
    )
    return or_(told, follows)


def _messages(
    item: AnyRow, followers: Subquery, upto: int, settings: Settings, now: datetime, expires: datetime
) -> Select[Any]:
    """The rows of the outbox for those of the followers who are there and have not paused."""
    due = now if item.lane == Lane.CRISIS else quiet_hours.due(quiet_hours.parse(settings.quiet_hours), now)
    state, moment = when(now, due)
    return (
        select(
            contacts.c.id,
            literal(ITEM),
            literal(item.id),
            contacts.c.channel,
            literal(item.lane),
            state,
            literal(now, Moment),
            moment,
            literal(expires, Moment),
        )
        .join_from(followers, contacts, contacts.c.id == followers.c.contact_id)
        .where(contacts.c.id.between(item.fanout_after + 1, upto), reachable(now))
        .order_by(contacts.c.id)
    )


def when(now: datetime, sms_due: datetime) -> tuple[ColumnElement[str], ColumnElement[datetime]]:
    """State and due moment by channel: an SMS may have to wait for the morning."""
    if sms_due <= now:
        return literal(DeliveryState.QUEUED.value), literal(now, Moment)
    waits = contacts.c.channel.in_([kind.name for kind in kinds.known() if kind.keeps_quiet_hours])
    return (
        case((waits, DeliveryState.DEFERRED.value), else_=DeliveryState.QUEUED.value),
        case((waits, literal(sms_due, Moment)), else_=literal(now, Moment)),
    )


def reachable(now: datetime) -> ColumnElement[bool]:
    """A proven contact that has neither left nor paused."""
    awake = or_(contacts.c.paused_until.is_(None), contacts.c.paused_until <= now)
    return and_(contacts.c.state == ContactState.ACTIVE, awake)


def _cancel_waiting(connection: Connection, earlier: list[int], after: int, upto: int, now: datetime) -> None:
    """What is replaced and has not gone out need not go out any more.

    What may have gone out ends as ambiguous: who perhaps has the alert must get its cancel.
    """
    if earlier:
        state = case((DOUBTFUL, DeliveryState.AMBIGUOUS.value), else_=DeliveryState.CANCELLED.value)
        connection.execute(
            update(outbox)
            .where(tells_of_any(earlier), outbox.c.contact_id.between(after + 1, upto))
            .where(outbox.c.state.in_(WAITING))
            .values(state=state, done_at=now, code="superseded")
        )


def _hasten(connection: Connection, item: AnyRow, upto: int, now: datetime, expires: datetime) -> None:
    """Messages queued while the item was still ordinary news get the crisis lane (see ``items._promote``)."""
    here = outbox.c.contact_id.between(item.fanout_after + 1, upto)
    waiting = outbox.c.state.in_((DeliveryState.QUEUED, DeliveryState.DEFERRED))
    connection.execute(
        update(outbox)
        .where(tells_of(item.id), here, outbox.c.lane > Lane.CRISIS, waiting)
        .values(lane=Lane.CRISIS, state=DeliveryState.QUEUED, due_at=now, expires_at=expires)
    )
