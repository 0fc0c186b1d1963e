"""The whole chain: content, the built site over HTTP, the service as a process, and where messages end up."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any, TypeVar

import httpx
import pytest

from site_builder.config import Config
from site_builder.content.fields import STOCKHOLM
from site_builder.editing.serving import Handler
from site_builder.problems import has_errors
from tests.contract.far_ends import ACCOUNT, NUMBER, SECRET, Mail, Mailbox, Twilio, mail_server, twilio_api
from tests.site_builder.conftest import Municipality
from tests.subscriptions.serving import free_port

PREFIX = "SUBSCRIPTIONS_"
Found = TypeVar("Found")
SENDER = "bevakningar@kommun.example"
TOPICS = "- {slug: vatten, namn: Vatten och avlopp}\n- {slug: skola, namn: Skola}\n"


class Website:
    """The built site, served over HTTP; `asked` are the paths asked for with how each was answered."""

    def __init__(self, home: Path) -> None:
        self.asked: list[tuple[str, int]] = []
        self.town = Municipality(home)
        (self.town.content / "ämnen.yml").write_text(TOPICS, encoding="utf-8")
        self._built = 0.0

    def publish(self) -> None:
        """Build; not twice in the second that HTTP's dates can tell apart."""
        sleep(max(0.0, self._built + 1.1 - monotonic()))
        self.town.now = datetime.now(UTC)
        result = self.town.build()
        assert not has_errors(result.problems), result.problems
        self._built = monotonic()

    @contextmanager
    def served(self) -> Iterator[str]:
        asked = self.asked

        class Asked(Handler):
            def log_request(self, code: Any = "-", size: Any = "-") -> None:
                asked.append((self.path, int(code)))

        port = free_port()
        address = f"http://127.0.0.1:{port}"
        self.town.config = Config(base=address)
        self.publish()
        server = ThreadingHTTPServer(("127.0.0.1", port), partial(Asked, directory=str(self.town.site)))
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield address
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


class Chain:
    """What the tests see: files in, messages out, and the service's own doors."""

    def __init__(
        self, website: Website, mailbox: Mailbox, twilio: Twilio, environment: dict[str, str]
    ) -> None:
        self.website = website
        self.mailbox = mailbox
        self.twilio = twilio
        self.environment = environment
        self.address = environment[PREFIX + "PUBLIC_URL"]
        self.http = httpx.Client(base_url=self.address, timeout=30)

    def write(self, path: str, *lines: str, text: str = "", key: int = 0) -> None:
        """A record that is published now, unless its lines say when."""
        now = f'publicerad: "{moment()}"'
        given = any(line.startswith("publicerad:") for line in lines)
        self.website.town.write(path, *(lines if given else (now, *lines)), text=text, key=key)
        self.website.publish()

    def read_again(self) -> None:
        """Wait until both feeds have been read, whole or found unchanged, from now on twice."""
        begin = len(self.website.asked)

        def read() -> bool:
            paths = [path for path, _ in self.website.asked[begin:]]
            return all(paths.count(f"/floden/{name}.atom") >= 2 for name in ("alla", "kris"))

        until(read)

    def sign_up(self, *wanted: dict[str, str], **addresses: str) -> dict[str, Any]:
        answer = self.http.post("/prenumerera/api/v1/signups", json={"choices": list(wanted), **addresses})
        assert answer.status_code == 202, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def follow_by_mail(self, email: str, *wanted: dict[str, str]) -> None:
        """Sign up by the API, and press the button behind the mail's link."""
        self.sign_up(*wanted, email=email)
        [mail] = until(lambda: self.mailbox.of(email))
        found = re.search(r"https?://\S+/bekrafta/\S+", mail.text("plain"))
        assert found, mail.text("plain")
        assert "Bekräfta" in self.http.get(found[0]).text
        done = self.http.post(found[0], headers={"Origin": self.address}, follow_redirects=True)
        assert done.status_code == 200, done.text
        self.mailbox.mails.remove(mail)

    def follow_by_sms(self, phone: str, *wanted: dict[str, str]) -> None:
        """Sign up by the API, and give the code of the SMS."""
        token = self.sign_up(*wanted, phone=phone)["code_token"]
        [sms] = until(lambda: self.twilio.of(phone))
        found = re.search(r"\b\d{6}\b", sms["Body"])
        assert found, sms["Body"]
        done = self.http.post("/prenumerera/api/v1/codes", json={"code_token": token, "code": found[0]})
        assert done.json() == {"state": "done"}
        self.twilio.messages.remove(sms)

    def mails(self, email: str, count: int = 1) -> list[Mail]:
        """The mails to an address, when so many have come."""
        return until(lambda: found if len(found := self.mailbox.of(email)) >= count else [])

    def texts(self, phone: str, count: int = 1) -> list[dict[str, str]]:
        """The SMS to a number, when so many have come."""
        return until(lambda: found if len(found := self.twilio.of(phone)) >= count else [])

    def stats(self) -> dict[str, Any]:
        """What the operator's command tells."""
        told: dict[str, Any] = json.loads(subprocess.check_output(_command("stats"), env=self.environment))
        return told


