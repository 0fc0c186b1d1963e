"""Alerts: what is in force, what replaces what, and that an exercise is never taken for the real thing."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.site_builder.conftest import Municipality
from tests.site_builder.formats.test_feeds import feed

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


def test_what_is_published_after_its_own_end_is_an_error_on_the_field(town: Municipality) -> None:
    late = [line for line in REAL if "publicerad" not in line]
    town.write("driftinfo/koka.md", *late, 'publicerad: "2026-11-25 07:00"')
    found = town.problems()["published-after-expiry"]
    assert (found.severity, found.field, found.line) == ("error", "upphör", 10)
    assert "`avslutar:`" in found.message
    town.write("driftinfo/koka.md", *late, 'publicerad: "2026-11-25 06:59"')
    assert "published-after-expiry" not in town.problems()
    town.write("driftinfo/koka.md", *REAL, 'publiceras_från: "2026-11-26"')
    assert "published-after-expiry" in town.problems()


@pytest.mark.parametrize(
    ("when", "kind", "wrong"),
    [("25 07:00", "stor", True), ("25 06:59", "stor", False), ("25 07:00", "liten", False)],
)
def test_a_large_change_after_the_end_is_an_error_that_names_the_way(
    town: Municipality, when: str, kind: str, wrong: bool
) -> None:
    change = f'  - {{när: "2026-11-{when}", slag: {kind}, not: Vattnet är tillbaka}}'
    town.write("driftinfo/koka.md", *REAL, "ändringar:", change)
    found = town.problems().get("changed-after-expiry")
    assert (found is not None) == wrong
    assert not found or "avslutar:" in found.message


def test_an_end_ends_the_whole_chain_and_is_told_for_twelve_hours(town: Municipality) -> None:
    town.write("driftinfo/koka.md", *REAL, "instruktion: Koka allt vatten.", key=901)
    town.write("driftinfo/nytt.md", *REAL, "uppdaterar: koka", "instruktion: Koka länge.", key=902)
    end = [line.replace('från: "2026-11-24 07:00"', 'från: "2026-11-24 08:30"') for line in REAL]
    town.write("driftinfo/slut.md", *end, "avslutar: koka", "instruktion: Spola kranen.", key=903)
    town.build()
    assert in_force(town) == []
    assert "Över: " in town.page("/").partition("<main")[2]
    assert "Spola kranen." in town.page("/")
    for old in ("koka", "nytt"):
        page = town.page(f"/driftinfo/{old}/")
        assert 'Avslutad <time datetime="2026-11-24T08:30:00+01:00">24 november 2026 klockan 08.30<' in page
        assert "/driftinfo/slut/" in page
        assert "Gör så här" not in page
        assert "Upphör" not in page
    page = town.page("/driftinfo/slut/")
    assert page.index("Över") < page.index("Spola kranen.") < page.index("Händelse")
    listed = town.page("/driftinfo/").partition("<main")[2]
    assert listed.index("Nyss över") < listed.index("/driftinfo/slut/") < listed.index("Tidigare")
    assert "Allvarlig" not in listed
    data = json.loads(town.page("/api/v1/alerts.json"))
    assert [row["title"] for row in data["over"]] == ["slut"]
    assert data["over"][0]["over_until"] == "2026-11-24T20:30:00+01:00"
    cap = town.page("/driftinfo/slut.cap.xml")
    assert cap.index("901,") < cap.index("902,")
    assert "<responseType>AllClear</responseType>" in cap
    entries = {entry.title: entry for entry in feed(town, "kris.atom").entries}
    assert entries["slut"].cap_msgtype == "Cancel"

    town.now = datetime(2026, 11, 24, 19, 30, tzinfo=UTC)
    town.build()
    assert "Över: " not in town.page("/")
    assert json.loads(town.page("/api/v1/alerts.json"))["over"] == []
    assert "/driftinfo/slut/" in town.page("/driftinfo/").partition("Tidigare")[2]


def test_what_reopens_after_the_end_is_in_force(town: Municipality) -> None:
    town.write("driftinfo/koka.md", *REAL)
    town.write("driftinfo/slut.md", *REAL, "avslutar: koka")
    town.write("driftinfo/nytt.md", *REAL, "uppdaterar: slut")
    town.build()
    assert in_force(town) == ["nytt"]
    assert "Över: " not in town.page("/")
    assert "Ersatt." in town.page("/driftinfo/slut/")


def test_an_update_published_after_the_end_was_not_ended_by_it(town: Municipality) -> None:
    later = [line for line in REAL if "publicerad" not in line]
    town.write("driftinfo/koka.md", *REAL)
    town.write("driftinfo/slut.md", *REAL, "avslutar: koka")
    town.write("driftinfo/nytt.md", *later, 'publicerad: "2026-11-24 07:01"', "uppdaterar: koka")
    town.build()
    assert in_force(town) == ["nytt"]


def test_to_update_what_has_been_replaced_is_an_error_that_names_the_newest(town: Municipality) -> None:
    later = [line for line in REAL if "publicerad" not in line]
    town.write("driftinfo/koka.md", *REAL)
    town.write("driftinfo/nytt.md", *REAL, "uppdaterar: koka")
    town.write("driftinfo/nyare.md", *REAL, "uppdaterar: nytt")
    assert "already-updated" not in town.problems()
    town.write("driftinfo/ovrig.md", *later, 'publicerad: "2026-11-24 08:00"', "uppdaterar: koka")
    found = [one for one in town.all_problems() if one.code == "already-updated"]
    assert [one.file.rpartition("/")[2] for one in found] == ["ovrig.md"]
    assert "`uppdaterar: driftinfo/nyare`" in found[0].suggestion


def test_an_exercise_that_ends_something_real_ends_nothing_and_is_not_told_as_over(
    town: Municipality,
) -> None:
    town.write("driftinfo/koka.md", *REAL)
    town.write(
        "driftinfo/ovning.md", *[line.replace("störning", "övning") for line in REAL], "avslutar: koka"
    )
    town.build()
    assert in_force(town) == ["koka"]
    assert "Över: " not in town.page("/")


def test_severity_is_told_by_sign_and_word_and_what_to_do_before_the_facts(town: Municipality) -> None:
    town.config = town.config._replace(switchboard="08-123 456", duty_phone="08-765 43 21")
    words = ("extrem", "allvarlig", "måttlig", "mindre")
    for word in words:
        lines = [line.replace("allvarlig", word) for line in REAL]
        town.write(f"driftinfo/{word.replace('å', 'a')}.md", *lines, "instruktion: Ring 112 vid fara.")
    town.build()
    start = town.page("/").partition("laget")[2].partition("</section>")[0]
    seen = []
    for name, word in zip(("extreme", "severe", "moderate", "minor"), words, strict=True):
        label = start.partition(f'<span class="tag severity {name}">')[2].partition("</span>")[0]
        seen.append(label)
        assert f'<li class="alert {name}">' in start
        page = town.page(f"/driftinfo/{word.replace('å', 'a')}/").partition("<main")[2]
        assert f"{word.capitalize()}." in page
        assert page.index('<a href="tel:112">') < page.index("<dl")
        assert page.index("tel:087654321") < page.index("<dl")
    assert len(set(seen)) == 4
    assert start.count('<a href="tel:112">') == 4
