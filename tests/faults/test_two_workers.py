"""Two workers on one PostgreSQL: one lease has one holder, also when the first wakes up too late."""

from pathlib import Path
from time import sleep

import pytest
from sqlalchemy import Engine

from delivery.model import Lane
from delivery.outbox import BATCH

from .far_end import Relay
from .processes import doubtful, is_settled, news, people, states, until, working

pytestmark = [
    pytest.mark.slow,
    pytest.mark.postgres,
    pytest.mark.parametrize("database_url", ["postgres"], indirect=True),
]


def test_two_workers_share_a_queue_and_nobody_gets_two(engine: Engine, relay: Relay, tmp_path: Path) -> None:
    news(engine, 1)
    news(engine, 2, Lane.CRISIS)
    everybody = people(engine, 1000)
    with (
        working(engine, tmp_path / "one", smtp_url=relay.url) as one,
        working(engine, tmp_path / "two", smtp_url=relay.url) as two,
    ):
        until(is_settled(engine, 2000), 120, one)
        assert two.popen.poll() is None
    assert relay.copies() == dict.fromkeys(everybody, 2)
    assert states(engine) == {"accepted": 2000}


def test_a_worker_that_wakes_after_its_lease_sends_nothing_more_of_it(
    engine: Engine, relay: Relay, tmp_path: Path
) -> None:
    news(engine, lane=Lane.CRISIS)
    everybody = people(engine, BATCH)
    relay.stall("dot", after=20)
    with working(engine, tmp_path / "one", smtp_url=relay.url) as one:
        until(relay.reached.is_set, process=one)
        one.pause()
        sleep(2.5)
        relay.go_on()
        with working(engine, tmp_path / "two", smtp_url=relay.url) as two:
            until(is_settled(engine, BATCH), process=two)
            one.resume()
            sleep(2)
    copies = relay.copies()
    assert set(copies) == set(everybody)
    # The first had handed over 20 or a few more, which the second could not know of.
    again = {address for address, count in copies.items() if count > 1}
    assert len(again) <= 30
    assert again <= doubtful(engine)
    assert states(engine) == {"accepted": BATCH}
