"""The case service over real HTTP, with a clock that tests turn and an inbox."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import httpx
from httpx import Response
from sqlalchemy import Engine, select

from cases.casework import watch
from cases.messages.user import users
from cases.settings import CaseSettings, load_settings
from cases.tables import cases
from cases.web.app import create_app
from delivery.tables import local_messages
from foundation.database import open_engine, read
from foundation.encryption import Keys
from foundation.settings import load as load_any
from foundation.staff.settings import StaffSettings
from foundation.web.server import make_server
from subscriptions.operations.worker import Worker
from subscriptions.settings import Settings
from subscriptions.settings import load_settings as load_shared
from tests.subscriptions.serving import BROWSER, KEY, SHELL, free_port
from tests.subscriptions.web_server import serve

NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)  # a Tuesday


def category(slug: str, name: str, **more: Any) -> dict[str, Any]:
    """A kind as the site publishes it."""
    return {
        "slug": slug, "title": name, "summary": f"{name}.", "language": "sv", "kind": "felanmälan",
        "words": [],
        "questions": [], "working_days": None, "promise": "", "urgent": "", "urgent_phone": "",
        "place": "krävs", "photo": True, "public": True, "code": "",
        "body": {"slug": "gatuverksamheten", "name": "Gatuverksamheten"}, "others": None, **more,
    }  # fmt: skip


KINDS = [
    category(
        "trasig-gatlampa", "Trasig gatlampa", words=["gatlyse", "lyktstolpe"], code="gatubelysning",
        questions=["Står det ett nummer på stolpen?"], urgent="Ring om du ser lösa kablar.",
        urgent_phone="08-578 291 00",
    ),
    category("fel-pa-lekplats", "Fel på lekplats", working_days=5),
    category(
        "skola", "Skola och fritidshem", kind="synpunkt", place="nej", public=False,
        body={"slug": "barn-och-utbildningsforvaltningen", "name": "Barn- och utbildningsförvaltningen"},
    ),
    category("annat", "Något annat", kind="synpunkt", place="önskas", public=False, body=None),
]  # fmt: skip
QUESTION = {
    "title": "Hur anmäler jag trasig gatubelysning?", "url": "/fragor/trasig-gatlampa/",
    "data": "/api/v1/questions/1.json", "language": "sv",
}  # fmt: skip
ANSWER = "Lampan lagas inom två veckor. Ring om en stolpe har fallit."


HANDLER, GUIDE = "lokal-handlaggare", "lokal-servicecenter"
"""Two of the staff, as the local login offers them."""


class Municipality:
    """The service, a browser without script, and the inbox."""

    def __init__(self, shared: Settings, own: CaseSettings, engine: Engine) -> None:
        self.shared = shared
        self.own = own
        self.engine = engine
        self.keys = Keys(shared.secret_keys)
        self.now = NOW
        self.app = create_app(shared, own, engine, load_any(StaffSettings, {}), lambda: self.now)
        self.http = httpx.Client(base_url=shared.public_url, headers=BROWSER, timeout=30)

    def log_in(self, member: str = HANDLER) -> None:
        """By the local login, with one click."""
        done = self.http.post("/arenden/logga-in/lokalt/", data={"vem": member, "till": "/arenden/"})
        assert done.status_code == 303, done.text

    def log_out(self) -> None:
        self.http.cookies.clear()

    def get(self, path: str) -> Response:
        return self.http.get(path, follow_redirects=True)

    def post(self, path: str, **form: str) -> Response:
        """Post a form and follow where it leads."""
        return self.http.post(path, data=form, follow_redirects=True)

    def report(self, **fields: str) -> str:
        """A fault, sent; the path of its receipt."""
        form = {"typ": "trasig-gatlampa", "plats": "Storgatan 3", "text": "Lampan är släckt.", **fields}
        answer = self.http.post("/felanmalan/ny/", data={"steg": "skicka", **form}, follow_redirects=False)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def turn(self, **time: float) -> None:
        """Let time pass; who was logged in logs in again."""
        self.now += timedelta(**time)
        self.log_in()

    def deliver(self) -> list[dict[str, Any]]:
        """Let the worker send what waits; every mail in the local inbox, oldest first."""
        worker = Worker(self.shared, self.engine, lambda: self.now, lambda: users(self.shared, self.keys))
        assert worker.run_once()
        with read(self.engine) as connection:
            query = select(local_messages).order_by(local_messages.c.id)
            return [dict(row) for row in connection.execute(query).mappings()]

    def look(self) -> tuple[int, int]:
        """Let the service remind and escalate."""
        return watch.look(self.engine, self.keys, self.shared, self.own, self.now)

    def rows(self) -> list[Any]:
        """Every case, oldest first."""
        with read(self.engine) as connection:
            return list(connection.execute(select(cases).order_by(cases.c.id)))

    def act(self, number: int, deed: str, **form: str) -> Response:
        """One step at the desk, from the page as it is now."""
        page = self.get(f"/arenden/{number}/")
        found = re.search(r'name="version" value="(\d+)"', page.text)
        version = found[1] if found else "0"
        return self.post(f"/arenden/{number}/{deed}/", **{"version": version, **form})


@contextmanager
def running(database_url: str, shell: str = SHELL, **settings: Any) -> Iterator[Municipality]:
    """A service in development whose site is a few documents."""
    port = free_port()
    with serve() as site:
        site.answers["/kinds.json"] = json.dumps({"case-categories": KINDS})
        site.answers["/skal.html"] = shell
        shared = load_shared(
            environment="development", database_url=database_url, secret_keys=[KEY], smtp_connections=1, public_url=f"http://127.0.0.1:{port}",
            sender_email="svar@kommun.example", shell_url=f"{site.address}/skal.html",
            topics_url=f"{site.address}/topics.json",
        )  # fmt: skip
        own = load_settings({}, categories_url=f"{site.address}/kinds.json", **settings)
        engine = open_engine(shared.database_url)
        town = Municipality(shared, own, engine)
        server = make_server(town.app, "127.0.0.1", port)
        thread = Thread(target=server.run)
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive()
                thread.join(0.01)
            town.log_in()
            yield town
        finally:
            town.http.close()
            server.should_exit = True
            thread.join()
            engine.dispose()
