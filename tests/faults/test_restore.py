"""A database that goes back in time does not send again what has been sent since."""

import shutil
from pathlib import Path

from sqlalchemy import Engine

from foundation.database import open_engine
from tests.faults.far_end import Relay
from tests.faults.processes import is_settled, news, people, states, until, working


def test_a_restored_backup_does_not_send_again(sqlite: Engine, relay: Relay, tmp_path: Path) -> None:
    news(sqlite)
    everybody = people(sqlite, 60)
    relay.stall("MAIL")
    told = {"smtp_url": relay.url, "state_file": str(tmp_path / "state.json")}
    with working(sqlite, tmp_path / "log", **told) as worker:
        until(relay.reached.is_set, process=worker)  # everything is queued, and a beat is kept
    sqlite.dispose()
    database = Path(str(sqlite.url.database))
    backup = {path: path.with_name(path.name + ".backup") for path in _files(database)}
    for path, copy in backup.items():
        shutil.copy(path, copy)
    relay.go_on()
    with working(sqlite, tmp_path / "log", **told) as worker:
        until(is_settled(sqlite, 60), process=worker)
    assert relay.copies() == dict.fromkeys(everybody, 1)
    sqlite.dispose()
    for path in _files(database):
        path.unlink()
    for path, copy in backup.items():
        shutil.copy(copy, path)
    restored = open_engine(str(sqlite.url))
    with working(restored, tmp_path / "log", **told) as worker:
        until(lambda: states(restored) == {"held": 60}, process=worker)
        until(lambda: b"worker started" in (tmp_path / "log").read_bytes(), process=worker)
    restored.dispose()
    assert relay.copies() == dict.fromkeys(everybody, 1)


def _files(database: Path) -> list[Path]:
    return [path for ending in ("", "-wal") if (path := Path(f"{database}{ending}")).exists()]
