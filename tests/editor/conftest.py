"""A newsroom: a small municipality in a temporary Git repository, and the editor over it."""

import asyncio
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import lxml.html
import pytest
from starlette.datastructures import FormData
from starlette.types import ASGIApp

from editor.repository.git import Repository
from editor.repository.proposals import Proposals
from editor.web.app import Services, create_app
from editor.workspace.held import Place
from foundation import database
from foundation.settings import ServiceSettings, load
from foundation.staff.settings import StaffSettings
from tests.site_builder.conftest import Municipality


class Client:
    """A browser without script: it follows redirects."""

    def __init__(self, app: ASGIApp, address: str) -> None:
        self.app = app
        self.address = address
        self.cookies = httpx.Cookies()

    def log_in(self, who: str) -> None:
        """Log in with one click, as on one's own machine."""
        self.post("/redigera/logga-in/lokalt/", {"vem": [who], "till": ["/redigera/"]})

    def get(self, address: str) -> httpx.Response:
        """What stands at an address."""
        return self._run("GET", address)

    def post(self, address: str, data: dict[str, list[str]]) -> httpx.Response:
        """What a form that is sent leads to."""
        return self._run("POST", address, data=data)

    def upload(self, address: str, name: str, data: bytes, alt: str) -> httpx.Response:
        """What a form with a file leads to."""
        return self._run("POST", address, data={"alt": alt}, files={"fil": (name, data)})

    def _run(self, method: str, address: str, **more: Any) -> httpx.Response:
        """In a thread of its own: where a browser is driven, this one has a loop already."""
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(lambda: asyncio.run(self._ask(method, address, **more))).result()

    async def _ask(self, method: str, address: str, **more: Any) -> httpx.Response:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app),
            base_url=self.address,
            follow_redirects=True,
            headers={"Sec-Fetch-Site": "same-origin"},
            cookies=self.cookies,
        ) as client:
            answer = await client.request(method, address, **more)
            self.cookies = httpx.Cookies(client.cookies)
            return answer


class Newsroom:
    """The editor at work: `open` gives a form as a browser would send it, `send` sends it."""

    def __init__(self, home: Path, port: int = 8002) -> None:
        self.port = port
        self.address = f"http://127.0.0.1:{port}"
        self.town = Municipality(home)
        self.home = home
        self.git("init", "-q", "-b", "main")
        self.git("config", "user.name", "Någon")
        self.git("config", "user.email", "nagon@kommun.example")
        (home / ".gitignore").write_text("site*\ncache*\n", encoding="utf-8")
        self._client: Client | None = None

    def git(self, *arguments: str) -> str:
        """What Git says."""
        done = subprocess.run(["git", *arguments], cwd=self.home, capture_output=True, check=True)
        return done.stdout.decode()

    def write_service(self) -> None:
        """A service, written as people write."""
        self.town.write("tjanster/bygglov.md", *SERVICE, text="\nMer om bygglov.\n")

    def commit(self) -> None:
        """Commit all there is."""
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "Innehåll")

    @property
    def client(self) -> Client:
        """A browser without script; the editor starts when it is first asked for."""
        if self._client is None:
            self.commit()
            self._app = self.app()
            self._client = Client(self._app, self.address)
            self._client.log_in("lokal")
        return self._client

    def stranger(self) -> Client:
        """A browser of somebody who is not logged in."""
        self.client.get("/redigera/")
        return Client(self._app, self.address)

    def app(self, static: Path | None = None) -> ASGIApp:
        """The editor, as if it had just been started."""
        url = f"sqlite:///{self.home / 'cache.sqlite3'}"
        database.migrate(url)
        settings = load(
            ServiceSettings, {}, environment="development", database_url=url, public_url=self.address
        )
        services = Services(settings, load(StaffSettings, {}), database.open_engine(url))
        config = self.town.config
        place = Place([self.town.content], self.town.site, None, self.home / "cache", config)
        return create_app(place, services, static, clock=self.now)

    def now(self) -> datetime:
        """The moment that the tests have set."""
        return self.town.now

    def open(self, address: str) -> list[tuple[str, str]]:
        """The names and values that a browser would send from the page's form, without its buttons."""
        answer = self.client.get(address)
        assert answer.status_code == 200, answer.text
        return form_values(answer.text)

    def send(self, address: str, values: list[tuple[str, str]], button: str, **changed: str) -> str:
        """Send the form with some values changed, by one of its buttons; returns the page that follows."""
        changed = {name.replace("__", "."): value for name, value in changed.items()}
        sent = [(name, changed.pop(name, value)) for name, value in values]
        sent += [*changed.items(), ("gör", button)]
        body: dict[str, list[str]] = {}
        for name, value in sent:
            body.setdefault(name, []).append(value.replace("\n", "\r\n"))
        answer = self.client.post(address, data=body)
        assert answer.status_code == 200, answer.text
        return answer.text

    def proposals(self) -> Proposals:
        """What waits to be published."""
        return Proposals(Repository(self.home))

    def upload(self, name: str, data: bytes, alt: str) -> str:
        """Put a file there; returns the page that follows."""
        answer = self.client.upload("/redigera/filer/", name, data, alt)
        assert answer.status_code == 200, answer.text
        return answer.text

    def kept(self, name: str) -> str:
        """What is kept of a file; empty where nothing is."""
        return "".join(path.read_text() for path in (self.town.content / "filer").rglob(name))

    def read(self, path: str) -> str:
        """A file of the content folder."""
        return (self.town.content / path).read_text(encoding="utf-8")

    def changed_lines(self) -> list[str]:
        """The lines that the latest commit took away and added."""
        lines = self.git("show", "--format=", "--unified=0", "HEAD").splitlines()
        return [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def form_values(page: str) -> list[tuple[str, str]]:
    """What a browser would send from the form that one writes in, without its buttons."""
    tree: Any = lxml.html.document_fromstring(page)
    form = next(form for form in tree.forms if form.get("class") == "write")
    return [(name, str(value)) for name, value in form.form_values()]


def as_sent(values: list[tuple[str, str]]) -> FormData:
    """The same as it arrives: browsers end lines with CR and LF."""
    return FormData([(name, value.replace("\n", "\r\n")) for name, value in values])


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    """A newsroom with a body, a contact and a service."""
    made = Newsroom(tmp_path)
    made.write_service()
    return made


SERVICE = (
    "titel: Bygglov  # rubriken",
    "# Vem den är till för.",
    "vem: Alla som bygger",
    "hur:",
    "  - Rita huset",
    "  - 'Sök: i tid'",
    "ansvarig: vaxel",
    "kanaler:",
    "  - typ: telefon",
    '    mål: "08-123 456"',
    "  - typ: webb",
    "    mål: https://kommun.example/bygga  # adressen",
    "sökord: [hus, tak]",
)
