"""The last day of an appeal (kommunallagen 2017:725, 13 kap. 5 §; lag 1930:173)."""

from datetime import date, timedelta
from functools import cache


@cache
def _free_days(year: int) -> frozenset[date]:
    import holidays  # 20 ms, and most builds compute no last day

    return frozenset(holidays.country_holidays("SE", years=year, categories=("public", "de_facto")))


def next_working_day(day: date) -> date:
    """`day`, or the next one that is no Saturday, Sunday, holiday or eve (lag 1930:173, 2 §)."""
    while day.weekday() >= 5 or day in _free_days(day.year):
        day += timedelta(days=1)
    return day


def last_day_of_appeal(announced: date) -> date:
    """Three weeks after the day of the announcement, moved to a working day."""
    return next_working_day(announced + timedelta(weeks=3))
