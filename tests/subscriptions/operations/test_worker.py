"""The worker as a whole: every lane sends, a signal ends it, a restore holds it, the watchdog sees it."""

import json
import logging
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Event, Thread
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select, update

from delivery.bounces.report import Report
from delivery.model import Channel, Lane, Outcome, Result
from delivery.tables import local_messages
from foundation import logs
from foundation.database import open_engine, read, write
from foundation.tables import audit_log
from subscriptions.operations import beat, watchdog
from subscriptions.operations.watchdog import Alarm
from subscriptions.operations.worker import Worker
from subscriptions.people import bounces
from subscriptions.people.contacts import leave
from subscriptions.settings import load_settings
from subscriptions.tables import choices, contacts, feeds, supersessions, targets
from tests.subscriptions.sending import (
    KEYS,
    NOW,
    Answers,
    add_contact,
    add_item,
    queue,
    runner,
    settings,
    states,
)
from tests.subscriptions.web_server import serve


@pytest.fixture
def worker(engine: Engine) -> Worker:
    return Worker(settings(), engine, lambda: NOW)


def messages(engine: Engine) -> list[Any]:
    with read(engine) as connection:
        return list(connection.execute(select(local_messages).order_by(local_messages.c.id)))


def test_one_pass_sends_what_waits_in_every_lane_and_channel(engine: Engine, worker: Worker) -> None:
    add_item(engine, 1)
    add_item(engine, 2, lane=Lane.CRISIS)
    add_contact(engine, 1)
    add_contact(engine, 2, channel=Channel.SMS)
    queue(engine, 1, 1)
    queue(engine, 1, 2, lane=Lane.CRISIS)
    queue(engine, 2, 2, lane=Lane.CRISIS, channel=Channel.SMS)
    assert worker.run_once()
    assert states(engine) == ["accepted"] * 3
    sent = {(row.channel, row.subject) for row in messages(engine)}
    assert sent == {("email", "Vatten: Rubrik 1"), ("email", "Krisinformation: Rubrik 2"), ("sms", "")}


def test_one_pass_reads_all_crisis_feeds_at_the_same_time(engine: Engine) -> None:
    """Each answers only when the other is asked too."""
    together = Barrier(2)

    def answer(handler: Any) -> None:
        together.wait(30)
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n<feed xmlns='http://www.w3.org/2005/Atom'/>")

    with serve() as site:
        site.answers = {"/a": answer, "/b": answer}
        config = settings(crisis_feed_urls=f"{site.address}/a {site.address}/b", feed_timeout=60)
        assert Worker(config, engine, lambda: NOW).run_once()
    with read(engine) as connection:
        assert list(connection.scalars(select(feeds.c.failures).where(feeds.c.crisis))) == [0, 0]


def test_a_stopped_worker_has_written_everything_down(engine: Engine, worker: Worker) -> None:
    add_item(engine)
    for number in range(1, 31):
        add_contact(engine, number)
        queue(engine, number)
    stop = Event()
    thread = Thread(target=worker.run, args=(stop,))
    thread.start()
    until = time.monotonic() + 30
    while not messages(engine) and time.monotonic() < until:
        time.sleep(0.02)
    stop.set()
    thread.join(60)
    assert not thread.is_alive()
    assert set(states(engine)) <= {"accepted", "queued"}
    assert states(engine).count("accepted") == len(messages(engine)) > 0


def test_the_process_ends_in_peace_when_told_to(database_url: str) -> None:
    engine = open_engine(database_url)
    add_item(engine)
    add_contact(engine, 1)
    queue(engine, 1, queued_at=datetime.now(UTC))
    code = "from subscriptions.cli import load_settings, worker; worker.work(load_settings())"
    environment = {
        **os.environ,
        "SUBSCRIPTIONS_ENVIRONMENT": "development",
        "SUBSCRIPTIONS_DATABASE_URL": database_url.replace("+psycopg", ""),
        "SUBSCRIPTIONS_SECRET_KEYS": KEYS.newest.secret,
    }
    process = subprocess.Popen(
        [sys.executable, "-c", code], env=environment, stderr=subprocess.PIPE, text=True
    )
    until = time.monotonic() + 30
    while not messages(engine) and time.monotonic() < until:
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=30)
    assert process.returncode == 0
    assert states(engine) == ["accepted"]
    lines = [json.loads(line) for line in log.splitlines()]
    assert [line["message"] for line in lines][-1] == "worker stopped"
    assert "@" not in log
    engine.dispose()


def test_an_error_is_logged_without_the_words_that_may_hold_an_address() -> None:
    try:
        raise ValueError("nagon@exempel.example")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "failed", (), sys.exc_info())
    line = logs.JsonFormatter().format(record)
    assert "exempel" not in line
    assert "ValueError at" in line


