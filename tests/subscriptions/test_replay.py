"""A restored backup brings back nobody who has ended it since."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from delivery import recovery, suppression
from delivery.model import Channel
from foundation import journal
from foundation.database import open_engine, read, write
from subscriptions.operations import beat, watchdog
from subscriptions.people import contacts
from subscriptions.tables import contacts as contacts_table

from .sending import KEYS, NOW, add_item, queue, settings

LATER = NOW + timedelta(hours=1)


def address(number: int) -> str:
    return f"person{number}@exempel.se"


def test_who_has_left_stopped_complained_or_been_erased_since_the_copy_stays_so(
    sqlite_url: str, tmp_path: Path
) -> None:
    state, database = tmp_path / "state.json", Path(sqlite_url.removeprefix("sqlite:///"))
    engine = open_engine(sqlite_url, str(state))
    with write(engine) as connection:
        numbers = [contacts.ensure(connection, KEYS, Channel.EMAIL, address(n), NOW) for n in (1, 2, 3)]
        for number in numbers:
            contacts.activate(connection, number, NOW)
        suppression.suppress(connection, KEYS, Channel.EMAIL, "gammal@exempel.se", reason="stop", now=NOW)
        count = beat.beat(connection, "w", state, NOW)
    beat.keep(state, "w", count)
    engine.dispose()
    shutil.copy(database, tmp_path / "copy")

    with write(engine) as connection:
        contacts.leave(connection, numbers[0], LATER)
        contacts.erase(connection, KEYS, numbers[1], "self", LATER)
        suppression.suppress(connection, KEYS, Channel.EMAIL, address(3), reason="complaint", now=LATER)
        suppression.lift(connection, KEYS, Channel.EMAIL, "gammal@exempel.se")
        count = beat.beat(connection, "w", state, LATER)
    beat.keep(state, "w", count)
    engine.dispose()
    text = "".join(file.read_text(encoding="utf-8") for file in tmp_path.glob("*.journal-*"))
    assert "exempel" not in text

    for file in database.parent.glob(f"{database.name}*"):
        file.unlink()
    shutil.copy(tmp_path / "copy", database)
    with write(engine) as connection:
        beat.beat(connection, "w", state, LATER)
        rows = connection.execute(select(contacts_table.c.id, contacts_table.c.state)).all()
        states = {row.id: row.state for row in rows}
        everybody = [address(3), "gammal@exempel.se"]
        assert suppression.suppressed(connection, KEYS, Channel.EMAIL, everybody) == {address(3)}
    assert states == {numbers[0]: "left", numbers[2]: "active"}
    engine.dispose()


def test_a_line_that_a_crash_cut_off_hides_no_other(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    file = tmp_path / f"state.json.journal-{NOW:%Y-%m}"
    good = json.dumps({"at": NOW.isoformat(), "what": "leave", "lookup": "00"}) + "\n"
    file.write_text(good + '{"at": "2026-\n' + "[]\n" + good, encoding="utf-8")
    assert len(list(journal.read_since(path, NOW))) == 2
    assert list(journal.read_since(path, NOW + timedelta(seconds=1))) == []


def test_months_that_are_over_for_long_are_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    now = datetime(2026, 11, 30, tzinfo=UTC)
    for month in ("2025-12", "2026-07", "2026-08", "2026-11"):
        (tmp_path / f"state.json.journal-{month}").touch()
    journal.prune(path, now)
    assert sorted(file.name[-7:] for file in tmp_path.iterdir()) == ["2026-08", "2026-11"]


@pytest.mark.parametrize("answer", [None, recovery.discard_held])
def test_what_is_held_or_discarded_after_a_restore_is_no_alarm_of_the_canary(
    sqlite_url: str, answer: object
) -> None:
    engine = open_engine(sqlite_url)
    told = settings(canary_email="kanarie@kommun.example")
    add_item(engine)
    with write(engine) as connection:
        watchdog.ensure_canary(connection, KEYS, told, NOW)
        number = connection.scalar(select(contacts_table.c.id))
    assert number is not None
    queue(engine, number)
    with write(engine) as connection:
        recovery.hold_everything(connection, NOW)
        if answer:
            recovery.discard_held(connection, NOW)
    with read(engine) as connection:
        alarms = watchdog.look(connection, KEYS, told, NOW + timedelta(hours=1))
    assert "item-not-delivered" not in {alarm.kind for alarm in alarms}
    engine.dispose()
