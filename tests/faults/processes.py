"""The service as real processes that a test kills, and what it left in its database."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Engine, func, insert, select

from delivery.model import Channel, Lane
from delivery.tables import attempts, outbox
from foundation.database import read, write
from foundation.encryption import identity
from subscriptions.model import Frequency
from subscriptions.tables import choices, contacts, targets
from tests.subscriptions.sending import KEYS, NOW, add_item

PREFIX = "SUBSCRIPTIONS_"


class Process:
    """One ``subscriptions worker``; its log is beside the database of the test."""

    def __init__(
        self, engine: Engine, log: Path, module: str = "subscriptions.cli worker", **settings: str
    ) -> None:
        own = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        told = {
            "environment": "development",
            "secret_keys": KEYS.newest.secret,
            "database_url": engine.url.render_as_string(hide_password=False),
            "public_url": "https://kommun.example",
            "sender_email": "bevakningar@kommun.example",
            "poll_interval": "1s",
            "crisis_poll_interval": "1s",
            "lease": "2s",
            **settings,
        }
        told["database_url"] = told["database_url"].replace("+psycopg", "")
        self.log = log
        with log.open("ab") as file:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", *module.split()],
                env=own | {PREFIX + name.upper(): value for name, value in told.items()},
                stdout=file,
                stderr=file,
            )

    def kill(self) -> None:
        """kill -9: no handler runs, nothing is written."""
        self.popen.kill()
        self.popen.wait(30)

    def stop(self) -> None:
        """SIGTERM: what has begun is finished."""
        self.popen.terminate()
        assert self.popen.wait(30) == 0

    def pause(self) -> None:
        self.popen.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.popen.send_signal(signal.SIGCONT)


@contextmanager
def working(engine: Engine, log: Path, **settings: str) -> Iterator[Process]:
    """A worker that is killed at the end, if it was not before."""
    process = Process(engine, log, **settings)
    try:
        yield process
    finally:
        process.kill()


def until(reached: Callable[[], object], seconds: float = 60.0, process: Process | None = None) -> None:
    """Wait for something; fail with the end of the worker's log."""
    end = monotonic() + seconds
    while not reached():
        log = process.log.read_text()[-3000:] if process else ""
        assert process is None or process.popen.poll() is None, f"the worker ended: {log}"
        assert monotonic() < end, f"not reached in {seconds} s: {log}"
        sleep(0.02)


def people(
    engine: Engine,
    count: int,
    *,
    first: int = 1,
    channel: Channel = Channel.EMAIL,
    frequency: Frequency = Frequency.IMMEDIATE,
) -> list[str]:
    """So many contacts who follow the topic that ``sending.add_item`` makes; their addresses."""
    numbers = range(first, first + count)
    addresses = [
        f"nr{number}@exempel.example" if channel == Channel.EMAIL else f"+4670{number:07}"
        for number in numbers
    ]
    with write(engine) as connection:
        connection.execute(
            insert(contacts),
            [
                {
                    "id": number, "channel": channel, "address": KEYS.encrypt(address),
                    "lookup": KEYS.lookup(identity(channel, address)), "domain_lookup": None,
                    "state": "active", "created_at": NOW, "confirmed_at": NOW,
                }
                for number, address in zip(numbers, addresses, strict=True)
            ],
        )  # fmt: skip
        connection.execute(
            insert(choices),
            [
                {"contact_id": number, "target_id": 1, "frequency": frequency, "created_at": NOW}
                for number in numbers
            ],
        )
    return addresses


def topic(engine: Engine) -> None:
    """What ``people`` follow, where no item has been made."""
    with write(engine) as connection:
        connection.execute(insert(targets).values(kind="topic", value="vatten"))


def news(engine: Engine, number: int = 1, lane: Lane = Lane.IMMEDIATE, **values: Any) -> int:
    """An item that is released now and not fanned out yet."""
    now = datetime.now(UTC)
    told = {"released_at": now, "seen_at": now, "revision": now, "fanout_done_at": None} | values
    return add_item(engine, number, lane=lane, **told)


def states(engine: Engine) -> Counter[str]:
    with read(engine) as connection:
        rows = connection.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state))
        return Counter({row[0]: row[1] for row in rows})


def is_settled(engine: Engine, count: int) -> Callable[[], bool]:
    """True when so many messages are there and none waits or is on its way."""

    def look() -> bool:
        found = states(engine)
        return found.total() == count and not any(found[state] for state in ("queued", "deferred", "sending"))

    return look


def doubtful(engine: Engine) -> set[str]:
    """The addresses with an attempt whose end nobody knew when it was asked for, and what was chosen then."""
    query = (
        select(contacts.c.address)
        .join_from(attempts, outbox, outbox.c.id == attempts.c.outbox_id)
        .join(contacts, contacts.c.id == outbox.c.contact_id)
        .where(attempts.c.decision.is_not(None))
    )
    with read(engine) as connection:
        return {KEYS.decrypt(address) for address in connection.scalars(query)}


def undecided(engine: Engine) -> set[str]:
    """The addresses whose message ended as ambiguous."""
    query = (
        select(contacts.c.address)
        .join_from(outbox, contacts, contacts.c.id == outbox.c.contact_id)
        .where(outbox.c.state == "ambiguous")
    )
    with read(engine) as connection:
        return {KEYS.decrypt(address) for address in connection.scalars(query)}
