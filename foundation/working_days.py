"""This module knows Sweden's working days, which promises of answers count.

No Saturday, Sunday or holiday, nor the eves that lag (1930:173) 2 § puts beside them (midsummer, Christmas,
New Year). ``site_builder`` counts the law's own days the same way; a test in tests/contract/ ties the two.
"""

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")


@cache
def _free_days(year: int) -> frozenset[date]:
    import holidays  # 20 ms, and most processes never ask

    return frozenset(holidays.country_holidays("SE", years=year, categories=("public", "de_facto")))


def is_working_day(day: date) -> bool:
    """False on Saturdays, Sundays, holidays and eves."""
    return day.weekday() < 5 and day not in _free_days(day.year)


def add_working_days(day: date, count: int) -> date:
    """The ``count``:th working day after ``day``, which itself is not counted."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def end_of(day: date) -> datetime:
    """The midnight that ends a day in Sweden, however many hours it has."""
    return datetime.combine(day + timedelta(days=1), time(), STOCKHOLM)


def due_after(moment: datetime, count: int) -> datetime:
    """The end of the ``count``:th working day after the day that ``moment`` lies in, Swedish time."""
    return end_of(add_working_days(moment.astimezone(STOCKHOLM).date(), count))