@pytest.mark.parametrize(
    ("level", "priority"),
    [(logging.DEBUG, 7), (logging.INFO, 6), (logging.WARNING, 4), (logging.ERROR, 3), (logging.CRITICAL, 2)],
)
def test_the_journal_is_told_how_grave_a_line_is(level: int, priority: int) -> None:
    record = logging.LogRecord("x", level, "f", 1, "two\nlines", (), None)
    line = logs.JournalFormatter().format(record)
    assert line.startswith(f"<{priority}>{{")
    assert "\n" not in line
    assert json.loads(line[3:]) == json.loads(logs.JsonFormatter().format(record))


@pytest.mark.parametrize("to_journal", [True, False])
def test_only_the_journal_gets_priorities(to_journal: bool, tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as file:
        found = os.fstat(file.fileno())
        stream = f"{found.st_dev}:{found.st_ino if to_journal else found.st_ino + 1}"
        code = "import logging; from foundation import logs; logs.set_up(); logging.error('x')"
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "JOURNAL_STREAM": stream},
            stderr=file,
            check=True,
        )
    assert (tmp_path / "log").read_bytes().startswith(b"<3>{" if to_journal else b"{")


def test_a_restored_backup_holds_the_queue_and_tells(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    add_item(engine)
    add_contact(engine, 1)
    for _ in range(2):
        with write(engine) as connection:
            count = beat.beat(connection, "w", path, NOW)
        beat.keep(path, "w", count)
    queue(engine, 1)
    assert states(engine) == ["queued"]
    beat.keep(path, "w", count + 5)  # as if the database were five beats older
    with write(engine) as connection:
        beat.beat(connection, "w", path, NOW)
        assert connection.scalar(select(audit_log.c.action)) == "restored"
    assert states(engine) == ["held"]
    with write(engine) as connection:
        assert beat.beat(connection, "w", path, NOW) == count + 7
    sender = Answers()
    runner(engine, sender).drain()
    assert sender.sent == []


def test_a_machine_with_a_new_name_notices_a_restored_backup_too(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    add_item(engine)
    add_contact(engine, 1)
    with write(engine) as connection:
        count = beat.beat(connection, "container-1", path, NOW)
    beat.keep(path, "container-1", count)
    queue(engine, 1)
    with write(engine) as connection:
        count = beat.beat(connection, "container-2", path, NOW)
    assert states(engine) == ["queued"]
    beat.keep(path, "container-1", count + 5)
    with write(engine) as connection:
        beat.beat(connection, "container-3", path, NOW)
    assert states(engine) == ["held"]


def test_a_beat_that_never_reached_the_file_raises_no_alarm(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    add_item(engine)
    add_contact(engine, 1)
    queue(engine, 1)
    for _ in range(3):  # killed between database and file each time
        with write(engine) as connection:
            beat.beat(connection, "w", path, NOW)
    assert states(engine) == ["queued"]


def look(engine: Engine, now: datetime = NOW, **values: Any) -> set[Alarm]:
    with read(engine) as connection:
        return set(watchdog.look(connection, KEYS, settings(**values), now))


def test_the_watchdog_is_silent_where_all_is_well(engine: Engine) -> None:
    add_item(engine)
    add_contact(engine, 1)
    queue(engine, 1)
    runner(engine, Answers()).drain()
    assert look(engine, NOW + timedelta(hours=1)) == set()


def test_an_item_that_reaches_nobody_is_an_alarm_in_its_time(engine: Engine) -> None:
    add_item(engine, 1)
    add_item(engine, 2, lane=Lane.CRISIS)
    add_contact(engine, 1)
    queue(engine, 1, 1)
    queue(engine, 1, 2, lane=Lane.CRISIS)
    for lane in (Lane.IMMEDIATE, Lane.CRISIS):
        runner(engine, Answers(Result(Outcome.TEMPORARY, "451")), lane=lane).drain()
    assert look(engine, NOW + timedelta(minutes=1)) == set()
    assert look(engine, NOW + timedelta(minutes=3)) == {Alarm("item-not-delivered", "2")}
    assert Alarm("item-not-delivered", "1") in look(engine, NOW + timedelta(minutes=31))


def test_with_a_canary_even_an_item_that_nobody_follows_must_arrive(engine: Engine) -> None:
    add_item(engine)
    later = NOW + timedelta(minutes=31)
    assert look(engine, later) == set()
    assert look(engine, later, canary_email="kanarie@kommun.example") == {Alarm("item-not-delivered", "1")}


CANARY = "kanarie@kommun.example"


def canary(engine: Engine) -> int:
    """The canary among items and people whose numbers the tests choose."""
    add_contact(engine, 50, CANARY)
    with write(engine) as connection:
        connection.execute(insert(targets).values(id=51, kind="all", value=""))
        connection.execute(insert(targets).values(id=52, kind="crisis", value=""))
        watchdog.ensure_canary(connection, KEYS, settings(canary_email=CANARY), NOW)
    return 50


def test_that_somebody_else_was_reached_does_not_comfort_the_canary(engine: Engine) -> None:
    add_item(engine)
    add_contact(engine, 1)
    queue(engine, 1, state="accepted")
    later = NOW + timedelta(minutes=31)
    assert look(engine, later) == set()
    number = canary(engine)
    assert look(engine, later, canary_email=CANARY) == {Alarm("item-not-delivered", "1")}
    queue(engine, number, state="accepted")
    assert look(engine, later, canary_email=CANARY) == set()


def test_a_canary_that_confirms_must_have_found_the_mail_in_its_box(engine: Engine) -> None:
    add_item(engine)
    number = queue(engine, canary(engine), state="accepted")
    told = {"canary_email": CANARY, "canary_confirms": True}
    later = NOW + timedelta(minutes=31)
    assert look(engine, later, **told) == {Alarm("item-not-delivered", "1")}
    with write(engine) as connection:
        bounces.apply_report(connection, KEYS, Report(number, "delivered", "mailbox"), NOW)
    assert look(engine, later, **told) == set()


def test_what_was_replaced_before_it_went_out_is_no_alarm(engine: Engine) -> None:
    add_item(engine, 1)
    number = canary(engine)
    add_item(engine, 2, entry_id="post-1", revision=NOW + timedelta(minutes=1))
    with write(engine) as connection:
        connection.execute(insert(supersessions).values(item_id=2, earlier_id=1))
    queue(engine, number, 1, state="cancelled")
    queue(engine, number, 2, state="accepted")
    assert look(engine, NOW + timedelta(minutes=31), canary_email=CANARY) == set()


@pytest.mark.parametrize(
    ("state", "code", "alarms"),
    [
        ("ambiguous", "20500", True),
        ("expired", "expired", True),
        ("failed", "5.6.0", True),
        ("failed", "5.1.1", False),
        ("failed", "30003", False),
        ("ambiguous", "expired", True),
        ("ambiguous", "superseded", False),
        ("ambiguous", "left", False),
    ],
)
def test_a_crisis_message_given_up_for_lack_of_a_provider_is_an_alarm_for_hours(
    engine: Engine, state: str, code: str, alarms: bool
) -> None:
    add_item(engine, 1, lane=Lane.CRISIS)
    add_item(engine, 2)
    for number in (1, 2):
        add_contact(engine, number)
    queue(engine, 1, 1, lane=Lane.CRISIS, state="accepted")
    queue(engine, 2, 1, lane=Lane.CRISIS, state=state, code=code, done_at=NOW)
    queue(engine, 1, 2, state="accepted")
    queue(engine, 2, 2, state=state, code=code, done_at=NOW)  # news: somebody may look when they have time
    assert look(engine) == ({Alarm("crisis-lost", "1")} if alarms else set())
    assert look(engine, NOW + timedelta(hours=7)) == set()


def test_a_cancel_of_what_nobody_was_told_is_no_alarm(engine: Engine) -> None:
    add_item(engine, 1, lane=Lane.CRISIS, alert={"message_type": "Cancel"})
    number = canary(engine)
    assert look(engine, NOW + timedelta(minutes=31), canary_email=CANARY) == set()
    queue(engine, number, 1, lane=Lane.CRISIS, state="failed")
    later = NOW + timedelta(minutes=31)
    assert look(engine, later, canary_email=CANARY) == {Alarm("item-not-delivered", "1")}


def test_a_canary_that_left_is_back_at_the_next_beat(engine: Engine) -> None:
    told = settings(canary_email=CANARY)
    for turn in range(2):
        with write(engine) as connection:
            watchdog.ensure_canary(connection, KEYS, told, NOW)
            number = connection.execute(select(contacts.c.id)).scalar_one()
            assert connection.scalar(select(contacts.c.state)) == "active"
            assert len(connection.execute(select(choices)).all()) == 2
            if turn == 0:
                leave(connection, number, NOW)


def test_the_canary_follows_everything_and_is_there_once(engine: Engine) -> None:
    for _ in range(2):
        with write(engine) as connection:
            watchdog.ensure_canary(connection, KEYS, settings(canary_email="kanarie@kommun.example"), NOW)
    with read(engine) as connection:
        assert len(connection.execute(select(contacts)).all()) == 1
        query = select(targets.c.kind).join(choices, choices.c.target_id == targets.c.id)
        assert set(connection.scalars(query)) == {"all", "crisis"}


def test_a_queue_that_does_not_move_is_an_alarm(engine: Engine) -> None:
    add_item(engine, lane=Lane.CRISIS)
    add_contact(engine, 1)
    queue(engine, 1, lane=Lane.CRISIS)
    assert Alarm("stuck-lane", "email-crisis") in look(engine, NOW + timedelta(seconds=61))


def test_a_long_queue_that_moves_is_no_alarm_until_it_stops(engine: Engine) -> None:
    add_item(engine)
    for number in (1, 2):
        add_contact(engine, number)
    later = NOW + timedelta(hours=5)
    queue(engine, 1, state="accepted", done_at=later - timedelta(minutes=1))
    queue(engine, 2)
    assert look(engine, later) == set()
    assert look(engine, later + timedelta(hours=2)) == {Alarm("stuck-lane", "email-immediate")}


def test_a_topic_that_nothing_is_ever_about_is_an_alarm(engine: Engine) -> None:
    add_item(engine)
    add_contact(engine, 1)
    with write(engine) as connection:
        connection.execute(insert(targets).values(id=9, kind="topic", value="felstavat"))
        connection.execute(
            insert(choices).values(contact_id=1, target_id=9, frequency="daily", created_at=NOW)
        )
    later = NOW + timedelta(days=200)
    assert look(engine, later) == {Alarm("dead-topic", "topic:felstavat")}


def test_a_feed_that_cannot_be_read_is_an_alarm(engine: Engine) -> None:
    add_item(engine)
    with write(engine) as connection:
        connection.execute(update(feeds).values(failures=3, checked_at=NOW - timedelta(minutes=31)))
    assert look(engine, feed_urls="https://k/f") == {Alarm("silent-feed", "https://k/f")}
    assert look(engine) == set()


def test_a_feed_that_nobody_asks_any_more_is_an_alarm_and_one_that_is_new_is_not(engine: Engine) -> None:
    add_item(engine)
    with write(engine) as connection:
        connection.execute(update(feeds).values(failures=0, checked_at=NOW))
    told: dict[str, Any] = {"feed_urls": "https://k/f"}
    assert look(engine, NOW + timedelta(minutes=29), **told) == set()
    assert look(engine, NOW + timedelta(minutes=31), **told) == {Alarm("silent-feed", "https://k/f")}
    with write(engine) as connection:
        connection.execute(update(feeds).values(failures=0, checked_at=None))
    assert look(engine, **told) == set()


CRISIS: dict[str, Any] = {"feed_urls": "https://k/f", "crisis_feed_urls": "https://k/f"}


@pytest.mark.parametrize(
    ("checked", "failures", "silent"),
    [(0, 3, False), (30, 0, False), (31, 0, True), (31, 3, True), (None, 0, True), (None, 2, True)],
)
def test_a_silent_crisis_feed_is_an_alarm_of_its_own_within_a_minute(
    engine: Engine, checked: int | None, failures: int, silent: bool
) -> None:
    add_item(engine)
    at = None if checked is None else NOW - timedelta(seconds=checked)
    with write(engine) as connection:
        connection.execute(update(feeds).values(failures=failures, checked_at=at))
    assert look(engine, **CRISIS) == ({Alarm("silent-crisis-feed", "https://k/f")} if silent else set())


def test_a_crisis_feed_that_the_database_has_never_heard_of_is_silent(engine: Engine) -> None:
    assert look(engine, **CRISIS) == {Alarm("silent-crisis-feed", "https://k/f")}


def test_what_wakes_somebody_is_an_error_and_what_can_wait_is_none(caplog: pytest.LogCaptureFixture) -> None:
    watchdog.report([Alarm("silent-crisis-feed", "https://k/f")], set())
    watchdog.report([Alarm("dead-topic", "topic:felstavat")], set())
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]


def test_alarms_are_told_once_and_their_end_too(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("WARNING")
    known = watchdog.report([Alarm("held", "outbox")], set())
    known = watchdog.report([Alarm("held", "outbox")], known)
    assert watchdog.report([], known) == set()
    assert [record.message for record in caplog.records] == ["alarm", "alarm over"]


def test_no_crisis_feed_is_an_alarm_until_it_is_said_to_be_meant(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    production: dict[str, Any] = {
        "environment": "production", "secret_keys": KEYS.newest.secret, "smtp_url": "smtp://127.0.0.1",
        "public_url": "https://kommun.example", "sender_email": "bevaka@kommun.example",
    }  # fmt: skip
    forgotten, meant = (load_settings(**production, **more) for more in ({}, {"crisis_feed_urls": "inga"}))
    with read(engine) as connection:
        assert watchdog.look(connection, KEYS, forgotten, NOW) == [Alarm("no-crisis-feed", "settings")]
        assert watchdog.look(connection, KEYS, meant, NOW) == []
    engine.dispose()
