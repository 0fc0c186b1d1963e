"""The drill: a copy is taken, life goes on, it is put back as the manual says, and the service starts."""

import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from delivery.model import Channel
from delivery.suppression import suppress
from foundation.database import is_sqlite, open_engine, read, write
from subscriptions.operations import approval, watchdog
from subscriptions.people import contacts, personal_data
from tests.faults.far_end import Relay
from tests.faults.processes import news, people, states, until, working
from tests.subscriptions.sending import KEYS, settings
from tests.test_backup import Keyring, back_up
from tests.test_backup import keyring as keyring

LEFT, STOPPED, ERASED, COMPLAINED, STAYED = range(1, 6)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "beat"


@pytest.fixture
def alive(database_url: str, state: Path) -> Iterator[Engine]:
    """An engine as the service opens it: with the journal beside the state file."""
    opened = open_engine(database_url, str(state))
    yield opened
    opened.dispose()


def test_after_a_restore_nobody_hears_twice_nor_anew_who_has_left_and_nothing_alarms_falsely(
    alive: Engine, state: Path, relay: Relay, keyring: Keyring, tmp_path: Path
) -> None:
    told = {"smtp_url": relay.url, "state_file": str(state)}
    log = tmp_path / "log"
    news(alive, 1)
    everybody = people(alive, 5)
    stayed = everybody[STAYED - 1]
    with working(alive, log, **told) as worker:
        until(lambda: states(alive) == {"accepted": 5}, process=worker)
        worker.stop()
    copy = backed_up(alive, keyring, tmp_path)

    go_on(alive, everybody)
    [newcomer] = people(alive, 1, first=9)
    news(alive, 2)
    with working(alive, log, **told) as worker:
        until(lambda: heard(relay, 2) == {stayed, newcomer} and settled(alive), process=worker)
        worker.stop()

    put_back(alive, copy)
    news(alive, 2)  # the feeds are read again: what has come since the copy looks new
    with working(alive, log, **told) as worker:
        until(lambda: states(alive)["queued"] + states(alive)["held"] > 0, process=worker)
        assert alarms(alive) == {"held"}
        assert approval.answer_queue(alive, False, datetime.now(UTC), "prov")
        news(alive, 3)
        until(lambda: heard(relay, 3) == {stayed} and settled(alive), process=worker)
        worker.stop()
    assert alarms(alive) == set()
    copies = relay.heard("Rubrik 1", "Rubrik 2", "Rubrik 3")
    assert set(copies.values()) == {1}
    assert {who for who, title in copies if title == "Rubrik 2"} == {stayed, newcomer}


def go_on(engine: Engine, everybody: list[str]) -> None:
    """What people do after the copy was taken."""
    now = datetime.now(UTC)
    with write(engine) as connection:
        contacts.leave(connection, LEFT, now)
        personal_data.erase(connection, KEYS, ERASED, "self", now)
        for number, reason in ((STOPPED, "stop"), (COMPLAINED, "complaint")):
            suppress(connection, KEYS, Channel.EMAIL, everybody[number - 1], reason=reason, now=now)


def backed_up(engine: Engine, keyring: Keyring, tmp_path: Path) -> Path:
    """The folder of a copy that was taken by the timer's script and opened with the private key."""
    folder = tmp_path / "copies"
    folder.mkdir()
    ran = back_up(folder, keyring, **place(engine))
    assert ran.returncode == 0, ran.stderr
    [copy] = folder.iterdir()
    keyring.open(copy, tmp_path / "opened")
    return tmp_path / "opened"


def place(engine: Engine) -> dict[str, str]:
    """Where the database is, as backup.env says it."""
    name = str(engine.url.database)
    if is_sqlite(engine):
        return {"BACKUP_SQLITE": name}
    return {"PGHOST": str(engine.url.query["host"]), "PGDATABASE": name, "PGUSER": str(engine.url.username)}


def put_back(engine: Engine, copy: Path) -> None:
    engine.dispose()
    if is_sqlite(engine):
        database = Path(str(engine.url.database))
        for ending in ("-wal", "-shm"):
            database.with_name(database.name + ending).unlink(missing_ok=True)
        shutil.copy(copy / "database.sqlite3", database)
        return
    where = place(engine)
    words = ["--clean", "--if-exists", "--no-owner", "--exit-on-error", f"--dbname={where['PGDATABASE']}"]
    to = [f"--host={where['PGHOST']}", f"--username={where['PGUSER']}"]
    subprocess.run(["pg_restore", *words, *to, copy / "database.dump"], check=True)


def heard(relay: Relay, number: int) -> set[str]:
    return {address for address, _ in relay.heard(f"Rubrik {number}")}


def settled(engine: Engine) -> bool:
    return not states(engine).keys() & {"queued", "deferred", "sending", "held"}


def alarms(engine: Engine) -> set[str]:
    """What the watchdog says an hour later: by then all should have arrived."""
    with read(engine) as connection:
        told = settings(crisis_feed_urls="inga")
        found = watchdog.look(connection, KEYS, told, datetime.now(UTC) + timedelta(hours=1))
    return {alarm.kind for alarm in found}
