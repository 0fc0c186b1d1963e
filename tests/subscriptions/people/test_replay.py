"""A restored backup brings back nobody who has ended it since."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from delivery import recovery, suppression
from delivery.model import Channel
from foundation import journal
from foundation.database import open_engine, read, write
from foundation.encryption import Keys
from subscriptions.model import Choice, Frequency, Target, TargetKind
from subscriptions.operations import beat, watchdog
from subscriptions.people import bounces, contacts, personal_data
from subscriptions.people.rekey import rekey
from subscriptions.tables import contacts as contacts_table
from tests.subscriptions.sending import KEYS, NOW, add_item, queue, settings

LATER = NOW + timedelta(hours=1)


ROTATED = Keys(["nyckel-for-prov-" + "2" * 32, KEYS.newest.secret])


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
        personal_data.erase(connection, KEYS, numbers[1], "self", LATER)
        suppression.suppress(connection, KEYS, Channel.EMAIL, address(3), reason="complaint", now=LATER)
        suppression.lift(connection, KEYS, Channel.EMAIL, "gammal@exempel.se", LATER)
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


@pytest.fixture
def copied(sqlite_url: str, tmp_path: Path) -> Iterator[tuple[Engine, Callable[[], None]]]:
    """A database with a journal and three who follow; what puts back its copy and starts with the journal."""
    state, database = tmp_path / "state.json", Path(sqlite_url.removeprefix("sqlite:///"))
    engine = open_engine(sqlite_url, str(state))

    def count() -> None:
        with write(engine) as connection:
            number = beat.beat(connection, "w", state, LATER)
        beat.keep(state, "w", number)
        engine.dispose()

    def restore() -> None:
        count()
        for file in database.parent.glob(f"{database.name}*"):
            file.unlink()
        shutil.copy(tmp_path / "copy", database)
        count()

    for number in (1, 2, 3):
        follow(engine, number, NOW, "avfall", "skola", "vatten")
    with write(engine) as connection:
        first = beat.beat(connection, "w", state, NOW)
    beat.keep(state, "w", first)
    engine.dispose()
    shutil.copy(database, tmp_path / "copy")
    yield engine, restore
    engine.dispose()


def follow(engine: Engine, number: int, now: datetime, *topics: str) -> None:
    with write(engine) as connection:
        contact = contacts.ensure(connection, KEYS, Channel.EMAIL, address(number), now)
        contacts.activate(connection, contact, now)
        wanted = [Choice(topic(value), Frequency.DAILY, value) for value in topics]
        contacts.add_choices(connection, contact, wanted, contacts.Consent("form"), now)


def topic(value: str) -> Target:
    return Target(TargetKind.TOPIC, value)


def followed(engine: Engine) -> dict[int, tuple[str, list[str]]]:
    """Each contact's state and topics."""
    with read(engine) as connection:
        numbers = connection.scalars(select(contacts_table.c.id)).all()
        known = [contacts.read(connection, ROTATED, number) for number in numbers]
    return {one.id: (one.state, [choice.label for choice in one.choices]) for one in known if one}


def test_a_single_choice_that_was_ended_since_the_copy_stays_ended(
    copied: tuple[Engine, Callable[[], None]],
) -> None:
    engine, restore = copied
    kept = Choice(topic("skola"), Frequency.WEEKLY, "skola")
    with write(engine) as connection:
        contacts.leave_choice(connection, 1, topic("avfall"), LATER)
        contacts.replace_choices(connection, 2, [kept], contacts.Consent("manage"), LATER)
        for value in ("avfall", "skola", "vatten"):
            contacts.leave_choice(connection, 3, topic(value), LATER)
    restore()
    assert followed(engine) == {
        1: ("active", ["skola", "vatten"]), 2: ("active", ["skola"]), 3: ("left", []),
    }  # fmt: skip


def test_what_was_ended_after_the_keys_were_rotated_stays_ended_in_a_copy_from_before(
    copied: tuple[Engine, Callable[[], None]],
) -> None:
    engine, restore = copied
    rekey(engine, ROTATED)
    with write(engine) as connection:
        contacts.leave(connection, 1, LATER)
        personal_data.erase(connection, ROTATED, 2, "self", LATER)
        contacts.leave_choice(connection, 3, topic("skola"), LATER)
        suppression.suppress(connection, ROTATED, Channel.EMAIL, address(3), reason="complaint", now=LATER)
    restore()
    assert followed(engine) == {1: ("left", []), 3: ("active", ["avfall", "vatten"])}
    with read(engine) as connection:
        assert suppression.suppressed(connection, ROTATED, Channel.EMAIL, [address(3)])


def test_who_had_come_back_before_the_copy_is_not_ended_by_what_came_before_that(
    copied: tuple[Engine, Callable[[], None]], tmp_path: Path
) -> None:
    engine, restore = copied
    before = NOW - timedelta(minutes=2)
    with write(engine) as connection:  # the journal's lines are older than the copy's contacts and choices
        contacts.leave(connection, 1, before)
        contacts.leave_choice(connection, 2, topic("skola"), before)
        personal_data.erase(connection, KEYS, 3, "self", before)
    restore()
    everything = ("active", ["avfall", "skola", "vatten"])
    assert followed(engine) == {1: everything, 2: everything, 3: everything}


