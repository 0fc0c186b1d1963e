"""A record gets another name by `site-builder mv`: no address dies, and nothing else changes."""

from pathlib import Path

import pytest

from site_builder.cli import main
from tests.site_builder.conftest import Municipality


def mv(town: Municipality, old: Path, new: str) -> int:
    return main(["mv", "--content", str(town.content), str(old), new])


def test_references_and_links_follow_and_every_other_byte_stays(town: Municipality) -> None:
    old = town.write("sidor/gammal.md", text="[Här](/gammal/#x)\r\nslut  ")
    other = town.write(
        "sidor/b.md", "relaterat:", "  - sidor/gammal # den", "  - organ/ks",
        text="[a](/gammal/), [b](/gammal-2/), https://annan.example/gammal/ och gammal.",
    )  # fmt: skip
    town.write("sidor/gammal-2.md")
    before, lines = other.read_bytes().decode(), old.read_bytes().decode()
    assert mv(town, old, "ny.md") == 0
    new = before.replace("- sidor/gammal #", "- sidor/ny #").replace("[a](/gammal/)", "[a](/ny/)")
    assert other.read_bytes().decode() == new
    assert not old.exists()
    moved = lines.replace("(/gammal/#x)", "(/ny/#x)")
    at = moved.index("---", 3)
    assert (town.content / "sidor/ny.md").read_bytes().decode() == (
        f"{moved[:at]}ersätter: /gammal/\n{moved[at:]}"
    )
    assert "missing-reference" not in town.problems()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ersätter: /x/", "ersätter:\n  - /x/\n  - /a/\n"),
        ("ersätter: [/x/, /y/]", "ersätter: [/x/, /y/, /a/]\n"),
        ("ersätter:\n- /x/\n- /y/", "ersätter:\n- /x/\n- /y/\n- /a/\n"),
    ],
)
def test_an_address_joins_those_that_were_there(town: Municipality, before: str, after: str) -> None:
    old = town.write("sidor/a.md", before)
    assert mv(town, old, "b.md") == 0
    assert after in (town.content / "sidor/b.md").read_text(encoding="utf-8")
    assert not town.problems()


def test_a_draft_has_no_address_to_keep(town: Municipality) -> None:
    assert mv(town, town.write("sidor/a.md", "status: utkast"), "b.md") == 0
    assert "ersätter" not in (town.content / "sidor/b.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("new", ["finns.md", "Stor bokstav.md", "b.txt", "../tjanster/b.md"])
def test_a_name_that_does_not_do_changes_nothing(
    town: Municipality, new: str, capsys: pytest.CaptureFixture[str]
) -> None:
    old = town.write("sidor/a.md")
    town.write("sidor/finns.md")
    before = {path: path.read_bytes() for path in town.content.rglob("*.md")}
    assert mv(town, old, new) == 1
    assert capsys.readouterr().err
    assert {path: path.read_bytes() for path in town.content.rglob("*.md")} == before


def test_what_can_be_read_in_two_ways_is_told_and_left(
    town: Municipality, capsys: pytest.CaptureFixture[str]
) -> None:
    old = town.write("kontakter/a.md", "telefon: 08-123", "frågor: Allt")
    other = town.write("organ/b.md", "slag: nämnd", "kontakt: a # a")
    before = other.read_bytes()
    assert mv(town, old, "ny.md") == 0
    assert other.read_bytes() == before
    assert f"{other}:8" in capsys.readouterr().err
    assert "missing-reference" not in town.problems()


def test_what_others_hang_on_keeps_its_name(town: Municipality, capsys: pytest.CaptureFixture[str]) -> None:
    body = town.content / "organ/ks.md"
    before = body.read_bytes()
    assert mv(town, body, "styrelsen.md") == 1
    assert "bevakningar" in capsys.readouterr().err
    assert body.read_bytes() == before


def test_a_key_that_is_written_in_another_way_is_not_written_twice(town: Municipality) -> None:
    old = town.write("sidor/a.md", '"ersätter": /x/')
    before = old.read_bytes()
    assert mv(town, old, "b.md") == 1
    assert old.read_bytes() == before
    assert not (town.content / "sidor/b.md").exists()


def test_a_record_is_found_by_its_whole_path_too_and_line_ends_stay(town: Municipality) -> None:
    old = town.write("sidor/a.md")
    old.write_bytes(old.read_bytes().replace(b"\n", b"\r\n"))
    assert mv(town, old.absolute(), str(old.with_name("b.md").absolute())) == 0
    moved = (town.content / "sidor/b.md").read_bytes()
    assert b"/a/\r\n---\r\n" in moved
    assert moved.count(b"\n") == moved.count(b"\r\n")
