"""The queue: claimed once, written before and after, never lost, never twice."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from threading import Event, Lock, Thread
from time import monotonic, sleep

import pytest
from sqlalchemy import Engine, delete, insert, update

from delivery import outbox, outcomes, recovery
from delivery.message import Message
from delivery.model import Channel, Lane, Outcome, Result
from delivery.outcomes import Settled
from delivery.retries import Breaker, Budget
from delivery.sending import flight
from delivery.sending.lanes import TICK, LaneRunner
from delivery.suppression import suppress
from delivery.tables import outbox as outbox_table
from foundation.database import open_engine, read, write
from foundation.encryption import Keys
from subscriptions.matching import fanout
from subscriptions.model import DIGEST
from subscriptions.sending import compose
from subscriptions.tables import choices, contacts, digest_runs, item_targets, items, supersessions
from subscriptions.words import transactional
from tests.subscriptions.sending import (
    KEYS,
    LIFETIMES,
    NOW,
    Answers,
    add_contact,
    add_item,
    attempts_of,
    queue,
    row_of,
    runner,
    settings,
    states,
)

LEASE = timedelta(minutes=10)


def prepare(engine: Engine, people: int = 1, lane: Lane = Lane.IMMEDIATE) -> None:
    add_item(engine, lane=lane)
    for number in range(1, people + 1):
        add_contact(engine, number)
        queue(engine, number, lane=lane)


def test_an_accepted_message_is_written_down_with_its_attempt(engine: Engine) -> None:
    prepare(engine)
    sender = Answers(Result(Outcome.ACCEPTED, "250", provider_id="abc"))
    assert runner(engine, sender).drain() == 1
    row = row_of(engine, 1)
    assert (row.state, row.provider_id, row.lease, row.tries) == ("accepted", "abc", None, 1)
    [attempt] = attempts_of(engine, 1)
    assert (attempt.outcome, attempt.code, attempt.ended_at) == ("accepted", "250", NOW)
    assert [message.recipient for message in sender.sent] == ["nr1@exempel.example"]


def test_the_attempt_stands_in_the_database_before_the_network_is_touched(engine: Engine) -> None:
    prepare(engine)
    seen = []

    def look(message: Message) -> Result:
        seen.append((row_of(engine, 1).state, attempts_of(engine, 1)[0].outcome))
        return Result(Outcome.ACCEPTED)

    runner(engine, Answers(look)).drain()
    assert seen == [("sending", None)]


def test_no_more_than_a_hundred_are_in_flight(engine: Engine) -> None:
    prepare(engine, 150)
    flying = []

    def look(message: Message) -> Result:
        flying.append(states(engine).count("sending"))
        return Result(Outcome.ACCEPTED)

    assert runner(engine, Answers(look)).drain() == 150
    assert max(flying) == 100
    assert states(engine) == ["accepted"] * 150


@contextmanager
def draining(lane: LaneRunner) -> Iterator[Thread]:
    """The lane at work in a thread, which ends with the test."""
    thread = Thread(target=lane.drain, daemon=True)
    thread.start()
    yield thread
    thread.join(60)
    assert not thread.is_alive()


def eventually(reached: Callable[[], bool]) -> None:
    end = monotonic() + 60
    while not reached():
        assert monotonic() < end
        sleep(0.01)


def test_a_message_without_answer_costs_one_connection_and_its_neighbours_are_written_down(
    engine: Engine,
) -> None:
    prepare(engine, 150, lane=Lane.CRISIS)
    answered = Event()

    def answer(message: Message) -> Result:
        assert message.delivery != 3 or answered.wait(60)
        return Result(Outcome.ACCEPTED)

    with draining(runner(engine, Answers(answer), lane=Lane.CRISIS)):
        eventually(lambda: states(engine).count("accepted") == 149)
        assert row_of(engine, 3).state == "sending"
        queue(engine, 1, add_item(engine, 2, lane=Lane.CRISIS), lane=Lane.CRISIS)
        eventually(lambda: row_of(engine, 151).state == "accepted")  # and what comes meanwhile leaves
        answered.set()
    assert states(engine) == ["accepted"] * 151


def test_others_go_on_for_slow_connections_but_no_more_than_are_allowed(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flight, "SLOW", 0.01)
    prepare(engine, 40)
    answered, at_once, most, lock = Event(), 0, [0], Lock()

    def answer(message: Message) -> Result:
        nonlocal at_once
        with lock:
            at_once += 1
            most.append(at_once)
        answered.wait(60)
        with lock:
            at_once -= 1
        return Result(Outcome.ACCEPTED)

    lane = runner(engine, Answers(answer), connections=2, spares=3)
    with draining(lane):
        eventually(lambda: max(most) == 5)
        sleep(3 * TICK)
        answered.set()
    assert max(most) == 5
    assert states(engine) == ["accepted"] * 40


def test_two_workers_never_send_the_same_message(engine: Engine) -> None:
    prepare(engine, 120)
    with write(engine) as one:
        first = outbox.candidates(one, Lane.IMMEDIATE, Channel.EMAIL)
        outbox.take(one, first, NOW, LEASE)
    with write(engine) as two:
        second = outbox.candidates(two, Lane.IMMEDIATE, Channel.EMAIL)
    assert len(first) == 100
    assert not {row.id for row in first} & {row.id for row in second}


@pytest.mark.postgres
def test_a_second_worker_skips_what_the_first_is_claiming(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        return  # one writer at a time: there is nothing to skip
    prepare(engine, 150)
    with write(engine) as one, write(engine) as two:
        first = outbox.candidates(one, Lane.IMMEDIATE, Channel.EMAIL)
        second = outbox.candidates(two, Lane.IMMEDIATE, Channel.EMAIL)
    assert len(first) + len(second) == 149  # the 101st was looked at by the first
    assert not {row.id for row in first} & {row.id for row in second}


def test_what_waits_for_one_person_travels_in_one_mail(engine: Engine) -> None:
    add_item(engine, 1)
    add_item(engine, 2, title="Andra rubriken")
    add_contact(engine, 1)
    queue(engine, 1, 1)
    queue(engine, 1, 2)
    sender = Answers()
    assert runner(engine, sender).drain() == 2
    [message] = sender.sent
    assert b"Rubrik 1" in message.body
    assert b"Andra rubriken" in message.body
    assert states(engine) == ["accepted", "accepted"]


def test_a_persons_messages_are_not_torn_apart_by_the_end_of_a_batch(engine: Engine) -> None:
    prepare(engine, 100)
    add_item(engine, 2)
    queue(engine, 100, 2)
    sender = Answers()
    runner(engine, sender).drain()
    assert len(sender.sent) == 100
    assert states(engine) == ["accepted"] * 101


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (update(contacts).values(state="left"), "left"),
        (update(contacts).values(paused_until=NOW + timedelta(days=1)), "paused"),
        (delete(choices), "not-chosen"),
        (update(items).values(state="discarded"), "withdrawn"),
    ],
)
def test_what_is_not_wanted_any_more_is_not_sent(engine: Engine, change: object, why: str) -> None:
    prepare(engine)
    with write(engine) as connection:
        connection.execute(change)  # type: ignore[call-overload]
    sender = Answers()
    runner(engine, sender).drain()
    assert sender.sent == []
    assert (row_of(engine, 1).state, row_of(engine, 1).code) == ("cancelled", why)
    assert attempts_of(engine, 1) == []


def test_an_expired_message_is_not_sent(engine: Engine) -> None:
    add_item(engine)
    add_contact(engine, 1)
    queue(engine, 1, expires_at=NOW)
    sender = Answers()
    runner(engine, sender).drain()
    assert (sender.sent, states(engine)) == ([], ["expired"])


def test_a_suppressed_address_is_found_under_an_older_key(engine: Engine) -> None:
    older, both = Keys(["o" * 40]), Keys(["n" * 40, "o" * 40])
    add_item(engine)
    add_contact(engine, 1, keys=older)
    queue(engine, 1)
    with write(engine) as connection:
        suppress(connection, older, Channel.EMAIL, "nr1@exempel.example", reason="bounce", now=NOW)
    sender = Answers()
    runner(engine, sender, keys=both).drain()
    assert sender.sent == []
    assert row_of(engine, 1).code == "suppressed"


def test_an_address_whose_key_is_missing_waits_alone_until_it_is_there(engine: Engine) -> None:
    """Keys are changed on one machine after the other."""
    add_item(engine)
    new = Keys(["ny-nyckel" * 5, KEYS.newest.secret])
    add_contact(engine, 1, keys=new)
    add_contact(engine, 2)
    queue(engine, 1)
    queue(engine, 2)
    runner(engine, Answers()).drain()
    assert states(engine) == ["deferred", "accepted"]
    assert row_of(engine, 1).code == "undecryptable"
    later = NOW + timedelta(minutes=5)
    with write(engine) as connection:
        assert recovery.wake(connection, later) == 1
    runner(engine, Answers(), keys=new, now=later).drain()
    assert states(engine) == ["accepted", "accepted"]


def test_an_address_whose_key_never_comes_is_given_up_when_its_message_expires(engine: Engine) -> None:
    add_item(engine)
    add_contact(engine, 1, keys=Keys(["bortglomd" * 5]))
    queue(engine, 1)
    runner(engine, Answers()).drain()
    end = NOW + LIFETIMES.message
    with write(engine) as connection:
        recovery.wake(connection, end)
    runner(engine, Answers(), now=end).drain()
    assert states(engine) == ["expired"]


def test_a_temporary_failure_is_tried_again_later_and_later(engine: Engine) -> None:
    prepare(engine)
    lane = runner(engine, Answers(Result(Outcome.TEMPORARY, "4.2.1")))
    lane.drain()
    row = row_of(engine, 1)
    assert row.state == "deferred"
    assert timedelta(seconds=30) <= row.due_at - NOW <= timedelta(seconds=90)
    with write(engine) as connection:
        assert recovery.wake(connection, row.due_at - timedelta(seconds=1)) == 0
        assert recovery.wake(connection, row.due_at) == 1
    runner(engine, Answers(Result(Outcome.TEMPORARY, "4.2.1")), now=NOW + timedelta(minutes=2)).drain()
    assert row_of(engine, 1).due_at - (NOW + timedelta(minutes=2)) >= timedelta(seconds=60)
    assert [attempt.number for attempt in attempts_of(engine, 1)] == [1, 2]


def test_retries_end_with_the_messages_lifetime(engine: Engine) -> None:
    prepare(engine)
    late = NOW + LIFETIMES.message - timedelta(seconds=10)
    runner(engine, Answers(Result(Outcome.TEMPORARY, "4.2.1")), now=late).drain()
    assert states(engine) == ["expired"]


def test_a_provider_that_says_when_is_believed(engine: Engine) -> None:
    prepare(engine)
    runner(engine, Answers(Result(Outcome.TEMPORARY, "429", retry_after=1800))).drain()
    assert row_of(engine, 1).due_at >= NOW + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("lane", "channel", "state", "decision"),
    [
        (Lane.CRISIS, Channel.SMS, "queued", "sent again"),
        (Lane.TRANSACTIONAL, Channel.SMS, "queued", "sent again"),
        (Lane.IMMEDIATE, Channel.SMS, "ambiguous", "not sent again"),
        (Lane.DIGEST, Channel.SMS, "ambiguous", "not sent again"),
        (Lane.IMMEDIATE, Channel.EMAIL, "queued", "sent again"),
        (Lane.DIGEST, Channel.EMAIL, "queued", "sent again"),
    ],
)
def test_a_lost_lease_is_ambiguous_and_the_choice_recorded(
    engine: Engine, lane: Lane, channel: Channel, state: str, decision: str
) -> None:
    add_item(engine, lane=lane)
    add_contact(engine, 1, channel=channel)
    queue(engine, 1, lane=lane, channel=channel)
    with write(engine) as connection:
        outbox.take(connection, outbox.candidates(connection, lane, channel), NOW, LEASE)
        assert recovery.recover(connection, NOW + LEASE) == 0
        assert recovery.recover(connection, NOW + LEASE + timedelta(seconds=1)) == 1
    assert states(engine) == [state]
    [attempt] = attempts_of(engine, 1)
    assert attempt.outcome == "ambiguous"
    assert attempt.decision.startswith(decision)


IN_DOUBT = [
    (Lane.CRISIS, Channel.EMAIL, 3),
    (Lane.TRANSACTIONAL, Channel.EMAIL, 3),
    (Lane.IMMEDIATE, Channel.EMAIL, 3),
    (Lane.DIGEST, Channel.EMAIL, 3),
    (Lane.CRISIS, Channel.SMS, 3),
    (Lane.TRANSACTIONAL, Channel.SMS, 1),
    (Lane.IMMEDIATE, Channel.SMS, 0),
    (Lane.DIGEST, Channel.SMS, 0),
]


@pytest.mark.parametrize("is_killed", [False, True])
@pytest.mark.parametrize(("lane", "channel", "again"), IN_DOUBT)
def test_silence_after_the_dot_and_a_killed_worker_are_the_same_doubt_by_one_rule(
    sqlite_url: str, lane: Lane, channel: Channel, again: int, is_killed: bool
) -> None:
    """``again``: how often it is sent once more; a mail's copies share their Message-ID."""
    engine, moment = open_engine(sqlite_url), NOW
    add_item(engine, lane=lane)
    add_contact(engine, 1, channel=channel)
    queue(engine, 1, lane=lane, channel=channel)
    silent = Answers(Result(Outcome.AMBIGUOUS, "no-answer"))
    for _ in range(6):
        if is_killed:
            with write(engine) as connection:
                outbox.take(connection, outbox.candidates(connection, lane, channel), moment, LEASE)
                recovery.recover(connection, moment + LEASE * 2)
        else:
            runner(engine, silent, lane=lane, channel=channel, now=moment).drain()
        if states(engine) == ["ambiguous"]:
            break
        moment += timedelta(minutes=30)
        with write(engine) as connection:
            recovery.wake(connection, moment)
    assert [each.decision.startswith("sent again") for each in attempts_of(engine, 1)] == [
        *[True] * again, False
    ]  # fmt: skip
    if channel == Channel.EMAIL and not is_killed:
        marks = [message_from_bytes(each.body)["Message-ID"] for each in silent.sent]
        assert len(marks) == again + 1
        assert len(set(marks)) == 1
    engine.dispose()


