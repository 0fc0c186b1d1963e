"""Digests: once a period, caught up after downtime, nothing empty, nothing twice, nothing hidden."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, update

from delivery.quiet_hours import STOCKHOLM
from delivery.tables import outbox
from foundation import database
from subscriptions.matching import digest, fanout
from subscriptions.model import DIGEST, Alert, Frequency, Target, TargetKind
from subscriptions.settings import Settings, load_settings
from subscriptions.tables import digest_runs
from tests.subscriptions.matching.test_fanout import ALL, COUNCIL, ORDINARY, URGENT, WATER, entry
from tests.subscriptions.subscribers import add_contact, messages, store_entries

MONDAY = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
TUESDAY_MORNING = datetime(2026, 3, 3, 6, 30, tzinfo=UTC)  # 07:30 in Sweden
DAY = timedelta(days=1)


@pytest.fixture
def config() -> Settings:
    return load_settings(environment="development")


def follow(engine: Engine, *wanted: tuple[Target, str], channel: str = "email") -> int:
    with database.write(engine) as connection:
        return add_contact(connection, MONDAY, wanted, channel=channel)


def titles(engine: Engine, contact_id: int) -> list[str]:
    """The digest of a contact's last run, as the sender reads it."""
    run_id = max(m.source_id for m in messages(engine) if (m.contact_id, m.source) == (contact_id, DIGEST))
    with database.read(engine) as connection:
        return [row.entry_id for row in digest.items_of(connection, run_id, [contact_id])[contact_id]]


def test_a_digest_goes_at_its_hour_once_and_holds_what_was_followed(engine: Engine, config: Settings) -> None:
    person = follow(engine, (WATER, "daily"), (COUNCIL, "daily"))
    follow(engine, (Target(TargetKind.TOPIC, "skola"), "daily"))
    store_entries(engine, [entry("a", WATER, COUNCIL), entry("b", COUNCIL)], ORDINARY, MONDAY)
    assert digest.run_due(engine, config, TUESDAY_MORNING - timedelta(minutes=1)) == 0
    assert digest.run_due(engine, config, TUESDAY_MORNING) == 1
    assert digest.run_due(engine, config, TUESDAY_MORNING + timedelta(hours=1)) == 0
    assert titles(engine, person) == ["b", "a"]
    assert [(m.lane, m.state, m.source) for m in messages(engine)] == [(3, "queued", DIGEST)]


def test_after_days_of_downtime_one_digest_tells_it_all(engine: Engine, config: Settings) -> None:
    person = follow(engine, (WATER, "daily"))
    digest.run_due(engine, config, MONDAY)
    for day in range(3):
        at = MONDAY + day * DAY
        store_entries(engine, [entry(f"e{day}", WATER, at=at)], ORDINARY, at)
    assert digest.run_due(engine, config, MONDAY + 3 * DAY) == 1
    assert titles(engine, person) == ["e2", "e1", "e0"]


def test_a_clock_that_goes_back_gives_no_second_digest(engine: Engine, config: Settings) -> None:
    follow(engine, (WATER, "daily"))
    store_entries(engine, [entry("a", WATER)], ORDINARY, MONDAY)
    assert digest.run_due(engine, config, TUESDAY_MORNING) == 1
    store_entries(engine, [entry("b", WATER)], ORDINARY, MONDAY)
    assert digest.run_due(engine, config, TUESDAY_MORNING - timedelta(hours=1)) == 0
    assert digest.run_due(engine, config, TUESDAY_MORNING) == 0
    assert digest.run_due(engine, config, TUESDAY_MORNING + DAY) == 1


def test_a_clock_that_was_a_year_ahead_for_a_moment_stops_no_digest(engine: Engine, config: Settings) -> None:
    person = follow(engine, (WATER, "daily"), (COUNCIL, "weekly"))
    store_entries(engine, [entry("a", WATER, COUNCIL)], ORDINARY, MONDAY)
    assert digest.run_due(engine, config, TUESDAY_MORNING + 365 * DAY) == 2
    told = []
    for day in range(8):
        now = TUESDAY_MORNING + day * DAY
        store_entries(engine, [entry(f"b{day}", WATER, COUNCIL, at=now - DAY / 2)], ORDINARY, now - DAY / 2)
        told.append(digest.run_due(engine, config, now))
    assert sum(told) == 8 + 1  # and what the wrong clock told is not told again
    assert titles(engine, person) == ["b7"]


def test_a_week_has_one_weekly_digest_and_day_and_week_do_not_take_from_each_other(
    engine: Engine, config: Settings
) -> None:
    daily, weekly = follow(engine, (WATER, "daily")), follow(engine, (WATER, "weekly"))
    store_entries(engine, [entry("a", WATER)], ORDINARY, MONDAY)
    for hour in range(24 * 8):
        digest.run_due(engine, config, MONDAY + timedelta(hours=hour))
    assert [m.contact_id for m in messages(engine)] == [daily, weekly]
    assert titles(engine, weekly) == ["a"]


