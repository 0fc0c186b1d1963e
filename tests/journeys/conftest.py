"""What `make run` starts, in a home of its own, and the two ways to use a page: by mouse and by keyboard."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import NullPool, create_engine, func, select
from sqlalchemy.exc import OperationalError

from site_builder.content.fields import STOCKHOLM
from subscriptions.tables import feeds
from tests.browser.tried_site import ROOT
from tests.subscriptions.serving import free_port

STOPS = 400
"""So many times the Tab key is pressed before something counts as out of reach."""


class Town:
    """The running site and service, and the content folder that an editor works in."""

    def __init__(self, home: Path, base: str) -> None:
        self.home = home
        self.base = base
        self.inbox = f"{base}/dev/inkorg/"

    def change(self, file: str, note: str) -> None:
        """Save a `stor` change to a page, as an editor does."""
        path = self.home / "content" / file
        head, mark, rest = path.read_text(encoding="utf-8").partition("\n---\n")
        assert "ändringar:" not in head
        now = f"{datetime.now(STOCKHOLM):%Y-%m-%d %H:%M}"
        entry = f'\nändringar:\n  - när: "{now}"\n    slag: stor\n    not: {note}'
        path.write_text(head + entry + mark + rest, encoding="utf-8")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The content is a copy; caches, site and database are beside it, far from the developer's own."""
    home = tmp_path_factory.mktemp("town")
    shutil.copytree(ROOT / "content", home / "content")
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    own = {name: value for name, value in os.environ.items() if not name.startswith("SUBSCRIPTIONS_")}
    log = home / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "tools.run"],
            cwd=home, env=own | {"PORT": str(port)}, stdout=file, stderr=file,
        )  # fmt: skip
    try:
        until(lambda: process.poll() is not None or _has_begun(home), 120)
        assert process.poll() is None, log.read_text()[-3000:]
        yield Town(home, base)
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(60)
    assert code == 0, log.read_text()[-3000:]
    assert "Traceback" not in log.read_text(), log.read_text()[-3000:]
    with pytest.raises(httpx.ConnectError):  # the service has ended too
        httpx.get(base)


def _has_begun(home: Path) -> bool:
    """Both feeds have been read once: what is published from now on is news."""
    url = f"sqlite:///{home / '.cache' / 'run' / 'subscriptions.sqlite3'}"
    engine = create_engine(url, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            read = select(func.count()).select_from(feeds).where(feeds.c.baseline_at.is_not(None))
            return connection.execute(read).scalar() == 2
    except OperationalError:
        return False


def until(look: Callable[[], object], seconds: float = 120.0) -> None:
    """Wait for something."""
    end = monotonic() + seconds
    while not look():
        assert monotonic() < end, f"not within {seconds} s"
        sleep(0.1)


class Mouse:
    """Points and clicks."""

    def press(self, what: Locator) -> None:
        what.click()

    def write(self, where: Locator, text: str) -> None:
        where.click()
        where.press_sequentially(text)


class Keyboard:
    """Reaches everything by Tab, presses Enter, and types."""

    def press(self, what: Locator) -> None:
        self._reach(what)
        what.page.keyboard.press("Enter")

    def write(self, where: Locator, text: str) -> None:
        self._reach(where)
        where.page.keyboard.type(text)

    def _reach(self, what: Locator) -> None:
        expect(what).to_be_visible()
        for _ in range(STOPS):
            if what.evaluate("one => one === document.activeElement"):
                return
            what.page.keyboard.press("Tab")
        pytest.fail(f"the Tab key does not lead to {what}")


Hand = Mouse | Keyboard


def heading(page: Page) -> Locator:
    """The page's own heading."""
    return page.get_by_role("heading", level=1)
