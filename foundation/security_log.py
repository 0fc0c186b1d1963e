"""What somebody was refused is told in the log and counted, so that an attack can be seen and reported.

Cybersäkerhetslagen (2025:1506) asks for reports of what happened and since when. The lines say what kind,
never for whom. So that no attacker fills the disk, a kind gets one line a minute, with its count.
"""

import logging
from collections.abc import Callable
from threading import Lock
from time import monotonic

from foundation.metrics import SECURITY_EVENTS

log = logging.getLogger(__name__)

PAUSE = 60.0
"""Seconds between two lines of a kind."""


class SecurityLog:
    """Counts every event, and writes at most one line a minute of each kind."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._told: dict[str, tuple[float, int]] = {}

    def refused(self, event: str) -> None:
        """One more of this kind; ``event`` is a word of the code's, never of a visitor's."""
        SECURITY_EVENTS.labels(event).inc()
        with self._lock:
            now = self._clock()
            told, unsaid = self._told.get(event, (now - PAUSE, 0))
            silent = now - told < PAUSE
            self._told[event] = (told, unsaid + 1) if silent else (now, 0)
        if not silent:
            log.warning("security event", extra={"event": event, "count": unsaid + 1})


refused = SecurityLog().refused
"""For the whole process."""
