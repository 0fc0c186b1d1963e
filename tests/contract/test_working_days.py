"""The site and the services count the same days as worked."""

from datetime import date, timedelta

from foundation.working_days import is_working_day
from site_builder.content.legal_dates import next_working_day


def test_both_count_the_same_days_as_worked() -> None:
    days = (date(2020, 1, 1) + timedelta(days=n) for n in range(366 * 20))
    assert [day for day in days if is_working_day(day) != (next_working_day(day) == day)] == []
