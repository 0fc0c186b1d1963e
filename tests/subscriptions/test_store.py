"""The schema is the same on both databases, and any number of processes may migrate at once."""

import os
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

import cases.tables  # noqa: F401 - its tables are among those that the code speaks of
from delivery.tables import outbox
from foundation import database
from foundation.tables import metadata
from subscriptions.tables import feeds, targets

NOW = datetime(2026, 3, 2, 12, 0, 0, 123000, tzinfo=UTC)


def test_migrations_give_the_tables_that_the_code_speaks_of(engine: Engine) -> None:
    with database.read(engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_migrating_again_changes_nothing(database_url: str, engine: Engine) -> None:
    with database.write(engine) as connection:
        connection.execute(targets.insert().values(kind="all", value=""))
    database.migrate(database_url)
    with database.read(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(targets)) == 1


def test_a_new_database_may_be_migrated_by_several_processes_at_once(empty_database_url: str) -> None:
    program = "import sys; from foundation.database import migrate; migrate(sys.argv[1])"
    started = [subprocess.Popen([sys.executable, "-c", program, empty_database_url]) for _ in range(3)]
    assert [process.wait(60) for process in started] == [0, 0, 0]


def test_moments_come_back_as_they_went(engine: Engine) -> None:
    with database.write(engine) as connection:
        connection.execute(
            feeds.insert().values(url="http://a/", publisher="a", crisis=False, checked_at=NOW)
        )
    with database.read(engine) as connection:
        assert connection.scalar(select(feeds.c.checked_at)) == NOW


def test_a_moment_without_a_time_zone_is_refused(engine: Engine) -> None:
    with pytest.raises(Exception, match="time zone"), database.write(engine) as connection:
        connection.execute(feeds.update().values(checked_at=NOW.replace(tzinfo=None)))


@pytest.mark.parametrize(("umask", "mode"), [(0o007, 0o660), (0o077, 0o600)])
def test_the_umask_alone_says_whether_the_group_may_write_a_new_database(
    tmp_path: Path, umask: int, mode: int
) -> None:
    """Web, worker and bounces are users of their own that share one file."""
    file = tmp_path / "new.sqlite3"
    before = os.umask(umask)
    try:
        database.migrate(f"sqlite:///{file}")
        engine = database.open_engine(f"sqlite:///{file}")
        with database.write(engine) as connection:
            connection.execute(feeds.insert().values(url="http://a/", publisher="a", crisis=False))
            modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
        engine.dispose()
    finally:
        os.umask(before)
    assert modes == dict.fromkeys(("new.sqlite3", "new.sqlite3-wal", "new.sqlite3-shm"), mode)


def test_a_database_that_takes_the_connection_and_says_nothing_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(database.PATIENCE, "connect_timeout", 2)  # the least that libpq knows
    with socket.create_server(("127.0.0.1", 0)) as silent:
        engine = database.open_engine(f"postgresql+psycopg://u@127.0.0.1:{silent.getsockname()[1]}/x")
        with pytest.raises(OperationalError, match="timeout"), database.read(engine):
            pass
        engine.dispose()


@pytest.mark.postgres
def test_a_connection_to_postgresql_is_watched_unless_its_url_says_otherwise(postgres_cluster: str) -> None:
    address = postgres_cluster.format("postgres")
    for url, seconds in ((address, "30"), (f"{address}&keepalives_idle=99", "99")):
        engine = database.open_engine(url)
        with engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            told = driver.info.get_parameters()
        engine.dispose()
        assert told["keepalives_idle"] == seconds
        assert {"connect_timeout", "tcp_user_timeout"} <= set(told)


def test_a_failed_transaction_leaves_nothing(engine: Engine) -> None:
    def insert_twice() -> None:
        with database.write(engine) as connection:
            connection.execute(targets.insert().values(kind="all", value=""))
            connection.execute(targets.insert().values(kind="all", value=""))

    with pytest.raises(IntegrityError):
        insert_twice()
    with database.read(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(targets)) == 0


@pytest.mark.postgres
@pytest.mark.parametrize("rows", [[{"url": "http://a/"}], [{"url": f"http://{n}/"} for n in range(20)]])
def test_whoever_stands_still_in_a_transaction_loses_it_and_the_same_again_succeeds(
    postgres_cluster: str, monkeypatch: pytest.MonkeyPatch, rows: list[dict[str, str]]
) -> None:
    """After one statement as after many, which the driver sends together."""
    monkeypatch.setitem(database.SESSION, "idle_in_transaction_session_timeout", "100ms")
    engine = database.open_engine(postgres_cluster.format("postgres"))
    with database.write(engine) as connection:
        connection.execute(text("CREATE TEMPORARY TABLE one (url text)"))

    def stand_still() -> None:
        with database.write(engine) as connection:
            connection.execute(text("INSERT INTO one VALUES (:url)"), rows)
            sleep(2)

    with pytest.raises(DBAPIError) as lost:
        stand_still()
    assert database.is_passing(lost.value)
    with database.write(engine) as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    engine.dispose()


@pytest.mark.postgres
def test_nobody_waits_long_for_the_rows_of_another(
    postgres_cluster: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(database.SESSION, "lock_timeout", "50ms")
    engine = database.open_engine(postgres_cluster.format("postgres"))
    with database.write(engine) as one:
        one.execute(text("SELECT pg_advisory_xact_lock(1)"))
        with pytest.raises(OperationalError, match="lock timeout") as lost, database.write(engine) as other:
            other.execute(text("SELECT pg_advisory_xact_lock(1)"))
    assert database.is_passing(lost.value)
    engine.dispose()


@pytest.mark.postgres
def test_the_sessions_limits_are_those_of_the_url_where_it_has_any(postgres_cluster: str) -> None:
    address = postgres_cluster.format("postgres")
    for url, limit in ((address, "2s"), (f"{address}&options=-c%20lock_timeout%3D9s", "9s")):
        engine = database.open_engine(url)
        with database.read(engine) as connection:
            assert connection.scalar(text("SHOW lock_timeout")) == limit
        engine.dispose()


BEFORE = "0002"


def test_an_outbox_of_the_version_before_is_taken_over_with_nothing_lost(empty_database_url: str) -> None:
    """And back again: what was about an item or a run of digests keeps its number, and each its attempts."""
    database.migrate(empty_database_url, BEFORE)
    engine = database.open_engine(empty_database_url)
    rows: list[dict[str, int | None]] = [
        {"id": 1, "contact_id": 1, "item_id": 7, "digest_run_id": None},
        {"id": 2, "contact_id": 1, "item_id": None, "digest_run_id": 7},
        {"id": 3, "contact_id": 1, "item_id": None, "digest_run_id": None},
        {"id": 4, "contact_id": None, "item_id": None, "digest_run_id": None},
    ]
    with database.write(engine) as connection:
        person = "INSERT INTO contacts (id, channel, address, lookup, state, created_at) "
        connection.execute(text(person + "VALUES (1, 'email', :x, :x, 'active', 0)"), {"x": b"x"})
        columns = "(id, contact_id, item_id, digest_run_id, channel, lane, state, queued_at, due_at)"
        given = "(:id, :contact_id, :item_id, :digest_run_id, 'email', 2, 'queued', 1, 2)"
        connection.execute(text(f"INSERT INTO outbox {columns} VALUES {given}"), rows)
        attempt = "INSERT INTO attempts (outbox_id, number, started_at) VALUES (:id, 1, 3)"
        connection.execute(text(attempt), rows)
    taken = [("item", 7, 1), ("digest", 7, 1), ("transactional", None, 1), ("transactional", None, None)]
    kept = "SELECT source, source_id, contact_id FROM outbox ORDER BY id"
    for _ in range(2):  # there, back and there again
        database.migrate(empty_database_url)
        with database.read(engine) as connection:
            assert [tuple(row) for row in connection.execute(text(kept))] == taken
            assert connection.scalar(text("SELECT count(*) FROM attempts")) == 4
        database.migrate(empty_database_url, BEFORE, is_back=True)
        with database.read(engine) as connection:
            back = connection.execute(text("SELECT item_id, digest_run_id FROM outbox ORDER BY id"))
            assert [tuple(row) for row in back] == [(7, None), (None, 7), (None, None), (None, None)]
    engine.dispose()


def test_a_source_is_queued_once_for_each_contact_or_for_each_channel_without_one(engine: Engine) -> None:
    row = {"channel": "email", "lane": 2, "state": "queued", "queued_at": NOW, "due_at": NOW}
    with database.write(engine) as connection:
        connection.execute(outbox.insert().values(source="reply", source_id=1, **row))
        connection.execute(outbox.insert().values(source="reply", source_id=2, **row))
        connection.execute(outbox.insert().values(source="letter", source_id=1, **row))
        connection.execute(outbox.insert().values(source="reply", source_id=1, **row | {"channel": "sms"}))
        for _ in range(2):
            connection.execute(outbox.insert().values(source="transactional", **row))
    with pytest.raises(IntegrityError), database.write(engine) as connection:
        connection.execute(outbox.insert().values(source="reply", source_id=1, **row))
