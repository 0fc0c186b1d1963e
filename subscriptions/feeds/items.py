"""An item is an entry in one revision, stored once, judged by itself and by what is known already.

Items are public texts and are kept: an old entry that still stands in its feed is then never news again.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, literal, select, update

from delivery.model import Lane
from foundation import changes, database
from foundation.database import chunks
from subscriptions.feeds.release_rules import OUTDATED, Circumstances, Rules, fingerprint, judge, revision
from subscriptions.feeds.repeats import (
    AnyRow,
    Key,
    ended,
    is_asked_about,
    is_later_end,
    remember,
    repeated,
    same_text,
    says_the_same,
    unchanged,
)
from subscriptions.feeds.replacements import refer_back, supersede
from subscriptions.model import Entry, ItemState, Target, TargetKind
from subscriptions.tables import item_targets, items, targets


class Stored(NamedTuple):
    """How many entries were new, and whether something waits for its time to be told."""

    new: int
    withheld: bool


def store_new(
    connection: Connection,
    feed_id: int,
    publisher: str,
    entries: Iterable[Entry],
    rules: Rules,
    now: datetime,
) -> Stored:
    """Store each entry that is not known in its revision, judged. One worker at a time for a publisher."""
    database.take_turns(connection, f"items of {publisher}")
    found = {(entry.id, revision(entry)): entry for entry in entries}
    by_age = dict(sorted(found.items(), key=lambda pair: (pair[0][1], pair[0][0])))
    known = _known(connection, publisher, {entry.id for entry in by_age.values()})
    fresh = {key: entry for key, entry in by_age.items() if key not in known}
    prints = {key: fingerprint(entry) for key, entry in fresh.items()}
    texts = same_text(connection, publisher, set(prints.values()))
    same = {
        key: [row for row in texts.get(prints[key], ()) if says_the_same(entry, row, now)]
        for key, entry in fresh.items()
    }
    outdated = _outdated(by_age, known, now)
    stale = unchanged(fresh, prints, known, rules, now)
    asked = {key for key, rows in same.items() if any(map(is_asked_about, rows))}
    again = repeated(connection, publisher, fresh, same, rules, now) if rules.crisis else {}
    said = again | stale
    if rules.crisis and not rules.baseline:
        stood = {key: row for key, row in known.items() if key in by_age} | said
        pairs = [(by_age[key], row) for key, row in stood.items() if key not in outdated]
        _promote(connection, pairs, rules, now)
        remember(connection, pairs, now)
    withheld = any(is_later_end(fresh[key], row) for key, row in said.items())
    for key in {*said, *asked}:
        del fresh[key]
    burst = sum(key not in outdated for key in fresh) > rules.hold_above
    rows = []
    for key, entry in fresh.items():
        churned = any(row.entry_id != entry.id for row in same[key])
        around = Circumstances(key in outdated, churned, burst)
        state, reason = judge(entry, rules, around, now)
        rows.append(_row(entry, prints[key], feed_id, publisher, state, reason, rules, now))
    current = {row.id: by_age[key] for key, row in known.items() if key in by_age}
    stored = _insert(connection, publisher, fresh, rows, current, now)
    changes.tell(connection)
    return Stored(stored, withheld)


def _known(connection: Connection, publisher: str, ids: set[str]) -> dict[Key, AnyRow]:
    """Every stored revision of the entries."""
    names = (
        "id", "entry_id", "alert_id", "latest_alert_id", "alert", "revision", "seen_at", "released_at",
        "lane", "state", "reason", "fingerprint", "link",
    )  # fmt: skip
    query = select(*(items.c[name] for name in names)).where(items.c.publisher == publisher)
    rows = (
        row
        for part in chunks(sorted(ids))
        for row in connection.execute(query.where(items.c.entry_id.in_(part)))
    )
    return {(row.entry_id, row.revision): row for row in rows}


def _outdated(entries: dict[Key, Entry], known: dict[Key, AnyRow], now: datetime) -> set[Key]:
    """Those with a later revision here or in the database, or a later update or cancel here.

    A known revision that is dated in the future says nothing: its date is wrong.
    """
    here = {key: entry for key, entry in entries.items() if key not in known or key[1] <= now}
    latest = _current(known, now)
    for entry_id, moment in here:
        latest[entry_id] = max(moment, latest.get(entry_id, moment))
    over = ended(here.values())
    return {
        (entry_id, moment)
        for (entry_id, moment), entry in entries.items()
        if moment < latest.get(entry_id, moment)
        or any(
            name in over and moment < over[name]
            for name in (entry_id, entry.alert.identifier if entry.alert else entry_id)
        )
    }


def _current(known: dict[Key, AnyRow], now: datetime) -> dict[str, datetime]:
    """The latest revision of each entry. One that was dated in the future gives way to what came after it."""
    current: dict[str, datetime] = {}
    for row in sorted(known.values(), key=lambda row: (row.seen_at, row.revision)):
        if row.revision > now or row.reason == OUTDATED:
            continue
        before = current.get(row.entry_id, row.revision)
        if row.revision >= before or before > row.seen_at:
            current[row.entry_id] = row.revision
    return current


def _row(
    entry: Entry,
    print_: bytes,
    feed_id: int,
    publisher: str,
    state: ItemState,
    reason: str,
    rules: Rules,
    now: datetime,
) -> dict[str, Any]:
    released = state is ItemState.RELEASED
    return {
        "publisher": publisher,
        "entry_id": entry.id,
        "revision": revision(entry),
        "feed_id": feed_id,
        "lane": Lane.CRISIS if rules.crisis else Lane.IMMEDIATE,
        "state": state,
        "reason": reason,
        "type": entry.type,
        "title": entry.title,
        "summary": entry.summary,
        "link": entry.link,
        "labels": list(entry.labels),
        "sms": entry.sms,
        "alert": entry.alert.as_json() if entry.alert else None,
        "alert_id": entry.alert.identifier or None if entry.alert else None,
        "fingerprint": print_,
        "published_at": entry.published,
        "seen_at": now,
        "released_at": now if released else None,
        "expires_at": _expiry(entry, rules.crisis, rules.crisis_lifetime, now),
    }


def _expiry(entry: Entry, crisis: bool, crisis_lifetime: timedelta, now: datetime) -> datetime | None:
    """When it is too late to tell: the alert's own end; the message that ends an alert outlives it."""
    if entry.alert and entry.alert.expires and not entry.alert.is_end:
        return entry.alert.expires
    return now + crisis_lifetime if crisis else None


