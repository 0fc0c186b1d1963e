"""How long one item to a million followers takes, and a digest for 100,000, durable, on this machine.

python -m benchmarks.fanout [--database URL] [--followers N] [--subscribers N]
"""

import argparse
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, func, select, text

from subscriptions import digest, fanout, items, store
from subscriptions.model import Entry, Frequency, Target, TargetKind
from subscriptions.settings import load_settings
from subscriptions.tables import choices, contacts, feeds, outbox

NOW = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
TOPICS = [Target(TargetKind.TOPIC, f"amne-{number}") for number in range(20)]


def generate(engine: Engine, followers: int, subscribers: int) -> None:
    """``followers`` at once and ``subscribers`` daily; each follows one of the topics and two more things."""
    with store.write(engine) as connection:
        known = items.target_ids(connection, {*TOPICS})
    numbers = [known[topic] for topic in TOPICS]
    step = 50_000
    for start in range(1, followers + subscribers + 1, step):
        ids = range(start, min(start + step, followers + subscribers + 1))
        with store.write(engine) as connection:
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
    if not store.is_sqlite(engine):
        with store.write(engine) as connection:
            connection.execute(text("SELECT setval('contacts_id_seq', (SELECT max(id) FROM contacts))"))
            connection.execute(text("ANALYZE"))


def publish(engine: Engine, count: int) -> None:
    """As many items, each on the topic that all follow and on five more, so that choices overlap."""
    rules = items.Rules(False, False, 1_000_000, timedelta(days=9), timedelta(hours=6))
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
    with store.write(engine) as connection:
        connection.execute(
            store.insert_ignore(connection, feeds).values(url="http://a/", publisher="a", crisis=False)
        )
        number = connection.scalar(select(feeds.c.id))
        assert number is not None
        items.store_new(connection, number, "a", entries, rules, NOW)


def measure(url: str, followers: int, subscribers: int) -> None:
    """Generate, run and print."""
    store.migrate(url)
    engine = store.open_engine(url)
    began = time.perf_counter()
    generate(engine, followers, subscribers)
    print(f"generated in {time.perf_counter() - began:.1f} s")
    settings = load_settings(environment="development")
    publish(engine, 1)
    began = time.perf_counter()
    fanout.fan_out_batch(engine, settings, NOW)
    first = time.perf_counter() - began
    queued = fanout.fan_out(engine, settings, NOW)
    whole = time.perf_counter() - began
    print(f"fan-out: first batch {first * 1000:.0f} ms; {queued:,} more, all in {whole:.2f} s")
    publish(engine, 40)
    with store.write(engine) as connection:
        connection.execute(text("UPDATE items SET fanout_done_at = 1 WHERE fanout_done_at IS NULL"))
    digest.begin(engine, Frequency.DAILY, NOW, NOW)
    began = time.perf_counter()
    while digest.build_batch(engine, settings, NOW) is not None:
        pass
    with store.read(engine) as connection:
        messages = connection.scalar(
            select(func.count()).select_from(outbox).where(outbox.c.digest_run_id.is_not(None))
        )
    print(f"digest of 41 items: {messages:,} messages in {time.perf_counter() - began:.2f} s")
    engine.dispose()


def main() -> None:
    """Read the arguments and measure."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--database")
    arguments.add_argument("--followers", type=int, default=1_000_000)
    arguments.add_argument("--subscribers", type=int, default=100_000)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = given.database or f"sqlite:///{Path(folder) / 'bench.sqlite3'}"
        measure(url, given.followers, given.subscribers)


if __name__ == "__main__":
    main()
