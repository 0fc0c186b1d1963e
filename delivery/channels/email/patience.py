"""How long the answer to a mail's final dot is waited for.

RFC 5321, 4.5.3.2.6, asks for ten minutes: whoever gives up earlier may send a second copy. But a server that
takes some mails in and never answers them must not hold every connection of a lane: then nothing more would
leave. So the fewer connections are free, the less is waited for those that have been overtaken.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

OVERTAKEN = 10
"""Answers to mails that left later, after which a silent one is alone in its silence. Until then the whole
server may be standing still: giving up would free nothing, and double everything.
"""


class Patience:
    """``longest`` seconds while at most half of ``room`` connections wait; then less, down to ``least``."""

    def __init__(self, longest: float, least: float, room: int) -> None:
        self.longest, self.least, self.room = longest, least, room
        self._waiting = 0
        self._answers = 0
        self._lock = Lock()

    @contextmanager
    def waiting(self) -> Iterator["Wait"]:
        """While one mail waits for its answer."""
        with self._lock:
            self._waiting += 1
            wait = Wait(self, self._answers)
        try:
            yield wait
        finally:
            with self._lock:
                self._waiting -= 1

    def answered(self) -> None:
        """An answer has come to some mail."""
        with self._lock:
            self._answers += 1

    def seconds(self) -> float:
        """How long those who have been overtaken may wait in all, as things stand."""
        free = 1 - self._waiting / self.room
        return max(self.least, self.longest * min(1.0, 2 * free))

    def answers(self) -> int:
        """How many answers have come."""
        return self._answers


@dataclass(frozen=True, slots=True)
class Wait:
    """One mail's wait, which began after so many answers to others."""

    patience: Patience
    before: int

    @property
    def is_overtaken(self) -> bool:
        """Whether the server answers others: it is there, and silent about this one alone."""
        return self.patience.answers() - self.before >= OVERTAKEN

    def seconds(self) -> float:
        """How long it may wait in all, as things stand."""
        return self.patience.seconds() if self.is_overtaken else self.patience.longest


def for_news(room: int) -> Patience:
    """Ten minutes, or one where a lane would come to a stop."""
    return Patience(600.0, 60.0, room)


def for_crisis(room: int) -> Patience:
    """Of a crisis a second copy harms less than a longer wait."""
    return Patience(120.0, 10.0, room)
