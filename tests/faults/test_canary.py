"""The canary proves the chain from feed to mailbox: an alarm sounds whichever link is cut, and else none."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from time import sleep
from typing import Any

import pytest
from sqlalchemy import Engine

from subscriptions.feeds import ingest
from subscriptions.matching import fanout
from subscriptions.operations import worker
from subscriptions.operations.worker import Worker
from tests.faults.far_end import Relay
from tests.faults.processes import PREFIX, states, until
from tests.subscriptions.feeds.test_ingest import atom
from tests.subscriptions.sending import KEYS, settings
from tests.subscriptions.web_server import Site, serve

CANARY = "kanarie@kommun.example"
PATIENCE = timedelta(minutes=1)
"""What an item may take from its release to the canary's mailbox, and a feed between two good looks."""


class Chain:
    """Feed, worker, mail server and mailbox, each real; ``alarms`` is what the worker's watchdog says.

    Its clock may be set ahead, so that no test depends on how quick the machine is.
    """

    def __init__(self, engine: Engine, site: Site, relay: Relay) -> None:
        self.engine, self.site, self.relay = engine, site, relay
        self.ahead = timedelta(0)
        self.delivers = True
        self.url = engine.url.render_as_string(hide_password=False)
        site.answers["/alla"] = atom()
        self.worker = Worker(
            settings(
                feed_urls=f"{site.address}/alla", smtp_url=relay.url, poll_interval="1s",
                canary_email=CANARY, canary_confirms=True, watchdog_immediate=PATIENCE,
                watchdog_silent_feed=PATIENCE, database_url=self.url,
            ),
            engine,
            lambda: datetime.now(UTC) + self.ahead,
        )  # fmt: skip

    @property
    def alarms(self) -> set[str]:
        return {alarm.kind for alarm in self.worker.alarms}

    def publish(self, number: int) -> None:
        self.site.answers["/alla"] = atom((f"nyhet-{number}", datetime.now(UTC), ""))

    def hurry(self) -> bool:
        """Asked again and again, time runs up to 25 times as fast."""
        self.ahead += timedelta(seconds=0.5)
        return True

    def carry(self, stop: Event) -> None:
        """The mailbox hands each mail to ``subscriptions bounce``, as Postfix does."""
        carried = 0
        while not stop.wait(0.05):
            while self.delivers and carried < len(self.relay.envelopes):
                sender, content = self.relay.envelopes[carried]
                bounce(self.url, f"Return-Path: <{sender}>\r\n".encode() + content)
                carried += 1


def bounce(url: str, mail: bytes) -> None:
    told = {"ENVIRONMENT": "development", "DATABASE_URL": url, "SECRET_KEYS": KEYS.newest.secret}
    subprocess.run(
        [sys.executable, "-m", "subscriptions.cli", "bounce"],
        env=os.environ | {PREFIX + name: value for name, value in told.items()},
        input=mail, check=True,
    )  # fmt: skip


@pytest.fixture
def chain(sqlite: Engine, relay: Relay, monkeypatch: pytest.MonkeyPatch) -> Iterator[Chain]:
    monkeypatch.setattr(worker, "WATCH", 0.1)
    monkeypatch.setattr(worker, "SETTLING", 1.0)
    with serve() as site:
        made = Chain(sqlite, site, relay)
        stop = Event()
        threads = [Thread(target=run, args=(stop,)) for run in (made.worker.run, made.carry)]
        for thread in threads:
            thread.start()
        try:
            until(lambda: len(site.asked) > 1)
            yield made
        finally:
            stop.set()
            for thread in threads:
                thread.join()


def test_a_whole_chain_raises_no_alarm(chain: Chain) -> None:
    chain.publish(1)
    until(lambda: states(chain.engine) == {"delivered": 1})
    for _ in range(3):
        chain.ahead += PATIENCE / 2
        asked = len(chain.site.asked)
        while len(chain.site.asked) < asked + 2:
            assert chain.alarms == set()
            sleep(0.05)


def broken(*_: Any, **__: Any) -> int:
    raise RuntimeError("cut on purpose")


def cut_feed(chain: Chain, patch: pytest.MonkeyPatch) -> None:
    chain.site.answers["/alla"] = (500, {}, b"")


def cut_polling(chain: Chain, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ingest, "poll_due", broken)


def cut_fan_out(chain: Chain, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(fanout, "fan_out", broken)


def cut_mail_server(chain: Chain, patch: pytest.MonkeyPatch) -> None:
    chain.relay.stall("MAIL")


def cut_mailbox(chain: Chain, patch: pytest.MonkeyPatch) -> None:
    chain.delivers = False


@pytest.mark.parametrize(
    ("cut", "alarm"),
    [
        pytest.param(cut_feed, "silent-feed", marks=pytest.mark.slow),
        pytest.param(cut_polling, "silent-feed", marks=pytest.mark.slow),
        pytest.param(cut_fan_out, "item-not-delivered", marks=pytest.mark.slow),
        pytest.param(cut_mail_server, "item-not-delivered", marks=pytest.mark.slow),
        (cut_mailbox, "item-not-delivered"),
    ],
)
def test_whichever_link_is_cut_an_alarm_sounds_and_ends_when_it_is_mended(
    chain: Chain, cut: Callable[[Chain, pytest.MonkeyPatch], None], alarm: str
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        if cut is not cut_feed:
            chain.publish(1)
        cut(chain, patch)
        until(lambda: chain.hurry() and alarm in chain.alarms)
    chain.delivers = True
    chain.relay.go_on()
    chain.publish(1)  # replaces the first, which may be waiting still and is cancelled then
    until(lambda: chain.hurry() and {"delivered"} <= set(states(chain.engine)) <= {"delivered", "cancelled"})
    until(lambda: chain.alarms == set())
