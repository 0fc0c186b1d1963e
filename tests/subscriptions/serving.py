"""The service over real HTTP on a free port, with a clock that tests turn and a worker that they run."""

import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
from sqlalchemy import Engine, select

from foundation.database import open_engine, read
from foundation.encryption import Keys
from foundation.web.server import make_server
from subscriptions.operations.worker import Worker
from subscriptions.settings import Settings, load_settings
from subscriptions.web.app import create_app
from tests.subscriptions.web_server import Site

TOPICS = """{"types": [{"slug": "nyheter", "name": "Nyheter"}],
"topics": [{"slug": "avfall", "name": "Avfall", "children": [{"slug": "sortering", "name": "Sortering"}]}],
"bodies": [{"slug": "ks", "name": "Kommunstyrelsen"}],
"areas": [{"slug": "trollbacken", "name": "Trollbäcken"}],
"feeds": [], "anything new": 1}"""
SHELL = """<!doctype html><html lang="sv"><head><meta charset="utf-8"><title>Skal</title></head>
<body id="sitens-skal"><main id="innehall"><!-- innehåll --></main></body></html>"""
KEY = "a-key-of-tests-that-is-long-enough-0001"
BROWSER = {"Sec-Fetch-Site": "same-origin"}
_FIRST_PORT = 11_000 + os.getpid() % 21 * 1_000
_ports = cycle(range(_FIRST_PORT, _FIRST_PORT + 1_000))


class Service:
    """One running service and a browser without cookies or script."""

    def __init__(self, address: str, settings: Settings, engine: Engine, site: Site) -> None:
        self.address = address
        self.settings = settings
        self.engine = engine
        self.site = site
        self.keys = Keys(settings.secret_keys)
        self.turned = timedelta(0)
        # It is half past: no test runs into the next hour, in which the limits count anew.
        self._half_past = timedelta(minutes=30 - datetime.now(UTC).minute)
        self.http = httpx.Client(base_url=address, headers=BROWSER, timeout=30)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._half_past + self.turned

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.http.get(path, **more)

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> httpx.Response:
        """Post a form and follow where it leads."""
        return self.http.post(path, data=data, follow_redirects=True, **more)

    def deliver(self) -> list[dict[str, Any]]:
        """Let the worker send what waits; every message in the local inbox, oldest first."""
        assert Worker(self.settings, self.engine, self.now).run_once()
        messages: list[dict[str, Any]] = self.get("/dev/inkorg/meddelanden.json").json()["messages"]
        return messages[::-1]

    def count(self, table: Any) -> int:
        with read(self.engine) as connection:
            return len(connection.execute(select(table)).all())

    def sign_up(self, *, email: str = "", phone: str = "", **more: Any) -> httpx.Response:
        form = {"val": ["topic:avfall"], "hur": "immediate", "epost": email, "mobil": phone, **more}
        return self.post("/prenumerera/", form)

    def subscribe(self, email: str, **more: Any) -> str:
        """Sign up by mail and confirm; the path of the page where everything is managed."""
        self.sign_up(email=email, **more)
        mail = [message for message in self.deliver() if message["channel"] == "email"][-1]
        page = self.post(link(mail, "bekrafta"))
        found = re.search(r'href="(/prenumerera/hantera/[^"]+)"', page.text)
        assert found, page.text
        return found[1]


def link(message: dict[str, Any], kind: str) -> str:
    """The path of the link of a kind in a message's text."""
    found = re.search(rf"/prenumerera/{kind}/[\w-]+", message["plain"])
    assert found, message["plain"]
    return found[0]


def free_port() -> int:
    """For somebody who listens on it later: below those that the system gives to others meanwhile."""
    for port in _ports:
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("the ports never end")


@contextmanager
def running(database_url: str, site: Site, static: Path | None = None, **settings: Any) -> Iterator[Service]:
    """A service in development; its topics and shell are those of ``static``, or else those of ``site``."""
    site.answers.setdefault("/topics.json", TOPICS)
    site.answers.setdefault("/skal.html", SHELL)
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    told = {
        "environment": "development", "database_url": database_url, "secret_keys": [KEY],
        "public_url": address, "sender_email": "bevaka@example.se",
        "smtp_connections": 1, "sms_connections": 1,  # what waits together arrives in the queue's order
    }  # fmt: skip
    if static is None:
        told |= {"topics_url": f"{site.address}/topics.json", "shell_url": f"{site.address}/skal.html"}
    told |= settings
    loaded = load_settings(**told)
    engine = open_engine(loaded.database_url)
    service = Service(address, loaded, engine, site)
    server = make_server(create_app(loaded, engine, static, service.now), "127.0.0.1", port)
    thread = Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            thread.join(0.01)
        yield service
    finally:
        service.http.close()
        server.should_exit = True
        thread.join()
        engine.dispose()
