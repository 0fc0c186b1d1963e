"""A file with several faults shows all of them at once: none hides behind another."""

import pytest

from tests.site_builder.conftest import Municipality

SERVICE = (
    "vem: Alla",
    "hur: Ring",
    "ansvarig: kontakter/saknas",
    "ämnen: okänt",
    "läge: stängd",
)
TEXT = "#### Hopp\n\n[A](/tjanster/borta/)"
OTHERS = {"missing-reference", "unknown-term", "state-without-reason", "skipped-heading", "broken-link"}


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (("granskas_senast: 2026-13-01",), "invalid-date"),
        (('publicerad: "2026-02-30"',), "invalid-moment"),
        (("id: 7",), "invalid-id"),
        (("status: klar",), "invalid-choice"),
        (("ämen: x",), "unknown-field"),
        (("kanaler:\n  - typ: telefon\n    må: 112",), "unknown-field"),
        (("kanaler:\n  - typ: brevduva\n    mål: 112",), "invalid-choice"),
        (("behövs:\n  - Ta med: pass",), "not-text"),
        (("ersätter: /a?b",), "invalid-address"),
        (("kostnad:\n  belopp: mycket",), "invalid-number"),
        (("får: [a",), "yaml-syntax"),
        (('får: "a',), "yaml-syntax"),
        (("får: a: b",), "yaml-syntax"),
        (("får:a",), "yaml-syntax"),
        (("får: *a",), "yaml-alias"),
        (("får: &a",), "yaml-alias"),
        (("får:\t a",), "tab"),
        (("får: a\x0bb",), "control-character"),
    ],
)
def test_one_fault_hides_no_other(town: Municipality, lines: tuple[str, ...], code: str) -> None:
    channels = () if lines[0].startswith("kanaler") else ("kanaler:\n  - typ: telefon\n    mål: 112",)
    town.write("tjanster/a.md", *lines, *SERVICE, *channels, text=TEXT)
    assert set(town.problems()) == OTHERS | {code}


def test_fields_that_are_nearly_closed_are_checked_too(town: Municipality) -> None:
    file = town.write("tjanster/a.md", *SERVICE, "kanaler:\n  - typ: telefon\n    mål: 112", text=TEXT)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("\n---\n####", "\n----\n####"), encoding="utf-8")
    found = town.problems()
    assert set(found) == OTHERS | {"front-matter-unclosed"}
    assert found["broken-link"].line == len(text.split("\n")) - 1


def test_several_fields_that_yaml_cannot_read_are_told_with_their_lines(town: Municipality) -> None:
    town.write("tjanster/a.md", "vem: a: b", 'hur: "Ring', "ansvarig: kontakter/vaxel", "får: [x", "ämen: y")
    found = [(one.code, one.line, one.field) for one in town.all_problems()]
    assert found == [
        ("required-field-empty", 1, "kanaler"),
        ("yaml-syntax", 7, ""),
        ("yaml-syntax", 8, ""),
        ("yaml-syntax", 10, ""),
        ("unknown-field", 11, "ämen"),
    ]


def test_what_hangs_on_a_wrong_value_is_not_told(town: Municipality) -> None:
    town.write("moten/a.md", "organ: ks", "start: i morgon", 'slut: "2026-12-10 18:00"')
    town.write("platser/a.md", "adress: Torget", "koordinat:\n  lat: 59,24N\n  long: 18,22")
    assert set(town.problems()) == {"invalid-moment", "invalid-number"}


def test_a_file_with_a_wrong_field_is_there_for_those_that_refer_to_it(town: Municipality) -> None:
    town.write("organ/bun.md", "slag: nämd", key=77)
    for name, reference in (("a", "bun"), ("b", "organ/bun"), ("c", "00000000-0000-4000-8000-000000000077")):
        town.write(f"moten/{name}.md", f"organ: {reference}", 'start: "2026-12-10 18:00"')
    town.write("nyheter/a.md", text="[Nämnden](/organ/bun/)")
    assert set(town.problems()) == {"invalid-choice"}


def test_a_wrong_file_is_read_from_the_cache_as_it_was(town: Municipality) -> None:
    town.write("tjanster/a.md", "ämen: x", *SERVICE, text=TEXT)
    first = town.all_problems()
    assert len(first) > 5
    assert town.all_problems() == first
    assert town.build().problems
    assert not town.has("/tjanster/a/")


def test_two_files_of_one_id_are_told_although_one_is_wrong(town: Municipality) -> None:
    town.write("nyheter/a.md", "ämen: x", key=9)
    town.write("nyheter/b.md", key=9)
    assert set(town.problems()) == {"unknown-field", "duplicate-id"}
