"""The mail server is down and comes back: what waited drains, what matters most first."""

from pathlib import Path
from time import monotonic, sleep

import pytest
from sqlalchemy import Engine

from delivery.model import DeliveryState, Lane
from delivery.sending.lanes import LONGEST_PAUSE
from tests.faults.far_end import Relay, relaying
from tests.faults.processes import is_settled, news, people, states, until, working
from tests.faults.turned_clock import Clock
from tests.subscriptions.serving import free_port


@pytest.mark.slow
def test_a_backlog_drains_crisis_first_and_within_its_rate(sqlite: Engine, tmp_path: Path) -> None:
    port = free_port()
    news(sqlite, 1)
    everybody = people(sqlite, 200)
    told = {"smtp_url": f"smtp://127.0.0.1:{port}?starttls=no", "email_rate": "50"}
    with working(sqlite, tmp_path / "log", **told) as worker:
        until(lambda: states(sqlite)[DeliveryState.DEFERRED] >= 5, process=worker)
        news(sqlite, 2, Lane.CRISIS)
        sleep(5)
        with relaying(port) as relay:
            back = monotonic()
            until(lambda: _crises(relay) == 200 and states(sqlite)["accepted"] >= 380, 120, worker)
            assert max(relay.copies().values()) == 2
            crisis = [when for _, _, subject, when in relay.received if subject.startswith("Krisinformation")]
            rest = [when for _, _, subject, when in relay.received if subject.startswith("Vatten")]
    assert len(crisis) == len(everybody)
    assert len(rest) >= 180
    # All but those whose refusals were heard go as soon as the next probe succeeds, and no news delays them.
    assert sorted(crisis)[180] - back <= LONGEST_PAUSE[Lane.CRISIS] + 200 / 50 + 20
    assert max(crisis) - min(crisis) >= 200 / 50 - 1
    # Whose refusal was heard waits for its turn; the others are through.
    found = states(sqlite)
    assert found["accepted"] + found["deferred"] + found["sending"] + found["queued"] == 400


def _crises(relay: Relay) -> int:
    return sum(subject.startswith("Krisinformation") for _, _, subject, _ in relay.received)


@pytest.mark.slow
def test_after_an_hour_without_its_mail_server_everybody_is_reached_once(
    sqlite: Engine, tmp_path: Path
) -> None:
    """The hour passes on the worker's clock: whose turn is far away has it now."""
    port, clock = free_port(), Clock(tmp_path)
    news(sqlite, 1)
    news(sqlite, 2, Lane.CRISIS)
    everybody = people(sqlite, 50)
    told = {"smtp_url": f"smtp://127.0.0.1:{port}?starttls=no"}
    with working(sqlite, tmp_path / "log", module=clock.module, **told) as worker:
        until(lambda: states(sqlite)[DeliveryState.DEFERRED] >= 6, process=worker)
        clock.turn(1800)
        until(lambda: states(sqlite).total() == 100, process=worker)
        sleep(3)  # and fails again
        clock.turn(3600)
        with relaying(port) as relay:
            until(is_settled(sqlite, 100), 120, worker)
    assert states(sqlite) == {"accepted": 100}
    assert relay.copies() == dict.fromkeys(everybody, 2)
