"""The whole service under load, as real processes: one item to a million, a crisis behind them, a full form.

    python -m benchmarks.service [--followers N]

A worker and a web process share one durable SQLite file (synchronous=FULL). News goes to a million followers;
while they are being sent to, a crisis item comes, and 200 visitors sign up. Mails go to Debian's smtp-sink,
SMS by Twilio's client to an endpoint on this machine. Prints the table and writes it to
benchmarks/RESULTS.md.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx
from sqlalchemy import Engine, func, insert, select

from benchmarks.measure import machine, memory
from benchmarks.push import SECRET, free_port, person, sink
from benchmarks.report import publish, table
from delivery.tables import attempts, outbox
from foundation.database import migrate, open_engine, read, write
from foundation.encryption import Keys, identity
from subscriptions.tables import choices, contacts, feeds, items, targets
from tests.contract.far_ends import ACCOUNT, NUMBER, twilio_api
from tests.contract.far_ends import SECRET as TOKEN
from tests.subscriptions.serving import BROWSER, SHELL, TOPICS
from tests.subscriptions.web_server import serve

CRISIS_MAILS, CRISIS_SMS, VISITORS = 1_000, 100, 200
ENTRY = """<entry><id>urn:uuid:00000000-0000-4000-8000-{number:012}</id><title>{title}</title>
<updated>{now}</updated><published>{now}</published><link href="https://kommun.example/{number}/"/>
<summary>Vi byter en ventil. Vattnet är avstängt mellan klockan 22 och 05.</summary>
<category scheme="https://kommun.example/schemes/topic" term="{topic}" label="{topic}"/></entry>"""
FEED = """<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:x:{name}</id><title>{name}</title>
<updated>{now}</updated>{entries}</feed>"""


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description="Measure the subscription service as a whole.")
    parser.add_argument("--followers", type=int, default=1_000_000)
    followers = parser.parse_args().followers
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        rows = _measure(Path(folder), followers)
    made = table(["", f"{followers:,} followers"], rows)
    text = f"{datetime.now(UTC):%Y-%m-%d}. {machine()}.\n\n{made}"
    print(text)
    publish("The service under load", text)


def _measure(folder: Path, followers: int) -> list[list[str]]:
    url = f"sqlite:///{folder / 'service.sqlite3'}"
    migrate(url)
    engine = open_engine(url)
    _tell(f"making {followers:,} followers")
    fill(engine, followers)
    with ExitStack() as stack:
        site, twilio = stack.enter_context(serve()), stack.enter_context(twilio_api())
        address = f"http://127.0.0.1:{free_port()}"
        site.answers = {
            "/topics.json": (200, {"Content-Type": "application/json"}, TOPICS.encode()),
            "/skal.html": (200, {"Content-Type": "text/html"}, SHELL.encode()),
            "/news.atom": feed("news"),
            "/crisis.atom": feed("crisis"),
        }
        settings = {
            "database_url": url,
            "secret_keys": SECRET,
            "environment": "development",
            "public_url": address,
            "sender_email": "bevakningar@kommun.example",
            "smtp_url": f"smtp://127.0.0.1:{stack.enter_context(sink())}?starttls=no",
            "feed_urls": f"{site.address}/news.atom",
            "crisis_feed_urls": f"{site.address}/crisis.atom",
            "topics_url": f"{site.address}/topics.json",
            "shell_url": f"{site.address}/skal.html",
            "poll_interval": "1s",
            "crisis_poll_interval": "1s",
            "email_rate": "0",
            "sms_rate": "0",
            "quiet_hours": "aldrig",
            "twilio_account_sid": ACCOUNT,
            "twilio_auth_token": TOKEN,
            "twilio_sender": NUMBER,
            "twilio_api_url": twilio.url,
            "trusted_proxies": "127.0.0.1",
        }
        worker = stack.enter_context(process(settings, folder / "worker.log", "worker"))
        stack.enter_context(process(settings, folder / "web.log", "serve", "--port", address.rsplit(":")[-1]))
        wait(
            lambda: count(engine, feeds, feeds.c.baseline_at.is_not(None)) == 2, "the first look at the feeds"
        )
        wait(lambda: _answers(address), "the web process")
        return [*_news(engine, site), *_crisis(engine, site), *_visits(address), *_end(engine, worker)]


def _news(engine: Engine, site: Any) -> list[list[str]]:
    _tell("news to all of them")
    published = time.perf_counter()
    site.answers["/news.atom"] = feed("news", ENTRY, 1, "Vattnet stängs av natten mot torsdag", "avfall")
    wait(lambda: count(engine, items, items.c.fanout_done_at.is_not(None)) == 1, "the fan-out", 120)
    whole = time.perf_counter() - published
    wait(lambda: count(engine, outbox, outbox.c.state == "accepted") > 0, "the first mail")
    with read(engine) as connection:
        item = connection.execute(select(items)).one()
        first = connection.scalar(
            select(func.min(attempts.c.ended_at)).where(attempts.c.outcome == "accepted")
        )
        queued = connection.scalar(select(func.count()).select_from(outbox))
    assert first is not None
    return [
        ["first mail of the news, after it was first seen", _s((first - item.seen_at).total_seconds())],
        [f"{queued:,} queued while mails leave, after the feed had it (read each second)", _s(whole)],
    ]


def _crisis(engine: Engine, site: Any) -> list[list[str]]:
    """A crisis while most of the news waits; seconds from when it was there to be read."""
    _tell("a crisis behind them")
    published = datetime.now(UTC)
    site.answers["/crisis.atom"] = feed("crisis", ENTRY, 2, "Koka vattnet", "sortering")
    whole = CRISIS_MAILS + CRISIS_SMS
    done = (outbox.c.lane == 0, outbox.c.state == "accepted")
    wait(lambda: count(engine, outbox, *done) == whole, "the crisis messages", 120)
    with read(engine) as connection:
        waiting = count(engine, outbox, outbox.c.state == "queued")
        ends = connection.execute(select(outbox.c.channel, outbox.c.done_at).where(*done)).all()
    rows = []
    for channel, name in (("sms", "SMS"), ("email", "mails")):
        taken = sorted((end - published).total_seconds() for kind, end in ends if kind == channel)
        label = f"{len(taken):,} crisis {name} with {waiting:,} waiting: first, p99"
        rows.append([label, f"{taken[0]:.1f} s, {_p99(taken):.1f} s"])
    return rows


def _visits(address: str) -> list[list[str]]:
    """Everybody reads the form, fills it in for a moment, and sends it; then all of them at once."""
    _tell("visitors at the form")
    rows = []
    for label, pause in (("over 10 s", 10.0), ("in the same instant", 0.0)):
        gate = threading.Barrier(VISITORS)
        with ThreadPoolExecutor(VISITORS) as pool:
            visits = pool.map(lambda n: visit(address, f"{label[:4]}{n}", n, pause, gate), range(VISITORS))  # noqa: B023
            taken = sorted(seconds for both in visits for seconds in both)
        rows.append(
            [f"{VISITORS} visitors open and send the form {label}: median, p99",
             f"{taken[len(taken) // 2]:.2f} s, {_p99(taken):.2f} s"]
        )  # fmt: skip
    return rows


def visit(address: str, name: str, number: int, pause: float, gate: threading.Barrier) -> tuple[float, float]:
    """One visitor with an address of their own: seconds for the form, and for the answer to it."""
    headers = BROWSER | {"X-Forwarded-For": f"198.{18 + number % 2}.{number}.{len(name)}"}
    form = {"val": "topic:avfall", "hur": "immediate", "epost": f"besok.{name.replace(' ', '')}@exempel.se"}
    with httpx.Client(base_url=address, headers=headers, timeout=60, verify=False) as client:
        gate.wait()
        time.sleep(random.random() * pause / 2)
        seen = time.perf_counter()
        client.get("/prenumerera/").raise_for_status()
        seen = time.perf_counter() - seen
        time.sleep(random.random() * pause / 2)
        sent = time.perf_counter()
        answer = client.post("/prenumerera/", data=form)
        sent = time.perf_counter() - sent
    assert answer.status_code in (200, 303), answer.text
    return seen, sent


def _end(engine: Engine, worker: subprocess.Popen[bytes]) -> list[list[str]]:
    before, began = count(engine, outbox, outbox.c.state == "accepted"), time.perf_counter()
    time.sleep(5)
    rate = (count(engine, outbox, outbox.c.state == "accepted") - before) / (time.perf_counter() - began)
    return [
        ["mails/s of the worker then, with the web process beside it", f"{rate:,.0f}"],
        ["memory of the worker", f"{memory(worker.pid):.0f} MiB"],
    ]


def fill(engine: Engine, followers: int) -> None:
    """So many follow a topic by mail; a thousand more, and a hundred by SMS, follow another."""
    keys, now = Keys([SECRET]), datetime.now(UTC)
    with write(engine) as connection:
        for number, topic in ((1, "avfall"), (2, "sortering")):
            connection.execute(insert(targets).values(id=number, kind="topic", value=topic))
        for start in range(1, followers + 1, 20_000):
            numbers = range(start, min(start + 20_000, followers + 1))
            _follow(connection, [person(keys, number, now) for number in numbers], 1, now)
        last = followers + CRISIS_MAILS
        _follow(connection, [person(keys, number, now) for number in range(followers + 1, last + 1)], 2, now)
        phones = [(last + number, f"+467017406{number:02}") for number in range(CRISIS_SMS)]
        people = [
            person(keys, number + 1, now)
            | {
                "channel": "sms",
                "address": keys.encrypt(phone),
                "lookup": keys.lookup(identity("sms", phone)),
            }
            for number, phone in phones
        ]
        _follow(connection, people, 2, now)


def _follow(connection: Any, people: Sequence[dict[str, Any]], target: int, now: datetime) -> None:
    connection.execute(insert(contacts), people)
    chosen = [
        {"contact_id": one["id"], "target_id": target, "frequency": "immediate", "created_at": now}
        for one in people
    ]
    connection.execute(insert(choices), chosen)


def feed(name: str, entry: str = "", number: int = 0, title: str = "", topic: str = "") -> bytes:
    """An Atom document with one entry or none."""
    now = datetime.now(UTC).isoformat()
    entries = entry.format(number=number, title=title, topic=topic, now=now) if entry else ""
    return FEED.format(name=name, now=now, entries=entries).encode()


@contextmanager
def process(settings: dict[str, str], log: Path, *command: str) -> Iterator[subprocess.Popen[bytes]]:
    """A command of the service, killed at the end; where it ended before, what it logged is shown."""
    environment = os.environ | {f"SUBSCRIPTIONS_{name.upper()}": value for name, value in settings.items()}
    with log.open("wb") as file:
        started = subprocess.Popen(
            [sys.executable, "-m", "subscriptions.cli", *command], env=environment, stdout=file, stderr=file
        )
    try:
        yield started
    finally:
        if started.poll() is not None:
            print(log.read_text()[-2000:], file=sys.stderr)
        started.kill()
        started.wait()


def count(engine: Engine, what: Any, *conditions: Any) -> int:
    """The rows of a table that meet the conditions."""
    with read(engine) as connection:
        return connection.scalar(select(func.count()).select_from(what).where(*conditions)) or 0


def wait(reached: Callable[[], bool], what: str, seconds: float = 30) -> None:
    """Look ten times a second; ends the program where it takes too long."""
    end = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > end:
            sys.exit(f"{what} did not come within {seconds:.0f} s")
        time.sleep(0.1)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/prenumerera/").status_code == 200
    except httpx.TransportError:
        return False


def _p99(taken: Sequence[float]) -> float:
    return quantiles(taken, n=100, method="inclusive")[98]


def _s(seconds: float) -> str:
    return f"{seconds:.1f} s"


def _tell(what: str) -> None:
    print(f"{what} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
