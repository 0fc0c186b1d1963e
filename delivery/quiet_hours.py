"""Quiet hours say when an SMS that is no crisis may be sent, by the clock on the wall in Sweden."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From ``start`` until, not including, ``end``; over midnight where the end is the earlier of the two."""

    start: time
    end: time

    def covers(self, moment: datetime) -> bool:
        """True where the clock on the wall shows a quiet time."""
        wall = moment.astimezone(STOCKHOLM).time()
        if self.start <= self.end:
            return self.start <= wall < self.end
        return wall >= self.start or wall < self.end

    def due(self, moment: datetime) -> datetime:
        """The moment itself, or the first whole minute after it that is not quiet, in UTC.

        The minutes are walked one by one: the two nights when clocks change need no rule of their own.
        """
        if not self.covers(moment):
            return moment
        minute = moment.astimezone(UTC).replace(second=0, microsecond=0) + MINUTE
        while self.covers(minute):
            minute += MINUTE
        return minute


def parse(text: str) -> QuietHours | None:
    """``21-08`` or ``21:30-07:00``; None where the text is empty or spans no time (``08-08``)."""
    if not text:
        return None
    start, end = (_time(part) for part in text.split("-"))
    return None if start == end else QuietHours(start, end)


def _time(text: str) -> time:
    hour, _, minute = text.partition(":")
    return time(int(hour), int(minute or 0))


def due(quiet: QuietHours | None, moment: datetime) -> datetime:
    """When a message that is ready now may go."""
    return quiet.due(moment) if quiet else moment