def moment(hours: float = 0) -> str:
    """Now, or so many hours from now, as editors write it."""
    return f"{(datetime.now(UTC) + timedelta(hours=hours)).astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"


def until(look: Callable[[], Found], seconds: float = 90.0) -> Found:
    """What is found, when there is something."""
    end = monotonic() + seconds
    while not (found := look()):
        assert monotonic() < end, f"not within {seconds} s"
        sleep(0.05)
    return found


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "subscriptions.cli", *words]


def _environment(home: Path, port: int, site: str, smtp: str, twilio: str) -> dict[str, str]:
    """Production, with the quiet hours around now: what is not a crisis waits."""
    hour = datetime.now(STOCKHOLM).hour
    told = {
        "DATABASE_URL": f"sqlite:///{home / 'subscriptions.sqlite3'}",
        "SECRET_KEYS": "nyckel-for-prov-" + "2" * 32,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "SITE_NAME": "Provkommun",
        "TOPICS_URL": f"{site}/api/v1/topics.json",
        "SHELL_URL": f"{site}/prenumerera/skal.html",
        "FEED_URLS": f"{site}/floden/alla.atom",
        "CRISIS_FEED_URLS": f"{site}/floden/kris.atom",
        "POLL_INTERVAL": "1s",
        "CRISIS_POLL_INTERVAL": "1s",
        "SMTP_URL": smtp,
        "SENDER_EMAIL": SENDER,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": SECRET,
        "TWILIO_SENDER": NUMBER,
        "TWILIO_API_URL": twilio,
        "QUIET_HOURS": f"{(hour - 1) % 24}-{(hour + 3) % 24}",
    }
    own = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return own | {PREFIX + name: value for name, value in told.items()}


@contextmanager
def _process(log: Path, environment: dict[str, str], *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """A command that runs meanwhile, stops when asked, and has no fault to tell of afterwards."""
    with log.open("wb") as file:
        process = subprocess.Popen(_command(*words), env=environment, stdout=file, stderr=file)
    try:
        yield process
    finally:
        process.terminate()
        code = process.wait(30)
    assert code == 0, log.read_text()[-3000:]
    assert "Traceback" not in log.read_text(), log.read_text()[-3000:]


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    """Everything started apart, as on two machines: web pages, worker, site, mail server, Twilio."""
    home = tmp_path_factory.mktemp("chain")
    port = free_port()
    website = Website(home)
    website.town.write("nyheter/forr.md", "titel: En nyhet från förr", "ämnen: [vatten]")
    with ExitStack() as stack:
        site = stack.enter_context(website.served())
        mailbox, smtp = stack.enter_context(mail_server())
        twilio = stack.enter_context(twilio_api())
        environment = _environment(home, port, site, smtp, twilio.url)
        subprocess.run(_command("migrate"), env=environment, check=True, stdout=subprocess.DEVNULL)
        stack.enter_context(_process(home / "web.log", environment, "serve", "--port", str(port)))
        stack.enter_context(_process(home / "worker.log", environment, "worker"))
        made = Chain(website, mailbox, twilio, environment)
        stack.callback(made.http.close)
        until(lambda: _is_up(made))
        made.read_again()
        yield made


def _is_up(chain: Chain) -> bool:
    try:
        return chain.http.get("/prenumerera/healthz").status_code == 200
    except httpx.TransportError:
        return False