def test_an_ambiguous_crisis_message_is_not_repeated_for_ever(engine: Engine) -> None:
    prepare(engine, lane=Lane.CRISIS)
    for minute in range(6):
        moment = NOW + timedelta(minutes=2 * minute)
        with write(engine) as connection:
            recovery.wake(connection, moment)
        runner(engine, Answers(Result(Outcome.AMBIGUOUS)), lane=Lane.CRISIS, now=moment).drain()
    assert states(engine) == ["ambiguous"]
    assert len(attempts_of(engine, 1)) == outcomes.RESENDS + 1


def test_a_crisis_message_goes_on_while_the_provider_says_that_it_fails_until_it_is_too_late(
    engine: Engine,
) -> None:
    prepare(engine, lane=Lane.CRISIS)
    sender = Answers(Result(Outcome.AMBIGUOUS, "20500", answered=True))
    moment = NOW
    while moment <= NOW + timedelta(hours=6):  # its last try may be due in the last minute
        with write(engine) as connection:
            recovery.wake(connection, moment)
        runner(engine, sender, lane=Lane.CRISIS, now=moment).drain()
        moment += timedelta(minutes=1)
    assert states(engine) == ["ambiguous"]  # not expired: it may have gone out
    assert outcomes.RESENDS + 1 < len(sender.sent) < 6 * 60 / 5 + 10  # at last each 5 to 15 minutes
    assert {each.decision for each in attempts_of(engine, 1)} == {outbox.ANSWERED}


