"""This module says when somebody who has just signed up hears from us for the first time."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from delivery.quiet_hours import STOCKHOLM
from subscriptions.matching.digest import period_end
from subscriptions.model import Frequency
from subscriptions.settings import Settings
from subscriptions.words.item import swedish_moment

WEEKDAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
STEP = {Frequency.DAILY: timedelta(days=1), Frequency.WEEKLY: timedelta(days=7)}
AT_ONCE = "Du får besked så snart något nytt publiceras."


def first_news(frequencies: Iterable[Frequency], settings: Settings, now: datetime) -> str:
    """In words: at once, or when the next digest goes; both where somebody has chosen both."""
    wanted = set(frequencies)
    told = [AT_ONCE] if Frequency.IMMEDIATE in wanted or not wanted else []
    digests = {period_end(each, settings, now + STEP[each]) for each in wanted - {Frequency.IMMEDIATE}}
    if digests:
        first = min(digests)
        day = WEEKDAYS[first.astimezone(STOCKHOLM).weekday()]
        told.append(
            f"Den första sammanställningen kommer {day} {swedish_moment(first)}, "
            "om något nytt har publicerats då."
        )
    return " ".join(told)
