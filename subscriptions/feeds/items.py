"""Items: every entry in every revision once, judged by itself and by what is known already.

Items are public texts and are kept: an old entry that still stands in its feed is then never news again.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, exists, func, literal, or_, select, update

from delivery.model import Lane
from foundation import changes, database
from foundation.columns import EPOCH
from foundation.database import CHUNK, chunks
from subscriptions.feeds.release_rules import (
    BY_DATE,
    CHURNED,
    OUTDATED,
    Circumstances,
    Rules,
    fingerprint,
    judge,
    revision,
)
from subscriptions.feeds.replacements import replaced, supersede
from subscriptions.model import Entry, ItemState, Target, TargetKind
from subscriptions.tables import item_targets, items, targets

REPEATED = timedelta(hours=24)
"""A crisis feed that says the very same again within this time, or before its end, says nothing new."""
AnyRow = Row[*tuple[Any, ...]]
Key = tuple[str, datetime]
"""An entry id and its revision."""


def store_new(
    connection: Connection,
    feed_id: int,
    publisher: str,
    entries: Iterable[Entry],
    rules: Rules,
    now: datetime,
) -> int:
    """Store each entry that is not known in its revision, judged; returns how many were new."""
    found = {(entry.id, revision(entry)): entry for entry in entries}
    by_age = dict(sorted(found.items(), key=lambda pair: (pair[0][1], pair[0][0])))
    known = _known(connection, publisher, {entry.id for entry in by_age.values()})
    if rules.crisis and not rules.baseline:
        _promote(connection, [(by_age[key], row) for key, row in known.items() if key in by_age], rules, now)
    fresh = {key: entry for key, entry in by_age.items() if key not in known}
    prints = {key: fingerprint(entry) for key, entry in fresh.items()}
    same = _same_text(connection, publisher, set(prints.values()))
    outdated = _outdated(by_age, known, now)
    unchanged = _unchanged(fresh, prints, known, rules, now)
    if rules.crisis and not rules.baseline:
        _promote(connection, [(fresh[key], row) for key, row in unchanged.items()], rules, now)
    asked = {key for key, print_ in prints.items() if any(map(_is_asked_about, same.get(print_, ())))}
    repeated = _repeated(connection, publisher, fresh, prints, same, now) if rules.crisis else set()
    for key in {*unchanged, *asked, *repeated}:
        del fresh[key]
    burst = sum(key not in outdated for key in fresh) > rules.hold_above
    rows = []
    for key, entry in fresh.items():
        churned = any(row.entry_id != entry.id for row in same.get(prints[key], ()))
        around = Circumstances(key in outdated, churned, burst)
        state, reason = judge(entry, rules, around, now)
        rows.append(_row(entry, prints[key], feed_id, publisher, state, reason, rules, now))
    stored = _insert(connection, publisher, fresh, rows, rules, now)
    changes.tell(connection)
    if rules.crisis and not rules.baseline and stored < len(rows):
        # Another worker read it in an ordinary feed since we looked.
        known = _known(connection, publisher, {entry.id for entry in fresh.values()})
        _promote(connection, [(fresh[key], row) for key, row in known.items() if key in fresh], rules, now)
    return stored


def _known(connection: Connection, publisher: str, ids: set[str]) -> dict[Key, AnyRow]:
    """Every stored revision of the entries."""
    names = ("id", "entry_id", "revision", "seen_at", "lane", "state", "reason", "fingerprint")
    query = select(*(items.c[name] for name in names)).where(items.c.publisher == publisher)
    rows = (
        row
        for part in chunks(sorted(ids))
        for row in connection.execute(query.where(items.c.entry_id.in_(part)))
    )
    return {(row.entry_id, row.revision): row for row in rows}


def _same_text(connection: Connection, publisher: str, prints: set[bytes]) -> dict[bytes, list[AnyRow]]:
    """Stored items with one of the fingerprints, and whether something released has ``replaced`` each."""
    found: dict[bytes, list[AnyRow]] = {}
    names = (
        "entry_id", "alert_id", "revision", "seen_at", "fingerprint", "lane", "state", "reason", "expires_at",
    )  # fmt: skip
    query = select(*(items.c[name] for name in names), replaced().label("replaced"))
    for part in chunks(sorted(prints)):
        matching = query.where(items.c.publisher == publisher, items.c.fingerprint.in_(part))
        for row in connection.execute(matching):
            found.setdefault(row.fingerprint, []).append(row)
    return found


def _unchanged(
    fresh: dict[Key, Entry],
    prints: dict[Key, bytes],
    known: dict[Key, AnyRow],
    rules: Rules,
    now: datetime,
) -> dict[Key, AnyRow]:
    """Those that differ from what is known of the same entry in nothing but their date, which is no news.

    Many feeds date their entries anew at each reading. What is held for its date is judged by its new one.
    """
    last = {
        row.entry_id: row
        for row in sorted(known.values(), key=lambda row: (row.seen_at, row.id))
        if row.reason != OUTDATED
    }

    def is_said(key: Key, row: AnyRow) -> bool:
        if row.fingerprint != prints[key]:
            return False
        dated = row.state == ItemState.HELD and row.reason in BY_DATE
        return not dated or judge(fresh[key], rules, Circumstances(), now)[0] is ItemState.HELD

    return {key: last[key[0]] for key in fresh if key[0] in last and is_said(key, last[key[0]])}


def _is_asked_about(row: AnyRow) -> bool:
    """Whether somebody is asked, or was asked and said no, if the same text under another id is news."""
    return row.reason == CHURNED and row.state in (ItemState.HELD, ItemState.DISCARDED)


def _repeated(
    connection: Connection,
    publisher: str,
    fresh: dict[Key, Entry],
    prints: dict[Key, bytes],
    same: dict[bytes, list[AnyRow]],
    now: datetime,
) -> set[Key]:
    """Those of a crisis feed's new entries that say what was said lately and still stands.

    After an alert's end the same alert is news again, and so is the end of an alert that has not ended.
    """
    said = {key: [row for row in same.get(prints[key], ()) if _said_lately(row, now)] for key in fresh}
    ended = _ended(entry for key, entry in fresh.items() if not said[key])
    return {
        key
        for key, rows in said.items()
        if any(not _ends(ended, (row.entry_id, row.alert_id), row.revision, key[1]) for row in rows)
        and not _ends_anything(connection, publisher, fresh[key])
    }


def _said_lately(row: AnyRow, now: datetime) -> bool:
    crisis_sent = row.lane == Lane.CRISIS and row.state == ItemState.RELEASED
    stands = now - row.seen_at < REPEATED or (row.expires_at and row.expires_at > now)
    return bool(crisis_sent and not row.replaced and stands)


def _ends_anything(connection: Connection, publisher: str, entry: Entry) -> bool:
    """Whether it is the end of an alert that was released and that nothing has replaced."""
    if not (entry.alert and entry.alert.is_end and entry.alert.references):
        return False
    names = entry.alert.references[:CHUNK]
    standing = exists().where(
        items.c.publisher == publisher,
        or_(items.c.alert_id.in_(names), items.c.entry_id.in_(names)),
        items.c.entry_id != entry.id,
        items.c.state == ItemState.RELEASED,
        ~replaced(),
    )
    return bool(connection.scalar(select(standing)))


def _ended(entries: Iterable[Entry]) -> dict[str, datetime]:
    """When each alert was last updated or ended by another of the entries."""
    ended: dict[str, datetime] = {}
    for entry in entries:
        for reference in entry.alert.references if entry.alert and entry.alert.is_actual else ():
            if reference != entry.id:
                ended[reference] = max(revision(entry), ended.get(reference, EPOCH))
    return ended


def _ends(ended: dict[str, datetime], names: Iterable[str | None], since: datetime, until: datetime) -> bool:
    """Whether one of the names ended after ``since`` and before ``until``."""
    return any(name is not None and name in ended and since < ended[name] < until for name in names)


def _outdated(entries: dict[Key, Entry], known: dict[Key, AnyRow], now: datetime) -> set[Key]:
    """Those with a later revision here or in the database, or a later update or cancel here.

    A known revision that is dated in the future says nothing: its date is wrong.
    """
    here = {key: entry for key, entry in entries.items() if key not in known or key[1] <= now}
    latest = _current(known, now)
    for entry_id, moment in here:
        latest[entry_id] = max(moment, latest.get(entry_id, moment))
    ended = _ended(here.values())
    return {
        (entry_id, moment)
        for (entry_id, moment), entry in entries.items()
        if moment < latest.get(entry_id, moment)
        or any(
            name in ended and moment < ended[name]
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
    rules: Rules,
    now: datetime,
) -> int:
    """Rows, their targets and what they replace. A row that somebody else stored meanwhile is theirs."""
    if not rows:
        return 0
    statement = database.insert_ignore(connection, items).returning(
        items.c.id, items.c.entry_id, items.c.revision
    )
    inserted = {(row.entry_id, row.revision): row.id for row in connection.execute(statement, rows)}
    crisis = (Target(TargetKind.CRISIS),) if rules.crisis else ()
    meant = {ident: (*fresh[key].targets, *crisis) for key, ident in inserted.items()}
    numbers = target_ids(connection, {target for each in meant.values() for target in each})
    pairs = [
        {"item_id": ident, "target_id": numbers[target]} for ident, each in meant.items() for target in each
    ]
    if pairs:
        connection.execute(database.insert_ignore(connection, item_targets), pairs)
    supersede(connection, publisher, {ident: fresh[key] for key, ident in inserted.items()}, now)
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
