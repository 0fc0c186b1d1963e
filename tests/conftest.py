"""What tests of several folders share: the browser, and databases.

Every test that asks for a database runs on SQLite and on PostgreSQL.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine, NullPool, create_engine, text

from foundation.database import migrate, open_engine
from tests.browser.chromium import chromium
from tests.subscriptions import postgres

# A slow machine is no fault.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, one for the whole process: Playwright's synchronous API cannot be begun twice."""
    with chromium() as made:
        yield made


@pytest.fixture(autouse=True, scope="session")
def _no_waiting_for_the_disk() -> Iterator[None]:
    """Do not flush: no test cuts the power, and a build flushes each of its files."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        patch.setattr(os, "sync", lambda: None)
        yield


FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"
_numbers = count(1)


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[str]:
    """A throw-away cluster behind a socket; yields the address of a server, `{}` where the database goes."""
    with postgres.cluster(FAST) as address:
        yield address


@pytest.fixture(scope="session")
def postgres_template(postgres_cluster: str) -> str:
    """The name of a migrated database, which each test's own is copied from."""
    _administrate(postgres_cluster, "CREATE DATABASE migrated")
    migrate(postgres_cluster.format("migrated"))
    return "migrated"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file, which each test's own is copied from."""
    path = tmp_path_factory.mktemp("database") / "migrated.sqlite3"
    migrate(f"sqlite:///{path}")
    return path


def _administrate(cluster: str, statement: str) -> None:
    engine = create_engine(cluster.format("postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(statement))


@contextmanager
def _postgres_database(cluster: str, template: str) -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    _administrate(cluster, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield cluster.format(name)
    finally:
        _administrate(cluster, f"DROP DATABASE {name} WITH (FORCE)")


BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated, empty database of the test's own."""
    if request.param == "sqlite":
        path = tmp_path / "subscriptions.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    template = request.getfixturevalue("postgres_template")
    with _postgres_database(request.getfixturevalue("postgres_cluster"), template) as url:
        yield url


@pytest.fixture(params=BOTH)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    with _postgres_database(request.getfixturevalue("postgres_cluster"), "template0") as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on the test's own database."""
    opened = open_engine(database_url)
    try:
        yield opened
    finally:
        opened.dispose()


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """The address of a migrated, empty SQLite database, for what does not depend on the database."""
    path = tmp_path / "subscriptions.sqlite3"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"
