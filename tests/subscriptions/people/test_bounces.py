"""What comes back: read only where we are sure that we sent it, and applied once, in any order."""

from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import Engine, func, select, update

from delivery.bounces.report import Report, read_report
from delivery.channels.email.verp import delivery_of, return_path
from delivery.message import Message
from delivery.model import Channel, DeliveryState, Lane, Outcome, Result
from delivery.suppression import suppressed
from delivery.tables import outbox, suppressions
from foundation.database import read, write
from foundation.encryption import Keys
from foundation.signed_links import leave_path, leave_token
from subscriptions.people import bounces
from subscriptions.people.bounces import StatusChange, apply_report, apply_status
from subscriptions.tables import bounces as bounces_table
from subscriptions.tables import contacts
from tests.subscriptions.sending import (
    KEYS,
    NOW,
    Answers,
    add_contact,
    add_item,
    queue,
    row_of,
    runner,
    states,
)

ADDRESS = return_path(KEYS, "bevakningar@kommun.example", "kommun.example", 1)


ARRIVED = Report(1, "delivered", "mailbox")


def dsn(to: str = ADDRESS, action: str = "failed", status: str = "5.1.1", wrapped: str = "") -> bytes:
    return f"""\
From: MAILER-DAEMON@mx.exempel.example
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="gr"

--gr
Content-Type: text/plain

Jag kunde inte leverera.

--gr
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.exempel.example

Final-Recipient: rfc822; nr1@exempel.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} nej

--gr
Content-Type: message/rfc822

Subject: {wrapped}

text
--gr--
""".encode()


def arf(to: str = "klagomal@kommun.example", kind: str = "abuse") -> bytes:
    return f"""\
From: fbl@exempel.example
To: {to}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="gr"

--gr
Content-Type: text/plain

Ett klagomal.

--gr
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: fbl/1.0
Version: 1
Original-Mail-From: <{ADDRESS}>

--gr
Content-Type: message/rfc822

Return-Path: <{ADDRESS}>
Subject: Vatten

text
--gr--
""".encode()


def prepare(engine: Engine, people: int = 1) -> None:
    add_item(engine)
    for number in range(1, people + 1):
        add_contact(engine, number)
        queue(engine, number, state=DeliveryState.ACCEPTED)


def is_suppressed(engine: Engine, number: int = 1) -> bool:
    with read(engine) as connection:
        address = f"nr{number}@exempel.example"
        return bool(suppressed(connection, KEYS, Channel.EMAIL, [address]))


def test_the_bounce_address_says_which_delivery_and_proves_it() -> None:
    assert delivery_of(KEYS, ADDRESS) == 1
    assert delivery_of(KEYS, ADDRESS.upper()) == 1
    assert delivery_of(KEYS, ADDRESS.replace("studs-1-", "studs-2-")) is None
    assert delivery_of(Keys(["x" * 40]), ADDRESS) is None
    assert len(ADDRESS.partition("@")[0]) <= 64


def test_the_bounce_address_survives_a_new_key() -> None:
    assert delivery_of(Keys(["n" * 40, KEYS.newest.secret]), ADDRESS) == 1


@pytest.mark.parametrize(
    ("raw", "report"),
    [
        (dsn(), Report(1, "bounce", "5.1.1")),
        (dsn(status="4.4.7"), Report(1, "bounce", "4.4.7")),
        (dsn(action="delayed", status="4.4.1"), Report(1, "delay", "4.4.1")),
        (dsn(action="delivered", status="2.0.0"), Report(1, "delivered", "2.0.0")),
        (dsn(status="nonsense"), Report(1, "bounce", "5.0.0")),
        (arf(), Report(1, "complaint", "abuse")),
        (arf(kind="Fraud"), Report(1, "complaint", "fraud")),
        (arf(kind="opt-out"), Report(1, "complaint", "opt-out")),
        (arf(kind="not-spam"), None),
        (arf(kind="auth-failure"), None),
        (arf(kind="virus"), None),
        (arf(kind="other"), None),
        (dsn(to=ADDRESS.replace("studs-1-", "studs-2-")), None),
        (dsn(to="bevakningar@kommun.example"), None),
        (f"To: {ADDRESS}\nSubject: Borta\n\nJag har semester.".encode(), None),
        (f"Return-Path: <{ADDRESS}>\nTo: kanarie@kommun.example\n\nHej".encode(), ARRIVED),
        (f"Return-Path: <{ADDRESS.replace('studs-1-', 'studs-2-')}>\n\nHej".encode(), None),
        (b"", None),
        (b"\xff\xfe\x00" * 50, None),
        (b"Content-Type: multipart/report; boundary=x\n\n--x\n", None),
    ],
)
def test_a_report_is_read_only_where_it_is_one_and_ours(raw: bytes, report: Report | None) -> None:
    assert read_report(KEYS, raw) == report


