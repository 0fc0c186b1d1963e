"""This module opens engines, runs transactions and migrates: one code path for SQLite and PostgreSQL."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, Insert, Table, create_engine, event, func, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_TIMEOUT_MS = 15_000
CHUNK = 400
"""Values in one IN (…)."""

T = TypeVar("T")

PATIENCE = {
    "connect_timeout": 10,  # seconds, for each address of the host
    "tcp_user_timeout": 30_000,  # milliseconds that what was sent may go without a receipt
    "keepalives_idle": 30,  # seconds of silence before the other end is asked whether it is there,
    "keepalives_interval": 10,  # seconds between the questions,
    "keepalives_count": 3,  # and how many it may leave unanswered
}
"""libpq's own limits; without them a database machine that vanishes holds a process for a quarter of an hour.
The URL may name others. https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
"""

SESSION = {
    "lock_timeout": "2s",  # how long a statement waits for somebody else's rows
    "idle_in_transaction_session_timeout": "3s",  # and how long we may stand still while holding some
    "tcp_keepalives_idle": "30",  # seconds of silence before the server asks whether we are there,
    "tcp_keepalives_interval": "10",  # between its questions,
    "tcp_keepalives_count": "3",  # and how many may go unanswered
    "tcp_user_timeout": "30s",
}
"""The server's limits for each session: a machine that freezes in a transaction lets go of its rows, and the
others do not wait for it longer than a crisis feed's interval (``CRISIS_POLL_INTERVAL``, 5 s). Whoever finds
the session gone tries the whole transaction again. Measured on two cores with thirty programs waiting for
them: of 5,000 mails, no transaction stood still for more than 0.3 s. The URL's ``options`` may name others.
https://www.postgresql.org/docs/current/runtime-config-client.html
"""


def open_engine(url: str, beside: str = "") -> Engine:
    """An engine for ``sqlite:///…`` (WAL, durable) or ``postgresql+psycopg://…``.

    ``beside``: the file outside the database that a journal is kept beside; none where it is empty.
    """
    engine = _open(url)
    return engine.execution_options(journal=Path(beside)) if beside else engine


def _open(url: str) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(url)
    patience = {name: value for name, value in PATIENCE.items() if name not in parsed.query}
    engine = create_engine(
        url, pool_size=20, max_overflow=20, pool_pre_ping=True, pool_recycle=1800, connect_args=patience
    )
    own = str(parsed.query.get("options", ""))
    limits = "; ".join(f"SET {name} = '{value}'" for name, value in SESSION.items() if name not in own)

    @event.listens_for(engine, "connect")
    def limit(connection: Any, _: Any) -> None:
        # Not as startup options: poolers such as pgbouncer refuse those.
        connection.execute(limits)
        connection.commit()

    @event.listens_for(engine, "after_cursor_execute")
    def count_again(_: Any, cursor: Any, *told: Any) -> None:
        # After a pipeline, which the driver makes of many, the server does not count how long we stand still.
        *_, is_many = told
        if is_many:
            cursor.connection.execute("SELECT 1")

    return engine


def is_passing(error: Exception) -> bool:
    """Whether the database is away, busy or has given our session up: the same again may succeed."""
    if isinstance(error, OperationalError | InterfaceError):
        return True
    return isinstance(error, DBAPIError) and error.connection_invalidated


def _sqlite_engine(url: str) -> Engine:
    _make_shareable(make_url(url).database)
    engine = create_engine(
        url, pool_size=20, max_overflow=20, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000}
    )

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver
        for pragma in (
            f"busy_timeout = {BUSY_TIMEOUT_MS}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
            "cache_size = -65536",
            "temp_store = MEMORY",
            "journal_size_limit = 67108864",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A writer takes the lock at once: a read that turns into a write later could fail as busy.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    engine.dialect.write_lock = Lock()  # type: ignore[attr-defined]
    return engine


def _make_shareable(file: str | None) -> None:
    """Make a new database that the umask alone keeps from its group: SQLite itself never lets a group write.

    Its side files get the same mode. https://www.sqlite.org/compile.html#default_file_permissions
    """
    if not file or file == ":memory:" or file.startswith("file:"):
        return
    with suppress(OSError):  # SQLite says better what is wrong, and who asks may not be the one who makes it
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o660))


@contextmanager
def write(engine: Engine) -> Iterator[Connection]:
    """One short transaction that changes something. Never held across the network."""
    lock = getattr(engine.dialect, "write_lock", None)
    with lock or _nothing(), engine.connect() as connection:
        connection = connection.execution_options(writes=True)
        with connection.begin():
            yield connection


@contextmanager
def read(engine: Engine) -> Iterator[Connection]:
    """One consistent look."""
    with engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def _nothing() -> Iterator[None]:
    yield


def take_turns(connection: Connection, what: str) -> None:
    """Wait until no other transaction has its turn at ``what``; ours ends with the transaction.

    SQLite lets one write at a time anyway.
    """
    if not is_sqlite(connection):
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(what, 0))))


def is_sqlite(connection: Connection | Engine) -> bool:
    return connection.dialect.name == "sqlite"


def insert_ignore(connection: Connection, table: Table) -> "sqlite.Insert | postgresql.Insert":
    """INSERT … ON CONFLICT DO NOTHING: the schema decides what a duplicate is."""
    dialect = sqlite if is_sqlite(connection) else postgresql
    statement: sqlite.Insert | postgresql.Insert = dialect.insert(table)
    return statement.on_conflict_do_nothing()


def upsert(
    connection: Connection, table: Table, keys: list[str], changes: dict[str, Any], **values: Any
) -> Insert:
    """INSERT … ON CONFLICT (keys) DO UPDATE SET changes."""
    dialect = sqlite if is_sqlite(connection) else postgresql
    statement: sqlite.Insert | postgresql.Insert = dialect.insert(table).values(**values)
    return statement.on_conflict_do_update(index_elements=keys, set_=changes)


def insert_counted(connection: Connection, statement: Insert) -> int:
    """Run an INSERT … SELECT and tell how many rows it made."""
    result = connection.execute(statement, execution_options={"preserve_rowcount": True})
    if is_sqlite(connection):  # the driver counts only what begins with INSERT, and WITH may stand before it
        return int(connection.exec_driver_sql("SELECT changes()").scalar_one())
    return result.rowcount


def migrate(url: str, revision: str = "head", *, is_back: bool = False) -> None:
    """Bring the schema up (or back) to a revision. Safe to run by several processes at once."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    if is_back:
        command.downgrade(config, revision)
    else:
        command.upgrade(config, revision)


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """The values, some hundreds at a time."""
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))
