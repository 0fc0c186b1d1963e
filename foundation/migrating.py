"""A service that starts while its database is away waits for it, and serves what it can meanwhile."""

import logging
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError

from foundation.outages import is_outage
from foundation.upgrading import upgrade

log = logging.getLogger(__name__)

PAUSE = 2.0
"""Seconds between two tries."""


def migrate_when_back(engine: Engine, url: str, stop: Event, give_up: Callable[[], None]) -> None:
    """Bring the schema up to date: now, or beside the caller as soon as the database is back.

    Until that is done the engine opens no connection, for the tables may be another version's: whoever asks
    meets an outage. Raises whatever is no outage; where that comes later, calls ``give_up``.
    """
    try:
        upgrade(url)
    except Exception as error:
        if not is_outage(error):
            raise
        log.error("the database is away; it is waited for", exc_info=error)
    else:
        return
    done = Event()

    @event.listens_for(engine, "do_connect")
    def refuse(*_: Any) -> None:
        if not done.is_set():
            raise OperationalError("connect", None, ConnectionError("the tables are not brought up to date"))

    Thread(target=_wait, args=(url, stop, done, give_up), name="migration").start()


def _wait(url: str, stop: Event, done: Event, give_up: Callable[[], None]) -> None:
    while not stop.wait(PAUSE):
        try:
            upgrade(url)
        except Exception as error:
            if is_outage(error):
                log.error("the database is away; it is waited for", exc_info=error)
                continue
            log.exception("the tables could not be brought up to date")
            give_up()
            return
        done.set()
        log.warning("the database is back")
        return
