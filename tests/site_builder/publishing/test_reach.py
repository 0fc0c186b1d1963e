"""Live, and who is told: what a build and a check say of news, meetings of one day, and paragraphs."""

import pytest

from site_builder.cli import main
from tests.site_builder.conftest import Municipality


def test_a_build_says_what_goes_out_and_what_does_not(town: Municipality) -> None:
    assert town.build().reach == ""
    town.write("nyheter/a.md", "titel: Ny")
    town.write("nyheter/b.md", "titel: Glömd", 'publicerad: "2026-11-22 08:59"')
    town.write("nyheter/c.md", "titel: Just nu", 'publicerad: "2026-11-22 09:00"')
    said = town.build().reach
    assert said.startswith(
        "2 nyheter går ut, 1 gör det inte, därför att ”Glömd”: den är daterad 2026-11-22 08:59"
    )
    assert "2026-11-24 09:00" in said
    assert town.build().reach == ""


def test_a_single_piece_of_news_is_told_in_the_singular(town: Municipality) -> None:
    town.build()
    town.write("nyheter/a.md", "titel: Ny")
    assert town.build().reach == "1 nyhet går ut."


def test_two_of_one_title_that_nobody_hears_of_are_two(town: Municipality) -> None:
    town.build()
    for name in "ab":
        town.write(f"nyheter/{name}.md", "titel: Glömd", 'publicerad: "2026-11-20"')
    assert "2 gör det inte" in town.build().reach


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (("status: utkast", 'publicerad: "2026-11-21"'), "nobody-told"),
        (("status: utkast", 'publicerad: "2026-11-21"', 'publiceras_från: "2026-12-01"'), None),
        (("status: utkast",), None),
        (('publicerad: "2026-11-21"',), None),
        (('publicerad: "2027-12-01"',), "published-far-ahead"),
    ],
)
def test_what_nobody_would_hear_of_is_told_before(
    town: Municipality, lines: tuple[str, ...], code: str | None
) -> None:
    town.write("nyheter/a.md", *lines)
    assert set(town.problems()) == ({code} if code else set())


def test_the_moment_is_offered(town: Municipality) -> None:
    town.write("nyheter/a.md", "status: utkast", 'publicerad: "2026-11-21"')
    assert '`publicerad: "2026-11-24 09:00"`' in town.problems()["nobody-told"].suggestion


def test_a_build_into_a_folder_of_ones_own_says_that_nobody_sees_it(
    town: Municipality, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(town.home)
    assert main(["build", "--no-search"]) == 0
    said = capsys.readouterr().out
    assert "invånarna ser den inte" in said
    assert str(town.home / "site") in said
    main(["build", "--no-search", "--published", "build/publicerat.json"])
    assert "invånarna" not in capsys.readouterr().out


def test_a_body_may_meet_twice_a_day(town: Municipality) -> None:
    town.write("moten/kvall.md", "organ: ks", 'start: "2026-12-10 18:00"')
    town.build()
    town.write("moten/dag.md", "organ: ks", 'start: "2026-12-10 09:00"', 'publicerad: "2026-11-24"')
    assert not town.build().problems
    assert "18" in town.page("/moten/ks/2026-12-10/")
    assert "09" in town.page("/moten/ks/2026-12-10/dag/")


@pytest.mark.parametrize(("value", "address"), [("71", "71"), ("71 a", "71a"), ("71A", "71a"), ("§ 7", "7")])
def test_a_paragraph_may_have_a_letter(town: Municipality, value: str, address: str) -> None:
    town.write(
        "beslut/a.md",
        "utfall: beslutat",
        "organ: ks",
        "datum: 2026-11-10",
        f"paragraf: {value}",
        "beslutspunkter: Ja",
    )
    assert not town.build().problems
    assert town.has(f"/beslut/ks/2026-11-10/{address}/")


def test_a_paragraph_is_no_other_text(town: Municipality) -> None:
    town.write(
        "beslut/a.md",
        "utfall: beslutat",
        "organ: ks",
        "datum: 2026-11-10",
        "paragraf: a 71",
        "beslutspunkter: Ja",
    )
    assert "71 a" in town.problems()["invalid-number"].message


@pytest.mark.parametrize("reference", ["organ/socialnamnden", "socialnamnden"])
def test_a_renamed_record_is_found_by_its_old_name(town: Municipality, reference: str) -> None:
    town.write("organ/omsorg.md", "titel: Omsorgsnämnden", "slag: nämnd", "ersätter: /organ/socialnamnden/")
    town.write("moten/a.md", f"organ: {reference}", 'start: "2026-12-10 18:00"')
    assert not town.build().problems
    assert "Omsorgsnämnden" in town.page("/moten/socialnamnden/2026-12-10/")


def test_an_old_name_leads_to_records_of_its_type_alone(town: Municipality) -> None:
    town.write("sidor/omsorg.md", "ersätter: /organ/socialnamnden/")
    town.write("moten/a.md", "organ: organ/socialnamnden", 'start: "2026-12-10 18:00"')
    assert "missing-reference" in town.problems()
