"""An entry repeats what was told although its date, its name or the end of its alert is another.

A later end alone is told when no more than ``NEAR`` is left of the end that was told, or none, and at the
earliest ``NEAR`` after the last telling: so nobody believes that something is over because its told end has
passed, and an end that moves at each reading is one message for each told end. An earlier end is told at
once, and so is one that is new or left out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, Row, exists, select, update

from delivery.model import Lane
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
from subscriptions.feeds.replacements import named, replaced
from subscriptions.model import Entry, ItemState
from subscriptions.tables import items

REPEATED = timedelta(hours=24)
"""A crisis feed that says the very same again within this time, or before its end, says nothing new."""
NEAR = timedelta(hours=1)
AnyRow = Row[*tuple[Any, ...]]
Key = tuple[str, datetime]
"""An entry id and its revision."""


def end_told(row: AnyRow) -> datetime | None:
    """The end of its alert, as the item tells it."""
    end = (row.alert or {}).get("expires")
    return datetime.fromisoformat(end) if end else None


def is_later_end(entry: Entry, row: AnyRow) -> bool:
    """Whether the entry's alert ends later than the item says."""
    told, end = end_told(row), entry.alert.expires if entry.alert else None
    return told is not None and end is not None and end > told


def says_the_same(entry: Entry, row: AnyRow, now: datetime) -> bool:
    """Of an item with the entry's fingerprint: whether the end of its alert need not be told either."""
    told = end_told(row)
    if told is None or not is_later_end(entry, row):
        return told == (entry.alert.expires if entry.alert else None)
    return told - now > NEAR or now - (row.released_at or row.seen_at) < NEAR


def same_text(connection: Connection, publisher: str, prints: set[bytes]) -> dict[bytes, list[AnyRow]]:
    """Stored items with one of the fingerprints, and whether something released has ``replaced`` each."""
    found: dict[bytes, list[AnyRow]] = {}
    names = (
        "id", "entry_id", "alert_id", "latest_alert_id", "alert", "revision", "seen_at", "released_at",
        "stood_at", "fingerprint", "lane", "state", "reason", "expires_at",
    )  # fmt: skip
    query = select(*(items.c[name] for name in names), replaced().label("replaced"))
    for part in chunks(sorted(prints)):
        matching = query.where(items.c.publisher == publisher, items.c.fingerprint.in_(part))
        for row in connection.execute(matching):
            found.setdefault(row.fingerprint, []).append(row)
    return found


def unchanged(
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
        same = row.fingerprint in (prints[key], _print_with_its_link(fresh[key], row))
        if not same or not says_the_same(fresh[key], row, now):
            return False
        dated = row.state == ItemState.HELD and row.reason in BY_DATE
        return not dated or judge(fresh[key], rules, Circumstances(), now)[0] is ItemState.HELD

    return {key: last[key[0]] for key in fresh if key[0] in last and is_said(key, last[key[0]])}


def _print_with_its_link(entry: Entry, row: AnyRow) -> bytes | None:
    """The fingerprint that the entry would have with the item's link, where both lead to the same page.

    Some feeds count their readers by a query in the link that is another at each reading.
    """
    if entry.link == row.link or urlsplit(entry.link)[:3] != urlsplit(row.link)[:3]:
        return None
    return fingerprint(replace(entry, link=row.link))


def is_asked_about(row: AnyRow) -> bool:
    """Whether somebody is asked, or was asked and said no, if the same text under another id is news."""
    return row.reason == CHURNED and row.state in (ItemState.HELD, ItemState.DISCARDED)


def repeated(
    connection: Connection,
    publisher: str,
    fresh: dict[Key, Entry],
    same: dict[Key, list[AnyRow]],
    rules: Rules,
    now: datetime,
) -> dict[Key, AnyRow]:
    """Those of a crisis feed's new entries that say what an item said that still stands, with the item.

    After an alert's end the same alert is news again, and so is the end of an alert that has not ended.
    """
    said = {key: [row for row in same[key] if _said_lately(row, rules, now)] for key in fresh}
    over = ended(entry for key, entry in fresh.items() if not said[key])
    return {
        key: rows[0]
        for key, rows in ((key, _standing(key, rows, over)) for key, rows in said.items())
        if rows and not _ends_anything(connection, publisher, fresh[key])
    }


def _standing(key: Key, rows: Iterable[AnyRow], over: dict[str, datetime]) -> list[AnyRow]:
    """Those of the items that nothing has ended before the entry."""
    return [
        row
        for row in rows
        if not ends(over, (row.entry_id, row.alert_id, row.latest_alert_id), row.revision, key[1])
    ]


def _said_lately(row: AnyRow, rules: Rules, now: datetime) -> bool:
    crisis_sent = row.lane == Lane.CRISIS and row.state == ItemState.RELEASED
    stood = row.stood_at or row.seen_at
    standing = rules.last_read is not None and stood >= rules.last_read
    stands = standing or now - stood < REPEATED or (row.expires_at and row.expires_at > now)
    return bool(crisis_sent and not row.replaced and stands)


def _ends_anything(connection: Connection, publisher: str, entry: Entry) -> bool:
    """Whether it is the end of an alert that was released and that nothing has replaced."""
    if not (entry.alert and entry.alert.is_end and entry.alert.references):
        return False
    names = entry.alert.references[:CHUNK]
    standing = exists().where(
        items.c.publisher == publisher,
        named(items, names),
        items.c.entry_id != entry.id,
        items.c.state == ItemState.RELEASED,
        ~replaced(),
    )
    return bool(connection.scalar(select(standing)))


def ended(entries: Iterable[Entry]) -> dict[str, datetime]:
    """When each alert was last updated or ended by another of the entries."""
    found: dict[str, datetime] = {}
    for entry in entries:
        for reference in entry.alert.references if entry.alert and entry.alert.is_actual else ():
            if reference != entry.id:
                found[reference] = max(revision(entry), found.get(reference, EPOCH))
    return found


def ends(over: dict[str, datetime], names: Iterable[str | None], since: datetime, until: datetime) -> bool:
    """Whether one of the names ended after ``since`` and before ``until``."""
    return any(name is not None and name in over and since < over[name] < until for name in names)


def remember(connection: Connection, standing: Sequence[tuple[Entry, AnyRow]], now: datetime) -> None:
    """Write down that a crisis feed still says what the items said, and the alerts' newest identifiers.

    An end refers to the last identifier that its alert had, or to the first.
    """
    for part in chunks(sorted({row.id for _, row in standing})):
        connection.execute(update(items).where(items.c.id.in_(part)).values(stood_at=now))
    for entry, row in standing:
        name = entry.alert.identifier if entry.alert else ""
        if name and name not in (row.alert_id, row.latest_alert_id):
            connection.execute(update(items).where(items.c.id == row.id).values(latest_alert_id=name))
