"""The worker ingests, fans out, digests and sends, for ever or once: a thread a task and a lane."""

import logging
import signal
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Event, Thread
from time import monotonic

from sqlalchemy import Engine

from delivery import outbox, quiet_hours, recovery
from delivery.channels import kinds
from delivery.model import Lane
from delivery.outbox import Lifetimes
from delivery.retries import Budget
from delivery.sending.composing import by_source
from delivery.sending.lanes import LaneRunner
from delivery.sending.last_checks import LastChecks
from delivery.sending.users import User
from foundation import journal, logs
from foundation.changes import watching
from foundation.database import open_engine, read, write
from foundation.encryption import Keys
from foundation.metrics import PASSES, RECOVERED
from subscriptions.feeds import fetching, ingest
from subscriptions.matching import digest, fanout
from subscriptions.operations import beat, watchdog
from subscriptions.operations.other_users import installed
from subscriptions.people import bounces, retention
from subscriptions.sending.compose import users as subscriptions_users
from subscriptions.sending.senders import open_route
from subscriptions.settings import Settings

log = logging.getLogger(__name__)

LOOK = 1.0
FAN_OUT = 30.0
DIGESTS = 15.0
BEAT = 5.0
WATCH = 15.0
PURGE = 3600.0
"""Seconds between passes of each task, where nothing wakes it."""

SETTLING = 10.0
"""Seconds before the first look: after downtime every feed is silent until it has been read once."""


@dataclass(frozen=True, slots=True)
class Task:
    """Something done again and again; a pass that fails is logged and the next one tries anew."""

    name: str
    pause: float
    do: Callable[[], object]
    delay: float = 0.0  # before the first pass
    bell: Event = field(default_factory=Event)  # rung when there is something to do, or when it is to stop

    def run(self, stop: Event) -> None:
        self.bell.wait(self.delay)
        while not stop.is_set():
            began = monotonic()
            self.bell.clear()
            self.once()
            if not stop.is_set():
                self.bell.wait(max(0.0, self.pause - (monotonic() - began)))

    def once(self) -> bool:
        try:
            self.do()
        except Exception:
            log.exception("a task failed", extra={"task": self.name})
            PASSES.labels(self.name, "failed").inc()
            return False
        PASSES.labels(self.name, "done").inc()
        return True


