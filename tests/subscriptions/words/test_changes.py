"""Whoever waits for the database is woken by what others write, and looks without asking for a lock."""

from collections.abc import Callable
from datetime import timedelta
from threading import Event, Thread
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from delivery import outbox
from delivery.model import Channel, Lane
from foundation import changes
from foundation.changes import Changes, watching
from foundation.database import is_sqlite, open_engine, read, write
from foundation.outages import OutageFilter
from subscriptions.operations.worker import Worker
from tests.subscriptions.sending import KEYS, NOW, add_contact, add_item, queue, settings
from tests.subscriptions.serving import free_port

LONG = 60.0


def settle(waiter: Changes) -> None:
    """The first wait may end at once: something may have changed before."""
    waiter.wait(0.2, Event())


def waits(waiter: Changes, meanwhile: Callable[[], object]) -> float:
    """How long a wait took during which something was done."""
    began = monotonic()
    thread = Thread(target=waiter.wait, args=(LONG, Event()))
    thread.start()
    meanwhile()
    thread.join()
    return monotonic() - began


def enqueue(engine: Engine) -> None:
    with write(engine) as connection:
        outbox.enqueue(
            connection, KEYS, channel=Channel.EMAIL, template="manage", now=NOW,
            payload={"address": "a@kommun.example", "path": "/p"}, lifetime=timedelta(hours=1),
        )  # fmt: skip


def test_what_another_process_queues_ends_the_wait(engine: Engine, database_url: str) -> None:
    other = open_engine(database_url)
    with watching(engine) as waiter:
        settle(waiter)
        assert waits(waiter, lambda: enqueue(other)) < LONG / 2
    other.dispose()


def test_nothing_ends_the_wait_but_its_time(engine: Engine) -> None:
    with watching(engine) as waiter:
        settle(waiter)
        began = monotonic()
        waiter.wait(0.3, Event())
        assert monotonic() - began >= 0.3


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_who_listens_is_woken_again_after_its_connection_was_lost(engine: Engine) -> None:
    with watching(engine) as waiter:
        settle(waiter)
        with write(engine) as connection:
            listening = text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND query LIKE 'LISTEN%'"
            )
            assert connection.scalar(listening)
        for _ in range(2):  # finds it lost, and listens again
            settle(waiter)
        assert waits(waiter, lambda: enqueue(engine)) < LONG / 2


def test_a_database_that_cannot_be_listened_to_fills_no_log(caplog: pytest.LogCaptureFixture) -> None:
    engine = open_engine(f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/none")
    with watching(engine) as waiter:
        for _ in range(3):
            waiter.wait(0.01, Event())
    one_a_minute = OutageFilter()
    assert (len(caplog.records), sum(map(one_a_minute.filter, caplog.records))) == (3, 1)


def test_one_look_finds_every_lane_and_what_is_due_or_lost(engine: Engine) -> None:
    add_item(engine)
    for number in range(1, 5):
        add_contact(engine, number, channel=Channel.SMS if number == 2 else Channel.EMAIL)
    with read(engine) as connection:
        assert outbox.look(connection, NOW) == outbox.Waiting(frozenset(), due=False, lost=False)
    queue(engine, 1, lane=Lane.CRISIS)
    queue(engine, 2, channel=Channel.SMS)
    queue(engine, 3, state="deferred")
    queue(engine, 4, state="sending", lease_until=NOW - timedelta(seconds=1))
    with read(engine) as connection:
        found = outbox.look(connection, NOW)
    assert found.lanes == {(Lane.CRISIS, Channel.EMAIL), (Lane.IMMEDIATE, Channel.SMS)}
    assert (found.due, found.lost, found.next_due) == (True, True, NOW)


def test_the_next_look_comes_when_what_was_put_off_is_due(engine: Engine) -> None:
    add_item(engine)
    add_contact(engine, 1)
    queue(engine, 1, state="deferred", due_at=NOW + timedelta(milliseconds=300))
    worker = Worker(settings(), engine, lambda: NOW)
    worker._look()
    assert worker._next_look == 0.3


def test_a_worker_at_rest_asks_for_no_write_lock(engine: Engine) -> None:
    worker, begun = Worker(settings(), engine, lambda: NOW), []

    @event.listens_for(engine, "begin")
    def note(connection: Any) -> None:
        begun.append(connection.get_execution_options().get("writes", False))

    worker._look()
    assert begun == [False]
    add_item(engine, fanout_done_at=None)
    worker._look()
    assert worker._items_wait.is_set()
    if is_sqlite(engine):
        with write(engine):  # somebody else writes: the look does not wait for it
            worker._look()


def test_telling_is_part_of_the_transaction(engine: Engine) -> None:
    """What is rolled back wakes nobody, on either database."""
    with watching(engine) as waiter:
        settle(waiter)

        def in_vain() -> None:
            with write(engine) as connection:
                changes.tell(connection)
                raise ZeroDivisionError

        began = monotonic()
        thread = Thread(target=waiter.wait, args=(0.5, Event()))
        thread.start()
        with pytest.raises(ZeroDivisionError):
            in_vain()
        thread.join()
        assert monotonic() - began >= 0.5
