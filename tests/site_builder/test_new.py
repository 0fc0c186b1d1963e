"""Drafts: what is commented out is ready to be used, and what is given wakes nobody."""

import re
from datetime import UTC, datetime

import pytest

from site_builder.content import TYPES, Record
from site_builder.editing.new import find_type, new_record
from site_builder.reading import front_matter
from site_builder.reading.record_file import validate
from tests.site_builder.conftest import NOW, Municipality

KEY = "00000000-0000-4000-8000-000000000900"


def draft(model: type[Record]) -> str:
    return new_record(model, "Ny", NOW, KEY)[1]


@pytest.mark.parametrize("model", TYPES, ids=lambda model: model.info.name)
def test_any_field_can_be_used_by_taking_its_sign_away(model: type[Record]) -> None:
    text = re.sub(r"^# (?=\s*(- )?[^\s:]+:)", "", draft(model), flags=re.MULTILINE)
    document, problems = front_matter.read("a.md", text.encode())
    assert document
    assert problems == []
    _, problems = validate(model, document, "a.md")
    assert {problem.code for problem in problems} <= {"missing-field"}  # of groups that are still empty


@pytest.mark.parametrize("model", TYPES, ids=lambda model: model.info.name)
def test_a_draft_tells_what_may_be_chosen(model: type[Record]) -> None:
    assert all("  # " in line for line in re.findall(r"^# \S+:.*", draft(model), re.MULTILINE))


def test_an_alert_begins_as_a_minor_one_and_a_decision_as_proposed() -> None:
    alert, decision = find_type("driftinfo"), find_type("beslut")
    assert alert
    assert decision
    assert "\nallvar: mindre" in draft(alert)
    assert "\nutfall: föreslaget" in draft(decision)
    assert "extrem, allvarlig, måttlig, mindre, okänd" in draft(alert)


@pytest.mark.parametrize(("status", "severity"), [("utkast", "warning"), ("publicerad", "error")])
def test_what_a_draft_says_of_itself_is_never_published(
    town: Municipality, status: str, severity: str
) -> None:
    fields = (
        "händelse: Fyll i",
        f"status: {status}",
        "ingress: Skriv en eller två meningar som säger det viktigaste.",
    )
    town.write("driftinfo/a.md", *fields, text="Skriv texten här, eller ta bort raden.")
    found = [one for one in town.all_problems() if one.code == "placeholder"]
    assert {(one.field, one.line) for one in found} == {("ingress", 7), ("händelse", 5), ("", 9)}
    assert {one.severity for one in found} == {severity}


def test_a_text_may_ask_somebody_to_fill_in_a_form(town: Municipality) -> None:
    town.write("nyheter/a.md", "ingress: Fyll i blanketten.", text="Fyll i den noga.")
    assert not town.problems()


@pytest.mark.parametrize("word", ["etjänst", "e-tjänster", "etjanster"])
def test_a_type_is_found_in_the_plural_and_without_its_hyphen(word: str) -> None:
    model = find_type(word)
    assert model
    assert model.info.name == "eservice"


def test_a_long_title_gives_an_address_of_whole_words() -> None:
    page = find_type("sidor")
    assert page
    path, _ = new_record(page, "Snöröjning och sandning " * 12, NOW, KEY)
    assert path == "sidor/snorojning-och-sandning-snorojning-och-sandning-snorojning-och-sandning.md"
    assert len(new_record(page, "å" * 275, NOW, KEY)[0]) == len("sidor/.md") + 80


def test_an_alert_begins_now() -> None:
    alert = find_type("driftinfo")
    assert alert
    text = new_record(alert, "Ny", datetime(2026, 11, 24, 7, 5, 59, tzinfo=UTC), KEY)[1]
    assert '\ngäller_från: "2026-11-24 07:05"' in text
    assert '\npublicerad: "2026-11-24"\n' in text


def test_an_alert_that_is_begun_late_in_the_evening_ends_the_next_day() -> None:
    alert = find_type("driftinfo")
    assert alert
    for hour, day in ((21, 24), (23, 25)):
        text = new_record(alert, "Ny", datetime(2026, 11, 24, hour, 59, tzinfo=UTC), KEY)[1]
        assert f'\nupphör: "2026-11-{day} 23:59"' in text
