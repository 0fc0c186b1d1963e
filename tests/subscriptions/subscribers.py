"""Contacts and items put straight into the tables, for tests of what lies between feed and outbox."""

from collections.abc import Iterable
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import Connection, Engine, select

from delivery.tables import outbox
from foundation import database
from subscriptions.feeds import items
from subscriptions.feeds.release_rules import Rules
from subscriptions.model import Entry, Target
from subscriptions.tables import choices, contacts, feeds

_numbers = count(1)


def add_contact(
    connection: Connection,
    now: datetime,
    follows: Iterable[tuple[Target, str]],
    *,
    channel: str = "email",
    state: str = "active",
    paused_until: datetime | None = None,
) -> int:
    """A contact with its choices; its address is no address."""
    number: int | None = connection.scalar(
        contacts.insert()
        .values(
            channel=channel,
            address=b"",
            lookup=next(_numbers).to_bytes(8),
            state=state,
            created_at=now,
            paused_until=paused_until,
        )
        .returning(contacts.c.id)
    )
    assert number is not None
    wanted = dict(follows)
    ids = items.target_ids(connection, set(wanted))
    for target, frequency in wanted.items():
        connection.execute(
            choices.insert().values(
                contact_id=number, target_id=ids[target], frequency=frequency, created_at=now
            )
        )
    return number


def store_entries(engine: Engine, entries: Iterable[Entry], rules: Rules, now: datetime) -> int:
    """The entries as if a feed of ``example.se`` had brought them."""
    with database.write(engine) as connection:
        feed_id = feed(connection, "https://example.se/kris" if rules.crisis else "https://example.se/alla")
        return items.store_new(connection, feed_id, "example.se", entries, rules, now).new


def feed(connection: Connection, url: str) -> int:
    """A feed's number, made where it is new."""
    connection.execute(
        database.insert_ignore(connection, feeds).values(url=url, publisher="example.se", crisis=False)
    )
    number: int | None = connection.scalar(select(feeds.c.id).where(feeds.c.url == url))
    assert number is not None
    return number


def messages(engine: Engine) -> list[Any]:
    """The outbox in order of contact and item."""
    with database.read(engine) as connection:
        return list(
            connection.execute(select(outbox).order_by(outbox.c.contact_id, outbox.c.source_id, outbox.c.id))
        )
