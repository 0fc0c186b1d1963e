"""The mail server is down and comes back: what waited drains, what matters most first."""

from pathlib import Path
from time import monotonic, sleep

import pytest
from sqlalchemy import Engine

from subscriptions.lanes import LONGEST_PAUSE
from subscriptions.model import DeliveryState, Lane
from tests.subscriptions.serving import free_port

from .far_end import relaying
from .processes import news, people, states, until, working


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
            until(lambda: states(sqlite)["accepted"] >= 380, 120, worker)
            assert max(relay.copies().values()) == 2
            crisis = [when for _, _, subject, when in relay.received if subject.startswith("Krisinformation")]
            rest = [when for _, _, subject, when in relay.received if subject.startswith("Vatten")]
    assert len(crisis) == len(everybody)
    assert len(rest) >= 180
    # All but those whose refusals were heard go as soon as the next probe succeeds, and no news delays them.
    assert sorted(crisis)[180] - back <= LONGEST_PAUSE[Lane.CRISIS] + 200 / 50 + 2
    assert max(crisis) - min(crisis) >= 200 / 50 - 1
    # Whose refusal was heard waits for its turn; the others are through.
    found = states(sqlite)
    assert found["accepted"] + found["deferred"] + found["sending"] + found["queued"] == 400
