"""Tables are not changed under a worker of the version before, nor by a program that is older than they."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text, update

from foundation import database
from foundation.database import open_engine, read, write
from foundation.upgrading import UpgradeError, upgrade
from subscriptions.operations.beat import beat
from subscriptions.tables import workers
from tests.subscriptions.sending import NOW

BEFORE = "0002"


def revision(engine: Engine) -> str:
    with read(engine) as connection:
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar())


@pytest.fixture
def old(empty_database_url: str) -> Any:
    """A database of an older version, in which one worker has been heard of just now."""
    database.migrate(empty_database_url, BEFORE)
    engine = open_engine(empty_database_url)
    go_on(engine)
    yield engine
    engine.dispose()


def go_on(engine: Engine) -> None:
    with write(engine) as connection:
        beat(connection, "maskin-2", None, NOW)


def test_while_a_worker_of_the_version_before_works_nothing_is_changed(
    old: Engine, empty_database_url: str
) -> None:
    with pytest.raises(UpgradeError, match="maskin-2") as refused:
        upgrade(empty_database_url, lambda: NOW, lambda _: go_on(old))
    assert refused.value.passes
    assert revision(old) == BEFORE


def test_a_worker_that_has_stopped_or_died_is_waited_for_once(old: Engine, empty_database_url: str) -> None:
    pauses: list[float] = []
    upgrade(empty_database_url, lambda: NOW, pauses.append)
    assert len(pauses) == 1
    assert revision(old) > BEFORE


def test_one_that_stopped_long_ago_is_not_waited_for(old: Engine, empty_database_url: str) -> None:
    with write(old) as connection:
        connection.execute(update(workers).values(seen_at=NOW - timedelta(minutes=11)))
    upgrade(empty_database_url, lambda: NOW, lambda _: pytest.fail("waited"))
    assert revision(old) > BEFORE


def test_where_there_is_nothing_to_change_nobody_waits(engine: Engine, database_url: str) -> None:
    go_on(engine)
    upgrade(database_url, lambda: NOW, lambda _: pytest.fail("waited"))


def test_a_program_that_is_older_than_its_tables_says_so(engine: Engine, database_url: str) -> None:
    with write(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'from-the-future'"))
    with pytest.raises(UpgradeError, match="nyare version") as refused:
        upgrade(database_url)
    assert not refused.value.passes
