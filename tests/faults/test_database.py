"""The database is busy, full, or gone for a while: the worker lives on and forgets no outcome."""

import os
import resource
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import connect
from time import sleep

import pytest
from sqlalchemy import Engine

from foundation.database import migrate, open_engine
from tests.faults.far_end import Relay
from tests.faults.processes import Process, is_settled, news, people, states, until, working
from tests.subscriptions import postgres


@pytest.mark.slow
def test_another_process_that_holds_the_write_lock_delays_and_nothing_else(
    sqlite: Engine, relay: Relay, tmp_path: Path
) -> None:
    news(sqlite)
    everybody = people(sqlite, 300)
    relay.pause = 0.01
    with working(sqlite, tmp_path / "log", smtp_url=relay.url, lease="60s") as worker:
        until(lambda: len(relay.received) > 50, process=worker)
        with closing(connect(str(sqlite.url.database), isolation_level=None, timeout=30)) as other:
            other.execute("BEGIN IMMEDIATE")
            until(lambda: b"OperationalError" in worker.log.read_bytes(), process=worker)
            before = states(sqlite)
            other.execute("ROLLBACK")
        assert before["queued"] > 0
        until(is_settled(sqlite, 300), process=worker)
    assert relay.copies() == dict.fromkeys(everybody, 1)
    assert states(sqlite) == {"accepted": 300}


def test_a_full_disk_delays_and_nothing_else(sqlite: Engine, relay: Relay, tmp_path: Path) -> None:
    news(sqlite)
    everybody = people(sqlite, 300)
    relay.stall("dot", after=20)
    with working(sqlite, tmp_path / "log", smtp_url=relay.url, lease="60s") as worker:
        until(relay.reached.is_set, process=worker)
        log = Path(f"{sqlite.url.database}-wal")
        _limit(worker, log.stat().st_size)  # no file of this process may grow any more
        relay.go_on()
        until(lambda: b'"sqlstate": "SQLITE_' in (tmp_path / "log").read_bytes(), process=worker)
        sleep(1)
        assert len(relay.received) <= 100  # what was claimed, and no more
        _limit(worker, resource.RLIM_INFINITY)
        until(is_settled(sqlite, 300), process=worker)
    assert relay.copies() == dict.fromkeys(everybody, 1)
    assert states(sqlite) == {"accepted": 300}


def _limit(worker: Process, size: int) -> None:
    _, hard = resource.prlimit(worker.popen.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(worker.popen.pid, resource.RLIMIT_FSIZE, (size, hard))


class Cluster:
    """A PostgreSQL of the test's own, which it stops and starts."""

    def __init__(self, where: Path) -> None:
        self.where = where
        self.url = f"postgresql+psycopg://postgres@/postgres?host={where}"
        self._programs = postgres.newest()
        postgres.run(
            self._programs / "initdb",
            *("-D", str(where / "data"), "-U", "postgres", "-A", "trust", "--locale=C", "-E", "UTF8"),
            where=where,
        )

    def start(self) -> None:
        options = f"-c unix_socket_directories={self.where} -c listen_addresses= -c max_connections=200"
        self._control("-o", options, "-l", str(self.where / "log"), "start")

    def stop(self) -> None:
        """As when the machine loses its power."""
        self._control("-m", "immediate", "stop")

    def _control(self, *words: str) -> None:
        postgres.run(
            self._programs / "pg_ctl", *("-D", str(self.where / "data"), "-w", *words), where=self.where
        )


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    where = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    if os.geteuid() == 0:
        shutil.chown(where, "postgres", "postgres")
    made = Cluster(where)
    made.start()
    yield made
    made.stop()
    shutil.rmtree(where)


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.parametrize("lease", ["60s", "2s"])
def test_a_database_that_is_gone_for_a_while_delays_and_nothing_else(
    cluster: Cluster, relay: Relay, tmp_path: Path, lease: str
) -> None:
    migrate(cluster.url)
    engine = open_engine(cluster.url)
    news(engine)
    everybody = people(engine, 500)
    relay.stall("dot", after=120)
    with working(engine, tmp_path / "log", smtp_url=relay.url, lease=lease) as worker:
        until(relay.reached.is_set, process=worker)
        engine.dispose()
        cluster.stop()
        relay.go_on()
        sleep(5)
        assert worker.popen.poll() is None
        assert len(relay.received) <= 200  # what was claimed, and no more
        cluster.start()
        until(is_settled(engine, 500), process=worker)
    assert relay.copies() == dict.fromkeys(everybody, 1)
    assert states(engine) == {"accepted": 500}
    engine.dispose()
