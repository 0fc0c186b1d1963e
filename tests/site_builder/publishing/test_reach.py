"""Live, and who is told: what a build and a check say of news, meetings of one day, and paragraphs."""

import json
import re
from pathlib import Path

import pytest

from site_builder.cli import main
from site_builder.site import acceptance
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


def _live(town: Municipality, *changes: str) -> None:
    town.write("nyheter/a.md", "titel: Bussen", 'publicerad: "2026-11-10"', *changes, key=5)


def _change(when: str) -> str:
    return f'ändringar:\n  - när: "{when}"\n    slag: stor\n    not: Ny tid'


def test_a_change_of_a_live_page_is_told_when_it_is_made_now(town: Municipality) -> None:
    _live(town)
    town.build()
    _live(town, _change("2026-11-22 09:00"))
    assert not town.problems()
    assert town.build().reach == "1 nyhet går ut."
    assert town.build().reach == ""


def test_a_change_that_is_older_than_two_days_reaches_nobody(town: Municipality) -> None:
    _live(town)
    town.build()
    _live(town, _change("2026-11-22 08:59"))
    result = town.build()
    assert result.reach.startswith(
        "0 nyheter går ut, 1 gör det inte, därför att ”Bussen”: ändringen är daterad"
    )
    assert '`när: "2026-11-24 09:00"`' in result.reach
    assert [(one.code, one.field, one.line) for one in result.problems] == [("nobody-told", "ändringar", 7)]
    assert not town.build().problems


def test_a_change_with_the_year_before_is_told(town: Municipality) -> None:
    town.write("nyheter/a.md", 'publicerad: "2024-01-10"', key=5)
    town.build()
    town.write("nyheter/a.md", 'publicerad: "2024-01-10"', _change("2025-11-24 09:00"), key=5)
    assert "2025-11-24" in town.build().reach


def test_a_change_that_is_dated_before_the_last_one_is_told_as_such(town: Municipality) -> None:
    _live(town, _change("2026-11-24 08:00"))
    town.build()
    _live(town, _change("2026-11-24 08:00") + '\n  - när: "2026-11-23"\n    slag: stor\n    not: Mer')
    assert "före den senaste ändringen, 2026-11-24 08:00" in town.build().reach


def test_a_renamed_page_is_no_news(town: Municipality) -> None:
    _live(town)
    town.build()
    (town.content / "nyheter/a.md").rename(town.content / "nyheter/b.md")
    file = town.content / "nyheter/b.md"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("titel:", "ersätter: /nyheter/2026/a/\ntitel:"), encoding="utf-8")
    assert town.build().reach == ""


def test_where_nobody_wrote_down_what_was_news_an_old_page_is_none(town: Municipality) -> None:
    _live(town, _change("2026-11-20"))
    town.build()
    manifest = town.site.with_name("site.publicerat.json")
    data = json.loads(manifest.read_text(encoding="utf-8"))
    del data["news"]
    manifest.write_text(json.dumps(data), encoding="utf-8")
    assert town.build().reach == ""


def test_check_tells_of_a_change_that_nobody_would_be_told(
    town: Municipality, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(town.home)
    _live(town)
    main(["build", "--no-search"])
    _live(town, 'ändringar:\n  - när: "2026-11-15"\n    slag: stor\n    not: Ny tid')
    main(["check"])
    assert "nobody-told" in capsys.readouterr().out
    main(["check", "--published", "annan.json"])
    assert "nobody-told" not in capsys.readouterr().out


@pytest.mark.parametrize(("day", "code"), [("2027-05-22", None), ("2027-05-25", "published-far-ahead")])
def test_a_day_that_is_half_a_year_ahead_is_asked_about(
    town: Municipality, day: str, code: str | None
) -> None:
    town.write("nyheter/a.md", f'publiceras_från: "{day}"')
    found = town.problems()
    assert set(found) == ({code} if code else set())
    assert not found or (found[code or ""].field, found[code or ""].line) == ("publiceras_från", 7)


def test_a_page_without_its_day_is_offered_that_from_which_it_is_shown(town: Municipality) -> None:
    file = town.write("nyheter/a.md", 'publiceras_från: "2026-12-01 08:00"')
    file.write_text(
        file.read_text(encoding="utf-8").replace('publicerad: "2026-11-23"\n', ""), encoding="utf-8"
    )
    assert '`publicerad: "2026-12-01 08:00"`' in town.problems()["missing-field"].suggestion


def test_an_exercise_is_said_to_go_to_nobody(town: Municipality) -> None:
    town.build()
    town.write(
        "driftinfo/a.md", "titel: Prov", "händelse: Prov", "slag: övning", "allvar: mindre",
        'gäller_från: "2026-11-24 08:00"', 'upphör: "2026-11-24 18:00"', 'publicerad: "2026-11-24 08:00"',
        "instruktion: Inget",
    )  # fmt: skip
    assert "en övning skickas aldrig ut" in town.build().reach


def test_a_warning_of_several_files_can_be_accepted(town: Municipality) -> None:
    town.write("nyheter/a.md", "status: utkast", 'publicerad: "2026-11-01"', "godtar: nobody-told")
    for name in "bc":
        lines = ("titel: Vägarbete på Bollmoravägen", "godtar: [link-to-hidden, similar-title]")
        town.write(f"sidor/{name}.md", *lines, text="[A](/nyheter/2026/a/)")
    found = town.all_problems()
    assert {one.code for one in found} == {"nobody-told", "link-to-hidden", "similar-title"}
    assert all(one.accepted for one in found)
    town.build(strict=True)
    assert town.has("/b/")


def test_a_large_change_before_the_publication_is_told(town: Municipality) -> None:
    _live(town, _change("2025-11-24"))
    problem = town.problems()["change-before-publication"]
    assert (problem.line, "Är året rätt?" in problem.message) == (8, True)
    _live(town, _change("2026-11-10"))
    assert not town.problems()


def test_every_warning_that_comes_and_goes_by_itself_is_known_as_such() -> None:
    source = "".join(file.read_text(encoding="utf-8") for file in Path("site_builder/site").glob("*.py"))
    codes = {"accepts-nothing"} ^ set(re.findall(r'warning\(\s*"([\w-]+)", one\.file', source))
    assert codes <= set(acceptance.COME_AND_GO)
