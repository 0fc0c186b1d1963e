"""The schema is the same on both databases, and any number of processes may migrate at once."""

import os
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import IntegrityError, OperationalError

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
