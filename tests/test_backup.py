"""Encrypted copies: whole before old ones go, read with the private key only, kept as long as is said."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sqlite3 import connect

import pytest

DEPLOY = Path(__file__).parent.parent / "deploy"
NAME = "%Y-%m-%dT%H%M%SZ.tar.gpg"


@dataclass(frozen=True)
class Keyring:
    """An operator's private key, kept elsewhere than the copies, and its public half."""

    home: Path
    public: Path

    def open(self, copy: Path, folder: Path) -> None:
        """As the manual says."""
        plain = self.gpg("--decrypt", str(copy)).stdout
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["tar", "-x", "-C", folder], input=plain, check=True)

    def gpg(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        command = ["gpg", "--batch", "--quiet", "--homedir", str(self.home), *words]
        return subprocess.run(command, capture_output=True, check=True)


@pytest.fixture(scope="session")
def keyring() -> Iterator[Keyring]:
    if not all(map(shutil.which, ("gpg", "gpgconf", "sqlite3"))):
        pytest.skip("gpg eller sqlite3 saknas")
    home = Path(tempfile.mkdtemp(prefix="gpg-", dir="/tmp"))  # a socket's path must be short
    ring = Keyring(home, home / "backup.gpg")
    try:
        ring.gpg("--passphrase", "", "--quick-gen-key", "kopia@kommun.example", "future-default", "default")
        ring.gpg("--export", "--output", str(ring.public))
        yield ring
    finally:
        subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], check=False)
        shutil.rmtree(home, ignore_errors=True)


def back_up(folder: Path, keyring: Keyring, **told: str) -> subprocess.CompletedProcess[str]:
    """What the timer starts; ``told`` is backup.env."""
    settings = {"BACKUP_KEY": str(keyring.public), "BACKUP_DAYS": "30", **told}
    return subprocess.run(
        [DEPLOY / "backup", folder, folder.parent / "publicerat.json"],
        env={**os.environ, **settings}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "copies").mkdir()
    return tmp_path / "copies"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "it's a database.sqlite3"
    with closing(connect(path)) as connection:
        connection.execute("CREATE TABLE people (name)")
        connection.execute("INSERT INTO people VALUES ('Hemlig')")
        connection.commit()
    return path


def made(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_copy_is_opened_by_the_private_key_and_by_nothing_else(
    folder: Path, database: Path, keyring: Keyring
) -> None:
    (folder.parent / "publicerat.json").write_text("{}", encoding="utf-8")
    ran = back_up(folder, keyring, BACKUP_SQLITE=str(database))
    assert (ran.returncode, ran.stderr) == (0, "")
    [name] = made(folder)
    assert datetime.strptime(name, NAME).replace(tzinfo=UTC) <= datetime.now(UTC)
    assert b"Hemlig" not in (folder / name).read_bytes()
    assert (folder / name).stat().st_mode & 0o077 == 0
    keyring.open(folder / name, folder.parent / "opened")
    assert made(folder.parent / "opened") == ["database.sqlite3", "publicerat.json"]
    with closing(connect(folder.parent / "opened" / "database.sqlite3")) as connection:
        assert connection.execute("SELECT name FROM people").fetchall() == [("Hemlig",)]


def test_a_copy_has_what_still_stands_in_the_log_of_a_database_that_is_written(
    folder: Path, database: Path, keyring: Keyring
) -> None:
    with closing(connect(database)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("INSERT INTO people VALUES ('Senast')")
        writer.commit()
        assert back_up(folder, keyring, BACKUP_SQLITE=str(database)).returncode == 0
    keyring.open(folder / made(folder)[0], folder.parent / "opened")
    with closing(connect(folder.parent / "opened" / "database.sqlite3")) as connection:
        assert connection.execute("SELECT count(*) FROM people").fetchone() == (2,)


def test_for_two_days_every_copy_is_kept_then_the_first_of_each_day_for_as_long_as_is_said(
    folder: Path, database: Path, keyring: Keyring
) -> None:
    now = datetime.now(UTC)
    noon = (now - timedelta(days=10)).replace(hour=12)
    kept = [now - timedelta(hours=1), now - timedelta(hours=40), noon, noon - timedelta(days=10)]
    gone = [noon + timedelta(hours=1), noon + timedelta(hours=2), now - timedelta(days=31)]
    for moment in (*kept, *gone):
        (folder / moment.strftime(NAME)).touch()
    (folder / "anteckning.txt").touch()  # not ours
    assert back_up(folder, keyring, BACKUP_SQLITE=str(database)).returncode == 0
    names = set(made(folder))
    assert {moment.strftime(NAME) for moment in kept} | {"anteckning.txt"} < names
    assert names.isdisjoint(moment.strftime(NAME) for moment in gone)
    assert len(names) == len(kept) + 2


@pytest.mark.parametrize(
    "told",
    [
        {"BACKUP_SQLITE": "/finns/inte.sqlite3"},
        {"BACKUP_SQLITE": __file__},
        {"BACKUP_SQLITE": "", "PGHOST": "/finns/inte"},
        {"BACKUP_KEY": "/finns/inte.gpg"},
        {"BACKUP_KEY": __file__},
        {"BACKUP_DAYS": "0"},
        {"BACKUP_DAYS": "91"},
        {"BACKUP_DAYS": "trettio"},
    ],
    ids=str,
)
def test_where_no_copy_can_be_made_it_fails_and_the_old_ones_stay(
    told: dict[str, str], folder: Path, database: Path, keyring: Keyring
) -> None:
    old = (datetime.now(UTC) - timedelta(days=300)).strftime(NAME)
    (folder / old).touch()
    ran = back_up(folder, keyring, **{"BACKUP_SQLITE": str(database), **told})
    assert ran.returncode != 0
    assert ran.stderr
    assert made(folder) == [old]
