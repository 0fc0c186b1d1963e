"""The pages are served alone, or with the worker in the same process; what has begun is finished."""

import logging
import os
from threading import Event, Thread

from sqlalchemy import Engine
from uvicorn import Server

from foundation.migrating import migrate_when_back
from foundation.web.server import inherited_sockets
from subscriptions.operations.worker import Worker

log = logging.getLogger(__name__)


def serve_alone(server: Server, url: str, engine: Engine, stop: Event) -> int:
    """Pages, also while the database is away: they say so until it is back."""
    failed = Event()

    def give_up() -> None:
        failed.set()
        server.should_exit = True

    migrate_when_back(engine, url, stop, give_up)
    try:
        server.run(inherited_sockets(os.environ, os.getpid()) or None)
    finally:
        stop.set()
    return 0 if server.started and not failed.is_set() else 1


def serve_and_work(server: Server, beside: Worker, stop: Event) -> int:
    """Both in one process; where one cannot go on, the other stops too."""
    failed = Event()

    def work() -> None:
        try:
            beside.run(stop)
        except Exception:
            log.exception("the worker could not go on")
            failed.set()
            server.should_exit = True

    thread = Thread(target=work, name="worker")
    thread.start()
    try:
        server.run()
    finally:
        stop.set()
        thread.join()
    return 0 if server.started and not failed.is_set() else 1