def _insert(
    connection: Connection,
    publisher: str,
    fresh: dict[Key, Entry],
    rows: list[dict[str, Any]],
    current: dict[int, Entry],
    now: datetime,
) -> int:
    """Rows, their targets and what they replace; and what ``current``, known already, replaces of them."""
    if not rows:
        return 0
    statement = database.insert_ignore(connection, items).returning(
        items.c.id, items.c.entry_id, items.c.revision
    )
    inserted = {(row.entry_id, row.revision): row.id for row in connection.execute(statement, rows)}
    crisis = (Target(TargetKind.CRISIS),) if rows[0]["lane"] == Lane.CRISIS else ()
    meant = {ident: (*fresh[key].targets, *crisis) for key, ident in inserted.items()}
    numbers = target_ids(connection, {target for each in meant.values() for target in each})
    pairs = [
        {"item_id": ident, "target_id": numbers[target]} for ident, each in meant.items() for target in each
    ]
    if pairs:
        connection.execute(database.insert_ignore(connection, item_targets), pairs)
    supersede(connection, publisher, {ident: fresh[key] for key, ident in inserted.items()}, now)
    refer_back(connection, publisher, current, list(inserted.values()))
    return len(inserted)


def target_ids(connection: Connection, wanted: set[Target]) -> dict[Target, int]:
    """The number of each target, made where it is new."""
    ordered = sorted(wanted, key=lambda target: (target.kind, target.value))  # one order: no deadlock
    for part in chunks(ordered):
        rows = [{"kind": target.kind, "value": target.value} for target in part]
        connection.execute(database.insert_ignore(connection, targets), rows)
    found: dict[Target, int] = {}
    for part in chunks(ordered):
        values = {target.value for target in part}
        for row in connection.execute(select(targets).where(targets.c.value.in_(values))):
            found[Target(TargetKind(row.kind), row.value)] = row.id
    return {target: found[target] for target in wanted}


def _promote(
    connection: Connection, known: Sequence[tuple[Entry, AnyRow]], rules: Rules, now: datetime
) -> None:
    """An alert that an ordinary feed brought first is a crisis item from now on, fanned out afresh."""
    for entry, row in known:
        if row.lane == Lane.CRISIS or row.state not in (ItemState.RELEASED, ItemState.HELD):
            continue
        state, _ = judge(entry, rules, Circumstances(), now)
        if state is not ItemState.RELEASED:
            continue
        connection.execute(
            update(items)
            .where(items.c.id == row.id)
            .values(
                lane=Lane.CRISIS,
                state=ItemState.RELEASED,
                reason="",
                released_at=func.coalesce(items.c.released_at, literal(now, items.c.released_at.type)),
                expires_at=_expiry(entry, True, rules.crisis_lifetime, now),
                fanout_after=0,
                fanout_done_at=None,
            )
        )
        number = target_ids(connection, {Target(TargetKind.CRISIS)})[Target(TargetKind.CRISIS)]
        connection.execute(
            database.insert_ignore(connection, item_targets).values(item_id=row.id, target_id=number)
        )