@pytest.mark.parametrize(
    ("first", "state"),
    [(Result(Outcome.TEMPORARY, "451"), "expired"), (Result(Outcome.AMBIGUOUS), "ambiguous")],
)
def test_what_may_have_gone_out_is_not_written_down_as_never_told_when_its_time_is_over(
    engine: Engine, first: Result, state: str
) -> None:
    prepare(engine, lane=Lane.CRISIS)
    runner(engine, Answers(first), lane=Lane.CRISIS).drain()
    late = NOW + timedelta(hours=6)
    with write(engine) as connection:
        recovery.wake(connection, late)
    sender = Answers()
    runner(engine, sender, lane=Lane.CRISIS, now=late).drain()
    assert (sender.sent, states(engine)) == ([], [state])
    assert row_of(engine, 1).code == "expired"


def test_a_message_that_was_replaced_and_has_expired_besides_was_replaced(engine: Engine) -> None:
    """The other code would be an alarm."""
    prepare(engine, lane=Lane.CRISIS)
    add_item(engine, 2, lane=Lane.CRISIS)
    with write(engine) as connection:
        connection.execute(insert(supersessions).values(item_id=2, earlier_id=1))
    runner(engine, Answers(), lane=Lane.CRISIS, now=NOW + timedelta(hours=7)).drain()
    row = row_of(engine, 1)
    assert (row.state, row.code) == ("cancelled", "superseded")


