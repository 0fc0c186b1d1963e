"""The delivery state machine in any order of events: nothing lost, no second copy without a written doubt."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)
from sqlalchemy import func, select

from delivery import outbox, outcomes, recovery
from delivery.model import Channel, Lane, Outcome, Result
from delivery.outbox import Row
from delivery.outcomes import RESENDS, Settled
from delivery.tables import attempts
from foundation.database import migrate, open_engine, read, write
from subscriptions.people import bounces
from tests.subscriptions.sending import KEYS, LIFETIMES, NOW, add_contact, add_item, queue, row_of

LEASE = timedelta(minutes=10)
MAY_BECOME = {
    "delivered": {"delivered"},
    "bounced": {"bounced", "delivered"},
    "failed": {"failed", "delivered"},
    "accepted": {"accepted", "delivered", "bounced", "failed"},
    "ambiguous": {"ambiguous", "accepted", "delivered", "bounced", "failed"},
    "expired": {"expired"},
}
"""What a row that is over may still become: only what is better known."""

ANSWERS = {  # how the call ends, and whether the provider really took the message
    "accepted": (Outcome.ACCEPTED, True),
    "refused for now": (Outcome.TEMPORARY, False),
    "refused for good": (Outcome.PERMANENT, False),
    "silent, taken": (Outcome.AMBIGUOUS, True),
    "silent, not taken": (Outcome.AMBIGUOUS, False),
}


@cache
def template() -> Path:
    path = Path(mkdtemp()) / "migrated.sqlite3"
    migrate(f"sqlite:///{path}")
    return path


@dataclass
class Claim:
    """What a worker holds in its memory between claim and outcome."""

    row: Row
    lease: str
    until: datetime
    result: Result | None = None


class Delivery(RuleBasedStateMachine):
    """One message, workers that die or fall asleep, and a provider that does not always answer."""

    claims = Bundle("claims")

    @initialize(
        channel=st.sampled_from([Channel.EMAIL, Channel.SMS]),
        lane=st.sampled_from([Lane.CRISIS, Lane.IMMEDIATE]),
    )
    def begin(self, channel: Channel, lane: Lane) -> None:
        self.folder = TemporaryDirectory()
        path = shutil.copy(template(), self.folder.name)
        self.engine = open_engine(f"sqlite:///{path}")
        self.channel, self.lane = channel, lane
        add_item(self.engine, lane=lane)
        add_contact(self.engine, 1, channel=channel)
        queue(self.engine, 1, lane=lane, channel=channel)
        self.now, self.copies, self.state = NOW, 0, "queued"

    @rule(target=claims)
    def claim(self) -> Any:
        with write(self.engine) as connection:
            rows = outbox.candidates(connection, self.lane, self.channel)
            lease = outbox.take(connection, rows, self.now, LEASE) if rows else ""
        return multiple(*(Claim(row, lease, self.now + LEASE) for row in rows))

    @rule(claim=claims, answer=st.sampled_from(sorted(ANSWERS)))
    def hand_over(self, claim: Claim, answer: str) -> None:
        """Once, and only while the claim holds."""
        if claim.result is None and self.now < claim.until:
            outcome, taken = ANSWERS[answer]
            claim.result = Result(outcome)
            self.copies += taken

    @rule(claim=consumes(claims))
    def settle(self, claim: Claim) -> None:
        """At once, or long after the claim was lost."""
        untried = claim.result is None
        result = claim.result or Result(Outcome.TEMPORARY, "lease")
        with write(self.engine) as connection:
            settled = Settled(claim.row, result, self.now, self.now, is_tried=not untried)
            outcomes.settle(connection, claim.lease, [settled], LIFETIMES)

    @rule(claim=consumes(claims))
    def die(self, claim: Claim) -> None:
        """kill -9: what the worker knew is gone."""

    @rule(minutes=st.sampled_from([0, 1, 11, 300]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        with write(self.engine) as connection:
            recovery.wake(connection, self.now)
            recovery.recover(connection, self.now)

    @rule(status=st.sampled_from(["queued", "sent", "delivered", "undelivered"]))
    def call_back(self, status: str) -> None:
        if self.copies:
            with write(self.engine) as connection:
                bounces.apply_status(connection, KEYS, 1, bounces.twilio_status(status, "", "SM1"), self.now)

    @invariant()
    def an_end_is_only_followed_by_what_is_better_known(self) -> None:
        state = str(row_of(self.engine, 1).state)
        assert state in MAY_BECOME.get(self.state, {state}), f"{self.state} became {state}"
        self.state = state

    @invariant()
    def every_copy_but_the_first_has_a_written_doubt(self) -> None:
        with read(self.engine) as connection:
            doubts = connection.scalar(
                select(func.count()).select_from(attempts).where(attempts.c.decision.is_not(None))
            )
        assert self.copies <= 1 + (doubts or 0)
        assert self.copies <= RESENDS + 1

    @invariant()
    def news_by_sms_goes_out_once_at_most(self) -> None:
        if (self.channel, self.lane) == (Channel.SMS, Lane.IMMEDIATE):
            assert self.copies <= 1

    @invariant()
    def what_is_being_sent_has_an_open_attempt(self) -> None:
        row = row_of(self.engine, 1)
        if row.state == "sending":
            with read(self.engine) as connection:
                open_ = select(attempts.c.number).where(attempts.c.outcome.is_(None))
                assert connection.scalars(open_).all()[-1] == row.tries

    def teardown(self) -> None:
        """Whatever happened, a worker that lives brings it to an end, and a loss is never called success."""
        if not hasattr(self, "engine"):
            return
        for _ in range(20):
            self.wait(61)
            with write(self.engine) as connection:
                rows = outbox.candidates(connection, self.lane, self.channel)
                lease = outbox.take(connection, rows, self.now, LEASE) if rows else ""
                self.copies += len(rows)
                done = [Settled(row, Result(Outcome.ACCEPTED), self.now, self.now) for row in rows]
                outcomes.settle(connection, lease, done, LIFETIMES)
        state = row_of(self.engine, 1).state
        assert state in MAY_BECOME
        assert self.copies or state in ("failed", "expired", "ambiguous")
        self.every_copy_but_the_first_has_a_written_doubt()
        self.news_by_sms_goes_out_once_at_most()
        self.engine.dispose()
        self.folder.cleanup()


class TestDelivery(Delivery.TestCase):  # type: ignore[misc,valid-type]
    """A short run."""

    settings = settings(max_examples=20, stateful_step_count=25, deadline=None, database=None)


@pytest.mark.slow
class TestDeliveryAtLength(Delivery.TestCase):  # type: ignore[misc,valid-type]
    """A long one."""

    settings = settings(max_examples=250, stateful_step_count=40, deadline=None, database=None)
