"""Time passes and nobody changes anything: what `check` lets through now stops no build later."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from site_builder.problems import has_errors
from site_builder.publishing.build import read
from site_builder.site.due import due
from tests.site_builder.conftest import NOW, Municipality

NEW_YEAR = 'publiceras_från: "2027-01-01 00:00"'


def test_a_redirect_over_a_page_that_is_still_there_when_it_begins_is_told_today(town: Municipality) -> None:
    old = town.write("organ/socialnamnden.md", "titel: Socialnämnden", "slag: nämnd")
    town.write(
        "organ/valfard.md", "titel: Välfärd", "slag: nämnd", "ersätter: /organ/socialnamnden/", NEW_YEAR
    )
    problem = town.problems()["redirect-over-page"]
    assert "2027-01-01 00:00" in problem.message
    assert "organ/socialnamnden.md" in problem.message
    assert 'avpubliceras: "2027-01-01 00:00"' in problem.suggestion
    old.write_text(old.read_text().replace("slag:", 'avpubliceras: "2027-01-01 00:00"\nslag:'))
    assert not has_errors(town.all_problems())


def test_a_page_that_has_ended_yields_to_the_one_that_takes_its_place(town: Municipality) -> None:
    town.write("organ/gamla.md", "titel: Gamla", "slag: nämnd", 'avpubliceras: "2027-01-01 00:00"')
    town.write("organ/nya.md", "titel: Nya", "slag: nämnd", "ersätter: /organ/gamla/", NEW_YEAR)
    assert town.build().files
    assert "/organ/gamla/ " not in town.page("/redirects.map")
    town.now = datetime(2027, 1, 1, 0, 0, tzinfo=UTC)
    assert town.build().files
    assert town.page("/redirects.map").splitlines() == ["/organ/gamla/ 301 /organ/nya/"]
    assert "/organ/nya/" in town.page("/organ/gamla/")


def test_an_address_whose_new_page_has_ended_is_gone_and_stops_nothing(town: Municipality) -> None:
    old = town.write("nyheter/a.md", "titel: A")
    town.build()
    old.unlink()
    town.write("nyheter/b.md", "ersätter: /nyheter/2026/a/", 'avpubliceras: "2026-11-24 10:00"')
    town.now += timedelta(hours=3)  # no build in between
    assert town.build().files
    assert "/nyheter/2026/a/ 410 -" in town.page("/redirects.map")


@pytest.mark.parametrize(
    ("path", "lines", "code"),
    [
        (
            "anslag/a.md",
            ("slag: kungörelse", "organ: ks", 'tillkännagivet: "2027-01-01"', 'sista_dag: "2027-02-01"',
             'avpubliceras: "2027-01-15"', NEW_YEAR),
            "unpublished-too-early",
        ),
        (
            "nyheter/a.md",
            (NEW_YEAR, "ändringar:", '  - {när: "2027-01-03", slag: stor, not: Mer}'),
            "future-change",
        ),
        ("nyheter/a.md", (NEW_YEAR, "ersätter: /tjanster/"), "redirect-over-page"),
    ],
)  # fmt: skip
def test_what_is_wrong_first_when_a_record_is_seen_is_told_today(
    town: Municipality, path: str, lines: tuple[str, ...], code: str
) -> None:
    town.write(path, *lines)
    assert town.problems()[code].severity == "error"


def test_a_link_to_what_time_takes_away_is_a_warning_and_never_an_error(town: Municipality) -> None:
    town.write("nyheter/kort.md", "publicerad: 2020-01-01", 'avpubliceras: "2026-11-30"', "ersätter: /kort/")
    town.write("sidor/om.md", text="[Sidan](/nyheter/2020/kort/) [Året](/nyheter/2020/) [Kort](/kort/)")
    town.write("sidor/fel.md", text="[Aldrig](/nyheter/2019/)")
    found = town.all_problems()
    assert [(problem.code, problem.file[-6:]) for problem in found] == [("broken-link", "fel.md")]
    town.now += timedelta(days=30)
    found = town.all_problems()
    assert [problem.code for problem in found if problem.severity == "error"] == ["broken-link"]
    assert [problem.code for problem in found if problem.file.endswith("om.md")] == ["link-to-hidden"] * 3


def test_a_link_to_what_is_no_page_is_no_warning(town: Municipality) -> None:
    (town.content / "filer").mkdir()
    (town.content / "filer" / "plan.txt").write_text("Plan", encoding="utf-8")
    there = (
        "/filer/plan.txt",
        "/prenumerera/",
        "/floden/kris.atom",
        "/kontakt/vaxel.vcf",
        "/kontakt/vaxel",
        "/nyheter",
    )
    text = " ".join(f"[Till {number}]({path})" for number, path in enumerate(there))
    town.write("nyheter/a.md", text=text)
    assert not [problem for problem in town.all_problems() if "link" in problem.code]


def test_a_page_of_many_that_a_redirect_would_cover_first_next_year_is_told_today(town: Municipality) -> None:
    town.write("sidor/om.md", "ersätter: /nyheter/2027/")
    assert "redirect-over-page" not in town.problems()
    town.write("nyheter/nytt.md", 'publicerad: "2027-01-01 00:00"')
    assert "redirect-over-page" in town.problems()


def write_at_random(town: Municipality, chance: random.Random) -> None:
    def day() -> str:
        return f'"{(NOW + timedelta(days=chance.randint(-3, 6))).date()}"'

    def maybe(*lines: str) -> list[str]:
        return [line for line in lines if chance.random() < 0.4]

    names = [f"n{number}" for number in range(6)]
    for number, name in enumerate(names):
        other = chance.choice(names)
        dates = [f"publicerad: {day()}", *maybe(f"publiceras_från: {day()}", f"avpubliceras: {day()}")]
        more = maybe(f"ersätter: /sidor/{other}/", f"relaterat: sidor/{other}")
        text = chance.choice(["", f"[Sidan om {other}](/sidor/{other}/)", "[Nyheter 2026](/nyheter/2026/)"])
        town.write(f"sidor/{name}.md", *dates, *more, text=text, key=900 + number)
        if chance.random() < 0.5:
            town.write(f"nyheter/{name}.md", *dates, text=text)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_the_dates_are_content_without_errors_has_none_when_time_has_passed(
    town: Municipality, seed: int
) -> None:
    write_at_random(town, random.Random(seed))
    for _ in range(6):  # remove what is wrong today; what is left must hold
        wrong = {problem.file for problem in town.all_problems() if problem.severity == "error"}
        for path in town.content.rglob("*.md"):
            if str(path) in wrong:
                path.unlink()
    assert not has_errors(town.all_problems())
    while True:
        site, _, problems = read([town.content], town.now, town.home / "cache")
        assert not has_errors(problems), (town.now, problems)
        moment = due(site)
        if moment is None or moment > NOW + timedelta(days=40):
            break
        town.now = moment
        if seed < 2:
            assert town.build().files