def test_a_report_with_control_characters_is_taken_on_each_database(engine: Engine) -> None:
    prepare(engine)
    report = read_report(KEYS, arf().replace(b"Feedback-Type: abuse", b"Feedback-Type: ab\0use"))
    assert report is not None
    with write(engine) as connection:
        assert apply_report(connection, KEYS, report, NOW)
    assert is_suppressed(engine)


def test_a_hard_bounce_suppresses_the_address(engine: Engine) -> None:
    prepare(engine, 2)
    with write(engine) as connection:
        assert apply_report(connection, KEYS, Report(1, "bounce", "5.1.1"), NOW)
    assert states(engine) == ["bounced", "accepted"]
    assert (is_suppressed(engine, 1), is_suppressed(engine, 2)) == (True, False)


def test_the_same_bounce_twice_is_one(engine: Engine) -> None:
    prepare(engine)
    with write(engine) as connection:
        assert apply_report(connection, KEYS, Report(1, "bounce", "5.2.2"), NOW)
        assert not apply_report(connection, KEYS, Report(1, "bounce", "5.2.2"), NOW)


def send_three_in_two_mails(engine: Engine) -> str:
    """Two items in one mail, whose bounce address is returned, and a third in a mail of its own."""
    for number in (1, 2, 3):
        add_item(engine, number)
    add_contact(engine, 1)
    sender = Answers()
    for numbers, at in (((1, 2), NOW), ((3,), NOW + timedelta(minutes=1))):
        for number in numbers:
            queue(engine, 1, number)
        runner(engine, sender, now=at).drain()
    assert len(sender.sent) == 2
    return sender.sent[0].return_path


@pytest.mark.parametrize(
    ("kind", "code", "state"), [("delivered", "mailbox", "delivered"), ("bounce", "5.2.2", "bounced")]
)
def test_what_is_told_about_a_mail_is_told_about_every_item_in_it(
    engine: Engine, kind: str, code: str, state: str
) -> None:
    delivery = delivery_of(KEYS, send_three_in_two_mails(engine))
    assert delivery is not None
    with write(engine) as connection:
        assert apply_report(connection, KEYS, Report(delivery, kind, code), NOW)
        assert connection.scalar(select(func.count()).select_from(bounces_table)) == (kind == "bounce")
    assert states(engine) == [state, state, "accepted"]


def test_an_item_that_was_refused_with_another_and_then_sent_alone_has_a_report_of_its_own(
    engine: Engine,
) -> None:
    for number in (1, 2):
        add_item(engine, number)
    add_contact(engine, 1)
    first, second = (queue(engine, 1, number) for number in (1, 2))
    runner(engine, Answers(Result(Outcome.TEMPORARY, "451"))).drain()
    sender = Answers()
    for number, at in ((first, NOW + timedelta(hours=1)), (second, NOW + timedelta(hours=2))):
        with write(engine) as connection:
            connection.execute(update(outbox).where(outbox.c.id == number).values(state="queued"))
        runner(engine, sender, now=at).drain()
    with write(engine) as connection:
        assert apply_report(connection, KEYS, Report(first, "delivered", "mailbox"), NOW)
    assert states(engine) == ["delivered", "accepted"]


def test_a_full_mailbox_suppresses_only_when_it_stays_full(engine: Engine) -> None:
    prepare(engine)
    for number in (2, 3):
        add_item(engine, number)
        queue(engine, 1, number, state=DeliveryState.ACCEPTED)
    for delivery in (1, 2, 3):
        assert not is_suppressed(engine)
        with write(engine) as connection:
            apply_report(connection, KEYS, Report(delivery, "bounce", "5.2.2"), NOW)
    assert is_suppressed(engine)


