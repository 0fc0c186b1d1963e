"""A process learns here that something was written to the database, without asking again and again.

PostgreSQL tells (``LISTEN`` and ``NOTIFY``), whichever machine wrote. Of a SQLite file the version is looked
at, which lies in shared memory and costs microseconds. Neither is a promise: whoever waits also looks by
itself now and then.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from select import select as ready
from threading import Event
from time import monotonic
from typing import Any, Protocol

from psycopg import Error as PostgresError
from sqlalchemy import Connection, Engine, PoolProxiedConnection, func, select
from sqlalchemy.exc import SQLAlchemyError

from foundation.database import is_sqlite

log = logging.getLogger(__name__)

CHANNEL = "medborgarfokus"
LOOK = 0.1
"""Seconds between looks at a SQLite file's version."""

BREATH = 0.01
"""Seconds in which what is told is heard at once."""

DEAF, DEAFEST = 0.1, 1.0
"""Seconds until a wait ends while PostgreSQL cannot be listened to: at first, and at most."""


def tell(connection: Connection) -> None:
    """Wake whoever waits, when this transaction is committed."""
    if not is_sqlite(connection):
        connection.execute(select(func.pg_notify(CHANNEL, "")))


class Changes(Protocol):
    """Waits for others' changes."""

    def wait(self, seconds: float, stop: Event) -> None:
        """Return when something may have changed, after so many seconds at most, or when told to stop."""


@contextmanager
def watching(engine: Engine) -> Iterator[Changes]:
    """For one thread; its connection is closed at the end."""
    changes = _File(engine) if is_sqlite(engine) else _Listener(engine)
    try:
        yield changes
    finally:
        changes.close()


class _File:
    """The version of a SQLite file. https://www.sqlite.org/pragma.html#pragma_data_version"""

    def __init__(self, engine: Engine) -> None:
        self._pooled = engine.raw_connection()  # never in a transaction, or the version would stand still
        self._version = -1

    def wait(self, seconds: float, stop: Event) -> None:
        end = monotonic() + seconds
        while not stop.wait(LOOK) and monotonic() < end:
            [version] = self._driver().execute("PRAGMA data_version").fetchone()
            if version != self._version:
                self._version = version
                return

    def _driver(self) -> Any:
        return self._pooled.driver_connection

    def close(self) -> None:
        self._pooled.close()


class _Listener:
    """PostgreSQL's notifications, heard again after the database was away."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._pooled: PoolProxiedConnection | None = None
        self._pause = DEAF

    def wait(self, seconds: float, stop: Event) -> None:
        try:
            if self._pooled is None:
                self._listen()
                return  # what was told before is not heard any more
            driver: Any = self._pooled.driver_connection
            if ready([driver.fileno()], [], [], seconds)[0]:
                stop.wait(BREATH)
                for _ in driver.notifies(timeout=0):
                    pass
        except (PostgresError, SQLAlchemyError, OSError, ValueError) as error:
            log.warning("the database cannot be listened to", exc_info=error)
            self.close()
            stop.wait(min(seconds, self._pause))
            self._pause = min(2 * self._pause, DEAFEST)

    def _listen(self) -> None:
        self._pooled = self._engine.raw_connection()
        driver: Any = self._pooled.driver_connection
        driver.autocommit = True
        driver.execute(f"LISTEN {CHANNEL}")
        self._pause = DEAF

    def close(self) -> None:
        if self._pooled is not None:
            self._pooled.invalidate()  # nobody else is to get one that listens
            self._pooled = None
