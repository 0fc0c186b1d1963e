"""How fast mails leave one process: a durable SQLite queue (synchronous=FULL) against Debian's smtp-sink.

python -m benchmarks.push [messages]; needs smtp-sink, of Debian's package postfix (not configured).
Prints the table and writes it to benchmarks/RESULTS.md.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine, func, insert, select

from benchmarks.measure import machine, memory
from benchmarks.report import publish, table
from subscriptions.compose import Composer
from subscriptions.crypto import Keys, identity
from subscriptions.lanes import LaneRunner
from subscriptions.model import Channel, DeliveryState, Lane
from subscriptions.outbox import Lifetimes
from subscriptions.preflight import Preflight
from subscriptions.senders import SmtpSender
from subscriptions.settings import load_settings
from subscriptions.store import migrate, open_engine, read, write
from subscriptions.tables import attempts, choices, contacts, feeds, item_targets, items, outbox, targets

SECRET = "endast-for-matning-" + "0" * 32


def main() -> None:
    """Measure, print and write."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    rows = []
    for connections in (1, 2, 4):
        print(f"{count:,} mails over {connections} connections …", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory() as folder:
            rows.append(measure(Path(folder), count, connections))
    head = ["connections", "mails/s", "seconds", "accepted", "attempts written", "memory"]
    text = f"{datetime.now(UTC):%Y-%m-%d}. {machine()}. {count:,} mails.\n\n{table(head, rows)}"
    print(text)
    publish("Mails by one process", text)


def measure(folder: Path, count: int, connections: int) -> list[str]:
    """Drain a queue of so many mails; a row of the table."""
    url = f"sqlite:///{folder / 'push.sqlite3'}"
    migrate(url)
    engine = open_engine(url)
    fill(engine, count)
    with sink() as port:
        settings = load_settings(
            environment="development", secret_keys=SECRET, public_url="https://kommun.example",
            sender_email="bevakningar@kommun.example",
        )  # fmt: skip
        keys = Keys(settings.secret_keys)
        lane = LaneRunner(
            engine=engine, lane=Lane.IMMEDIATE, channel=Channel.EMAIL, composer=Composer(settings, keys),
            sender=SmtpSender(f"smtp://127.0.0.1:{port}?starttls=no"), connections=connections,
            preflight=Preflight(keys, Lifetimes(timedelta(days=3), timedelta(hours=6)), lambda _: None),
            lease=timedelta(minutes=10),
        )  # fmt: skip
        began = time.perf_counter()
        lane.drain()
        seconds = time.perf_counter() - began
        lane.close()
    with read(engine) as connection:
        accepted = connection.scalar(select(func.count()).where(outbox.c.state == DeliveryState.ACCEPTED))
        written = connection.scalar(select(func.count()).where(attempts.c.outcome == "accepted"))
    engine.dispose()
    used = memory(os.getpid())
    return [
        str(connections), f"{count / seconds:,.0f}", f"{seconds:.1f}",
        f"{accepted:,}", f"{written:,}", f"{used:.0f} MiB",
    ]  # fmt: skip


@contextmanager
def sink() -> Iterator[int]:
    """Debian's smtp-sink, which takes every mail and keeps none, on a free port."""
    program = shutil.which("smtp-sink", path="/usr/sbin:/usr/bin")
    if program is None:
        sys.exit("smtp-sink is missing: apt-get install postfix")
    port = free_port()
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    started = subprocess.Popen([program, *user, "-c", f"127.0.0.1:{port}", "1000"], stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield port
    finally:
        started.kill()
        started.wait()


def fill(engine: Engine, count: int) -> None:
    """A confirmed subscriber, a choice and a queued message each, all for one item."""
    keys, now = Keys([SECRET]), datetime.now(UTC)
    with write(engine) as connection:
        connection.execute(insert(feeds).values(id=1, url="https://k/f", publisher="kommun", crisis=False))
        connection.execute(insert(targets).values(id=1, kind="topic", value="vatten"))
        connection.execute(
            insert(items).values(
                id=1, publisher="kommun", entry_id="1", revision=now, feed_id=1, lane=Lane.IMMEDIATE,
                state="released", title="Vattnet stängs av på Bollmoravägen natten mot torsdag",
                summary="Vi byter en ventil. Vattnet är avstängt mellan klockan 22 och 05. " * 4,
                link="https://kommun.example/driftinfo/vattnet/", labels=["Vatten och avlopp"], seen_at=now,
                released_at=now, fingerprint=b"f" * 32,
            )
        )  # fmt: skip
        connection.execute(insert(item_targets).values(item_id=1, target_id=1))
        for start in range(1, count + 1, 10_000):
            numbers = range(start, min(start + 10_000, count + 1))
            connection.execute(insert(contacts), [person(keys, number, now) for number in numbers])
            connection.execute(
                insert(choices),
                [
                    {"contact_id": number, "target_id": 1, "frequency": "immediate", "created_at": now}
                    for number in numbers
                ],
            )
            connection.execute(
                insert(outbox),
                [
                    {
                        "contact_id": number, "item_id": 1, "channel": "email", "lane": Lane.IMMEDIATE,
                        "state": "queued", "queued_at": now, "due_at": now, "tries": 0,
                    }
                    for number in numbers
                ],
            )  # fmt: skip


def person(keys: Keys, number: int, now: datetime) -> dict[str, object]:
    address = f"mottagare.{number}@exempel.example"
    return {
        "id": number, "channel": "email", "address": keys.encrypt(address),
        "lookup": keys.lookup(identity("email", address)), "state": "active", "created_at": now,
    }  # fmt: skip


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    sys.exit("smtp-sink does not answer")


if __name__ == "__main__":
    main()
