"""100,000 subscribers: a crisis overtakes the news that wait, in bounded memory."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from delivery.model import Channel, DeliveryState, Lane
from delivery.tables import outbox
from foundation.database import read
from tests.faults.far_end import Relay
from tests.faults.processes import Process, news, people, until, working
from tests.subscriptions.test_twilio import SID, Twilio

SUBSCRIBERS = 100_000
FEW = 500
"""So many news may still go out between a crisis item's release and its first SMS."""

MEGABYTES = 64
"""How much more memory a worker may take for a queue of 200,000 than for an empty one."""


@pytest.fixture
def twilio() -> Iterator[Twilio]:
    made = Twilio()
    yield made
    made.close()


@pytest.mark.slow
def test_a_crisis_reaches_the_first_of_100_000_before_the_news_that_wait_and_memory_is_bounded(
    engine: Engine, relay: Relay, twilio: Twilio, tmp_path: Path
) -> None:
    news(engine, 0)
    people(engine, 10, first=SUBSCRIBERS + 1)
    first = threading.Event()

    def answer(form: dict[str, str]) -> tuple[int, dict[str, str], dict[str, str]]:
        if "Rubrik 2" in form["Body"]:
            first.set()
        return 201, {"sid": "SM" + "a" * 32, "status": "queued"}, {}

    twilio.answer = answer
    told = {
        "smtp_url": relay.url, "quiet_hours": "03:00-03:00", "twilio_account_sid": SID, "sms_rate": "0",
        "twilio_auth_token": "hemligt", "twilio_sender": "Kommunen", "twilio_api_url": twilio.url,
    }  # fmt: skip
    with working(engine, tmp_path / "log", **told) as worker:
        until(lambda: len(relay.received) == 10, 60, worker)
        before = memory(worker)
        people(engine, SUBSCRIBERS, channel=Channel.SMS)
        news(engine, 1)
        until(lambda: messages(engine, 1) == SUBSCRIBERS + 10, 120, worker)
        assert messages(engine, 1, DeliveryState.QUEUED) > SUBSCRIBERS / 2  # a queue that is being worked off
        waiting = messages(engine, 1, DeliveryState.QUEUED)
        news(engine, 2, Lane.CRISIS)
        assert first.wait(60)
        assert waiting - messages(engine, 1, DeliveryState.QUEUED) < FEW
        until(lambda: messages(engine, 2) == SUBSCRIBERS + 10, 120, worker)
        assert memory(worker) - before < MEGABYTES


def messages(engine: Engine, item: int, *states: DeliveryState) -> int:
    query = select(func.count()).where(outbox.c.source_id == item)
    with read(engine) as connection:
        return connection.scalar(query.where(outbox.c.state.in_(states)) if states else query) or 0


def memory(worker: Process) -> float:
    """The most that the process has held at once, in MB."""
    status = Path(f"/proc/{worker.popen.pid}/status").read_text()
    [most] = re.findall(r"VmHWM:\s+(\d+) kB", status)
    return int(most) / 1024
