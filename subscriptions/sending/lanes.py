"""A lane: claim a batch, send it over connections of its own, write down what happened, again.

Every lane of every channel has its own threads, connections, budget and breaker, so that none waits for
another. The outcomes of one batch and the claim of the next are one transaction.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event, Lock
from time import monotonic
from typing import Protocol

from sqlalchemy import Engine
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError

from delivery import outbox, outcomes
from delivery.message import Message
from delivery.model import Channel, DeliveryState, Lane, Outcome, Result
from delivery.outbox import Refusal
from delivery.outcomes import Settled
from delivery.retries import Breaker, Budget
from foundation.database import read, write
from foundation.metrics import BREAKER, MESSAGES, REFUSED
from foundation.metrics import SENDING as SECONDS
from subscriptions.people import bounces
from subscriptions.sending.compose import Composer, Content, Parcel
from subscriptions.sending.last_checks import Cleared, Preflight

log = logging.getLogger(__name__)

IDLE = {Lane.CRISIS: 0.1, Lane.TRANSACTIONAL: 0.25, Lane.IMMEDIATE: 0.5, Lane.DIGEST: 1.0}
"""Seconds between looks at an empty queue."""

LONGEST_PAUSE = {Lane.CRISIS: 5.0, Lane.TRANSACTIONAL: 30.0, Lane.IMMEDIATE: 60.0, Lane.DIGEST: 60.0}
"""Seconds that the breaker leaves a failing provider alone, at most."""

PATIENCE_AT_STOP = 20.0
"""Seconds to go on trying to write outcomes to a database that is away, when told to stop."""


class Sender(Protocol):
    """The way out of one lane. Called from many threads; never raises for what the network does."""

    provider: str

    def send(self, message: Message) -> Result: ...

    def close(self) -> None: ...


@dataclass(slots=True)
class Batch:
    """What was claimed, and the messages it became."""

    lease: str
    until: datetime  # nothing more is sent when the claim has run out: it may be somebody else's
    parcels: list[Parcel]


@dataclass
class LaneRunner:
    """One lane of one channel. ``clock`` tells the time (aware)."""

    engine: Engine
    lane: Lane
    channel: Channel
    sender: Sender
    composer: Composer
    preflight: Preflight
    lease: timedelta
    connections: int
    window: int = outbox.BATCH  # rows in flight at once, which a crash leaves ambiguous
    budget: Budget = field(default_factory=lambda: Budget(0))
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def __post_init__(self) -> None:
        self.breaker = Breaker(longest=LONGEST_PAUSE[self.lane])
        self.beat = 0.0  # when it last went round: the watchdog looks at it
        self._pool = ThreadPoolExecutor(self.connections, f"{self.channel}-{self.lane.name.lower()}")
        self._labels = (self.channel.value, self.lane.name.lower())
        self._results = {outcome: MESSAGES.labels(*self._labels, outcome.value) for outcome in Outcome}
        self._seconds = SECONDS.labels(self.channel.value)

    def run(self, stop: Event) -> None:
        """Until told to stop. A message that has begun is finished and written down; the rest goes back."""
        while not stop.is_set():
            self.beat = monotonic()
            if self._drained(stop) == 0:
                stop.wait(max(IDLE[self.lane], min(self.breaker.wait(monotonic()), 1.0)))
        self.close()

    def is_silent(self, seconds: float) -> bool:
        """True where it has begun and then not gone round for so long."""
        return self.beat > 0 and monotonic() - self.beat > seconds

    def close(self) -> None:
        self._pool.shutdown()
        self.sender.close()

    def _drained(self, stop: Event) -> int:
        """An error of ours costs one batch (its lease runs out), never the lane."""
        try:
            return self.drain(stop)
        except Exception:
            log.exception("a lane failed", extra={"lane": self._labels[1], "channel": self._labels[0]})
            return 0

    def drain(self, stop: Event | None = None) -> int:
        """Send until nothing is waiting (or the provider is left alone); how many rows were settled."""
        stop = stop or Event()
        count = 0
        try:
            if not self._may_start():
                return 0
            batch = self._turn(None, [])
        except SQLAlchemyError as error:
            self._database_away(error)
            return 0
        while batch is not None:
            settled = self._send(batch, stop)
            count += len(settled)
            batch = self._turn_surely(batch, settled, stop)
            self.beat = monotonic()
        return count

    def _may_start(self) -> bool:
        if self.breaker.wait(monotonic()) > 0:
            return False
        with read(self.engine) as connection:
            return outbox.is_waiting(connection, self.lane, self.channel)

    def _turn_surely(self, batch: Batch, settled: Sequence[Settled], stop: Event) -> Batch | None:
        """Outcomes are kept until the database takes them: forgetting one would mean a second copy."""
        pause, stopped_at = 0.1, 0.0
        while True:
            try:
                return self._turn(batch, settled, claim=not stop.is_set())
            except (OperationalError, InterfaceError) as error:
                self._database_away(error)
            except SQLAlchemyError:
                log.exception(
                    "outcomes were refused; their leases will run out", extra={"rows": len(settled)}
                )
                return None
            self.beat = monotonic()
            if stop.is_set():
                stopped_at = stopped_at or monotonic()
                if monotonic() - stopped_at > PATIENCE_AT_STOP:
                    log.error("outcomes could not be written", extra={"rows": len(settled)})
                    return None
            Event().wait(pause)
            pause = min(pause * 2, 5.0)

    def _turn(self, done: Batch | None, settled: Sequence[Settled], claim: bool = True) -> Batch | None:
        """One transaction: the outcomes of the last batch and the claim of the next."""
        now = self.clock()
        with write(self.engine) as connection:
            if done is not None:
                outcomes.settle(connection, done.lease, settled, self.preflight.lifetimes)
                bounces.record_refusals(connection, self.preflight.keys, settled, now)
            limit = self._limit() if claim else 0
            rows = outbox.candidates(connection, self.lane, self.channel, limit) if limit else []
            if not rows:
                return None
            cleared, refusals = self.preflight.check(connection, rows, now)
            content = self.composer.load(connection, cleared)
            full, empty = _parted(cleared, content)
            refusals += empty
            outbox.refuse(connection, refusals, now)
            lease = outbox.take(connection, [each.row for each in full], now, self.lease) if full else ""
        for refusal in refusals:
            REFUSED.labels(self.channel.value, refusal.code).inc()
        return Batch(lease, now + self.lease, self.composer.compose(full, content, now))

    def _limit(self) -> int:
        """A whole batch; one probe after the breaker's pause; nothing during it."""
        BREAKER.labels(*self._labels).set(self.breaker.is_open)
        if not self.breaker.is_open:
            return self.window
        return 1 if self.breaker.wait(monotonic()) == 0 else 0

    def _send(self, batch: Batch, stop: Event) -> list[Settled]:
        """Send every parcel over the lane's connections, keeping the lease while the network is slow."""
        parcels, lock, settled = iter(batch.parcels), Lock(), list[Settled]()
        threads = min(self.connections, len(batch.parcels))
        running = {self._pool.submit(self._pump, batch, parcels, lock, settled, stop) for _ in range(threads)}
        errors = []
        while running:
            finished, running = wait(running, timeout=self.lease.total_seconds() / 3)
            errors += [each.exception() for each in finished if each.exception()]
            self.beat = monotonic()
            if running:
                self._renew(batch)
        for error in errors:
            log.error("a connection's thread failed", exc_info=error)
        return settled

    def _renew(self, batch: Batch) -> None:
        until = self.clock() + self.lease
        try:
            with write(self.engine) as connection:
                if outbox.renew(connection, batch.lease, until):
                    batch.until = until
        except SQLAlchemyError as error:
            self._database_away(error)

    def _pump(
        self, batch: Batch, parcels: Iterator[Parcel], lock: Lock, settled: list[Settled], stop: Event
    ) -> None:
        while True:
            with lock:
                parcel = next(parcels, None)
            if parcel is None:
                return
            started = self.clock()
            untried = None
            if isinstance(parcel.content, Result):
                result = parcel.content
            else:
                untried = self._untried(batch, started) or self._waited(stop)
                result = untried or self._one(parcel.content)
            is_tried = untried is None
            ended = self.clock()
            settled.extend([Settled(row, result, started, ended, is_tried) for row in parcel.rows])

    def _waited(self, stop: Event) -> Result | None:
        """Wait for the budget; the same where we are told to stop before or meanwhile."""
        self.budget.spend(stop)
        return Result(Outcome.TEMPORARY, "stop", "told to stop before its turn") if stop.is_set() else None

    def _untried(self, batch: Batch, now: datetime) -> Result | None:
        """Why a message's turn does not come, if so: not sent, not failed, and back in the queue."""
        if now >= batch.until:
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
        log.warning(
            "the database does not answer", extra={"error": type(error).__name__, "lane": self.lane.name}
        )


def _parted(cleared: Sequence[Cleared], content: dict[int, Content]) -> tuple[list[Cleared], list[Refusal]]:
    """Those with something to tell, and those with nothing any more (a digest whose choices are gone)."""
    full = [each for each in cleared if each.row.template is not None or each.row.id in content]
    kept = {each.row.id for each in full}
    empty = [each.row for each in cleared if each.row.id not in kept]
    return full, [Refusal(row, DeliveryState.CANCELLED, "empty") for row in empty]
