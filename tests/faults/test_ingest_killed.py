"""kill -9 from feed to outbox, and of digests: every item comes once, and each period has one digest."""

import random
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Event
from time import sleep
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from delivery.quiet_hours import STOCKHOLM
from delivery.tables import outbox
from foundation.database import read
from subscriptions.model import Frequency
from subscriptions.tables import digest_runs, feeds, items
from tests.faults.far_end import Relay
from tests.faults.processes import doubtful, is_settled, people, topic, until, working
from tests.subscriptions.feeds.test_ingest import atom
from tests.subscriptions.sending import add_item
from tests.subscriptions.web_server import serve

BEGAN = datetime.now(UTC)


def entries(count: int) -> str:
    """A feed with so many entries about what everybody follows, each with a moment of its own."""
    topic = "<category scheme='https://example.se/schemes/topic' term='vatten'/>"
    moments = [BEGAN - timedelta(minutes=10 - number) for number in range(count)]
    return atom(*((f"nyhet-{number}", moment, topic) for number, moment in enumerate(moments)))


def test_killed_while_a_feed_is_read_the_entry_comes_once(
    sqlite: Engine, relay: Relay, tmp_path: Path
) -> None:
    topic(sqlite)
    everybody = people(sqlite, 20)
    with serve() as site:
        site.answers["/alla"] = atom()
        told = {"smtp_url": relay.url, "feed_urls": f"{site.address}/alla"}
        with working(sqlite, tmp_path / "log", **told) as worker:
            until(lambda: _has_baseline(sqlite), process=worker)
            stalled = Event()
            whole = entries(1).encode()

            def half(handler: Any) -> None:
                handler.send_response(200)
                handler.send_header("Content-Length", str(len(whole)))
                handler.end_headers()
                handler.wfile.write(whole[: len(whole) // 2])
                handler.wfile.flush()
                stalled.set()
                sleep(3)

            site.answers["/alla"] = half
            assert stalled.wait(60)
            worker.kill()
        site.answers["/alla"] = entries(1)
        with working(sqlite, tmp_path / "log", **told) as worker:
            until(is_settled(sqlite, 20), process=worker)
            sleep(1.5)  # it is read again, and is no news any more
    assert relay.copies() == dict.fromkeys(everybody, 1)


def _has_baseline(engine: Engine) -> bool:
    with read(engine) as connection:
        query = select(feeds.c.id).where(feeds.c.baseline_at.is_not(None))
        return connection.execute(query).first() is not None


@pytest.mark.slow
def test_killed_at_any_moment_between_feed_and_outbox_nothing_is_missed_or_doubled(
    engine: Engine, relay: Relay, tmp_path: Path
) -> None:
    """Fan-out runs in batches of 10,000 contacts, so 15,000 of them take two transactions."""
    chance = random.Random(7)
    topic(engine)
    relay.stall("MAIL")  # sending is another test's
    people(engine, 15_000)
    with serve() as site:
        site.answers["/alla"] = atom()
        told = {"smtp_url": relay.url, "feed_urls": f"{site.address}/alla", "smtp_timeout": "600"}
        with working(engine, tmp_path / "log", **told) as worker:
            until(lambda: _has_baseline(engine), process=worker)
        for count in range(1, 6):
            site.answers["/alla"] = entries(count)
            with working(engine, tmp_path / "log", **told) as worker:
                until(partial(_moves, engine, _counts(engine)), process=worker)
                sleep(chance.uniform(0, 0.3))
                worker.kill()
        with working(engine, tmp_path / "log", **told) as worker:
            until(lambda: _counts(engine) == (5, 5 * 15_000), process=worker)
    with read(engine) as connection:
        twice = select(outbox.c.source_id).group_by(outbox.c.source_id, outbox.c.contact_id)
        assert connection.execute(twice.having(func.count() > 1)).first() is None


def _moves(engine: Engine, began: tuple[int, int]) -> bool:
    return _counts(engine) != began


def _counts(engine: Engine) -> tuple[int, int]:
    with read(engine) as connection:
        known, queued = (
            connection.scalar(select(func.count()).select_from(table)) or 0 for table in (items, outbox)
        )
        return known, queued


@pytest.mark.slow
def test_downtime_over_a_digest_and_a_kill_in_the_midst_give_one_digest(
    engine: Engine, relay: Relay, tmp_path: Path
) -> None:
    released = datetime.now(UTC) - timedelta(hours=30)
    for number in (1, 2, 3):
        add_item(engine, number, released_at=released, seen_at=released, revision=released)
    everybody = people(engine, 150, frequency=Frequency.DAILY)
    passed = (datetime.now(STOCKHOLM) - timedelta(minutes=1)).time().isoformat("seconds")
    told = {"smtp_url": relay.url, "digest_time": passed}
    relay.stall("dot", after=110)
    with working(engine, tmp_path / "log", **told) as worker:
        until(relay.reached.is_set, process=worker)
        worker.kill()
    relay.go_on()
    for _ in range(2):
        with working(engine, tmp_path / "log", **told) as worker:
            until(is_settled(engine, 150), process=worker)
            sleep(1)
    copies = relay.copies()
    assert set(copies) == set(everybody)
    assert {address for address, count in copies.items() if count > 1} <= doubtful(engine)
    with read(engine) as connection:
        runs = select(func.count()).select_from(digest_runs).where(digest_runs.c.frequency == "daily")
        assert connection.scalar(runs) == 1