def test_failures_that_were_told_use_up_no_doubts_and_only_crisis_goes_again(engine: Engine) -> None:
    """After many of them a silence is the first doubt."""
    fails, sms = Result(Outcome.AMBIGUOUS, "20500", answered=True), Channel.SMS
    add_item(engine, 1, lane=Lane.CRISIS)
    add_contact(engine, 1, channel=sms)
    queue(engine, 1, 1, lane=Lane.CRISIS, channel=sms)
    for minute in range(6):
        moment = NOW + timedelta(minutes=2 * minute)
        with write(engine) as connection:
            recovery.wake(connection, moment)
        answer = fails if minute < 5 else Result(Outcome.AMBIGUOUS)
        runner(engine, Answers(answer), lane=Lane.CRISIS, channel=sms, now=moment).drain()
    assert states(engine) == ["deferred"]
    add_item(engine, 2)
    queue(engine, 1, 2, channel=sms)
    runner(engine, Answers(fails), channel=sms).drain()
    assert states(engine) == ["deferred", "ambiguous"]


def test_refusals_that_were_heard_do_not_use_up_the_doubts(engine: Engine) -> None:
    prepare(engine, lane=Lane.CRISIS)
    for minute in range(6):
        moment = NOW + timedelta(minutes=2 * minute)
        with write(engine) as connection:
            recovery.wake(connection, moment)
        answer = Result(Outcome.TEMPORARY, "451") if minute < 5 else Result(Outcome.AMBIGUOUS)
        runner(engine, Answers(answer), lane=Lane.CRISIS, now=moment).drain()
    assert states(engine) == ["deferred"]


