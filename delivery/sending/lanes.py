"""A lane claims rows, sends them over connections of its own, writes down what happened, and again.

Every lane of every channel has its own threads, connections, budget and breaker, so that none waits for
another, and no message waits for its neighbour: a slow one costs one connection. The outcomes of what is
finished and the next claim are one transaction.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event
from time import monotonic
from typing import Any, Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from delivery import outbox, outcomes
from delivery.message import Message
from delivery.model import Lane, Outcome, Result
from delivery.outbox import Refusal, Row
from delivery.outcomes import Settled
from delivery.retries import Breaker, Budget
from delivery.sending import composing
from delivery.sending.composing import Users
from delivery.sending.flight import Claim, Flight, Sending
from delivery.sending.last_checks import LastChecks
from delivery.sending.users import Cleared
from foundation.database import is_passing, read, write
from foundation.metrics import BREAKER, MESSAGES, REFUSED
from foundation.metrics import SENDING as SECONDS

log = logging.getLogger(__name__)

IDLE = 10.0
"""Seconds between a lane's own looks at an empty queue; otherwise ``wake`` tells it."""

LONGEST_PAUSE = {Lane.CRISIS: 5.0, Lane.TRANSACTIONAL: 30.0, Lane.IMMEDIATE: 60.0, Lane.DIGEST: 60.0}
"""Seconds that the breaker leaves a failing provider alone, at most."""

TICK = 0.25
"""Seconds, at most, from a message's end to its outcome in the database, and between looks at slow ones."""

PATIENCE_AT_STOP = 20.0
"""Seconds to go on trying to write outcomes to a database that is away, when told to stop."""


OnSettled = Callable[[Connection, Sequence[Settled], datetime], None]
"""Told of every outcome in the transaction that writes it: recipients refused for good, say."""


class Sender(Protocol):
    """The way out of one lane. Called from many threads; never raises for what the network does."""

    provider: str

    def send(self, message: Message) -> Result: ...

    def close(self) -> None: ...


