"""A flight holds a lane's claimed rows: ready, on their way, finished but not yet written down.

One thread claims and writes down, many send. They meet here and nowhere else.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Event, Lock
from time import monotonic

from delivery.outcomes import Settled
from delivery.sending.composing import Parcel

SLOW = 2.0
"""Seconds without an answer after which a message is slow: another connection goes on in its place."""


@dataclass(slots=True, eq=False)
class Claim:
    """One claim in the database: the name of its lease, and when nothing more of it may be sent."""

    lease: str
    until: datetime


@dataclass(slots=True, eq=False)
class Sending:
    """One parcel in the hands of a connection; ``began`` (monotonic) is 0 until the network is touched."""

    claim: Claim
    parcel: Parcel
    began: float = 0.0


class Flight:
    """What a lane has claimed and not yet written down, at most ``window`` rows.

    ``bell`` rings when the claiming thread has something to do.
    """

    def __init__(self, window: int, bell: Event) -> None:
        self.window = window
        self.bell = bell
        self._lock = Lock()
        self._ready: deque[tuple[Claim, Parcel]] = deque()
        self._sending: set[Sending] = set()
        self._finished: list[tuple[Claim, Settled]] = []
        self._rows = 0
        self._connections = 0

    def add(self, claim: Claim, parcels: Sequence[Parcel]) -> None:
        """Parcels of a new claim, ready to be sent."""
        with self._lock:
            self._ready.extend((claim, parcel) for parcel in parcels)
            self._rows += sum(len(parcel.rows) for parcel in parcels)

    def connect(self, connections: int, spares: int) -> int:
        """How many connections are to begin work: as many as there is work for, and room for."""
        with self._lock:
            wanted = min(connections + self._slow(), connections + spares)
            more = max(0, min(wanted - self._connections, len(self._ready)))
            self._connections += more
            return more

    def take(self, connections: int) -> Sending | None:
        """The next parcel. None ends a connection's work: nothing is ready, or enough are at it already."""
        with self._lock:
            if not self._ready or len(self._sending) - self._slow() >= connections:
                self._connections -= 1
                return None
            taken = Sending(*self._ready.popleft())
            self._sending.add(taken)
            return taken

    def finish(self, sent: Sending, settled: Sequence[Settled]) -> None:
        """What became of a parcel. Of rows not in ``settled`` nothing is known: their lease runs out."""
        with self._lock:
            self._sending.discard(sent)
            self._rows -= len(sent.parcel.rows) - len(settled)
            self._finished += [(sent.claim, each) for each in settled]
            rings = not self._ready
        if rings:
            self.bell.set()

    def finished(self) -> list[tuple[Claim, Settled]]:
        """What waits to be written down."""
        with self._lock:
            return list(self._finished)

    def forget(self, count: int) -> None:
        """The first so many of the finished are written down (or given up)."""
        with self._lock:
            del self._finished[:count]
            self._rows -= count

    def claims(self) -> list[Claim]:
        """The claims with something still to be sent or on its way."""
        with self._lock:
            return list({claim for claim, _ in self._ready} | {each.claim for each in self._sending})

    def room(self, written: int) -> int:
        """How many rows may be claimed when ``written`` of the finished are written down besides.

        Some when nothing is ready, else not before half a window is free: what waits for one person travels
        together only where it is claimed together.
        """
        with self._lock:
            free = self.window - self._rows + written
            return free if not self._ready or free >= self.window // 2 else 0

    def _slow(self) -> int:
        """How many messages have been on their way for longer than ``SLOW``."""
        before = monotonic() - SLOW
        return sum(0 < each.began < before for each in self._sending)

    @property
    def ready(self) -> int:
        """How many parcels no connection has taken yet."""
        return len(self._ready)

    @property
    def is_empty(self) -> bool:
        return self._rows == 0
