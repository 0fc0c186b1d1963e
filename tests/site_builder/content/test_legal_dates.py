"""The law's days, on the calendar's every day (kommunallagen 2017:725, lag 1930:173)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.content.legal_dates import (
    last_day_of_appeal,
    latest_announcement,
    latest_approval,
    latest_summons,
    next_working_day,
)
from tests.site_builder.conftest import Municipality

DAYS = st.dates(min_value=date(1992, 1, 1), max_value=date(2099, 12, 31))
FIXED = {(1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31)}
"""Holidays and eves on fixed days; 6 June is one since 2005."""


@pytest.mark.parametrize(
    ("announced", "last"),
    [
        (date(2012, 5, 2), date(2012, 5, 23)),
        (date(2026, 5, 29), date(2026, 6, 22)),  # midsommarafton, then a weekend
        (date(2026, 12, 3), date(2026, 12, 28)),  # julafton
        (date(2026, 12, 10), date(2027, 1, 4)),  # nyårsafton
        (date(2026, 3, 13), date(2026, 4, 7)),  # långfredagen, then Easter
        (date(2026, 4, 23), date(2026, 5, 15)),  # Kristi himmelsfärdsdag
        (date(2026, 12, 16), date(2027, 1, 7)),  # trettondedag jul
        (date(2026, 3, 12), date(2026, 4, 2)),  # skärtorsdagen is a working day
    ],
)
def test_the_time_to_appeal_ends_three_weeks_later_on_a_working_day(announced: date, last: date) -> None:
    assert last_day_of_appeal(announced) == last


@given(DAYS)
def test_the_last_day_is_a_working_day_three_weeks_away_or_a_little_more(announced: date) -> None:
    last = last_day_of_appeal(announced)
    assert timedelta(days=21) <= last - announced <= timedelta(days=27)
    assert last.weekday() < 5
    assert (last.month, last.day) not in FIXED - {(6, 6)}
    assert last.year < 2005 or (last.month, last.day) != (6, 6)


@given(DAYS)
def test_no_working_day_is_passed_over(announced: date) -> None:
    last = last_day_of_appeal(announced)
    day = announced + timedelta(days=21)
    while day < last:
        assert next_working_day(day) == last
        day += timedelta(days=1)


@given(DAYS, DAYS)
def test_a_later_announcement_never_ends_earlier(one: date, other: date) -> None:
    first, second = sorted((one, other))
    assert last_day_of_appeal(first) <= last_day_of_appeal(second)


@given(DAYS)
def test_the_days_for_minutes_and_summons_are_counted_from_theirs(day: date) -> None:
    assert latest_approval(day) >= day + timedelta(days=14)
    assert latest_announcement(day) >= day + timedelta(days=2)
    assert latest_summons(day) == day - timedelta(days=7)


NOTICE = ("slag: justerat-protokoll", "organ: ks", "förvaras: Kansliet", 'publicerad: "2026-04-27"')


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (('sammanträde: "2026-04-20"', 'justerat: "2026-04-27"', 'tillkännagivet: "2026-04-29"'), None),
        (('justerat: "2026-04-27"', 'tillkännagivet: "2026-04-30"'), "announced-too-late"),
        (('justerat: "2026-04-23"', 'tillkännagivet: "2026-04-27"'), None),  # the second day is a Saturday
        (
            ('sammanträde: "2026-04-07"', 'justerat: "2026-04-27"', 'tillkännagivet: "2026-04-28"'),
            "approved-too-late",
        ),
        (('justerat: "2026-04-28"', 'tillkännagivet: "2026-04-27"'), "dates-out-of-order"),
        (
            ('sammanträde: "2026-04-28"', 'justerat: "2026-04-27"', 'tillkännagivet: "2026-04-28"'),
            "dates-out-of-order",
        ),
        (('sista_dag: "2026-05-10"', 'tillkännagivet: "2026-04-28"'), "last-day-too-early"),
    ],
)
def test_a_notice_out_of_time_is_told(town: Municipality, lines: tuple[str, ...], code: str | None) -> None:
    town.write("anslag/a.md", *NOTICE, *lines)
    assert set(town.problems()) == ({code} if code else set())


def test_fullmaktiges_meeting_is_announced_a_week_before(town: Municipality) -> None:
    lines = ("slag: fullmäktigesammanträde", "organ: ks", 'sammanträde: "2026-12-10"')
    town.write("anslag/a.md", *lines, 'tillkännagivet: "2026-12-03"')
    assert town.problems() == {}
    town.write("anslag/a.md", *lines, 'tillkännagivet: "2026-12-04"')
    assert town.problems()["announced-too-late"].severity == "warning"
