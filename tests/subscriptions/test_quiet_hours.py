"""Quiet hours by the clock on the wall, on every night of the year."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from delivery.quiet_hours import STOCKHOLM, QuietHours, due, parse

NIGHT = QuietHours(time(21), time(8))


def at(text: str) -> datetime:
    """A moment as the clock on the wall shows it; an offset tells the two of an autumn night apart."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=STOCKHOLM) if moment.tzinfo is None else moment


@pytest.mark.parametrize(
    ("now", "goes"),
    [
        ("2026-03-02T20:59:59", "2026-03-02T20:59:59"),
        ("2026-03-02T21:00", "2026-03-03T08:00"),
        ("2026-03-03T07:59:59", "2026-03-03T08:00"),
        ("2026-03-03T08:00", "2026-03-03T08:00"),
        ("2026-02-28T23:00", "2026-03-01T08:00"),  # over the end of a month
        ("2026-03-28T22:00", "2026-03-29T08:00"),  # the night that is an hour shorter
        ("2026-10-24T22:00", "2026-10-25T08:00"),  # and the one that is an hour longer
        ("2026-10-25T02:30+02:00", "2026-10-25T08:00"),
        ("2026-10-25T02:30+01:00", "2026-10-25T08:00"),
    ],
)
def test_a_message_in_the_night_waits_for_the_morning(now: str, goes: str) -> None:
    assert NIGHT.due(at(now)) == at(goes)


def test_the_short_night_is_ten_hours_and_the_long_one_twelve() -> None:
    assert NIGHT.due(at("2026-03-28T21:00")) - at("2026-03-28T21:00").astimezone(UTC) == timedelta(hours=10)
    assert NIGHT.due(at("2026-10-24T21:00")) - at("2026-10-24T21:00").astimezone(UTC) == timedelta(hours=12)


def test_an_end_that_spring_leaves_out_is_when_the_clock_has_jumped() -> None:
    assert parse("21-02:30").due(at("2026-03-28T23:00")) == at("2026-03-29T03:00")  # type: ignore[union-attr]


def test_an_end_that_autumn_gives_twice_counts_both_times() -> None:
    quiet = parse("21-02:30")
    assert quiet is not None
    assert quiet.due(at("2026-10-24T23:00")) == at("2026-10-25T02:30+02:00")
    assert quiet.due(at("2026-10-25T02:10+01:00")) == at("2026-10-25T02:30+01:00")


@pytest.mark.parametrize(
    ("text", "quiet"),
    [
        ("21-08", NIGHT),
        ("9-17", QuietHours(time(9), time(17))),
        ("21:30-07:05", QuietHours(time(21, 30), time(7, 5))),
        ("", None),
        ("08-08", None),
    ],
)
def test_the_setting_is_read_as_written(text: str, quiet: QuietHours | None) -> None:
    assert parse(text) == quiet


def test_without_quiet_hours_everything_goes_at_once() -> None:
    assert due(None, at("2026-03-02T23:00")) == at("2026-03-02T23:00")


CLOCK = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 59]))
MOMENT = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


@given(start=CLOCK, end=CLOCK, now=MOMENT)
@example(start=time(21), end=time(2, 30), now=datetime(2026, 3, 28, 23, tzinfo=UTC))
@example(start=time(21), end=time(2, 30), now=datetime(2026, 10, 25, 1, 10, tzinfo=UTC))
@example(start=time(3), end=time(2), now=datetime(2026, 3, 28, 12, tzinfo=UTC))
def test_due_is_the_first_moment_that_is_not_quiet(start: time, end: time, now: datetime) -> None:
    quiet = QuietHours(start, end)
    goes = quiet.due(now)
    assert goes >= now
    assert not quiet.covers(goes)
    is_skipped = time(2) <= end < start <= time(3)  # by summer time: nothing but quiet that day
    assert goes - now <= timedelta(hours=49 if is_skipped else 25)
    if goes > now:
        assert quiet.covers(now)
        assert quiet.covers(goes - timedelta(seconds=1))
