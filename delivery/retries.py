"""Retries say when to try again, and when to leave a provider alone: backoff, circuit breaker, budget."""

import random
from datetime import timedelta
from threading import Event, Lock
from time import monotonic

from delivery.model import Lane

FIRST_DELAY = {Lane.CRISIS: 1.0, Lane.TRANSACTIONAL: 10.0, Lane.IMMEDIATE: 60.0, Lane.DIGEST: 60.0}
LONGEST_DELAY = {Lane.CRISIS: 60.0, Lane.TRANSACTIONAL: 900.0, Lane.IMMEDIATE: 3600.0, Lane.DIGEST: 3600.0}


LONGEST_IN_DOUBT = 600.0
"""Seconds between tries of what may have been taken each time: every one may be a copy."""


def retry_delay(
    lane: Lane, tries: int, retry_after: float | None = None, *, in_doubt: bool = False
) -> timedelta:
    """Doubling from the lane's first delay to its longest, ± half; never sooner than the provider asks.

    The jitter spreads what failed together. How long it goes on is bounded by the message's lifetime.
    """
    longest = max(LONGEST_DELAY[lane], LONGEST_IN_DOUBT) if in_doubt else LONGEST_DELAY[lane]
    delay = min(FIRST_DELAY[lane] * 2.0 ** min(tries - 1, 20), longest)
    delay *= random.uniform(0.5, 1.5)  # noqa: S311 - spreads load, hides nothing
    return timedelta(seconds=max(delay, retry_after or 0.0))


class Breaker:
    """Opens after ``threshold`` failures in a row; then one probe is let through after each pause.

    Pauses double to ``longest`` seconds. One for each provider and lane: a lane's troubles are its own.
    """

    def __init__(self, threshold: int = 5, first: float = 1.0, longest: float = 60.0) -> None:
        self.threshold = threshold
        self.first = first
        self.longest = longest
        self._failures = 0
        self._pause = 0.0
        self._closed_until = 0.0
        self._lock = Lock()

    @property
    def is_open(self) -> bool:
        return self._failures >= self.threshold

    def wait(self, now: float) -> float:
        """Seconds until the next call is allowed; 0 is now."""
        return max(0.0, self._closed_until - now) if self.is_open else 0.0

    def succeeded(self) -> None:
        with self._lock:
            self._failures, self._pause, self._closed_until = 0, 0.0, 0.0

    def failed(self, now: float, retry_after: float | None = None) -> None:
        """One failure of the provider itself. ``retry_after`` (seconds) opens it at once."""
        with self._lock:
            self._failures = max(self._failures + 1, self.threshold if retry_after else 0)
            if self._failures >= self.threshold and now >= self._closed_until:
                self._pause = min(self._pause * 2 or self.first, self.longest)
                self._closed_until = now + max(self._pause, retry_after or 0.0)


class Budget:
    """At most ``rate`` messages a second, evenly; 0 is without limit."""

    def __init__(self, rate: float) -> None:
        self.interval = 1.0 / rate if rate else 0.0
        self._next = 0.0
        self._lock = Lock()

    def spend(self, stop: Event | None = None) -> None:
        """Wait for the turn of one message, or until told to stop."""
        if not self.interval:
            return
        with self._lock:
            turn = max(self._next, monotonic())
            self._next = turn + self.interval
        (stop or Event()).wait(max(0.0, turn - monotonic()))
