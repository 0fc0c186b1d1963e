"""Alerts: what is in force, what replaces what, and that an exercise is never taken for the real thing."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.site_builder.conftest import Municipality
from tests.site_builder.test_feeds import feed

REAL = (
    "händelse: Läcka",
    "slag: störning",
    "allvar: allvarlig",
    'gäller_från: "2026-11-24 07:00"',
    'upphör: "2026-11-25 07:00"',
    'publicerad: "2026-11-24 07:00"',
)
TOMORROW = [line.replace("24 07:00", "24 19:00") if "gäller" in line else line for line in REAL]


def in_force(town: Municipality) -> list[str]:
    start = town.page("/").partition("laget")[2].partition("</section>")[0]
    return [slug for slug in ("koka", "nytt", "slut", "ovning") if f"/driftinfo/{slug}/" in start]


def told(town: Municipality) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(town.page("/api/v1/alerts.json"))["alerts"]
    return rows


def test_planned_work_that_was_moved_is_planned_once(town: Municipality) -> None:
    town.write("driftinfo/koka.md", *TOMORROW)
    town.write("driftinfo/nytt.md", *TOMORROW, "uppdaterar: koka")
    town.build()
    planned = town.page("/driftinfo/").partition("Planerat")[2].partition("<h2")[0]
    assert [slug for slug in ("koka", "nytt") if f"/driftinfo/{slug}/" in planned] == ["nytt"]
    assert "/driftinfo/nytt/" in town.page("/driftinfo/koka/")
    assert [row["title"] for row in told(town)] == ["nytt"]


@pytest.mark.parametrize("field", ["uppdaterar", "avslutar"])
def test_what_is_yet_to_take_effect_replaces_nothing(town: Municipality, field: str) -> None:
    town.write("driftinfo/koka.md", *REAL)
    town.write("driftinfo/nytt.md", *TOMORROW, f"{field}: koka")
    town.build()
    assert in_force(town) == ["koka"]
    assert ("/driftinfo/nytt/" in town.page("/driftinfo/koka/")) == (
        field == "uppdaterar"
    )  # nothing ends yet
    town.now = datetime(2026, 11, 24, 19, 0, tzinfo=UTC)
    town.build()
    assert in_force(town) == (["nytt"] if field == "uppdaterar" else [])
    assert "/driftinfo/nytt/" in town.page("/driftinfo/koka/")


def test_a_coming_end_is_not_told_as_an_alert_of_its_own(town: Municipality) -> None:
    town.write("driftinfo/koka.md", *REAL)
    town.write("driftinfo/slut.md", *TOMORROW, "avslutar: koka")
    town.build()
    assert [row["title"] for row in told(town)] == ["koka"]
    assert "/driftinfo/slut/" not in town.page("/driftinfo/")


def test_an_alert_that_has_begun_is_not_planned_work(town: Municipality) -> None:
    """Its time is told with Sweden's offset, the build's with UTC's."""
    town.write("driftinfo/koka.md", *REAL, "uppdaterar: koka")
    town.build()
    assert in_force(town) == ["koka"]
    assert "Planerat" not in town.page("/driftinfo/")


def test_an_exercise_says_so_wherever_it_is_shown_and_ends_nothing_real(town: Municipality) -> None:
    exercise = [line.replace("störning", "övning") for line in REAL]
    town.write("driftinfo/koka.md", *REAL)
    town.write("driftinfo/ovning.md", *exercise, "avslutar: koka")
    town.write("driftinfo/ovning-nytt.md", *exercise)
    town.build()
    assert "koka" in in_force(town)
    assert '<span class="tag">Övning</span>' in town.page("/")
    assert {entry.title for entry in feed(town, "kris.rss").entries} == {
        "koka",
        "Övning: ovning",
        "Övning: ovning-nytt",
    }


def test_an_alert_for_a_part_says_which_part(town: Municipality) -> None:
    (town.content / "områden.yml").write_text("- slug: bollmora\n  namn: Bollmora\n", encoding="utf-8")
    town.write("driftinfo/koka.md", *REAL, "områden: bollmora")
    town.write("driftinfo/nytt.md", *REAL)
    town.build()
    assert "Bollmora" in town.page("/driftinfo/koka/")
    assert "Hela kommunen" not in town.page("/driftinfo/koka/").partition("<main")[2]
    assert "Hela kommunen" in town.page("/driftinfo/nytt/")
    assert sorted(row["area_text"] for row in told(town)) == ["", "Bollmora"]


@pytest.mark.parametrize("line", ["titel: VMA gasläcka", "sms: Viktigt meddelande till allmänheten"])
def test_nothing_of_ours_passes_for_a_vma(town: Municipality, line: str) -> None:
    town.write("driftinfo/koka.md", *REAL, line)
    assert "passes-for-vma" in town.problems()


def test_others_vma_may_be_mentioned(town: Municipality) -> None:
    town.write("driftinfo/koka.md", *REAL, "instruktion: Lyssna på VMA i Sveriges Radio P4.")
    assert not town.problems().keys() & {"passes-for-vma"}