def test_what_is_left_of_a_batch_whose_lease_has_run_out_waits_for_a_new_claim(engine: Engine) -> None:
    prepare(engine, 3)
    lane = runner(engine, Answers(), connections=1)
    moments = iter([NOW, NOW, NOW, *[NOW + LEASE] * 20])  # paused while the first was sent
    lane.clock = lambda: next(moments)
    lane.drain()
    assert [len(attempts_of(engine, number)) for number in (1, 2, 3)] == [1, 2, 2]
    assert [attempt.code for attempt in attempts_of(engine, 3)] == ["lease", "250"]
    assert states(engine) == ["accepted"] * 3  # the others under a new claim


def test_an_acceptance_that_comes_after_the_lease_was_lost_stops_the_second_copy(engine: Engine) -> None:
    prepare(engine, lane=Lane.CRISIS)
    with write(engine) as connection:
        [row] = outbox.candidates(connection, Lane.CRISIS, Channel.EMAIL)
        lease = outbox.take(connection, [row], NOW, LEASE)
    with write(engine) as connection:
        recovery.recover(connection, NOW + LEASE * 2)
    assert states(engine) == ["queued"]
    with write(engine) as connection:
        late = Settled(row, Result(Outcome.ACCEPTED), NOW, NOW + LEASE * 2)
        outcomes.settle(connection, lease, [late], LIFETIMES)
    assert states(engine) == ["accepted"]


def test_a_failure_that_comes_after_the_lease_was_lost_changes_nothing_of_the_new_holders(
    engine: Engine,
) -> None:
    prepare(engine, lane=Lane.CRISIS)
    with write(engine) as connection:
        [row] = outbox.candidates(connection, Lane.CRISIS, Channel.EMAIL)
        lease = outbox.take(connection, [row], NOW, LEASE)
    with write(engine) as connection:
        recovery.recover(connection, NOW + LEASE * 2)
        again = outbox.candidates(connection, Lane.CRISIS, Channel.EMAIL)
        outbox.take(connection, again, NOW + LEASE * 2, LEASE)
        late = Settled(row, Result(Outcome.PERMANENT, "5.1.1"), NOW, NOW)
        outcomes.settle(connection, lease, [late], LIFETIMES)
    assert states(engine) == ["sending"]


