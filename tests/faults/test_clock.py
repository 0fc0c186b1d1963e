"""A clock that is an hour wrong and is set right: nobody gets two, nothing is lost, one digest a period."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import sleep

import pytest
from sqlalchemy import Engine, func, select

from delivery.quiet_hours import STOCKHOLM
from delivery.tables import outbox
from foundation.database import read
from subscriptions.model import DIGEST, Frequency
from subscriptions.tables import feeds
from tests.faults.far_end import Relay
from tests.faults.processes import is_settled, news, people, states, topic, until, working
from tests.faults.test_ingest_killed import entries
from tests.faults.turned_clock import Clock
from tests.subscriptions.feeds.test_ingest import atom
from tests.subscriptions.web_server import serve

HOUR = 3600.0


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    return Clock(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("wrong", [HOUR, -HOUR])
def test_a_worker_whose_clock_was_wrong_and_is_set_right_reads_on_and_doubles_nothing(
    engine: Engine, relay: Relay, clock: Clock, tmp_path: Path, wrong: float
) -> None:
    topic(engine)
    everybody = people(engine, 100)
    clock.turn(wrong)
    with serve() as site:
        site.answers["/alla"] = site.answers["/kris"] = atom()
        told = {
            "smtp_url": relay.url, "feed_urls": f"{site.address}/alla",
            "crisis_feed_urls": f"{site.address}/kris", "crisis_poll_interval": "1s",
        }  # fmt: skip
        with working(engine, tmp_path / "log", module=clock.module, **told) as worker:
            until(lambda: _baselines(engine) == 2, process=worker)
            site.answers["/alla"] = entries(1)
            until(is_settled(engine, 100), process=worker)
            site.answers["/alla"] = entries(2)  # read or not when the clock is set
            clock.turn(0)
            until(is_settled(engine, 200), 30, worker)
            worker.stop()
        with working(engine, tmp_path / "log", module=clock.module, **told) as worker:
            site.answers["/alla"] = entries(3)
            until(is_settled(engine, 300), 30, worker)
    assert relay.copies() == dict.fromkeys(everybody, 3)
    assert states(engine) == {"accepted": 300}


def _baselines(engine: Engine) -> int:
    with read(engine) as connection:
        query = select(func.count()).select_from(feeds).where(feeds.c.baseline_at.is_not(None))
        return connection.scalar(query) or 0


@pytest.mark.slow
def test_a_clock_that_jumps_while_mails_are_on_their_way_doubles_none(
    engine: Engine, relay: Relay, clock: Clock, tmp_path: Path
) -> None:
    news(engine)
    everybody = people(engine, 300)
    relay.pause = 0.02
    told = {"smtp_url": relay.url, "lease": "60s", "smtp_connections": "1"}
    with working(engine, tmp_path / "log", module=clock.module, **told) as worker:
        for count, wrong in ((20, HOUR), (60, 0), (120, -HOUR), (180, HOUR), (240, 0)):
            until(lambda: len(relay.received) >= count, process=worker)  # noqa: B023 - asked at once
            clock.turn(wrong)
        until(is_settled(engine, 300), process=worker)
    assert relay.copies() == dict.fromkeys(everybody, 1)
    assert states(engine) == {"accepted": 300}


@pytest.mark.slow
@pytest.mark.parametrize("wrong", [HOUR, -HOUR])
def test_a_wrong_clock_around_the_digests_hour_gives_each_item_in_one_digest(
    sqlite: Engine, relay: Relay, clock: Clock, tmp_path: Path, wrong: float
) -> None:
    """Fast, the clock passes the digest's hour too early, and slow, once more."""
    now = datetime.now(UTC)
    released = now - timedelta(hours=30)
    for number in (1, 2):
        news(
            sqlite, number, released_at=released, seen_at=released, revision=released, fanout_done_at=released
        )
    everybody = people(sqlite, 20, frequency=Frequency.DAILY)
    due = datetime.now(STOCKHOLM) + timedelta(minutes=30 if wrong > 0 else -30)
    told = {"smtp_url": relay.url, "digest_time": due.time().isoformat("seconds")}
    for turn, seconds in enumerate((wrong, 0.0, wrong) if wrong > 0 else (0.0, wrong, 0.0)):
        clock.turn(seconds)
        with working(sqlite, tmp_path / f"log {turn}", module=clock.module, **told) as worker:
            until(lambda: b"worker started" in worker.log.read_bytes(), process=worker)
            until(is_settled(sqlite, 20), process=worker)
            sleep(1)  # digests are looked for as the first thing
    assert relay.copies() == dict.fromkeys(everybody, 1)
    with read(sqlite) as connection:
        assert (
            connection.scalar(
                select(func.count(outbox.c.source_id.distinct())).where(outbox.c.source == DIGEST)
            )
            == 1
        )
