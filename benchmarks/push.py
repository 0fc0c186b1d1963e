"""How fast mails leave a durable queue (SQLite's synchronous=FULL, PostgreSQL as it comes) for smtp-sink.

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
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Engine, func, insert, select, text

from benchmarks.measure import machine, memory
from benchmarks.report import publish, table
from delivery.model import Channel, DeliveryState, Lane
from delivery.outbox import Lifetimes
from delivery.sending.composing import by_source
from delivery.sending.lanes import LaneRunner
from delivery.sending.last_checks import LastChecks
from delivery.tables import attempts, outbox
from foundation.database import is_sqlite, migrate, open_engine, read, write
from foundation.encryption import Keys, identity
from subscriptions.sending.compose import users
from subscriptions.sending.senders import SmtpSender
from subscriptions.settings import load_settings
from subscriptions.tables import choices, contacts, feeds, item_targets, items, targets
from tests.subscriptions.postgres import cluster

SECRET = "endast-for-matning-" + "0" * 32


class Way(NamedTuple):
    """One way to send: on which database, by so many processes of so many connections each."""

    database: str
    processes: int
    connections: int


WAYS = (
    Way("SQLite", 1, 1),
    Way("SQLite", 1, 2),
    Way("SQLite", 1, 4),
    Way("PostgreSQL", 1, 1),
    Way("PostgreSQL", 2, 1),
    Way("PostgreSQL", 2, 2),
)


def main() -> None:
    """Measure, print and write."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    rows = []
    for way in WAYS:
        print(f"{count:,} mails, {way} …", file=sys.stderr, flush=True)
        with database(way) as url:
            rows.append(measure(url, count, way))
    head = ["", "processes", "connections each", "mails/s", "seconds", "accepted", "attempts", "memory each"]
    made = f"{datetime.now(UTC):%Y-%m-%d}. {machine()}. {count:,} mails.\n\n{table(head, rows)}"
    print(made)
    publish("Mails sent", made)


@contextmanager
def database(way: Way) -> Iterator[str]:
    """The address of a new database."""
    if way.database == "SQLite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{Path(folder) / 'push.sqlite3'}"
    else:
        with cluster() as server:
            yield server.format("postgres")


def measure(url: str, count: int, way: Way) -> list[str]:
    """Drain a queue of so many mails; a row of the table. Time runs until the last process is done."""
    migrate(url)
    engine = open_engine(url)
    fill(engine, count)
    processes = get_context("spawn")
    with sink() as port:
        pipes = [processes.Pipe() for _ in range(way.processes)]
        started = [
            processes.Process(target=drain, args=(url, port, way.connections, theirs)) for _, theirs in pipes
        ]
        for one in started:
            one.start()
        for _, theirs in pipes:
            theirs.close()  # ours then ends where a process does, instead of waiting for it
        for ours, _ in pipes:
            ours.recv()
        began = time.perf_counter()
        for ours, _ in pipes:
            ours.send("go")
        used = [ours.recv() for ours, _ in pipes]
        seconds = time.perf_counter() - began
        for one in started:
            one.join()
    with read(engine) as connection:
        accepted = connection.scalar(select(func.count()).where(outbox.c.state == DeliveryState.ACCEPTED))
        written = connection.scalar(select(func.count()).where(attempts.c.outcome == "accepted"))
    engine.dispose()
    return [
        way.database, str(way.processes), str(way.connections), f"{count / seconds:,.0f}", f"{seconds:.1f}",
        f"{accepted:,}", f"{written:,}", f"{max(used):.0f} MiB",
    ]  # fmt: skip


def drain(url: str, port: int, connections: int, told: Connection) -> None:
    """In a process of its own: say when ready, empty the queue when told, and say how much memory it took."""
    settings = load_settings(
        environment="development", secret_keys=SECRET, public_url="https://kommun.example",
        sender_email="bevakningar@kommun.example",
    )  # fmt: skip
    keys, engine = Keys(settings.secret_keys), open_engine(url)
    lane = LaneRunner(
        engine=engine, lane=Lane.IMMEDIATE, channel=Channel.EMAIL, users=by_source(users(settings, keys)),
        sender=SmtpSender(f"smtp://127.0.0.1:{port}?starttls=no"), connections=connections,
        checks=LastChecks(keys, Lifetimes(timedelta(days=3), timedelta(hours=6)), lambda _: None),
        lease=timedelta(minutes=10),
    )  # fmt: skip
    told.send("ready")
    told.recv()
    lane.drain()
    told.send(memory(os.getpid()))
    lane.close()
    engine.dispose()


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
                        "contact_id": number, "source": "item", "source_id": 1, "channel": "email",
                        "lane": Lane.IMMEDIATE, "state": "queued", "queued_at": now, "due_at": now,
                        "tries": 0,
                    }
                    for number in numbers
                ],
            )  # fmt: skip
    if not is_sqlite(engine):
        vacuum(engine)


def vacuum(engine: Engine) -> None:
    """Leave PostgreSQL as autovacuum does some time after so many rows: with its statistics."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


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