def test_somebody_erased_while_being_written_to_leaves_nothing_behind(engine: Engine) -> None:
    prepare(engine, 2)

    def erase(message: Message) -> Result:
        with write(engine) as connection:
            connection.execute(delete(contacts).where(contacts.c.id == 1))
        return Result(Outcome.ACCEPTED)

    runner(engine, Answers(erase), connections=1).drain()
    assert states(engine) == ["accepted"]


def test_a_probe_that_an_error_of_ours_ends_is_not_waited_for(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(engine, 1)
    sender = Answers()
    lane = runner(engine, sender)
    lane.breaker = Breaker(longest=0)  # it may be tried again at once
    for _ in range(lane.breaker.threshold):
        lane.breaker.failed(monotonic(), None)
    assert lane.breaker.is_open
    with monkeypatch.context() as patch:
        patch.setattr("delivery.sending.composing.compose", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            lane.drain()
    add_contact(engine, 2)
    queue(engine, 2)
    assert lane.drain() == 1
    assert len(sender.sent) == 1


def test_a_breaker_leaves_a_dead_provider_alone_and_nothing_is_lost(engine: Engine) -> None:
    prepare(engine, 60)
    sender = Answers(Result(Outcome.TEMPORARY, "connect", unreachable=True))
    lane = runner(engine, sender, connections=1)
    lane.drain()
    assert len(sender.sent) == lane.breaker.threshold
    assert states(engine).count("deferred") == lane.breaker.threshold  # those that were tried
    assert states(engine).count("queued") == 60 - lane.breaker.threshold


def test_quiet_hours_put_an_sms_off_but_not_a_crisis(engine: Engine) -> None:
    add_item(engine)
    add_item(engine, 2, lane=Lane.CRISIS)
    add_contact(engine, 1, channel=Channel.SMS)
    queue(engine, 1, 1, channel=Channel.SMS)
    queue(engine, 1, 2, channel=Channel.SMS, lane=Lane.CRISIS)
    morning = NOW + timedelta(hours=8)
    for lane in (Lane.IMMEDIATE, Lane.CRISIS):
        runner(engine, Answers(), lane=lane, channel=Channel.SMS, quiet_until=lambda now: morning).drain()
    assert states(engine) == ["deferred", "accepted"]
    assert row_of(engine, 1).due_at == morning


def test_the_end_of_an_alert_reaches_whoever_got_it_whatever_they_follow_now(engine: Engine) -> None:
    add_item(engine, lane=Lane.CRISIS, alert={"message_type": "Cancel"})
    add_contact(engine, 1)
    queue(engine, 1, lane=Lane.CRISIS)
    with write(engine) as connection:
        connection.execute(delete(choices))
    runner(engine, Answers(), lane=Lane.CRISIS).drain()
    assert states(engine) == ["accepted"]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Result(Outcome.TEMPORARY, "451"), "cancelled"),
        (Result(Outcome.AMBIGUOUS, "no-answer"), "ambiguous"),
        (Result(Outcome.AMBIGUOUS, "20500", answered=True), "ambiguous"),
    ],
)
def test_an_alert_whose_end_came_while_it_was_being_sent_does_not_go_out_after_it(
    engine: Engine, answer: Result, state: str
) -> None:
    prepare(engine, lane=Lane.CRISIS)

    def end_comes(message: Message) -> Result:
        add_item(
            engine, 2, lane=Lane.CRISIS, alert={"message_type": "Cancel"}, fanout_done_at=None,
            expires_at=NOW + timedelta(hours=1),
        )  # fmt: skip
        with write(engine) as connection:
            connection.execute(insert(supersessions).values(item_id=2, earlier_id=1))
        fanout.fan_out(engine, settings(), NOW)
        return answer

    runner(engine, Answers(end_comes), lane=Lane.CRISIS).drain()
    later = NOW + timedelta(minutes=5)
    with write(engine) as connection:
        recovery.wake(connection, later)
    sender = Answers()
    runner(engine, sender, lane=Lane.CRISIS, now=later).drain()
    assert states(engine) == [state, "accepted"]
    assert row_of(engine, 1).code == "superseded"


def test_a_held_queue_waits_for_its_operator(engine: Engine) -> None:
    prepare(engine, 2)
    with write(engine) as connection:
        assert recovery.hold_everything(connection, NOW) == 2
    sender = Answers()
    runner(engine, sender).drain()
    assert sender.sent == []
    with write(engine) as connection:
        recovery.release_held(connection, NOW)
    runner(engine, sender).drain()
    assert len(sender.sent) == 2


