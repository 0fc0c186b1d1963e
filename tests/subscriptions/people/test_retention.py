"""What is over is forgotten, with all that hangs on it; what is not stays."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, Table, func, select

from delivery.tables import attempts, outbox, suppressions
from foundation import database
from foundation.tables import limits, used_tokens
from subscriptions.model import Target, TargetKind
from subscriptions.people import retention
from subscriptions.settings import Settings, load_settings
from subscriptions.tables import accessibility_reports, choices, contacts, signups
from tests.subscriptions.subscribers import add_contact

NOW = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ALL = Target(TargetKind.ALL)


@pytest.fixture
def config() -> Settings:
    return load_settings(environment="development")


def insert(engine: Engine, table: Table, **values: Any) -> None:
    with database.write(engine) as connection:
        connection.execute(table.insert().values(**values))


def contact(engine: Engine, at: datetime, state: str = "active", **values: Any) -> int:
    with database.write(engine) as connection:
        number = add_contact(connection, at, [(ALL, "immediate")], state=state)
        if values:
            connection.execute(contacts.update().where(contacts.c.id == number).values(**values))
        return number


def count(engine: Engine, table: Table) -> int:
    with database.read(engine) as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def signup(engine: Engine, contact_id: int, expires_at: datetime) -> None:
    insert(
        engine,
        signups,
        contact_id=contact_id,
        purpose="signup",
        choices=[],
        method="web",
        text_version="1",
        created_at=NOW - 2 * DAY,
        expires_at=expires_at,
    )


def test_a_signup_that_nobody_confirmed_is_forgotten_with_its_address(
    engine: Engine, config: Settings
) -> None:
    late, waiting = (contact(engine, NOW - 3 * DAY, "pending") for _ in range(2))
    proven = contact(engine, NOW - 3 * DAY)
    signup(engine, late, NOW)
    signup(engine, waiting, NOW + HOUR)
    signup(engine, proven, NOW)
    assert retention.purge(engine, config, NOW) == {"signups": 2, "contacts": 1}
    with database.read(engine) as connection:
        assert set(connection.scalars(select(contacts.c.id))) == {waiting, proven}
        assert set(connection.scalars(select(choices.c.contact_id))) == {waiting, proven}


def test_who_has_left_is_forgotten_after_the_time_of_retention(engine: Engine, config: Settings) -> None:
    contact(engine, NOW - 200 * DAY, "left", left_at=NOW - config.retention)
    contact(engine, NOW - 200 * DAY, "left", left_at=NOW - config.retention + HOUR)
    assert retention.purge(engine, config, NOW) == {"contacts": 1}


def test_who_left_long_ago_and_signs_up_again_may_still_confirm(engine: Engine, config: Settings) -> None:
    person = contact(engine, NOW - 200 * DAY, "left", left_at=NOW - config.retention)
    signup(engine, person, NOW + HOUR)
    assert retention.purge(engine, config, NOW) == {}
    assert retention.purge(engine, config, NOW + HOUR) == {"signups": 1, "contacts": 1}


def message(engine: Engine, contact_id: int, queued: datetime, **values: Any) -> None:
    with database.write(engine) as connection:
        number = connection.scalar(
            outbox.insert()
            .values(
                **{"state": "accepted", "done_at": queued, "expires_at": queued + DAY, **values},
                contact_id=contact_id,
                channel="email",
                lane=2,
                queued_at=queued,
                due_at=queued,
            )
            .returning(outbox.c.id)
        )
        connection.execute(attempts.insert().values(outbox_id=number, number=1, started_at=queued))


def test_messages_go_with_their_attempts_when_they_have_been_over_for_long(
    engine: Engine, config: Settings
) -> None:
    person = contact(engine, NOW)
    long_ago = NOW - config.retention
    message(engine, person, long_ago)
    message(engine, person, long_ago - DAY, state="queued", done_at=None)  # never finished, long expired
    message(engine, person, long_ago, state="queued", done_at=None)  # expired a day later
    message(engine, person, long_ago + HOUR)
    assert retention.purge(engine, config, NOW) == {"outbox": 2}
    assert (count(engine, outbox), count(engine, attempts)) == (2, 2)


def test_many_are_forgotten_by_the_batch(
    engine: Engine, config: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 3)
    person = contact(engine, NOW)
    for _ in range(7):
        message(engine, person, NOW - config.retention)
    assert retention.purge(engine, config, NOW) == {"outbox": 7}


def test_counters_links_and_reports_end_but_suppressions_stay(engine: Engine, config: Settings) -> None:
    old = NOW - config.retention
    insert(engine, suppressions, lookup=b"x", reason="stop", created_at=old - 999 * DAY)
    for expires in (NOW, NOW + HOUR):
        insert(engine, limits, key=b"k", window_start=expires, count=1, expires_at=expires)
        insert(engine, used_tokens, token_hash=str(expires).encode(), used_at=old, expires_at=expires)
    for told in (old, old + HOUR):
        insert(engine, accessibility_reports, kind="fault", text=b"", created_at=told)
    assert retention.purge(engine, config, NOW) == {"limits": 1, "used_tokens": 1, "accessibility_reports": 1}
    assert retention.purge(engine, config, NOW) == {}
    assert count(engine, suppressions) == 1
