"""kill -9 of the worker: nothing is lost, and a second copy is possible only for what was on its way."""

import random
from pathlib import Path
from time import sleep

import pytest
from sqlalchemy import Engine

from subscriptions.model import Lane
from subscriptions.outbox import BATCH

from .far_end import Relay
from .processes import doubtful, is_settled, news, people, states, until, working


@pytest.mark.parametrize(
    ("lane", "point"),
    [
        (Lane.IMMEDIATE, "dot"),
        pytest.param(Lane.IMMEDIATE, "MAIL", marks=pytest.mark.slow),
        pytest.param(Lane.CRISIS, "RCPT", marks=pytest.mark.slow),
        pytest.param(Lane.CRISIS, "dot", marks=pytest.mark.slow),
    ],
)
def test_killed_while_sending_everybody_is_reached_and_who_twice_was_on_the_way(
    sqlite: Engine, relay: Relay, tmp_path: Path, lane: Lane, point: str
) -> None:
    news(sqlite, lane=lane)
    everybody = people(sqlite, 150)
    relay.stall(point, after=110)  # in the second batch
    with working(sqlite, tmp_path / "log", smtp_url=relay.url) as worker:
        until(relay.reached.is_set, process=worker)
        worker.kill()
    relay.go_on()
    with working(sqlite, tmp_path / "log", smtp_url=relay.url) as worker:
        until(is_settled(sqlite, 150), process=worker)
    copies = relay.copies()
    assert set(copies) == set(everybody)
    twice = {address for address, count in copies.items() if count > 1}
    assert twice <= doubtful(sqlite)
    assert len(doubtful(sqlite)) <= BATCH
    assert max(copies.values()) <= 2
    assert states(sqlite) == {"accepted": 150}
    for address in twice:  # whoever receives both can tell that they are one
        assert len({each[1] for each in relay.received if each[0] == address}) == 1


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_killed_again_and_again_at_any_moment_everybody_is_reached(
    engine: Engine, relay: Relay, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    news(engine, 1)
    news(engine, 2, Lane.CRISIS)
    everybody = people(engine, 1500)
    kills = 8
    for _ in range(kills):
        with working(engine, tmp_path / "log", smtp_url=relay.url) as worker:
            began = len(relay.received)
            until(lambda began=began: len(relay.received) > began or is_settled(engine, 3000)(), 60, worker)
            sleep(chance.uniform(0, 0.4))
            worker.kill()
    with working(engine, tmp_path / "log", smtp_url=relay.url) as worker:
        until(is_settled(engine, 3000), 120, worker)
    mails = {(address, subject) for address, _, subject, _ in relay.received}
    assert len(mails) == 2 * len(everybody)
    again = len(relay.received) - len(mails)
    assert again <= 2 * BATCH * kills  # two lanes
    assert {address for address, count in relay.copies().items() if count > 2} <= doubtful(engine)
    assert states(engine) == {"accepted": 3000}