@pytest.mark.parametrize("code", ["5.7.1", "5.3.4", "5.2.3", "4.7.0"])
def test_what_is_said_about_us_silences_no_reader_however_often_it_is_said(engine: Engine, code: str) -> None:
    people = bounces.STORM + 5
    prepare(engine, people)
    for number in range(2, people + 1):
        add_item(engine, number)
        queue(engine, 1, number, state=DeliveryState.ACCEPTED)
    with write(engine) as connection:
        for delivery in range(1, 2 * people):
            assert apply_report(connection, KEYS, Report(delivery, "bounce", code), NOW)
        assert connection.scalar(select(func.count()).select_from(suppressions)) == 0
        # Nor is it a storm, in which somebody who is gone would be forgiven.
        bounces.record(connection, KEYS, people, "5.1.1", hard=True, now=NOW)
    assert [number for number in range(1, people + 1) if is_suppressed(engine, number)] == [people]
    assert states(engine)[0] == "bounced"


def test_a_complaint_with_nothing_but_the_link_to_leave_suppresses_its_reader(engine: Engine) -> None:
    prepare(engine, 2)
    with write(engine) as connection:
        made = connection.scalar(select(contacts.c.created_at).where(contacts.c.id == 2))
        assert made is not None
        for key, contact, moment, done in (
            (Keys(["x" * 40]), 2, made, False),
            (KEYS, 2, made + timedelta(seconds=1), False),
            (KEYS, 99, made, False),
            (KEYS, 2, made, True),
            (KEYS, 2, made, False),
        ):
            leave = leave_token(leave_path(key, contact, moment))
            report = Report(None, "complaint", "abuse", leave=leave)
            assert apply_report(connection, KEYS, report, NOW) is done
    assert (is_suppressed(engine, 1), is_suppressed(engine, 2)) == (False, True)


def test_a_delay_changes_nothing(engine: Engine) -> None:
    prepare(engine)
    with write(engine) as connection:
        apply_report(connection, KEYS, Report(1, "delay", "4.4.1"), NOW)
    assert states(engine) == ["accepted"]


def test_a_complaint_suppresses(engine: Engine) -> None:
    prepare(engine)
    with write(engine) as connection:
        apply_report(connection, KEYS, Report(1, "complaint", "abuse"), NOW)
        assert connection.scalar(select(suppressions.c.reason)) == "complaint"


def test_a_storm_from_one_domain_suppresses_nobody(engine: Engine) -> None:
    people = bounces.STORM + 10
    prepare(engine, people)
    with write(engine) as connection:
        for number in range(1, people + 1):
            apply_report(connection, KEYS, Report(number, "bounce", "5.1.1"), NOW)
        assert connection.scalar(select(func.count()).select_from(suppressions)) == 0  # also the first
        later = NOW + timedelta(hours=2)
        assert not is_suppressed(engine, people)
        bounces.record(connection, KEYS, people, "5.1.1", hard=True, now=later)
    assert is_suppressed(engine, people)


def test_a_report_about_somebody_erased_is_ignored(engine: Engine) -> None:
    with write(engine) as connection:
        assert not apply_report(connection, KEYS, Report(99, "bounce", "5.1.1"), NOW)


def test_a_refused_recipient_is_suppressed_while_sending(engine: Engine) -> None:
    add_item(engine)
    add_contact(engine, 1)
    queue(engine, 1)
    runner(engine, Answers(Result(Outcome.PERMANENT, "5.1.1", suppress=True))).drain()
    assert states(engine) == ["failed"]
    assert is_suppressed(engine)


def test_what_the_relay_refuses_after_the_mail_suppresses_nobody(engine: Engine) -> None:
    numbers = [add_item(engine, number) for number in range(1, 5)]
    add_contact(engine, 1)
    for number in numbers:
        queue(engine, 1, number)
        runner(engine, Answers(Result(Outcome.PERMANENT, "5.6.0", "DATA 550"))).drain()
    assert states(engine) == ["failed"] * 4
    assert not is_suppressed(engine)


