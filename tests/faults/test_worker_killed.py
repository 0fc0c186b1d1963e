"""kill -9 of the worker: nothing is lost, and a second copy is possible only for what was on its way."""

import random
from collections import Counter
from functools import partial
from pathlib import Path
from time import sleep

import pytest
from sqlalchemy import Engine, update

from delivery.model import Lane
from delivery.outbox import BATCH
from delivery.outcomes import RESENDS
from delivery.tables import outbox
from foundation.database import write
from tests.subscriptions.sending import NOW

from .far_end import Relay
from .processes import doubtful, is_settled, news, people, states, undecided, until, working


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


def test_mails_that_are_never_answered_delay_no_other_and_a_kill_doubles_only_them(
    sqlite: Engine, relay: Relay, tmp_path: Path
) -> None:
    """Six are silent, more than there are connections; the others leave and are written down beside them."""
    news(sqlite, lane=Lane.CRISIS)
    everybody = people(sqlite, 300)
    silent = set(everybody[::50])
    relay.silent = set(silent)
    with working(sqlite, tmp_path / "log", smtp_url=relay.url, lease="60s") as worker:
        until(lambda: states(sqlite)["accepted"] == 294, process=worker)
        assert states(sqlite) == {"accepted": 294, "sending": 6}
        worker.kill()
    relay.silent.clear()
    with write(sqlite) as connection:  # as if a minute had passed
        connection.execute(update(outbox).values(lease_until=NOW).where(outbox.c.state == "sending"))
    with working(sqlite, tmp_path / "log", smtp_url=relay.url) as worker:
        until(is_settled(sqlite, 300), process=worker)
    assert states(sqlite) == {"accepted": 300}
    assert doubtful(sqlite) == silent
    assert relay.copies() == dict.fromkeys(everybody, 1) | dict.fromkeys(silent, 2)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_killed_again_and_again_at_any_moment_nobody_is_forgotten(
    engine: Engine, relay: Relay, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    news(engine, 1)
    news(engine, 2, Lane.CRISIS)
    everybody = people(engine, 1500)
    kills = 8
    for _ in range(kills):
        with working(engine, tmp_path / "log", smtp_url=relay.url) as worker:
            more = partial(_goes_on, engine, relay, len(relay.received))
            until(more, 60, worker)
            sleep(chance.uniform(0, 0.8))
            worker.kill()
    with working(engine, tmp_path / "log", smtp_url=relay.url) as worker:
        until(is_settled(engine, 3000), 120, worker)
    mails = Counter((address, subject) for address, _, subject, _ in relay.received)
    found = states(engine)
    assert found["accepted"] + found["ambiguous"] == 3000
    # Whoever was on the way four times is not tried again.
    assert 3000 - len(mails) <= found["ambiguous"]
    assert mails.total() - len(mails) <= 2 * BATCH * kills  # two lanes
    assert max(mails.values()) <= RESENDS + 1
    assert {address for (address, _), count in mails.items() if count > 1} <= doubtful(engine)
    subjects = {subject for _, subject in mails}
    missed = {address for address in everybody for subject in subjects if not mails[address, subject]}
    assert missed <= undecided(engine)


def _goes_on(engine: Engine, relay: Relay, began: int) -> bool:
    return len(relay.received) > began or is_settled(engine, 3000)()