class Worker:
    """Everything that runs beside the web pages: ``run`` until ``stop`` is set, ``run_once`` for one pass."""

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        other_users: Callable[[], Sequence[User]] = tuple,
    ) -> None:
        """``other_users`` makes, for each lane, those of the outbox's users that are not subscriptions."""
        self.settings = settings
        self.engine = engine
        self.clock = clock
        self.other_users = other_users
        self.keys = Keys(settings.secret_keys)
        self.name = socket.gethostname()[:100]
        self.state_file = Path(settings.state_file) if settings.state_file else None
        self.alarms: set[watchdog.Alarm] = set()
        self._items_wait = Event()
        self._next_look = LOOK  # seconds
        self.lanes = [
            lane
            for kind in kinds.known()
            for which in Lane
            if (lane := self._lane(which, kind.name)) is not None
        ]

    def run(self, stop: Event) -> None:
        """What has begun is finished. A restored backup is noticed before anything is sent."""
        with fetching.open_client(self.settings.feed_timeout, stepwise=True) as client:
            self._beat()
            tasks = self._tasks(client)
            threads = [Thread(target=task.run, args=(stop,), name=task.name) for task in tasks]
            threads += [Thread(target=lane.run, args=(stop,), name=_name(lane)) for lane in self.lanes]
            threads.append(Thread(target=self._attend, args=(stop,), name="queue"))
            log.info("worker started", extra={"lanes": len(self.lanes)})
            for thread in threads:
                thread.start()
            stop.wait()
            for task in tasks:
                task.bell.set()
            for lane in self.lanes:
                lane.wake()
            for thread in threads:
                thread.join()
        log.info("worker stopped")

    def run_once(self) -> bool:
        """Read, fan out, make digests and send until nothing waits. False where a task failed."""
        with fetching.open_client(self.settings.feed_timeout) as client:
            done = [task.once() for task in (Task("beat", 0, self._beat), *self._tasks(client, once=True))]
            with ThreadPoolExecutor(len(self.lanes) or 1) as pool:
                list(pool.map(lambda lane: lane.drain(), self.lanes))
            done.append(Task("watchdog", 0, self._watch).once())
        for lane in self.lanes:
            lane.close()
        return all(done)

    def _tasks(self, client: fetching.Client, once: bool = False) -> list[Task]:
        settings, engine = self.settings, self.engine

        def poll(crisis: bool, only: str = "") -> object:
            return ingest.poll_due(engine, client, settings, self.clock(), crisis=crisis, only=only)

        crisis_pause = min(1.0, settings.crisis_poll_interval.total_seconds())
        tasks = [
            Task("register", 60.0, lambda: ingest.register(engine, settings)),
            # A task for each: one that is slow stops no other. In a single pass one task reads all at once.
            *(
                Task("crisis-feeds", crisis_pause, partial(poll, True, url))
                for url in ([""] if once else settings.crisis_feed_urls)
            ),
            Task("feeds", min(3.0, settings.poll_interval.total_seconds()), lambda: poll(False)),
            Task(
                "fan-out",
                FAN_OUT,
                lambda: fanout.fan_out(engine, settings, self.clock()),
                bell=self._items_wait,
            ),
            Task("digests", DIGESTS, lambda: digest.run_due(engine, settings, self.clock())),
            Task("queue", LOOK, self._look),
            Task("retention", PURGE, self._purge),
        ]
        if not once:
            tasks = [task for task in tasks if task.name != "queue"]  # ``_attend`` does it
            watch = Task("watchdog", WATCH, self._watch, delay=SETTLING)
            tasks += [Task("beat", BEAT, self._beat), watch]
        return tasks

    def _lane(self, which: Lane, channel: str) -> LaneRunner | None:
        settings = self.settings
        route = open_route(settings, self.keys, self.engine, channel, which)
        if route is None:
            return None
        quiet = quiet_hours.parse(settings.quiet_hours)

        def quiet_until(now: datetime) -> datetime | None:
            due = quiet_hours.due(quiet, now)
            return due if due > now else None

        return LaneRunner(
            engine=self.engine,
            lane=which,
            channel=channel,
            sender=route.sender,
            users=by_source([*subscriptions_users(settings, self.keys), *self.other_users()]),
            checks=LastChecks(
                self.keys, Lifetimes(settings.message_lifetime, settings.crisis_lifetime), quiet_until
            ),
            on_settled=lambda connection, settled, now: bounces.record_refusals(
                connection, self.keys, settled, now
            ),
            lease=settings.lease,
            connections=route.connections,
            spares=route.spares,
            window=route.window,
            budget=Budget(route.rate),
            clock=self.clock,
        )

    def _attend(self, stop: Event) -> None:
        """Look at the queue whenever something may have changed, when something is due, and each second."""
        task = Task("queue", LOOK, self._look)
        with watching(self.engine) as changes:
            while not stop.is_set():
                self._next_look = LOOK
                task.once()
                changes.wait(self._next_look, stop)

    def _look(self) -> None:
        """One look for all: wake what has something to do, and put back what is due or was lost."""
        now = self.clock()
        with read(self.engine) as connection:
            waiting = outbox.look(connection, now)
            if fanout.is_waiting(connection):
                self._items_wait.set()
        if waiting.next_due is not None and not waiting.due:
            self._next_look = min(LOOK, (waiting.next_due - now).total_seconds())
        for lane in self.lanes:
            if (lane.lane, lane.channel) in waiting.lanes:
                lane.wake()
        if waiting.due:
            with write(self.engine) as connection:
                recovery.wake(connection, now)
        if waiting.lost:
            with write(self.engine) as connection:
                count = recovery.recover(connection, now)
            log.warning("leases ran out", extra={"rows": count})
            RECOVERED.inc(count)

    def _purge(self) -> None:
        retention.purge(self.engine, self.settings, self.clock())
        if self.state_file:
            journal.prune(self.state_file, self.clock())

    def _beat(self) -> None:
        now = self.clock()
        with write(self.engine) as connection:
            count = beat.beat(connection, self.name, self.state_file, now)
            watchdog.ensure_canary(connection, self.keys, self.settings, now)
        beat.keep(self.state_file, self.name, count)

    def _watch(self) -> None:
        with read(self.engine) as connection:
            alarms = watchdog.look(connection, self.keys, self.settings, self.clock())
        silence = timedelta(minutes=2).total_seconds()
        still = [watchdog.Alarm("stuck-lane", _name(lane)) for lane in self.lanes if lane.is_silent(silence)]
        self.alarms = watchdog.report([*alarms, *still], self.alarms)


def _name(lane: LaneRunner) -> str:
    return f"{lane.channel}-{lane.lane.name.lower()}"


def make(settings: Settings, engine: Engine) -> Worker:
    """The worker of an installation: it sends for every service that is installed."""
    return Worker(settings, engine, other_users=partial(installed, settings, Keys(settings.secret_keys)))


def work(settings: Settings, *, once: bool = False) -> bool:
    """The command ``worker``: until SIGTERM or SIGINT, or one pass. False where the pass met an error."""
    logs.set_up()
    settings.warn()
    engine = open_engine(settings.database_url, settings.state_file)
    try:
        worker = make(settings, engine)
        if once:
            return worker.run_once()
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        worker.run(stop)
        return True
    finally:
        engine.dispose()
