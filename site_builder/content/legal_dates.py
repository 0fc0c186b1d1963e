"""The days that the law counts for notices and minutes (kommunallagen 2017:725; lag 1930:173)."""

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


def latest_approval(met: date) -> date:
    """Minutes are approved within 14 days of the meeting (5 kap. 69 §)."""
    return next_working_day(met + timedelta(days=14))


def latest_announcement(approved: date) -> date:
    """The approval is announced no later than the second day after it (8 kap. 12 §)."""
    return next_working_day(approved + timedelta(days=2))


def latest_summons(meets: date) -> date:
    """Fullmäktige's meeting is announced at least one week before it (5 kap. 13 §)."""
    return meets - timedelta(weeks=1)
