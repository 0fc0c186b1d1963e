"""Drafts: what is commented out is ready to be used, and nothing is chosen for the editor."""

import re

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


@pytest.mark.parametrize("model", TYPES, ids=lambda model: model.info.name)
def test_nothing_is_chosen_for_the_editor(model: type[Record]) -> None:
    head = draft(model).partition("\n---\n")[0]
    fields = [line for line in head.split("\n")[1:] if line and not line.startswith("#")]
    given = dict(line.partition("  #")[0].split(": ", 1) for line in fields)
    assert given["publicerad"] == "Fyll i"
    chosen = {name for name, value in given.items() if value != "Fyll i"}
    assert chosen == {"id", "titel", "ingress", "status"}


@pytest.mark.parametrize("model", TYPES, ids=lambda model: model.info.name)
def test_a_draft_stops_nothing_and_can_be_previewed_beside_another(
    town: Municipality, model: type[Record]
) -> None:
    for name, key in (("Ny", KEY), ("Nyare", KEY.replace("9", "8"))):
        path, text = new_record(model, name, NOW, key)
        file = town.content / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert {one.severity for one in town.all_problems()} == {"warning"}
    town.build(preview=True)
    assert town.has(f"/{model.info.slug}/ny/")


def test_a_choice_left_open_in_what_is_published_is_told_once_and_as_such(town: Municipality) -> None:
    town.write("moten/a.md", "organ: Fyll i", "start: Fyll i")
    town.write("anslag/a.md", "organ: ks", "slag: Fyll i", "tillkännagivet: 2026-11-23")
    found = {(one.code, one.field, one.severity) for one in town.all_problems()}
    assert found == {("placeholder", field, "error") for field in ("organ", "start", "slag")}


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
