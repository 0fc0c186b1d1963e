"""What is stored is given out, forgotten and weeded; another key takes over."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from cases import cli
from cases.casework import people, rekey
from cases.model import State
from cases.tables import case_events
from delivery.tables import outbox
from foundation.database import read, write
from foundation.encryption import Keys
from tests.cases.serving import Municipality
from tests.subscriptions.serving import KEY

MAIL = "anna@kommun.example"


def test_a_copy_has_all_that_was_written_and_no_notes(both: Municipality) -> None:
    path = both.report(epost=MAIL)
    both.report(epost="bo@kommun.example")
    both.post(f"{path}skriv/", text="Den blinkar också.")
    both.act(1, "anteckna", text="Intern anteckning.")
    with read(both.engine) as connection:
        [case] = people.export(connection, both.keys, MAIL)
    assert case["text"] == "Lampan är släckt."
    assert [event["text"] for event in case["events"]] == ["", "Den blinkar också."]
    assert "Intern" not in str(case)


def test_erasure_leaves_that_there_was_a_case_and_nothing_of_who_or_what(both: Municipality) -> None:
    path = both.report(epost=MAIL, namn="Anna")
    both.post(f"{path}skriv/", text="Den blinkar.")
    with write(both.engine) as connection:
        assert people.erase(connection, both.keys, MAIL, "operator", both.now) == 1
    with read(both.engine) as connection:
        assert people.export(connection, both.keys, MAIL) == []
        assert connection.execute(select(outbox)).all() == []
        assert set(connection.execute(select(case_events.c.text)).scalars()) == {None}
    assert "Lampan" not in both.get("/arenden/1/").text
    assert both.deliver() == []


def test_an_ended_case_is_archived_and_then_weeded_when_its_time_is_over(
    town: Municipality, tmp_path: Path
) -> None:
    town.report()
    town.report()
    town.act(1, "avsluta", text="Bytt.", utfall="done")
    archive = tmp_path / "arkiv"
    archive.mkdir()
    later = town.now + town.own.retention + timedelta(days=1)
    assert list(people.weed(town.engine, town.keys, town.own, town.now, archive)) == []
    assert list(people.weed(town.engine, town.keys, town.own, later, archive)) == ["2026-1"]
    assert list(people.weed(town.engine, town.keys, town.own, later, archive)) == []
    assert [path.name for path in archive.iterdir()] == ["2026-1.json"]
    assert "Lampan är släckt." in (archive / "2026-1.json").read_text(encoding="utf-8")
    assert [row.state for row in town.rows()] == [State.NEW]


def test_under_a_new_key_everything_is_found_and_read_without_the_old_one(both: Municipality) -> None:
    path = both.report(epost=MAIL)
    both.post(f"{path}skriv/", text="Den blinkar.")
    new = "another-key-of-tests-that-is-long-enough-02"
    assert rekey.rekey(both.engine, Keys([new, KEY])) == {"moved": 2, "unreadable": 0}
    assert rekey.rekey(both.engine, Keys([new, KEY])) == {"moved": 0, "unreadable": 0}
    with read(both.engine) as connection:
        [case] = people.export(connection, Keys([new]), MAIL)
    assert case["events"][1]["text"] == "Den blinkar."
    assert rekey.rekey(both.engine, Keys(["a-third-key-of-tests-that-is-long-enough"]))["unreadable"] == 2


def test_the_command_says_what_it_can_do(capsys: object) -> None:
    assert {"serve", "export", "erase", "retention", "rekey"} <= set(
        str(cli._parser().format_help()).replace(",", " ").replace("{", " ").replace("}", " ").split()
    )
