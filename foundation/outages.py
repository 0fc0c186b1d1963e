"""This module tells a database that is away from an error of ours, and logs it once a minute."""

import logging
from threading import Lock
from time import monotonic

import psycopg
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

EVERY = 60.0
"""Seconds between two lines of the log about an outage."""

NO_CONNECTION = "08001"
"""SQLSTATE where there is nobody to give one: https://www.postgresql.org/docs/current/errcodes-appendix.html"""

READ_ONLY = "25006"
"""What a server says that is a standby, as after a failover."""


def is_outage(error: BaseException | None) -> bool:
    """Whether it passes by itself once the database is back: unreachable, stopping, full or locked."""
    if isinstance(error, (OperationalError, InterfaceError, PoolTimeout)):
        return True
    if isinstance(error, (psycopg.OperationalError, psycopg.InterfaceError)):
        return True  # of a connection that is listened to without SQLAlchemy
    return isinstance(error, DBAPIError) and (error.connection_invalidated or sqlstate(error) == READ_ONLY)


def sqlstate(error: BaseException | None) -> str:
    """PostgreSQL's code of five signs, or SQLite's own name such as SQLITE_BUSY."""
    origin = getattr(error, "orig", error)
    return getattr(origin, "sqlstate", None) or getattr(origin, "sqlite_errorname", None) or NO_CONNECTION


class OutageFilter(logging.Filter):
    """Lets through one line a minute about an outage, with its SQLSTATE and how many were left out before it.

    Every task, lane and request meets the same outage, many times a second.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lock = Lock()
        self._next = 0.0
        self._left_out = 0

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if not is_outage(error):
            return True
        with self._lock:
            if monotonic() < self._next:
                self._left_out += 1
                return False
            self._next = monotonic() + EVERY
            record.left_out, self._left_out = self._left_out, 0
        record.sqlstate = sqlstate(error)
        return True
