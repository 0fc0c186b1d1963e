"""kill -9 of the worker: nothing is lost, and a second copy is possible only for what was on its way."""

import random
from collections import Counter
from functools import partial
from pathlib import Path
from time import sleep

import pytest
from sqlalchemy import Engine, delete, insert, literal, select, update
from sqlalchemy.exc import IntegrityError

from delivery.model import Lane
from delivery.outbox import BATCH
from delivery.outcomes import RESENDS
from delivery.tables import attempts, outbox
from foundation.database import read, write
from tests.faults import second_user
from tests.faults.far_end import Relay
from tests.faults.processes import doubtful, is_settled, news, people, states, undecided, until, working
from tests.subscriptions.sending import KEYS, NOW


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
    kill_in_the_second_batch(sqlite, relay, tmp_path, point)
    everybody_is_reached(sqlite, relay, everybody, doubtful(sqlite))


def test_a_second_user_of_the_outbox_is_as_safe_from_a_kill_as_news(
    engine: Engine, relay: Relay, tmp_path: Path
) -> None:
    """It has a table, a last check and words of its own, and queues in its own transaction."""
    second_user.make_table(engine)
    everybody = [f"nr{number}@exempel.example" for number in range(150)]
    with write(engine) as connection:
        for address in everybody:
            second_user.reply(connection, KEYS, address, "Tack för ditt brev.")
    with pytest.raises(IntegrityError):  # both or neither
        reply_twice(engine)
    with write(engine) as connection:
        number = second_user.reply(connection, KEYS, "ingen@exempel.example", "Taget tillbaka.")
        taken_back = update(second_user.replies).where(second_user.replies.c.id == number)
        connection.execute(taken_back.values(withdrawn=1))
    kill_in_the_second_batch(engine, relay, tmp_path, "dot", "tests.faults.second_user")
    with read(engine) as connection:
        in_doubt = select(outbox.c.payload).join(attempts).where(attempts.c.decision.is_not(None))
        addresses = {KEYS.decrypt_json(payload)["address"] for payload in connection.scalars(in_doubt)}
        [refused] = connection.scalars(select(outbox.c.code).where(outbox.c.state == "cancelled"))
    assert refused == "withdrawn"
    with write(engine) as connection:
        connection.execute(delete(outbox).where(outbox.c.state == "cancelled"))
    everybody_is_reached(engine, relay, everybody, addresses)


def reply_twice(engine: Engine) -> None:
    """Queue the same reply a second time, in the transaction that writes it."""
    columns = ("source", "channel", "lane", "state", "queued_at", "due_at")
    with write(engine) as connection:
        number = second_user.reply(connection, KEYS, "ingen@exempel.example", "Aldrig sänt.")
        same = select(literal(number), *(outbox.c[name] for name in columns))
        same = same.where(outbox.c.source_id == number)
        connection.execute(insert(outbox).from_select(["source_id", *columns], same))


def kill_in_the_second_batch(
    engine: Engine, relay: Relay, tmp_path: Path, point: str, module: str = "subscriptions.cli worker"
) -> None:
    """A worker dies with mails on their way, and another brings the queue to its end."""
    relay.stall(point, after=110)
    with working(engine, tmp_path / "log", module=module, smtp_url=relay.url) as worker:
        until(relay.reached.is_set, process=worker)
        worker.kill()
    relay.go_on()
    with working(engine, tmp_path / "log", module=module, smtp_url=relay.url) as worker:
        until(lambda: states(engine)["accepted"] == 150, process=worker)


def everybody_is_reached(engine: Engine, relay: Relay, everybody: list[str], in_doubt: set[str]) -> None:
    """Nobody is lost, and a second copy has only who was on the way."""
    copies = relay.copies()
    assert set(copies) == set(everybody)
    twice = {address for address, count in copies.items() if count > 1}
    assert twice <= in_doubt
    assert len(in_doubt) <= BATCH
    assert max(copies.values()) <= 2
    assert states(engine) == {"accepted": 150}
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
