"""Many at it at once, or one that dies: still one message each."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select

from delivery.tables import outbox
from foundation import database
from subscriptions.feeds import items
from subscriptions.matching import digest, fanout
from subscriptions.settings import load_settings
from subscriptions.tables import choices, contacts
from subscriptions.tables import items as items_table
from tests.subscriptions.matching.test_fanout import NOON, ORDINARY, URGENT, WATER, entry
from tests.subscriptions.subscribers import messages, store_entries

PEOPLE = 3_000


@pytest.fixture
def crowd(engine: Engine) -> Engine:
    """A database with many who follow water at once, every third daily instead."""
    with database.write(engine) as connection:
        number = items.target_ids(connection, {WATER})[WATER]
        ids = range(1, PEOPLE + 1)
        connection.execute(
            contacts.insert(),
            [
                {
                    "id": ident,
                    "channel": "email",
                    "address": b"",
                    "lookup": ident.to_bytes(8),
                    "state": "active",
                    "created_at": NOON,
                }
                for ident in ids
            ],
        )
        connection.execute(
            choices.insert(),
            [
                {
                    "contact_id": ident,
                    "target_id": number,
                    "frequency": "daily" if ident % 3 == 0 else "immediate",
                    "created_at": NOON,
                }
                for ident in ids
            ],
        )
    return engine


def test_four_workers_queue_each_message_once(crowd: Engine) -> None:
    settings = load_settings(environment="development")
    later = NOON + timedelta(days=1)
    store_entries(crowd, [entry(name, WATER) for name in "abc"], ORDINARY, NOON)
    store_entries(crowd, [entry("k", WATER)], URGENT, NOON)

    def work(_: int) -> None:
        while fanout.fan_out_batch(crowd, settings, NOON, size=200):
            pass
        for frequency in digest.FREQUENCIES:
            digest.begin(crowd, frequency, digest.period_end(frequency, settings, later), later)
        while digest.build_batch(crowd, settings, later, size=200) is not None:
            pass

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    work(0)  # one may have left while another held the last item
    found = Counter((m.contact_id, m.source, m.source_id) for m in messages(crowd))
    assert set(found.values()) == {1}
    # Three news to two thirds, the crisis to everybody, one digest to a third.
    assert len(found) == 3 * PEOPLE * 2 // 3 + PEOPLE + PEOPLE // 3


PROGRAM = """
import sys
from datetime import datetime
from foundation import database
from subscriptions.matching import fanout
from subscriptions.settings import load_settings
engine = database.open_engine(sys.argv[1])
now = datetime.fromisoformat(sys.argv[2])
while fanout.fan_out_batch(engine, load_settings(environment="development"), now, size=20):
    print("batch", flush=True)
    sys.stdin.readline()
"""


def test_a_killed_fan_out_goes_on_and_loses_and_doubles_nothing(crowd: Engine, database_url: str) -> None:
    store_entries(crowd, [entry("a", WATER)], ORDINARY, NOON)
    deaths = 0
    for _ in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, database_url, NOON.isoformat()],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        process.stdin.write(b"\n")  # one batch more, and somewhere in it:
        process.stdin.flush()
        time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
        deaths += process.wait() == -signal.SIGKILL
        process.stdin.close()
        process.stdout.close()
    assert deaths == 4
    with database.read(crowd) as connection:
        so_far = connection.scalar(select(func.count()).select_from(outbox)) or 0
        # At once: what was killed may have left a COMMIT with PostgreSQL, which goes on meanwhile.
        reached = select(items_table.c.fanout_after).scalar_subquery()
        beyond = connection.scalar(select(func.count()).where(outbox.c.contact_id > reached))
    assert 0 < so_far < PEOPLE * 2 // 3
    assert beyond == 0
    end = time.monotonic() + 30  # until PostgreSQL has noticed the last death and let the item go
    while not _is_done(crowd) and time.monotonic() < end:
        fanout.fan_out(crowd, load_settings(environment="development"), NOON)
    assert [m.contact_id for m in messages(crowd)] == [i for i in range(1, PEOPLE + 1) if i % 3]


def _is_done(engine: Engine) -> bool:
    with database.read(engine) as connection:
        return connection.scalar(select(items_table.c.fanout_done_at)) is not None
