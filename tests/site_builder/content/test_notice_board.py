"""The notice board: each notice stays up, unchanged, until its last day (kommunallagen 8 and 13 kap.)."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from site_builder.cli import main
from site_builder.content import notice_board
from site_builder.publishing.build import read
from site_builder.site import first_publication
from tests.site_builder.conftest import Municipality

LINES = (
    "slag: justerat-protokoll",
    "organ: ks",
    'sammanträde: "2026-11-10"',
    'justerat: "2026-11-18"',
    'tillkännagivet: "2026-11-19"',
    "förvaras: Kommunkansliet",
    "överklagas_till: Förvaltningsrätten i Stockholm",
    'publicerad: "2026-11-19"',
)


@pytest.fixture
def notice(town: Municipality) -> Path:
    path = town.write("anslag/ks-november.md", *LINES, key=77)
    assert not town.build().problems
    return path


def test_a_notice_is_on_the_board_with_its_last_day_and_where_the_protocol_is_kept(
    town: Municipality, notice: Path
) -> None:
    assert "/anslagstavla/ks-november/" in town.page("/anslagstavla/")
    page = town.page("/anslagstavla/ks-november/")
    assert "10 december 2026" in page
    assert "Kommunkansliet" in page
    assert "2017:725" in page


def test_after_its_last_day_a_notice_leaves_the_board_and_stays_in_the_archive(
    town: Municipality, notice: Path
) -> None:
    town.now = datetime(2026, 12, 11, 8, 0, tzinfo=UTC)
    town.build()
    assert "/anslagstavla/ks-november/" not in town.page("/anslagstavla/")
    assert "/anslagstavla/ks-november/" in town.page("/anslagstavla/arkiv/")
    assert town.has("/anslagstavla/ks-november/")


def test_on_its_last_day_a_notice_is_still_up(town: Municipality, notice: Path) -> None:
    town.now = datetime(2026, 12, 10, 22, 59, tzinfo=UTC)
    town.build()
    assert "/anslagstavla/ks-november/" in town.page("/anslagstavla/")


def test_a_build_that_would_remove_a_live_notice_is_refused_and_changes_nothing(
    town: Municipality, notice: Path
) -> None:
    notice.unlink()
    result = town.build()
    assert {problem.code for problem in result.problems} == {"notice-removed", "vanished-address"}
    assert town.has("/anslagstavla/ks-november/")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Kommunkansliet", "Arkivet"),
        ("Kort om saken.", "Något annat."),
        ("2026-11-18", "2026-11-17"),
        ("---\n\n", "---\nEn ny rad.\n"),
    ],
)
def test_a_live_notice_cannot_be_changed(town: Municipality, notice: Path, old: str, new: str) -> None:
    text = notice.read_text(encoding="utf-8")
    assert old in text
    notice.write_text(text.replace(old, new), encoding="utf-8")
    assert [problem.code for problem in town.build().problems] == ["notice-changed"]


def test_other_municipalities_boards_may_be_added_to_a_live_notice(town: Municipality, notice: Path) -> None:
    text = notice.read_text(encoding="utf-8")
    more = 'andra_tavlor:\n  - kommun: Haninge\n    tillkännagivet: "2026-11-23"\n'
    notice.write_text(text.replace("förvaras:", f"{more}förvaras:"), encoding="utf-8")
    assert not town.build().problems
    assert "14 december 2026" in town.page("/anslagstavla/ks-november/")


def test_other_municipalities_boards_cannot_be_taken_from_a_live_notice(
    town: Municipality, notice: Path
) -> None:
    text = notice.read_text(encoding="utf-8")
    boards = "andra_tavlor:\n  - kommun: Haninge\n  - kommun: Nacka\n"
    notice.write_text(text.replace("förvaras:", f"{boards}förvaras:"), encoding="utf-8")
    assert not town.build().problems
    notice.write_text(text, encoding="utf-8")
    assert [problem.code for problem in town.build().problems] == ["notice-shortened"]
    day = (
        '  - kommun: Haninge\n    tillkännagivet: "2026-11-23"\n  - kommun: Nacka\n    tillkännagivet: "{}"\n'
    )
    for told, allowed in (("2026-11-24", True), ("2026-11-20", False)):
        more = "andra_tavlor:\n" + day.format(told)
        notice.write_text(text.replace("förvaras:", f"{more}förvaras:"), encoding="utf-8")
        assert [problem.code for problem in town.build().problems] == (
            [] if allowed else ["notice-shortened"]
        )


def test_a_live_notice_cannot_become_a_draft(town: Municipality, notice: Path) -> None:
    notice.write_text(
        notice.read_text(encoding="utf-8").replace("publicerad\n", "utkast\n", 1), encoding="utf-8"
    )
    assert "notice-removed" in {problem.code for problem in town.build().problems}


KEY = "00000000-0000-4000-8000-000000000077"


@pytest.mark.parametrize("deleted", [False, True])
def test_what_must_not_be_public_leaves_by_a_logged_override(
    town: Municipality, notice: Path, deleted: bool
) -> None:
    notice.write_text(
        notice.read_text(encoding="utf-8").replace("titel: ks-november", "titel: Anna"), encoding="utf-8"
    )
    if deleted:
        notice.unlink()
    assert town.build().problems
    assert not town.build(override=(KEY, "Innehöll en personuppgift")).problems
    manifest = json.loads((town.home / "site.publicerat.json").read_text(encoding="utf-8"))
    assert [row[:2] for row in manifest["overrides"]] == [[KEY, "Innehöll en personuppgift"]]
    assert not town.build().problems
    assert "ks-november" not in town.page("/anslagstavla/")
    if deleted:
        assert not town.has("/anslagstavla/ks-november/")
    else:
        assert "Borttaget anslag" in town.page("/anslagstavla/ks-november/")
        assert "Anna" not in town.page("/anslagstavla/ks-november/")
        assert "/anslagstavla/ks-november/ 410 -" in town.page("/redirects.map")


def test_an_override_of_no_notice_changes_nothing(town: Municipality, notice: Path) -> None:
    other = KEY.replace("77", "78")
    result = town.build(override=(other, "Innehöll en personuppgift"))
    assert [problem.code for problem in result.problems] == ["unknown-notice"]


def test_an_override_says_why(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    told = ["build", "--content", str(tmp_path), "--override-notice", KEY, "--reason", " "]
    assert main(told) == 1
    assert "--reason" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("lines", "field"),
    [
        (['publicerad: "2026-11-20"'], "tillkännagivet"),
        (['publicerad: "2026-11-19"', 'publiceras_från: "2026-11-20"'], "tillkännagivet"),
        (['publicerad: "2026-11-19"', 'sista_dag: "2026-11-18"'], "sista_dag"),
    ],
)
def test_a_notice_that_would_not_be_seen_as_long_as_it_says_is_an_error(
    town: Municipality, lines: list[str], field: str
) -> None:
    town.write("anslag/fel.md", *LINES[:-1], *lines)
    problem = town.problems()["dates-out-of-order"]
    assert (problem.severity, problem.field) == ("error", field)


def test_a_summons_stays_up_until_its_meeting(town: Municipality) -> None:
    lines = [
        "slag: nämndsammanträde",
        "organ: ks",
        'tillkännagivet: "2026-11-19"',
        'publicerad: "2026-11-19"',
    ]
    town.write("anslag/fore.md", *lines, 'sammanträde: "2026-12-10"', 'sista_dag: "2026-12-01"')
    town.write("anslag/varit.md", *lines, 'sammanträde: "2026-11-01"')
    found = read([town.content], town.now, town.home / "cache")[2]
    assert [(problem.code, problem.field) for problem in found] == [
        ("dates-out-of-order", "sista_dag"),
        ("dates-out-of-order", "sammanträde"),
    ]


def test_an_announcement_of_minutes_says_where_they_are_kept(town: Municipality) -> None:
    without = [line for line in LINES if "förvaras" not in line]
    town.write("anslag/utan.md", *without)
    assert town.problems()["kept-at-missing"].field == "förvaras"


LAWLESS = {
    "kept-at-missing": [line for line in LINES if "förvaras" not in line],
    "last-day-too-early": [*LINES, 'sista_dag: "2026-12-01"'],
}


@pytest.mark.parametrize("code", LAWLESS)
@pytest.mark.parametrize(
    ("day", "state", "severity"),
    [
        ("2026-11-23", "publicerad", "warning"),
        ("2026-11-24", "publicerad", "error"),
        ("2026-11-25", "publicerad", "error"),
        ("2026-11-25", "utkast", "warning"),
    ],
)
def test_what_cannot_be_mended_afterwards_is_an_error_until_it_has_been_published(
    town: Municipality, code: str, day: str, state: str, severity: str
) -> None:
    lines = [line for line in LAWLESS[code] if not line.startswith(("publicerad", "tillkänna"))]
    dates = (f'publicerad: "{day}"', f'tillkännagivet: "{day}"', f"status: {state}")
    town.write("anslag/a.md", *lines, *dates)
    assert town.problems()[code].severity == severity


@pytest.mark.parametrize("code", LAWLESS)
def test_a_build_stops_what_the_public_has_not_seen_and_lets_the_rest_be(
    town: Municipality, code: str
) -> None:
    """Whatever day it says: one that is dated back would otherwise come out unmended."""
    path = town.write("anslag/a.md", *LAWLESS[code])
    assert [(one.code, one.severity) for one in town.build().problems] == [(code, "error")]
    site, _, [problem] = read([town.content], town.now, town.home / "cache")
    [one] = (one for one in site.all if one.file == str(path))
    assert first_publication.judged(problem, site, {one.id}).severity == "warning"


def test_a_notice_cannot_be_set_to_leave_before_its_last_day(town: Municipality) -> None:
    town.write("anslag/kort.md", *LINES, 'avpubliceras: "2026-12-10"')
    assert "unpublished-too-early" in town.problems()
    town.write("anslag/kort.md", *LINES, 'avpubliceras: "2026-12-11"')
    assert "unpublished-too-early" not in town.problems()


def test_an_example_is_outside_the_gate(town: Municipality) -> None:
    path = town.write("anslag/exempel.md", *LINES, "exempel: ja")
    assert not town.build().problems
    path.unlink()
    assert not town.build().problems


def test_the_gate_survives_a_full_build(town: Municipality, notice: Path) -> None:
    notice.unlink()
    assert "notice-removed" in {problem.code for problem in town.build(full=True).problems}


def test_an_old_notice_cites_the_law_of_its_time(town: Municipality) -> None:
    lines = [line.replace("2026", "2012") for line in LINES]
    town.write("anslag/gammalt.md", *lines, "källa: Protokollet")
    town.build()
    page = town.page("/anslagstavla/gammalt/")
    assert "1991:900" in page
    assert "2017:725" not in page


def test_a_joint_boards_notice_stays_up_until_all_members_show_it(town: Municipality) -> None:
    path = town.write("anslag/gemensam.md", *LINES, "andra_tavlor:\n  - kommun: Haninge")
    town.build()
    assert "inte bestämd ännu" in town.page("/anslagstavla/gemensam/")
    town.now = datetime(2027, 6, 1, tzinfo=UTC)
    town.build()
    assert "/anslagstavla/gemensam/" in town.page("/anslagstavla/")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Haninge", 'Haninge\n    tillkännagivet: "2027-05-20"'), encoding="utf-8")
    assert not town.build().problems
    assert "10 juni 2027" in town.page("/anslagstavla/gemensam/")


def test_the_seal_of_a_notice_is_the_one_that_manifests_have_held_from_the_start(town: Municipality) -> None:
    town.write("anslag/ks-november.md", *LINES, text="Protokollet.", key=77)
    site, _, _ = read([town.content], town.now)
    [notice] = site.of_type("notice")
    assert notice.seal == "7507a382e19c2bf721afc17d9745999aca54a0ce7e40a860"
    assert not [one.file for one in site.all if one.seal and one is not notice]


@pytest.mark.parametrize(
    ("today", "put_up", "up", "taken_down"),
    [
        ("2026-11-18", False, False, False),
        ("2026-11-19", True, True, False),
        ("2026-12-10", True, True, False),
        ("2026-12-11", True, False, True),
    ],
)
def test_a_notice_is_up_from_its_first_day_to_its_last_both_whole(
    today: str, put_up: bool, up: bool, taken_down: bool
) -> None:
    assert notice_board.has_been_put_up("2026-11-19", today) == put_up
    assert notice_board.is_up("2026-11-19", "2026-12-10", today) == up
    assert notice_board.is_taken_down("2026-12-10", today) == taken_down


def test_what_is_on_the_board_is_decided_in_one_place() -> None:
    code = {
        path.name: path.read_text(encoding="utf-8")
        for path in Path("site_builder").rglob("*.py")
        if path.name != "notice_board.py"
    }
    compares = re.compile(
        r"(<=?|>=?) *[\w.]*(facts\[\"last_day\"\]|seen\.last_day)|\[\"(last_day|announced_on)\"\] *[<>]"
    )
    found = {
        name: [line for line in text.splitlines() if compares.search(line)] for name, text in code.items()
    }
    assert {name: lines for name, lines in found.items() if lines} == {
        "manifest.py": ['    sooner = notice.facts["last_day"] < seen.last_day != UNDECIDED.isoformat()']
    }