@dataclass
class LaneRunner:
    """One lane of one channel. ``clock`` tells the time (aware).

    One thread claims rows and writes their outcomes down, ``connections`` send. Where a message has had no
    answer for a while, one of the ``spares`` goes on in its connection's place.
    """

    engine: Engine
    lane: Lane
    channel: str
    sender: Sender
    users: Users
    checks: LastChecks
    lease: timedelta
    connections: int
    spares: int = 0
    window: int = outbox.BATCH  # rows in flight at once, which a crash leaves ambiguous
    budget: Budget = field(default_factory=lambda: Budget(0))
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    on_settled: OnSettled = lambda *_: None

    def __post_init__(self) -> None:
        self.breaker = Breaker(longest=LONGEST_PAUSE[self.lane])
        self.beat = 0.0  # when it last went round: the watchdog looks at it
        self._bell = Event()
        self._probing = False
        most = min(self.connections + self.spares, max(self.window, self.connections))
        self._pool = ThreadPoolExecutor(most, f"{self.channel}-{self.lane.name.lower()}")
        self._labels = (str(self.channel), self.lane.name.lower())
        self._results = {outcome: MESSAGES.labels(*self._labels, outcome.value) for outcome in Outcome}
        self._seconds = SECONDS.labels(str(self.channel))

    def run(self, stop: Event) -> None:
        """Until told to stop. A message that has begun is finished and written down; the rest goes back."""
        while not stop.is_set():
            self.beat = monotonic()
            if self._drained(stop) == 0:
                self._bell.wait(min(self.breaker.wait(monotonic()) or IDLE, IDLE))
                self._bell.clear()
        self.close()

    def wake(self) -> None:
        """Tell the lane that something waits for it, or that it is to stop."""
        self._bell.set()

    def is_silent(self, seconds: float) -> bool:
        """True where it has begun and then not gone round for so long."""
        return self.beat > 0 and monotonic() - self.beat > seconds

    def close(self) -> None:
        self._pool.shutdown()
        self.sender.close()

    def _drained(self, stop: Event) -> int:
        """An error of ours costs what is in flight (its leases run out), never the lane."""
        try:
            return self.drain(stop)
        except Exception:
            log.exception("a lane failed", extra={"lane": self._labels[1], "channel": self._labels[0]})
            return 0

    def drain(self, stop: Event | None = None) -> int:
        """Send until nothing is waiting (or the provider is left alone); how many rows were settled."""
        stop = stop or Event()
        flight = Flight(self.window, self._bell)
        count, renewed = 0, monotonic()
        self._probing = False  # a probe that an error of ours has ended would be waited for for ever
        if not self._may_start():
            return 0
        while True:
            written, claimed = self._turn_surely(flight, stop)
            count += written
            for _ in range(flight.connect(self.connections, self.spares)):
                self._pool.submit(self._pump, flight, stop)
            self.beat = monotonic()
            if flight.is_empty and not claimed:
                return count
            if flight.is_empty:
                continue  # all that was claimed was refused, and more may wait
            self._wait(flight)
            if monotonic() - renewed > self.lease.total_seconds() / 3:
                self._renew(flight.claims())
                renewed = monotonic()

    def _wait(self, flight: Flight) -> None:
        """Until nothing is ready to be sent any more; no longer than ``TICK``."""
        end = monotonic() + TICK
        while (left := end - monotonic()) > 0:
            rung = self._bell.wait(left)
            self._bell.clear()
            if rung and not flight.ready:
                return

    def _may_start(self) -> bool:
        try:
            return self.breaker.wait(monotonic()) == 0 and self._is_waiting()
        except SQLAlchemyError as error:
            self._database_away(error)
            return False

    def _is_waiting(self) -> bool:
        with read(self.engine) as connection:
            return outbox.is_waiting(connection, self.lane, self.channel)

    def _turn_surely(self, flight: Flight, stop: Event) -> tuple[int, bool]:
        """Outcomes are kept until the database takes them: forgetting one would mean a second copy.

        Returns how many rows were written down, and whether any were claimed.
        """
        pause, stopped_at, may_claim = 0.1, 0.0, True
        while True:
            finished = flight.finished()
            try:
                claimed = self._turn(flight, finished, may_claim and not stop.is_set())
            except SQLAlchemyError as error:
                if not is_passing(error):
                    log.exception(
                        "outcomes were refused; their leases will run out", extra={"rows": len(finished)}
                    )
                    flight.forget(len(finished))
                    return 0, False
                self._database_away(error)
            except Exception:
                if not (may_claim and finished):
                    raise
                log.exception("nothing could be claimed", extra={"lane": self._labels[1]})
                may_claim = False
                continue
            else:
                return len(finished), claimed
            self.beat = monotonic()
            if not finished:
                return 0, False
            if stop.is_set():
                stopped_at = stopped_at or monotonic()
                if monotonic() - stopped_at > PATIENCE_AT_STOP:
                    log.error("outcomes could not be written", extra={"rows": len(finished)})
                    flight.forget(len(finished))
                    return 0, False
            Event().wait(pause)
            pause = min(pause * 2, 5.0)

    def _turn(self, flight: Flight, finished: Sequence[tuple[Claim, Settled]], may_claim: bool) -> bool:
        """One transaction: outcomes of what is finished, and the next claim. True where rows were found."""
        now = self.clock()
        limit = self._limit(flight, len(finished)) if may_claim else 0
        if not finished and not (limit and self._is_waiting()):
            return False
        with write(self.engine) as connection:
            for claim, settled in _by_claim(finished).items():
                outcomes.settle(connection, claim.lease, settled, self.checks.lifetimes)
            self.on_settled(connection, [each for _, each in finished], now)
            rows = outbox.candidates(connection, self.lane, self.channel, limit) if limit else []
            lease, full, content, refusals = self._claimed(connection, rows, now)
        flight.forget(len(finished))  # it is written down: nothing that fails below may settle it again
        for refusal in refusals:
            REFUSED.labels(str(self.channel), refusal.code).inc()
        self._probing = self.breaker.is_open and bool(full)
        flight.add(Claim(lease, now + self.lease), composing.compose(self.users, full, content, now))
        return bool(rows)

    def _claimed(
        self, connection: Connection, rows: Sequence[Row], now: datetime
    ) -> tuple[str, list[Cleared], dict[int, Any], list[Refusal]]:
        """The lease of those that may be sent, what they tell, and those that may not."""
        if not rows:
            return "", [], {}, []
        cleared, refusals = self.checks.check(connection, self.users, rows, now)
        full, content, empty = composing.load(connection, self.users, cleared)
        refusals += empty
        outbox.refuse(connection, refusals, now)
        lease = outbox.take(connection, [each.row for each in full], now, self.lease) if full else ""
        return lease, full, content, refusals

    def _limit(self, flight: Flight, finished: int) -> int:
        """What there is room for; one probe at a time after the breaker's pause; nothing during it."""
        BREAKER.labels(*self._labels).set(self.breaker.is_open)
        if not self.breaker.is_open:
            return flight.room(finished)
        return 1 if self.breaker.wait(monotonic()) == 0 and not self._probing else 0

    def _renew(self, claims: Sequence[Claim]) -> None:
        """Keep what is not finished, while the network is slow."""
        for claim in claims:
            until = self.clock() + self.lease
            try:
                with write(self.engine) as connection:
                    if outbox.renew(connection, claim.lease, until):
                        claim.until = until
            except SQLAlchemyError as error:
                self._database_away(error)

    def _pump(self, flight: Flight, stop: Event) -> None:
        while (taken := flight.take(self.connections)) is not None:
            settled: list[Settled] = []
            try:
                settled = self._settled(taken, stop)
            except Exception:
                log.exception("a connection failed", extra={"lane": self._labels[1]})
            finally:
                self._probing = False
                flight.finish(taken, settled)

    def _settled(self, taken: Sending, stop: Event) -> list[Settled]:
        """Send one parcel: what became of its rows."""
        parcel, started, untried = taken.parcel, self.clock(), None
        if isinstance(parcel.content, Result):
            result = parcel.content
        else:
            untried = self._untried(taken.claim, started) or self._waited(stop)
            taken.began = monotonic()
            result = untried or self._one(parcel.content)
        ended = self.clock()
        return [Settled(row, result, started, ended, untried is None) for row in parcel.rows]

    def _waited(self, stop: Event) -> Result | None:
        """Wait for the budget; the same where we are told to stop before or meanwhile."""
        self.budget.spend(stop)
        return Result(Outcome.TEMPORARY, "stop", "told to stop before its turn") if stop.is_set() else None

    def _untried(self, claim: Claim, now: datetime) -> Result | None:
        """Why a message's turn does not come, if so: not sent, not failed, and back in the queue."""
        if now >= claim.until:
            return Result(Outcome.TEMPORARY, "lease", "the claim ran out before its turn")
        if self.breaker.is_open and self.breaker.wait(monotonic()) > 0:
            return Result(Outcome.TEMPORARY, "breaker", "the provider is left alone for a while")
        return None

    def _one(self, message: Message) -> Result:
        before = monotonic()
        try:
            result = self.sender.send(message)
        except Exception as error:
            log.exception("the sender failed", extra={"delivery": message.delivery})
            result = Result(Outcome.AMBIGUOUS, "sender", type(error).__name__, unreachable=True)
        after = monotonic()
        self._seconds.observe(after - before)
        self._results[result.outcome].inc()
        if result.unreachable:
            self.breaker.failed(after, result.retry_after)
        elif self.breaker.is_open or result.outcome == Outcome.ACCEPTED:
            self.breaker.succeeded()
        if result.outcome != Outcome.ACCEPTED:
            log.info(
                "not accepted",
                extra={"delivery": message.delivery, "outcome": result.outcome, "code": result.code},
            )
        return result

    def _database_away(self, error: Exception) -> None:
        log.error("the database does not answer", extra={"lane": self.lane.name}, exc_info=error)


def _by_claim(finished: Sequence[tuple[Claim, Settled]]) -> dict[Claim, list[Settled]]:
    found: dict[Claim, list[Settled]] = defaultdict(list)
    for claim, settled in finished:
        found[claim].append(settled)
    return found
