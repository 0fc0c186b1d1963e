"""How long one item to a million followers takes, and a digest for 100,000, durable, on both databases.

python -m benchmarks.fanout [--followers N] [--subscribers N]
Prints the table and writes it to benchmarks/RESULTS.md.
"""

import argparse
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, func, select, text

from benchmarks.measure import machine
from benchmarks.push import vacuum
from benchmarks.report import publish as publish_results
from benchmarks.report import table
from delivery.tables import outbox
from foundation import database
from subscriptions.feeds import items
from subscriptions.feeds.release_rules import Rules
from subscriptions.matching import digest, fanout
from subscriptions.model import Entry, Frequency, Target, TargetKind
from subscriptions.settings import load_settings
from subscriptions.tables import choices, contacts, feeds
from tests.subscriptions.postgres import cluster

NOW = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
TOPICS = [Target(TargetKind.TOPIC, f"amne-{number}") for number in range(20)]


def generate(engine: Engine, followers: int, subscribers: int) -> None:
    """``followers`` at once and ``subscribers`` daily; each follows one of the topics and two more things."""
    with database.write(engine) as connection:
        known = items.target_ids(connection, {*TOPICS})
    numbers = [known[topic] for topic in TOPICS]
    step = 10_000
    for start in range(1, followers + subscribers + 1, step):
        ids = range(start, min(start + step, followers + subscribers + 1))
        with database.write(engine) as connection:
            connection.execute(
                contacts.insert(),
                [
                    {
                        "id": number,
                        "channel": "sms" if number % 4 == 0 else "email",
                        "address": bytes(80),
                        "lookup": number.to_bytes(32),
                        "state": "active",
                        "created_at": NOW,
                    }
                    for number in ids
                ],
            )
            connection.execute(
                choices.insert(),
                [
                    {
                        "contact_id": number,
                        "target_id": target,
                        "frequency": "immediate" if number <= followers else "daily",
                        "created_at": NOW,
                    }
                    for number in ids
                    for target in (numbers[0], numbers[1 + number % 9], numbers[10 + number % 10])
                ],
            )
    if not database.is_sqlite(engine):
        with database.write(engine) as connection:
            connection.execute(text("SELECT setval('contacts_id_seq', (SELECT max(id) FROM contacts))"))
        vacuum(engine)


def publish(engine: Engine, count: int) -> None:
    """As many items, each on the topic that all follow and on five more, so that choices overlap."""
    rules = Rules(False, False, 1_000_000, timedelta(days=9), timedelta(hours=6))
    entries = [
        Entry(
            f"item-{count}-{n}",
            f"Nyhet {count} {n}",
            "",
            "",
            NOW,
            targets=(TOPICS[0], *TOPICS[1 + n % 9 : 6 + n % 9]),
        )
        for n in range(count)
    ]
    with database.write(engine) as connection:
        connection.execute(
            database.insert_ignore(connection, feeds).values(url="http://a/", publisher="a", crisis=False)
        )
        number = connection.scalar(select(feeds.c.id))
        assert number is not None
        items.store_new(connection, number, "a", entries, rules, NOW)


def measure(url: str, followers: int, subscribers: int) -> list[str]:
    """Generate and run; a row of the table."""
    database.migrate(url)
    engine = database.open_engine(url)
    generate(engine, followers, subscribers)
    settings = load_settings(environment="development")
    publish(engine, 1)
    began = time.perf_counter()
    fanout.fan_out_batch(engine, settings, NOW)
    first = time.perf_counter() - began
    fanout.fan_out(engine, settings, NOW)
    whole = time.perf_counter() - began
    publish(engine, 40)
    with database.write(engine) as connection:
        connection.execute(text("UPDATE items SET fanout_done_at = 1 WHERE fanout_done_at IS NULL"))
    digest.begin(engine, Frequency.DAILY, NOW, NOW)
    began = time.perf_counter()
    while digest.build_batch(engine, settings, NOW) is not None:
        pass
    with database.read(engine) as connection:
        messages = connection.scalar(
            select(func.count()).select_from(outbox).where(outbox.c.source == "digest")
        )
    seconds = time.perf_counter() - began
    name = "SQLite" if database.is_sqlite(engine) else "PostgreSQL"
    engine.dispose()
    return [name, f"{first:.2f} s", f"{whole:.1f} s", f"{messages:,}", f"{seconds:.1f} s"]


def main() -> None:
    """Measure, print and write."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--followers", type=int, default=1_000_000)
    arguments.add_argument("--subscribers", type=int, default=100_000)
    given = arguments.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder, cluster() as server:
        for url in (f"sqlite:///{Path(folder) / 'bench.sqlite3'}", server.format("postgres")):
            print(f"{url.partition(':')[0]} …", file=sys.stderr, flush=True)
            rows.append(measure(url, given.followers, given.subscribers))
    head = ["", "first 10,000 queued", f"all {given.followers:,}", "digests of 41 items", "queued in"]
    text = f"{datetime.now(UTC):%Y-%m-%d}. {machine()}.\n\n{table(head, rows)}"
    print(text)
    publish_results("Fan-out of one item, and a digest", text)


if __name__ == "__main__":
    main()
