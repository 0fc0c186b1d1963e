"""What worker and web process cost while nothing happens, on both databases, two feeds to be read.

python -m benchmarks.rest [seconds]
Prints the table and writes it to benchmarks/RESULTS.md.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measure import machine
from benchmarks.push import SECRET, free_port
from benchmarks.report import publish, table
from benchmarks.service import feed, process
from foundation.database import migrate
from tests.subscriptions.postgres import cluster
from tests.subscriptions.web_server import serve

WARM_UP = 30.0
"""Seconds until what a start costs is over."""


def main() -> None:
    """Measure, print and write."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    rows = []
    for name in ("SQLite", "PostgreSQL"):
        print(f"{name} …", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory() as folder, database(name, Path(folder)) as url:
            rows.append([name, *measure(url, Path(folder), seconds)])
    made = table(["% of a core", "worker", "web", "together"], rows)
    text = f"{datetime.now(UTC):%Y-%m-%d}. {machine()}. {seconds:.0f} s each.\n\n{made}"
    print(text)
    publish("At rest", text)


@contextmanager
def database(name: str, folder: Path) -> Iterator[str]:
    """The address of a new, migrated database."""
    with ExitStack() as stack:
        sqlite = f"sqlite:///{folder / 'rest.sqlite3'}"
        url = sqlite if name == "SQLite" else stack.enter_context(cluster()).format("postgres")
        migrate(url)
        yield url


def measure(url: str, folder: Path, seconds: float) -> list[str]:
    """The share of a core that each process takes, and both."""
    port = free_port()
    with ExitStack() as stack:
        site = stack.enter_context(serve())
        site.answers = {"/news.atom": feed("news"), "/crisis.atom": feed("crisis")}
        settings = {
            "database_url": url.replace("+psycopg", ""),
            "secret_keys": SECRET,
            "environment": "development",
            "public_url": f"http://127.0.0.1:{port}",
            "feed_urls": f"{site.address}/news.atom",
            "crisis_feed_urls": f"{site.address}/crisis.atom",
            "state_file": str(folder / "state.json"),
        }
        worker = stack.enter_context(process(settings, folder / "worker.log", "worker"))
        web = stack.enter_context(process(settings, folder / "web.log", "serve", "--port", str(port)))
        time.sleep(WARM_UP)
        before = [ticks(worker.pid), ticks(web.pid)]
        began = time.perf_counter()
        time.sleep(seconds)
        taken = time.perf_counter() - began
        used = [
            (after - first) / taken
            for after, first in zip((ticks(worker.pid), ticks(web.pid)), before, strict=True)
        ]
    return [f"{share:.2f}" for share in (*used, sum(used))]


def ticks(pid: int) -> int:
    """Hundredths of a second of a processor that a process has used, its own and the kernel's."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


if __name__ == "__main__":
    main()
