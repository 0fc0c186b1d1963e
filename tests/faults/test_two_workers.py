"""Two workers on one PostgreSQL: one lease has one holder, also when the first wakes up too late."""

from contextlib import AbstractContextManager
from pathlib import Path
from time import sleep

import pytest
from sqlalchemy import Engine, select

from delivery.model import Lane
from delivery.outbox import BATCH
from foundation.database import read
from subscriptions.tables import feeds
from tests.faults.far_end import Relay
from tests.faults.processes import Process, doubtful, is_settled, news, people, states, topic, until, working
from tests.faults.test_ingest_killed import entries
from tests.subscriptions.feeds.test_ingest import atom
from tests.subscriptions.web_server import Site, serve

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


@pytest.mark.parametrize("statement", ["UPDATE_feeds", "UPDATE_items", "INSERT_INTO_attempts"])
def test_a_worker_that_freezes_with_its_locks_stops_no_other(
    engine: Engine, relay: Relay, tmp_path: Path, statement: str
) -> None:
    """The crisis feed is read on by the other, and what it tells goes out, while the first stands still."""
    topic(engine)
    everybody = people(engine, 20)
    freeze = tmp_path / "freeze"
    with serve() as site, working_in_vain(engine, tmp_path / "one", freeze, statement, site, relay) as frozen:
        until(lambda: _is_read(engine), process=frozen)
        freeze.touch()
        site.answers["/kris"] = entries(1).encode()
        until(lambda: not freeze.exists(), process=frozen)
        before = len(site.asked)
        told = {"smtp_url": relay.url, "crisis_feed_urls": f"{site.address}/kris"}
        with working(engine, tmp_path / "two", **told) as other:
            until(lambda: len(site.asked) > before, process=other)
            until(is_settled(engine, 20), process=other)
    assert set(relay.copies()) == set(everybody)
    assert {address for address, count in relay.copies().items() if count > 1} <= doubtful(engine)


def working_in_vain(
    engine: Engine, log: Path, freeze: Path, statement: str, site: Site, relay: Relay
) -> AbstractContextManager[Process]:
    site.answers["/kris"] = atom()
    module = f"tests.faults.freezing {freeze} {statement}"
    return working(engine, log, module=module, smtp_url=relay.url, crisis_feed_urls=f"{site.address}/kris")


def _is_read(engine: Engine) -> bool:
    with read(engine) as connection:
        return bool(connection.scalar(select(feeds.c.baseline_at)))