@pytest.mark.parametrize(
    ("answer", "decision"),
    [(None, "held for the operator"), (recovery.release_held, "sent again: the operator's word")],
)
def test_what_was_on_its_way_when_the_copy_was_taken_has_its_doubt_written_down(
    engine: Engine, answer: Callable[..., int] | None, decision: str
) -> None:
    prepare(engine, 2)
    with write(engine) as connection:
        row = outbox.candidates(connection, Lane.IMMEDIATE, Channel.EMAIL, 1)
        outbox.take(connection, row, NOW, timedelta(minutes=10))
        recovery.hold_everything(connection, NOW)
        if answer:
            answer(connection, NOW)
    (attempt,) = attempts_of(engine, 1)
    assert (attempt.outcome, attempt.code, attempt.decision) == ("ambiguous", "restored", decision)
    assert attempts_of(engine, 2) == []


def test_what_does_not_know_what_belongs_with_it_fails_alone_and_what_was_sent_is_settled_once(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(engine, 3)
    real = compose.News.together

    def together(self: compose.News, row: outbox.Row) -> object:
        if row.id == 2:
            raise RuntimeError("cannot be told")
        return real(self, row)

    monkeypatch.setattr(compose.News, "together", together)
    sender = Answers()
    runner(engine, sender).drain()
    assert states(engine) == ["accepted"] * 3
    assert [len(attempts_of(engine, number)) for number in (1, 2, 3)] == [1, 1, 1]


def test_what_looks_new_after_a_restore_waits_too_but_not_crisis_and_confirmations(engine: Engine) -> None:
    prepare(engine, 4)
    with write(engine) as connection:
        connection.execute(outbox_table.delete())
        recovery.hold_everything(connection, NOW)
    for number, lane in enumerate(Lane, start=1):
        queue(engine, number, lane=lane)
        runner(engine, Answers(), lane=lane).drain()
    assert states(engine) == ["accepted", "accepted", "queued", "queued"]
    with write(engine) as connection:
        assert recovery.count_held(connection) == 2
        assert recovery.discard_held(connection, NOW) == 2
    assert states(engine) == ["accepted", "accepted", "cancelled", "cancelled"]
    queue(engine, 1, about=add_item(engine, 2))
    runner(engine, Answers()).drain()
    assert states(engine)[-1] == "accepted"


def test_outcomes_wait_for_a_database_that_is_away(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare(engine, 3)
    real, failures = outcomes.settle, iter([True, True])

    def sometimes(*arguments: object) -> None:
        if next(failures, False):
            from sqlalchemy.exc import OperationalError

            raise OperationalError("UPDATE", {}, Exception("the server closed the connection"))
        real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(outcomes, "settle", sometimes)
    sender = Answers()
    runner(engine, sender).drain()
    assert len(sender.sent) == 3
    assert states(engine) == ["accepted"] * 3


def test_an_answer_with_a_nul_in_it_is_written_down_on_each_database(engine: Engine) -> None:
    prepare(engine, 3)
    sender = Answers(Result(Outcome.ACCEPTED, "2\0", "ok \0", provider_id="a\0"))
    runner(engine, sender).drain()
    assert states(engine) == ["accepted"] * 3
    assert (row_of(engine, 1).code, row_of(engine, 1).provider_id) == ("2", "a")


def test_what_has_begun_when_told_to_stop_is_written_down_and_nothing_new_begun(engine: Engine) -> None:
    prepare(engine, 150)
    stop = Event()

    def end(message: Message) -> Result:
        stop.set()
        return Result(Outcome.ACCEPTED)

    sender = Answers(end)
    runner(engine, sender).drain(stop)
    assert len(sender.sent) in (1, 2)  # one for each connection
    assert states(engine).count("accepted") == len(sender.sent)
    assert states(engine).count("queued") == 150 - len(sender.sent)
    runner(engine, sender).drain()
    assert sorted(message.delivery for message in sender.sent) == list(range(1, 151))


def test_whoever_waits_for_the_budget_when_told_to_stop_waits_no_longer(engine: Engine) -> None:
    prepare(engine, 10)
    stop = Event()

    def end(message: Message) -> Result:
        stop.set()
        return Result(Outcome.ACCEPTED)

    slow = runner(engine, Answers(end))
    slow.budget = Budget(0.001)  # the next turn is a quarter of an hour away
    thread = Thread(target=slow.drain, args=(stop,), daemon=True)
    thread.start()
    thread.join(60)
    assert not thread.is_alive()
    assert (states(engine).count("accepted"), states(engine).count("queued")) == (1, 9)


def test_a_transactional_message_without_contact_goes_to_the_address_in_it(engine: Engine) -> None:
    with write(engine) as connection:
        outbox.enqueue(
            connection, KEYS, channel=Channel.EMAIL, template="accessibility_report", now=NOW,
            lifetime=timedelta(hours=48),
            payload={"address": "tillganglighet@kommun.example", "kind": "fault", "text": "Knappen syns."},
        )  # fmt: skip
    sender = Answers()
    runner(engine, sender, lane=Lane.TRANSACTIONAL).drain()
    [message] = sender.sent
    assert message.recipient == "tillganglighet@kommun.example"
    assert b"Knappen syns." in message.body


def test_a_message_that_we_cannot_make_waits_alone_until_we_can(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = transactional.mail
    for template in ("confirm", "manage"):  # the first lacks its path
        with write(engine) as connection:
            payload = {"address": "a@kommun.example"} | ({"path": "/p"} if template == "manage" else {})
            outbox.enqueue(
                connection, KEYS, channel=Channel.EMAIL, template=template, payload=payload, now=NOW,
                lifetime=timedelta(hours=1),
            )  # fmt: skip
    runner(engine, Answers(), lane=Lane.TRANSACTIONAL).drain()
    assert states(engine) == ["deferred", "accepted"]
    assert row_of(engine, 1).code == "compose"
    monkeypatch.setattr(
        transactional, "mail", lambda site, template, payload: whole(site, "manage", {"path": "/p"})
    )
    with write(engine) as connection:
        recovery.wake(connection, NOW + timedelta(minutes=1))
    runner(engine, Answers(), lane=Lane.TRANSACTIONAL, now=NOW + timedelta(minutes=1)).drain()
    assert states(engine) == ["accepted", "accepted"]


def test_an_alert_stored_with_an_end_in_the_year_9999_goes_out(engine: Engine) -> None:
    end = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    add_item(
        engine, lane=Lane.CRISIS, alert={"message_type": "Alert", "expires": end.isoformat()}, expires_at=end
    )
    add_contact(engine, 1)
    queue(engine, 1, lane=Lane.CRISIS)
    runner(engine, Answers(), lane=Lane.CRISIS).drain()
    assert states(engine) == ["accepted"]


def test_a_digest_holds_what_the_contact_follows(engine: Engine) -> None:
    from subscriptions.model import Frequency

    for number in (1, 2, 3):
        add_item(engine, number)
    with write(engine) as connection:
        connection.execute(
            insert(digest_runs).values(id=1, frequency="weekly", period_end=NOW, created_at=NOW)
        )
        connection.execute(update(items).where(items.c.id != 3).values(weekly_run_id=1))
        connection.execute(delete(item_targets).where(item_targets.c.item_id == 2))
    add_contact(engine, 1, frequency=Frequency.WEEKLY)
    add_contact(engine, 2)  # hears at once: nothing is left for a digest
    for contact in (1, 2):
        queue(engine, contact, 1, source=DIGEST, lane=Lane.DIGEST)
    sender = Answers()
    runner(engine, sender, lane=Lane.DIGEST).drain()
    [message] = sender.sent
    assert b"Rubrik 1" in message.body
    assert b"Rubrik 2" not in message.body
    assert b"Veckans nyheter" in message.body
    assert states(engine) == ["accepted", "cancelled"]


def test_a_queue_of_news_does_not_wait_in_the_crisis_lane(engine: Engine) -> None:
    prepare(engine, 5)
    with read(engine) as connection:
        assert not outbox.is_waiting(connection, Lane.CRISIS, Channel.EMAIL)
        assert outbox.is_waiting(connection, Lane.IMMEDIATE, Channel.EMAIL)
        assert not outbox.is_waiting(connection, Lane.IMMEDIATE, Channel.SMS)
    assert settings().smtp_url == ""
    assert outbox_table.c.lane is not None
