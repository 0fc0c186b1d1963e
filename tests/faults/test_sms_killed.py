"""kill -9 while the SMS provider is slow to answer: crisis goes again, news does not, and both are told."""

import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from delivery.model import Channel, Lane
from tests.faults.processes import doubtful, is_settled, news, people, states, until, working
from tests.subscriptions.test_twilio import SID, Twilio

PEOPLE = 40
CONNECTIONS = 8


class SlowTwilio(Twilio):
    """Takes every message, and answers only while ``answering`` is set (or after ``calls`` more)."""

    def __init__(self, calls: int) -> None:
        super().__init__()
        self.answering = threading.Event()
        self.calls = calls
        self.answer = self._answer

    def _answer(self, form: dict[str, str]) -> tuple[int, dict[str, Any], dict[str, str]]:
        if len(self.requests) > self.calls:
            self.answering.wait(30)
        return 201, {"sid": f"SM{len(self.requests):032}", "status": "queued"}, {}

    def copies(self) -> Counter[str]:
        """How many each number got; a request that was cut off in the middle is none."""
        return Counter(request["To"] for request in self.requests if "To" in request)


@pytest.fixture
def twilio() -> Iterator[SlowTwilio]:
    made = SlowTwilio(calls=10)
    yield made
    made.answering.set()
    made.close()


@pytest.mark.slow
@pytest.mark.parametrize("lane", [Lane.CRISIS, Lane.IMMEDIATE])
def test_killed_while_the_provider_thinks(
    sqlite: Engine, twilio: SlowTwilio, tmp_path: Path, lane: Lane
) -> None:
    news(sqlite, lane=lane)
    everybody = people(sqlite, PEOPLE, channel=Channel.SMS)
    told = {
        "twilio_account_sid": SID, "twilio_auth_token": "hemligt", "twilio_sender": "Kommunen",
        "twilio_api_url": twilio.url, "sms_connections": str(CONNECTIONS), "sms_rate": "0",
        "quiet_hours": "03:00-03:00",
    }  # fmt: skip
    with working(sqlite, tmp_path / "log", **told) as worker:
        until(lambda: len(twilio.requests) > twilio.calls, process=worker)
        worker.kill()
    twilio.answering.set()
    with working(sqlite, tmp_path / "log", **told) as worker:
        until(is_settled(sqlite, PEOPLE), process=worker)
    copies = twilio.copies()
    assert {address for address, count in copies.items() if count > 1} <= doubtful(sqlite)
    assert 0 < len(doubtful(sqlite)) <= CONNECTIONS
    if lane == Lane.CRISIS:
        assert set(copies) == set(everybody)
        assert states(sqlite) == {"accepted": PEOPLE}
    else:
        assert max(copies.values()) == 1
        assert set(everybody) - set(copies) <= doubtful(sqlite)
        assert states(sqlite) == {
            "accepted": PEOPLE - len(doubtful(sqlite)), "ambiguous": len(doubtful(sqlite))
        }  # fmt: skip
