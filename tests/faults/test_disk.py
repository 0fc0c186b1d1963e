"""A disk without room: ingest and sending wait, and go on where they were when there is room again."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from foundation.database import migrate, open_engine
from tests.faults.far_end import Relay
from tests.faults.processes import is_settled, people, states, topic, until, working
from tests.faults.test_ingest_killed import _has_baseline, entries
from tests.subscriptions.feeds.test_ingest import atom
from tests.subscriptions.web_server import serve


class Disk:
    """A small file system of the test's own."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def fill(self) -> None:
        """Not one byte is left (ENOSPC)."""
        with (self.path / "filler").open("ab", buffering=0) as file:
            try:
                while file.write(b"x" * 4096):
                    pass
            except OSError:
                return

    def free(self) -> None:
        (self.path / "filler").unlink()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    path = tmp_path / "disk"
    path.mkdir()
    told = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(path)]
    if os.geteuid() != 0 or subprocess.run(told, stderr=subprocess.DEVNULL, check=False).returncode:
        pytest.skip("only who may mount a file system can fill one up: run as root, with CAP_SYS_ADMIN")
    try:
        yield Disk(path)
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)


@pytest.fixture
def engine_on_disk(disk: Disk) -> Iterator[Engine]:
    url = f"sqlite:///{disk.path}/subscriptions.sqlite3"
    migrate(url)
    opened = open_engine(url)
    yield opened
    opened.dispose()


@pytest.mark.slow
def test_a_disk_without_room_delays_and_nothing_else(
    disk: Disk, engine_on_disk: Engine, relay: Relay, tmp_path: Path
) -> None:
    engine, log = engine_on_disk, tmp_path / "log"
    topic(engine)
    everybody = people(engine, 300)
    relay.stall("dot", after=20)
    with serve() as site:
        site.answers["/alla"] = atom()
        told = {"smtp_url": relay.url, "feed_urls": f"{site.address}/alla", "lease": "60s"}
        with working(engine, log, **told) as worker:
            until(lambda: _has_baseline(engine), process=worker)
            site.answers["/alla"] = entries(1)
            until(relay.reached.is_set, process=worker)
            disk.fill()
            site.answers["/alla"] = entries(2)
            relay.go_on()
            until(lambda: b'"sqlstate": "SQLITE_' in log.read_bytes(), process=worker)
            # What was claimed goes out and no more; no feed is read whose turn cannot be written down.
            until(lambda: len(relay.received) == 100, process=worker)
            asked = len(site.asked)
            disk.free()
            until(is_settled(engine, 600), process=worker)
            assert len(site.asked) > asked
    both = ("Om nyhet-0", "Om nyhet-1")
    assert relay.heard(*both) == dict.fromkeys(((person, title) for person in everybody for title in both), 1)
    assert states(engine) == {"accepted": 600}
