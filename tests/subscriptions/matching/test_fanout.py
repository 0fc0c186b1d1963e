"""One message a person and item, whatever they follow; nothing lost or doubled by a crash between batches."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, func, select, update

from delivery.tables import attempts, outbox
from foundation import database
from subscriptions.feeds.release_rules import Rules
from subscriptions.matching import fanout
from subscriptions.model import Alert, Entry, Target, TargetKind
from subscriptions.settings import Settings, load_settings
from subscriptions.tables import choices, contacts, item_targets, supersessions
from subscriptions.tables import items as items_table
from tests.subscriptions.subscribers import add_contact, messages, store_entries

NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
NIGHT = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)
MORNING = datetime(2026, 3, 3, 7, 0, tzinfo=UTC)
WATER, COUNCIL = Target(TargetKind.TOPIC, "vatten"), Target(TargetKind.BODY, "kommunfullmaktige")
CRISIS, ALL = Target(TargetKind.CRISIS), Target(TargetKind.ALL)
ORDINARY = Rules(False, False, 20, timedelta(hours=48), timedelta(hours=6))
URGENT = Rules(True, False, 20, timedelta(hours=48), timedelta(hours=6))


def entry(name: str, *targets: Target, at: datetime = NOON, alert: Alert | None = None) -> Entry:
    return Entry(name, f"Om {name} {at}", "", "", at, targets=(ALL, *targets), alert=alert)


@pytest.fixture
def config() -> Settings:
    return load_settings(environment="development")


def follow(engine: Engine, *targets: Target, frequency: str = "immediate", **values: Any) -> int:
    with database.write(engine) as connection:
        wanted = [(target, frequency) for target in targets]
        return add_contact(connection, NOON, wanted, **values)


def test_who_follows_the_topic_and_the_body_gets_one_message(engine: Engine, config: Settings) -> None:
    both = follow(engine, WATER, COUNCIL, ALL)
    follow(engine, Target(TargetKind.TOPIC, "skola"))
    store_entries(engine, [entry("a", WATER, COUNCIL)], ORDINARY, NOON)
    assert fanout.fan_out(engine, config, NOON) == 1
    assert [(m.contact_id, m.state, m.lane, m.due_at) for m in messages(engine)] == [
        (both, "queued", 2, NOON)
    ]
    assert messages(engine)[0].expires_at == NOON + config.message_lifetime


@pytest.mark.parametrize(
    "values",
    [{"frequency": "daily"}, {"state": "pending"}, {"state": "left"}, {"paused_until": NOON + timedelta(1)}],
)
def test_some_get_nothing_at_once(engine: Engine, config: Settings, values: dict[str, Any]) -> None:
    follow(engine, WATER, **values)
    store_entries(engine, [entry("a", WATER)], ORDINARY, NOON)
    assert fanout.fan_out(engine, config, NOON) == 0


def test_a_pause_that_is_over_is_over(engine: Engine, config: Settings) -> None:
    follow(engine, WATER, paused_until=NOON)
    store_entries(engine, [entry("a", WATER)], ORDINARY, NOON)
    assert fanout.fan_out(engine, config, NOON) == 1


def test_an_sms_waits_for_the_morning_and_a_mail_does_not(engine: Engine, config: Settings) -> None:
    follow(engine, WATER, channel="sms")
    follow(engine, WATER, channel="email")
    store_entries(engine, [entry("a", WATER, at=NIGHT)], ORDINARY, NIGHT)
    fanout.fan_out(engine, config, NIGHT)
    assert [(m.channel, m.state, m.due_at) for m in messages(engine)] == [
        ("sms", "deferred", MORNING),
        ("email", "queued", NIGHT),
    ]


def test_a_crisis_message_ignores_night_and_frequency_but_has_an_end(
    engine: Engine, config: Settings
) -> None:
    follow(engine, WATER, frequency="weekly", channel="sms")
    follow(engine, CRISIS, channel="sms")
    store_entries(engine, [entry("a", WATER, at=NIGHT)], URGENT, NIGHT)
    assert fanout.fan_out(engine, config, NIGHT) == 2
    assert {(m.state, m.lane, m.expires_at) for m in messages(engine)} == {
        ("queued", 0, NIGHT + config.crisis_lifetime)
    }


def test_what_has_expired_before_its_turn_is_not_sent(engine: Engine, config: Settings) -> None:
    follow(engine, CRISIS)
    store_entries(engine, [entry("a")], URGENT, NOON)
    assert fanout.fan_out(engine, config, NOON + timedelta(hours=7)) == 0
    assert fanout.fan_out_batch(engine, config, NOON + timedelta(hours=7)) is None


def test_a_crisis_goes_first_between_two_batches_and_the_rest_is_resumed(
    engine: Engine, config: Settings
) -> None:
    for _ in range(5):
        follow(engine, ALL)
    store_entries(engine, [entry("news")], ORDINARY, NOON)
    first = fanout.fan_out_batch(engine, config, NOON, size=2)
    store_entries(engine, [entry("crisis")], URGENT, NOON)
    lanes = []
    while batch := fanout.fan_out_batch(engine, config, NOON, size=2):
        lanes.append((int(batch.lane), batch.queued))
    assert first is not None
    assert first.queued == 2
    assert lanes == [(0, 2), (0, 2), (0, 1), (0, 0), (2, 2), (2, 1), (2, 0)]
    assert len(messages(engine)) == 10


def test_the_same_batch_run_twice_doubles_nothing(engine: Engine, config: Settings) -> None:
    for _ in range(3):
        follow(engine, ALL)
    store_entries(engine, [entry("a")], ORDINARY, NOON)
    fanout.fan_out(engine, config, NOON)
    with database.write(engine) as connection:  # as if its progress had been lost
        connection.execute(update(items_table).values(fanout_after=0, fanout_done_at=None))
    assert fanout.fan_out(engine, config, NOON) == 0
    assert len(messages(engine)) == 3


def alert(kind: str = "Alert", *references: str, identifier: str = "") -> Alert:
    return Alert(
        identifier=identifier,
        message_type=kind,
        status="Actual",
        references=references,
        expires=NOON + timedelta(hours=5),
    )


def test_a_cancel_goes_to_those_whom_the_alert_reached_and_stops_the_rest(
    engine: Engine, config: Settings
) -> None:
    told, waiting, late = follow(engine, CRISIS), follow(engine, CRISIS), 0
    store_entries(engine, [entry("a", alert=alert(identifier="nr-1"))], URGENT, NOON)
    fanout.fan_out(engine, config, NOON)
    with database.write(engine) as connection:
        connection.execute(update(outbox).where(outbox.c.contact_id == told).values(state="accepted"))
    late = follow(engine, CRISIS)
    later = NOON + timedelta(minutes=5)
    store_entries(engine, [entry("b", at=later, alert=alert("Cancel", "nr-1"))], URGENT, later)
    fanout.fan_out(engine, config, later)
    found = messages(engine)
    assert [(m.contact_id, m.state) for m in found] == [
        (told, "accepted"),
        (told, "queued"),
        (waiting, "cancelled"),
    ]
    assert late not in {m.contact_id for m in found}


def test_a_cancel_goes_to_those_whom_the_alert_may_have_reached(engine: Engine, config: Settings) -> None:
    """Its worker died; it waits to be sent again."""
    follow(engine, CRISIS)
    store_entries(engine, [entry("a", alert=alert(identifier="nr-1"))], URGENT, NOON)
    fanout.fan_out(engine, config, NOON)
    with database.write(engine) as connection:
        connection.execute(update(outbox).values(tries=1))
        connection.execute(
            attempts.insert().values(
                outbox_id=messages(engine)[0].id, number=1, started_at=NOON, outcome="ambiguous"
            )
        )
    later = NOON + timedelta(minutes=5)
    store_entries(engine, [entry("b", at=later, alert=alert("Cancel", "nr-1"))], URGENT, later)
    fanout.fan_out(engine, config, later)
    assert [(m.state, m.code) for m in messages(engine)] == [("ambiguous", "superseded"), ("queued", None)]


def test_a_cancel_stops_messages_even_when_nobody_was_told(engine: Engine, config: Settings) -> None:
    follow(engine, CRISIS)
    store_entries(engine, [entry("a", alert=alert())], URGENT, NOON)
    fanout.fan_out(engine, config, NOON)
    later = NOON + timedelta(minutes=5)
    store_entries(engine, [entry("a", at=later, alert=alert("Cancel"))], URGENT, later)
    assert fanout.fan_out(engine, config, later) == 0
    assert [m.state for m in messages(engine)] == ["cancelled"]


def test_an_update_reaches_followers_and_those_who_were_told(engine: Engine, config: Settings) -> None:
    told, new = follow(engine, WATER), follow(engine, COUNCIL)
    store_entries(engine, [entry("a", WATER, alert=alert(identifier="nr-1"))], URGENT, NOON)
    fanout.fan_out(engine, config, NOON)
    with database.write(engine) as connection:
        connection.execute(update(outbox).values(state="delivered"))
    later = NOON + timedelta(minutes=5)
    store_entries(engine, [entry("b", COUNCIL, at=later, alert=alert("Update", "nr-1"))], URGENT, later)
    fanout.fan_out(engine, config, later)
    assert [(m.contact_id, m.state) for m in messages(engine)] == [
        (told, "delivered"),
        (told, "queued"),
        (new, "queued"),
    ]


def test_a_cancel_reaches_those_told_by_the_first_of_a_chain(engine: Engine, config: Settings) -> None:
    told = follow(engine, CRISIS)
    store_entries(engine, [entry("a", alert=alert(identifier="1"))], URGENT, NOON)
    fanout.fan_out(engine, config, NOON)
    with database.write(engine) as connection:
        connection.execute(update(outbox).values(state="accepted"))
    for minute, kind, refers in ((1, "Update", "1"), (2, "Cancel", "2")):
        at = NOON + timedelta(minutes=minute)
        message = alert(kind, refers, identifier=str(minute + 1))
        store_entries(engine, [entry(f"e{minute}", at=at, alert=message)], URGENT, at)
    fanout.fan_out(engine, config, NOON + timedelta(minutes=3))
    assert [m.contact_id for m in messages(engine) if m.state == "queued"] == [told]
    with database.read(engine) as connection:
        assert connection.scalar(select(func.count()).select_from(supersessions)) == 3


def test_a_new_revision_replaces_a_message_that_has_not_gone_out(engine: Engine, config: Settings) -> None:
    follow(engine, WATER)
    store_entries(engine, [entry("a", WATER)], ORDINARY, NOON)
    fanout.fan_out(engine, config, NOON)
    later = NOON + timedelta(minutes=1)
    store_entries(engine, [entry("a", WATER, at=later)], ORDINARY, later)
    fanout.fan_out(engine, config, later)
    assert [m.state for m in messages(engine)] == ["cancelled", "queued"]


def test_an_alert_that_an_ordinary_feed_brought_first_becomes_a_crisis(
    engine: Engine, config: Settings
) -> None:
    follow(engine, ALL, channel="sms")
    crisis_only = follow(engine, CRISIS, channel="sms")
    message = Alert(message_type="Alert", status="Actual", expires=NIGHT + timedelta(hours=3))
    store_entries(engine, [entry("a", at=NIGHT, alert=message)], ORDINARY, NIGHT)
    fanout.fan_out(engine, config, NIGHT)
    assert [m.state for m in messages(engine)] == ["deferred"]
    store_entries(engine, [entry("a", at=NIGHT, alert=message)], URGENT, NIGHT)
    fanout.fan_out(engine, config, NIGHT)
    found = messages(engine)
    assert [(m.state, m.lane, m.due_at) for m in found] == [("queued", 0, NIGHT)] * 2
    assert found[1].contact_id == crisis_only


TARGETS = [ALL, CRISIS, WATER, COUNCIL, Target(TargetKind.AREA, "norra"), Target(TargetKind.TYPE, "nyhet")]
FREQUENCIES = st.sampled_from(["immediate", "daily", "weekly"])


@hypothesis_settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    people=st.lists(
        st.tuples(
            st.dictionaries(st.sampled_from(TARGETS), FREQUENCIES, max_size=4),
            st.sampled_from(["active", "active", "active", "pending", "left"]),
            st.sampled_from([None, NOON - timedelta(1), NOON + timedelta(1)]),
        ),
        max_size=12,
    ),
    chosen=st.lists(st.sampled_from(TARGETS[2:]), max_size=4),
    crisis=st.booleans(),
    size=st.integers(1, 5),
)
def test_the_matcher_agrees_with_brute_force(
    engine: Engine,
    config: Settings,
    people: list[tuple[dict[Target, str], str, datetime | None]],
    chosen: list[Target],
    crisis: bool,
    size: int,
) -> None:
    with database.write(engine) as connection:
        for table in (outbox, item_targets, items_table, choices, contacts):
            connection.execute(delete(table))
        numbers = [
            add_contact(connection, NOON, follows.items(), state=state, paused_until=paused)
            for follows, state, paused in people
        ]
    store_entries(engine, [entry("a", *chosen)], URGENT if crisis else ORDINARY, NOON)
    while fanout.fan_out_batch(engine, config, NOON, size=size):
        pass
    meant = {ALL, *chosen, *([CRISIS] if crisis else [])}
    expected = [
        number
        for number, (follows, state, paused) in zip(numbers, people, strict=True)
        if state == "active"
        and (paused is None or paused <= NOON)
        and any(target in meant and (crisis or often == "immediate") for target, often in follows.items())
    ]
    assert [message.contact_id for message in messages(engine)] == sorted(expected)