def test_what_came_at_once_is_not_told_again_but_hides_nothing_else(engine: Engine, config: Settings) -> None:
    person = follow(engine, (WATER, "immediate"), (COUNCIL, "daily"))
    only_told = follow(engine, (WATER, "immediate"), (ALL, "weekly"))
    store_entries(engine, [entry("both", WATER, COUNCIL), entry("council", COUNCIL)], ORDINARY, MONDAY)
    fanout.fan_out(engine, config, MONDAY)
    digest.run_due(engine, config, TUESDAY_MORNING)
    assert titles(engine, person) == ["council"]
    assert not [m for m in messages(engine) if m.contact_id == only_told and m.source == DIGEST]


def test_what_could_not_be_sent_at_once_is_in_the_digest(engine: Engine, config: Settings) -> None:
    person = follow(engine, (WATER, "immediate"), (COUNCIL, "daily"))
    store_entries(engine, [entry("both", WATER, COUNCIL)], ORDINARY, MONDAY)
    fanout.fan_out(engine, config, MONDAY)
    with database.write(engine) as connection:
        connection.execute(update(outbox).values(state="expired"))
    digest.run_due(engine, config, TUESDAY_MORNING)
    assert titles(engine, person) == ["both"]


def test_only_the_last_revision_is_told_and_nothing_that_has_ended_or_was_a_crisis(
    engine: Engine, config: Settings
) -> None:
    person = follow(engine, (ALL, "daily"))
    later = MONDAY + timedelta(hours=1)
    ended = Alert(message_type="Alert", expires=MONDAY + timedelta(hours=2))
    store_entries(engine, [entry("a"), entry("ended", alert=ended)], ORDINARY, MONDAY)
    store_entries(engine, [entry("a", at=later)], ORDINARY, later)
    store_entries(engine, [entry("crisis")], URGENT, MONDAY)
    digest.run_due(engine, config, TUESDAY_MORNING)
    assert titles(engine, person) == ["a"]


def test_an_empty_period_sends_nothing(engine: Engine, config: Settings) -> None:
    follow(engine, (WATER, "daily"))
    assert digest.run_due(engine, config, TUESDAY_MORNING) == 0


def test_a_run_that_was_cut_off_goes_on_where_it_was(engine: Engine, config: Settings) -> None:
    people = [follow(engine, (WATER, "daily")) for _ in range(5)]
    store_entries(engine, [entry("a", WATER)], ORDINARY, MONDAY)
    digest.begin(engine, Frequency.DAILY, TUESDAY_MORNING, TUESDAY_MORNING)
    assert digest.build_batch(engine, config, TUESDAY_MORNING, size=2) == 2
    assert digest.run_due(engine, config, TUESDAY_MORNING) == 3
    with database.write(engine) as connection:  # as if its progress had been lost
        connection.execute(update(digest_runs).values(after=0, done_at=None))
    assert digest.run_due(engine, config, TUESDAY_MORNING) == 0
    assert [m.contact_id for m in messages(engine)] == people


def test_a_digest_by_sms_waits_for_the_end_of_the_quiet_hours(engine: Engine, config: Settings) -> None:
    follow(engine, (WATER, "daily"), channel="sms")
    store_entries(engine, [entry("a", WATER)], ORDINARY, MONDAY)
    digest.run_due(engine, config, TUESDAY_MORNING)
    assert [(m.state, m.due_at) for m in messages(engine)] == [
        ("deferred", TUESDAY_MORNING + timedelta(minutes=30))
    ]


CLOCKS = st.builds(time, st.integers(0, 23), st.sampled_from([0, 30]))


@given(
    clock=CLOCKS, weekday=st.integers(1, 7), frequency=st.sampled_from([Frequency.DAILY, Frequency.WEEKLY])
)
def test_periods_follow_each_other_without_gap_through_two_years(
    clock: time, weekday: int, frequency: Frequency
) -> None:
    rules = load_settings(environment="development", digest_time=clock, digest_weekday=weekday)
    moment = datetime(2026, 1, 8, 23, tzinfo=UTC)
    ends = [
        digest.period_end(frequency, rules, moment + timedelta(hours=hour)) for hour in range(0, 24 * 730, 3)
    ]
    different = sorted(set(ends))
    assert ends == sorted(ends)
    step = 7 if frequency is Frequency.WEEKLY else 1
    days = [end.astimezone(STOCKHOLM).date() for end in different]
    assert {later - earlier for earlier, later in pairwise(days)} == {step * DAY}
    for end in different:
        local = end.astimezone(STOCKHOLM)
        skipped = local.time() != clock
        assert not skipped or (clock.hour == 2 and local.hour == 3)
        assert frequency is Frequency.DAILY or local.isoweekday() == weekday
