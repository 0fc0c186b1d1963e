"""What `check` proposes is right, and what can be read in one way alone is read so."""

from pathlib import Path

import pytest

from tests.site_builder.conftest import Municipality


def read_again(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("items", "line", "hint"),
    [
        (("   - Ansök", "  - Boka"), 10, "`   - Boka`"),
        (("    - Ansök", "    - Betala", " - Boka"), 11, "`    - Boka`"),
    ],
)
def test_an_item_out_of_line_is_told_its_indentation(
    town: Municipality, items: tuple[str, ...], line: int, hint: str
) -> None:
    town.write("tjanster/a.md", "källa: Prov", "hur:", *items)
    [problem] = [one for one in town.all_problems() if one.severity == "error"]
    assert problem.line == line
    assert hint in problem.suggestion
    assert "citattecken" not in problem.suggestion


def test_an_item_that_merges_by_its_indentation_is_told(town: Municipality) -> None:
    town.write("tjanster/a.md", "källa: Prov", "hur:", "  - Ansök", "   - Boka")
    assert town.problems()["merged-items"].line == 10


def test_hard_blanks_where_yaml_has_its_own_are_read_as_blanks(town: Municipality) -> None:
    path = town.write("tjanster/a.md", "källa: Prov", "hur:", "  -\u00a0Ansök", "  - Boka")
    read_again(path, "titel: a", "titel:\u00a0Hård\u00a0rubrik")
    town.build()
    assert "Hård\u00a0rubrik</h1>" in town.page("/tjanster/a/")
    assert "<li>Ansök</li>" in town.page("/tjanster/a/")


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("telefonnummer", "telefon"),
        ("mobil", "telefon"),
        ("telefontid", "telefontider"),
        ("mejl", "e-post"),
        ("epost", "e-post"),
        ("adress", "besöksadress"),
        ("lagrum", ""),
    ],
)
def test_the_field_that_is_withheld_is_the_one_that_was_meant(
    town: Municipality, word: str, meant: str
) -> None:
    town.write("kontakter/a.md", "frågor: Allt", f"visa_inte: {word}")
    assert town.problems()["unknown-withheld"].message.endswith(f"Menade du ”{meant}”?" if meant else "”.")


def test_a_field_of_another_type_is_not_mistaken_for_one_of_this(town: Municipality) -> None:
    town.write("anslag/a.md", "slag: protokoll", "organ: ks", "tillkännagivet: 2026-11-23", "lagrum: PBL")
    assert "bara för tjänst" in town.problems()["unknown-field"].suggestion


@pytest.mark.parametrize(
    ("begin", "word"),
    [
        (b"PK\x03\x04\x14\x00", "Word"),
        (b"\xd0\xcf\x11\xe0", "Word"),
        (b"%PDF-1.7", "PDF"),
        (b"{\\rtf1", "RTF"),
        (b"<!DOCTYPE html>", "HTML"),
    ],
)
def test_a_document_that_only_has_another_name_is_told_as_such(
    town: Municipality, begin: bytes, word: str
) -> None:
    town.write("nyheter/a.md").write_bytes(begin)
    [problem] = town.all_problems()
    assert problem.code == "not-a-text-file"
    assert word in problem.message


def test_a_list_where_a_text_belongs_is_told_how_to_write_it(town: Municipality) -> None:
    town.write("tjanster/a.md", "källa: Prov", "vem:", "  - Du som bor här")
    assert town.problems()["not-text"].suggestion == "Skriv allt på raden efter `vem:`, utan streck."


@pytest.mark.parametrize("value", ['""', "''", "~", "null", '"  "', "", "|"])
def test_an_empty_value_is_no_value(town: Municipality, value: str) -> None:
    town.write("kontakter/a.md", "frågor: Allt", f"telefon: {value}")
    assert not town.problems()
    town.write("nyheter/a.md", f"titel: {value}")
    assert [(one.code, one.field) for one in town.all_problems()] == [("missing-field", "titel")]


@pytest.mark.parametrize("value", ['"null"', "Null och intet"])
def test_a_word_is_a_value(town: Municipality, value: str) -> None:
    town.write("nyheter/a.md", f"titel: {value}")
    assert not town.problems()


@pytest.mark.parametrize("sign", ["|", ">-", ">"])
def test_a_title_over_several_lines_is_one_line(town: Municipality, sign: str) -> None:
    town.write("nyheter/a.md", f"titel: {sign}", "  Bygglov", "  i dag")
    town.build()
    assert "<title>Bygglov i dag" in town.page("/nyheter/2026/a/")