def test_a_recipient_refused_without_a_plain_code_is_suppressed_the_third_time(engine: Engine) -> None:
    for number in (1, 2, 3):
        add_item(engine, number)
    add_contact(engine, 1)
    for number in (1, 2, 3):
        assert not is_suppressed(engine)
        queue(engine, 1, number)
        runner(engine, Answers(Result(Outcome.PERMANENT, "550", refused=True))).drain()
    assert is_suppressed(engine)


def test_a_number_that_said_stop_to_the_provider_is_suppressed(engine: Engine) -> None:
    add_item(engine)
    add_contact(engine, 1, "+46700000001", Channel.SMS)
    queue(engine, 1, channel=Channel.SMS)
    sender = Answers(Result(Outcome.PERMANENT, "21610", suppress=True))
    runner(engine, sender, channel=Channel.SMS).drain()
    with read(engine) as connection:
        assert suppressed(connection, KEYS, Channel.SMS, ["+46700000001"])


STATUSES = (
    bounces.twilio_status("queued", "", "SM1"),
    bounces.twilio_status("sent", "", "SM1"),
    bounces.twilio_status("delivered", "", "SM1"),
)


@pytest.mark.parametrize("order", list(permutations(STATUSES)))
def test_callbacks_in_any_order_and_number_end_as_delivered(
    engine: Engine, order: tuple[StatusChange, ...]
) -> None:
    add_item(engine)
    add_contact(engine, 1, "+46700000001", Channel.SMS)
    queue(engine, 1, channel=Channel.SMS, state=DeliveryState.AMBIGUOUS)
    with write(engine) as connection:
        assert [apply_status(connection, KEYS, 1, change, NOW) for change in order * 2] == [True] * 3 + [
            False
        ] * 3
    row = row_of(engine, 1)
    assert (row.state, row.provider_id) == ("delivered", "SM1")


def test_a_callback_proves_acceptance_and_stops_the_second_copy(engine: Engine) -> None:
    add_item(engine)
    add_contact(engine, 1, "+46700000001", Channel.SMS)
    queue(engine, 1, channel=Channel.SMS, state=DeliveryState.DEFERRED)
    with write(engine) as connection:
        apply_status(connection, KEYS, 1, bounces.twilio_status("queued", "", "SM1"), NOW)
    assert states(engine) == ["accepted"]


@pytest.mark.parametrize("status", ["queued", "sent", "delivered"])
def test_a_callback_that_comes_while_the_answer_is_waited_for_stops_the_second_copy(
    engine: Engine, status: str
) -> None:
    """A crisis message whose answer never comes goes again, but not where its callback has come."""
    add_item(engine, lane=Lane.CRISIS)
    add_contact(engine, 1, "+46700000001", Channel.SMS)
    queue(engine, 1, lane=Lane.CRISIS, channel=Channel.SMS)

    def silent(message: Message) -> Result:
        with write(engine) as connection:
            change = bounces.twilio_status(status, "", "SM1")
            apply_status(connection, KEYS, message.delivery, change, NOW)
        return Result(Outcome.AMBIGUOUS, "no-answer", unreachable=True)

    runner(engine, Answers(silent), lane=Lane.CRISIS, channel=Channel.SMS).drain()
    row = row_of(engine, 1)
    assert (row.state, row.provider_id) == ("delivered" if status == "delivered" else "accepted", "SM1")
    assert row.done_at is not None


def test_an_unknown_number_is_suppressed_and_an_unreachable_phone_is_not(engine: Engine) -> None:
    add_item(engine)
    for number in (1, 2):
        add_contact(engine, number, f"+4670000000{number}", Channel.SMS)
        queue(engine, number, channel=Channel.SMS, state=DeliveryState.ACCEPTED)
    with write(engine) as connection:
        apply_status(connection, KEYS, 1, bounces.twilio_status("undelivered", "30005", "SM1"), NOW)
        apply_status(connection, KEYS, 2, bounces.twilio_status("undelivered", "30003", "SM2"), NOW)
        assert suppressed(connection, KEYS, Channel.SMS, ["+46700000001", "+46700000002"]) == {"+46700000001"}
    assert states(engine) == ["failed", "failed"]


def test_a_callback_about_nothing_we_know_is_ignored(engine: Engine) -> None:
    with write(engine) as connection:
        assert not apply_status(connection, KEYS, 5, STATUSES[2], NOW)