def test_a_line_that_a_crash_cut_off_hides_no_other(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    file = tmp_path / f"state.json.journal-{NOW:%Y-%m}"
    good = json.dumps({"at": NOW.isoformat(), "what": "leave", "lookup": "00"}) + "\n"
    file.write_text(good + '{"at": "2026-\n' + "[]\n" + good, encoding="utf-8")
    assert len(list(journal.read_since(path, NOW))) == 2
    assert list(journal.read_since(path, NOW + timedelta(seconds=1))) == []


def test_what_is_noted_after_a_line_that_a_crash_cut_off_is_read(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    file = tmp_path / f"state.json.journal-{NOW:%Y-%m}"
    file.write_bytes(b'{"at": "2026-\xc3')
    engine = open_engine(f"sqlite:///{tmp_path}/db", str(path))
    with engine.connect() as connection:
        journal.note(connection, "leave", NOW, lookup="00")
    engine.dispose()
    assert [entry["what"] for entry in journal.read_since(path, NOW)] == ["leave"]


def test_a_line_that_does_not_fit_on_the_disk_ends_the_transaction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/db", str(tmp_path / "state.json"))
    write_all = os.write
    monkeypatch.setattr("foundation.journal.os.write", lambda file, line: write_all(file, line[:9]))
    with engine.connect() as connection, pytest.raises(OSError, match="No space"):
        journal.note(connection, "leave", NOW, lookup="00")
    engine.dispose()


def test_who_is_forgiven_in_a_storm_since_the_copy_stays_so(
    copied: tuple[Engine, Callable[[], None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, restore = copied
    monkeypatch.setattr(bounces, "STORM", 2)
    with write(engine) as connection:
        for number in (1, 2, 3):
            bounces.record(connection, KEYS, number, "5.1.1", hard=True, now=LATER)
    restore()
    with read(engine) as connection:
        everybody = [address(number) for number in (1, 2, 3)]
        assert suppression.suppressed(connection, KEYS, Channel.EMAIL, everybody) == set()


def test_months_that_are_over_for_long_are_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    now = datetime(2026, 11, 30, tzinfo=UTC)
    for month in ("2025-12", "2026-07", "2026-08", "2026-11"):
        (tmp_path / f"state.json.journal-{month}").touch()
    journal.prune(path, now)
    assert sorted(file.name[-7:] for file in tmp_path.iterdir()) == ["2026-08", "2026-11"]


def move(engine: Engine, old: int, new: str, now: datetime) -> int:
    with write(engine) as connection:
        number = contacts.ensure(connection, KEYS, Channel.EMAIL, new, now)
        contacts.activate(connection, number, now)
        contacts.move(connection, old, number, contacts.Consent("manage"), now)
    return number


def addresses(engine: Engine) -> dict[str, list[str]]:
    """What is followed at each address where something may be sent."""
    with read(engine) as connection:
        numbers = connection.scalars(select(contacts_table.c.id)).all()
        known = [contacts.read(connection, KEYS, number) for number in numbers]
    active = [one for one in known if one and one.state == "active"]
    return {one.address: [choice.label for choice in one.choices] for one in active}


def test_who_has_moved_since_the_copy_is_at_the_new_address_and_what_they_ended_there_stays_ended(
    copied: tuple[Engine, Callable[[], None]], tmp_path: Path
) -> None:
    engine, restore = copied
    everything = ["avfall", "skola", "vatten"]
    move(engine, 1, "ny@exempel.se", LATER)
    second = move(engine, 2, "nyare@exempel.se", LATER)
    last = move(engine, second, "nyast@exempel.se", LATER + timedelta(minutes=1))
    with write(engine) as connection:
        contacts.leave_choice(connection, last, topic("skola"), LATER + timedelta(minutes=2))
    third = move(engine, 3, "borta@exempel.se", LATER)
    with write(engine) as connection:
        personal_data.erase(connection, KEYS, third, "self", LATER + timedelta(minutes=2))
    before = addresses(engine)
    restore()
    assert addresses(engine) == before
    assert before == {"ny@exempel.se": everything, "nyast@exempel.se": ["avfall", "vatten"]}
    assert "exempel" not in "".join(one.read_text() for one in tmp_path.glob("*.journal-*"))


def test_who_moved_to_an_address_that_was_followed_already_keeps_both_registers(
    copied: tuple[Engine, Callable[[], None]],
) -> None:
    engine, restore = copied
    follow(engine, 4, LATER, "bad")
    with write(engine) as connection:
        contacts.move(connection, 1, 2, contacts.Consent("manage"), LATER)
    restore()
    assert addresses(engine).keys() == {address(2), address(3)}


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
