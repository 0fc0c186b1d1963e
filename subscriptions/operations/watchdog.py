"""The watchdog finds what looks alive and is not: items that reach nobody, lanes and feeds at a stand."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)

from delivery import recovery
from delivery.model import Channel, DeliveryState, Lane
from delivery.tables import outbox
from foundation import limits
from foundation.database import insert_ignore
from foundation.encryption import Keys, identity
from foundation.metrics import ALARMS
from subscriptions.feeds.release_rules import UNSURE
from subscriptions.matching.fanout import tells_of
from subscriptions.model import ITEM, ContactState, Frequency, ItemState, TargetKind
from subscriptions.sending.last_checks import ON_PURPOSE
from subscriptions.settings import Settings
from subscriptions.tables import choices, contacts, feeds, item_targets, items, supersessions, targets

log = logging.getLogger(__name__)

WINDOW = timedelta(days=2)
"""Older items raise no alarm any more."""

STUCK = {
    Lane.CRISIS: timedelta(minutes=1),
    Lane.TRANSACTIONAL: timedelta(minutes=5),
    Lane.IMMEDIATE: timedelta(hours=2),
    Lane.DIGEST: timedelta(hours=6),
}
"""How long a message may lie queued before its lane is taken to be stuck."""

OURS = r"^5\.[03-7]\."
"""Codes of a failure that is not the recipient's."""

DEAD_TOPIC = timedelta(days=180)
"""A followed topic without a single item for so long."""

NEARLY = 0.8
"""The part of a limit for all together that may be spent before it is an alarm."""

LOST = timedelta(hours=6)
"""How long an alarm about crisis messages that were given up goes on."""

SEVERITIES = {
    "silent-crisis-feed": "critical",
    "item-not-delivered": "critical",
    "crisis-lost": "critical",
    "stuck-lane": "critical",
    "unsure-alert": "critical",
    "silent-feed": "warning",
    "dead-topic": "warning",
    "no-crisis-feed": "warning",
    "limit": "critical",
    "held": "warning",
}
"""Critical: citizens do not get what they should, wake somebody. Warning: it can wait until the morning."""

REACHED = [DeliveryState.ACCEPTED, DeliveryState.DELIVERED]


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing that somebody should look at: its kind and what it is about, without personal data."""

    kind: str
    subject: str


def look(connection: Connection, keys: Keys, settings: Settings, now: datetime) -> list[Alarm]:
    """Every alarm there is now."""
    return [
        *([Alarm("no-crisis-feed", "settings")] if settings.lacks_crisis_feed else []),
        *_silent_feeds(connection, settings, now),
        *_undelivered(connection, keys, settings, now),
        *_lost_crises(connection, now),
        *_stuck_lanes(connection, now),
        *_dead_topics(connection, now),
        *_held(connection),
        *_limits(connection, keys, settings, now),
        *_unsure_alerts(connection),
    ]


def report(alarms: Iterable[Alarm], known: set[Alarm]) -> set[Alarm]:
    """Log what is new and what is over, and tell Prometheus; returns what is now known."""
    current = set(alarms)
    for alarm in current - known:
        level = logging.ERROR if SEVERITIES[alarm.kind] == "critical" else logging.WARNING
        log.log(level, "alarm", extra={"alarm": alarm.kind, "subject": alarm.subject})
    for alarm in known - current:
        log.warning("alarm over", extra={"alarm": alarm.kind, "subject": alarm.subject})
    for kind, severity in SEVERITIES.items():
        ALARMS.labels(kind, severity).set(sum(alarm.kind == kind for alarm in current))
    return current


def ensure_canary(connection: Connection, keys: Keys, settings: Settings, now: datetime) -> None:
    """A subscriber to everything, so that every item has somebody to reach.

    It cannot leave: each beat brings it back, or one click in its mailbox would silence the alarms. To
    end it, empty ``CANARY_EMAIL`` first; then it may leave like anybody.
    """
    if not settings.canary_email:
        return
    lookups = keys.lookups(identity(Channel.EMAIL, settings.canary_email))
    known = select(contacts.c.id).where(contacts.c.lookup.in_(lookups))
    number = connection.execute(known).scalar_one_or_none()
    if number is None:
        made = insert_ignore(connection, contacts).values(
            channel=Channel.EMAIL, address=keys.encrypt(settings.canary_email), lookup=lookups[0],
            state=ContactState.ACTIVE, created_at=now, confirmed_at=now,
        )  # fmt: skip
        connection.execute(made)
        number = connection.execute(known).scalar_one()
    else:
        connection.execute(
            update(contacts).where(contacts.c.id == number).values(state=ContactState.ACTIVE, left_at=None)
        )
    for kind in (TargetKind.ALL, TargetKind.CRISIS):
        connection.execute(insert_ignore(connection, targets).values(kind=kind, value=""))
        target = select(targets.c.id).where(targets.c.kind == kind, targets.c.value == "")
        connection.execute(
            insert_ignore(connection, choices).values(
                contact_id=number, target_id=connection.execute(target).scalar_one(),
                frequency=Frequency.IMMEDIATE, label="Allt", created_at=now,
            )
        )  # fmt: skip


def _silent_feeds(connection: Connection, settings: Settings, now: datetime) -> list[Alarm]:
    """Feeds that have not been read for a while, be it that they fail or that nobody asks them.

    ``checked_at`` is the last good look. A crisis feed that was never read at all is silent too.
    """
    looks = {
        row.url: row for row in connection.execute(select(feeds.c.url, feeds.c.checked_at, feeds.c.failures))
    }
    crisis = dict.fromkeys(settings.crisis_feed_urls)
    crises = [
        url
        for url in crisis
        if url not in looks or _is_old(looks[url].checked_at, now - settings.watchdog_silent_crisis_feed)
    ]
    ordinary = [
        url
        for url in dict.fromkeys(settings.feed_urls)
        if url in looks
        and url not in crisis
        and (looks[url].failures or looks[url].checked_at)
        and _is_old(looks[url].checked_at, now - settings.watchdog_silent_feed)
    ]
    return [
        *(Alarm("silent-crisis-feed", url) for url in crises),
        *(Alarm("silent-feed", url) for url in ordinary),
    ]


def _is_old(moment: datetime | None, limit: datetime) -> bool:
    return moment is None or moment < limit


def _undelivered(connection: Connection, keys: Keys, settings: Settings, now: datetime) -> list[Alarm]:
    """Released items that should have reached somebody by now and have reached nobody.

    With a canary every item must have reached the canary; without one, somebody of those it was queued for.
    A replaced item is its successor's affair, and a cancel reaches only those who were told.
    """
    mail = exists().where(tells_of(items.c.id), outbox.c.channel == Channel.EMAIL)
    goal = REACHED
    if settings.canary_email:
        lookups = keys.lookups(identity(Channel.EMAIL, settings.canary_email))
        mail = mail.where(
            outbox.c.contact_id.in_(select(contacts.c.id).where(contacts.c.lookup.in_(lookups)))
        )
        goal = [DeliveryState.DELIVERED] if settings.canary_confirms else REACHED
    # Held after a restore, or discarded by the operator's own word: the alarm for that is another.
    after_restore = and_(outbox.c.code == "restored", outbox.c.state.in_(("held", "cancelled")))
    after_restore = or_(after_restore, recovery.KEPT_BACK)
    later = items.alias("later")
    replaced = exists().where(
        supersessions.c.earlier_id == items.c.id,
        supersessions.c.item_id == later.c.id,
        later.c.state == ItemState.RELEASED,
    )
    query = select(
        items.c.id, items.c.lane, items.c.released_at, items.c.alert,
        mail.where(outbox.c.state.not_in(("cancelled", "held"))).label("waits"),
    ).where(
        items.c.state == ItemState.RELEASED,
        items.c.released_at > now - WINDOW,
        ~mail.where(outbox.c.state.in_(goal)),
        ~mail.where(after_restore),
        ~replaced,
    )  # fmt: skip
    patience = {Lane.CRISIS: settings.watchdog_crisis}
    return [
        Alarm("item-not-delivered", str(row.id))
        for row in connection.execute(query)
        if now - row.released_at > patience.get(Lane(row.lane), settings.watchdog_immediate)
        and (row.waits or (settings.canary_email and not _is_cancel(row.alert)))
    ]


def _is_cancel(alert: dict[str, Any] | None) -> bool:
    return bool(alert and alert.get("message_type") == "Cancel")


def _lost_crises(connection: Connection, now: datetime) -> list[Alarm]:
    """Crisis items that did not go out to somebody, or nobody knows, for lack of a provider.

    Not those whose recipient was refused, nor those that somebody stopped or a later message replaced.
    """
    # Literal, not bound, and nothing said of source_id: only so do both databases use the partial index.
    given_up: ColumnElement[bool] = literal_column(
        "outbox.lane = 0 AND outbox.state IN ('ambiguous', 'expired', 'failed')"
    )
    about_us = or_(outbox.c.state != DeliveryState.FAILED, outbox.c.code.regexp_match(OURS))
    query = (
        select(outbox.c.source, outbox.c.source_id)
        .distinct()
        .where(
            given_up,
            outbox.c.done_at > now - LOST,
            about_us,
            func.coalesce(outbox.c.code, "").not_in(ON_PURPOSE),
        )
    )
    found = {(row.source, row.source_id) for row in connection.execute(query) if row.source_id is not None}
    return [
        Alarm("crisis-lost", str(number) if source == ITEM else f"{source} {number}")
        for source, number in sorted(found)
    ]


def _stuck_lanes(connection: Connection, now: datetime) -> list[Alarm]:
    """Lanes whose oldest message has waited too long while nothing was sent: a long queue may still move."""
    oldest: Select[Any] = (
        select(outbox.c.lane, outbox.c.channel, func.min(outbox.c.due_at).label("due_at"))
        .where(outbox.c.state == "queued")
        .group_by(outbox.c.lane, outbox.c.channel)
    )
    return [
        Alarm("stuck-lane", f"{row.channel}-{Lane(row.lane).name.lower()}")
        for row in connection.execute(oldest).all()
        if now - row.due_at > STUCK[Lane(row.lane)] and not _moves(connection, row.lane, row.channel, now)
    ]


def _moves(connection: Connection, lane: int, channel: str, now: datetime) -> bool:
    here = exists().where(outbox.c.lane == lane, outbox.c.channel == channel, outbox.c.state.in_(REACHED))
    lately = here.where(outbox.c.done_at > now - STUCK[Lane(lane)])
    return bool(connection.execute(select(lately)).scalar())


def _dead_topics(connection: Connection, now: datetime) -> list[Alarm]:
    """Topics, bodies, areas and types that somebody has long followed and that no item ever was about."""
    followed = exists().where(choices.c.target_id == targets.c.id, choices.c.created_at < now - DEAD_TOPIC)
    matched = exists().where(item_targets.c.target_id == targets.c.id)
    kinds = (TargetKind.TOPIC, TargetKind.BODY, TargetKind.AREA, TargetKind.TYPE)
    query = select(targets.c.kind, targets.c.value).where(targets.c.kind.in_(kinds), followed, ~matched)
    return [Alarm("dead-topic", f"{row.kind}:{row.value}") for row in connection.execute(query)]


def _limits(connection: Connection, keys: Keys, settings: Settings, now: datetime) -> list[Alarm]:
    """Limits for all together that are nearly spent: soon people are refused who have done nothing wrong."""
    counts = settings.limit_counts
    return [
        Alarm("limit", limit.name)
        for limit in limits.EVERYBODY
        if limits.used(connection, keys, limit, "", now) >= NEARLY * counts.get(limit.name, limit.count)
    ]


def _held(connection: Connection) -> list[Alarm]:
    return [Alarm("held", "outbox")] if recovery.is_held(connection) else []


def _unsure_alerts(connection: Connection) -> list[Alarm]:
    """Alerts that an operator must read now: their CAP does not say whether they are real."""
    held = select(items.c.id).where(items.c.state == ItemState.HELD, items.c.reason == UNSURE)
    return [Alarm("unsure-alert", str(number)) for number in connection.scalars(held.order_by(items.c.id))]
