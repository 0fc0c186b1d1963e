"""What is past is told as past: meetings that were planned, decisions that could be appealed."""

from datetime import UTC, datetime, timedelta

import pytest

from site_builder.publishing.build import read
from site_builder.site.card import Card
from site_builder.site.due import due
from tests.site_builder.conftest import Municipality


def test_a_meeting_shows_the_name_of_its_place_and_is_past_once_it_has_begun(town: Municipality) -> None:
    town.write("platser/aulan.md", "adress: Vägen 1")
    town.write(
        "moten/m.md",
        "organ: ks",
        'start: "2012-04-24 18:30"',
        "plats: platser/aulan",
        "offentligt: ja",
        "preliminärt: ja",
    )
    town.build()
    page = town.page("/moten/ks/2012-04-24/")
    assert '<a href="/platser/aulan/">' in page
    assert "Mötet var öppet" in page
    assert "Var planerat" in town.page("/moten/")
    assert "platser/aulan<" not in town.page("/moten/")


def test_an_old_decision_says_that_the_time_to_appeal_is_over(town: Municipality) -> None:
    town.write(
        "beslut/b.md", "organ: ks", 'datum: "2012-04-24"', "utfall: beslutat", "paragraf: 71",
        "beslutspunkter: Ja.", "överklagan: laglighetsprövning",
    )  # fmt: skip
    town.write(
        "anslag/a.md", "slag: justerat-protokoll", "organ: ks", "beslut: b", 'tillkännagivet: "2012-05-02"',
        'sista_dag: "2012-05-22"', "överklagas_till: Förvaltningsrätten", "källa: Protokollet",
    )  # fmt: skip
    town.build()
    page = town.page("/beslut/ks/2012-04-24/71/")
    assert "gick ut den" in page
    assert "23 maj 2012" in page
    assert "kan begära" not in page


@pytest.mark.parametrize(
    ("until", "said"), [("2026-11-23", "fanns"), ("2026", "finns"), ("2026-12", "finns"), ("2025", "fanns")]
)
def test_a_body_that_is_to_end_still_exists(town: Municipality, until: str, said: str) -> None:
    town.write("organ/a.md", "slag: nämnd", f'till: "{until}"')
    town.build()
    assert f"<span>{said.capitalize()} till " in town.page("/organ/a/")


def test_the_date_of_a_source_is_not_said_to_be_ours_nor_said_twice(town: Municipality) -> None:
    town.write("nyheter/a.md", 'publicerad: "2012-04-24"', 'uppgift_per: "2012-04-24"', "källa: Protokollet")
    town.write("nyheter/b.md", 'publicerad: "2012-04-24"', "uppgift_per: 2013", "källa: Protokollet")
    town.write("nyheter/c.md", 'publicerad: "2012-04-24"')
    town.build()
    same, other, own = (town.page(f"/nyheter/2012/{name}/") for name in "abc")
    assert "Uppgifterna är från 24 april 2012" in same
    assert '<time datetime="2012-04-24">' not in same
    assert '<dt>Sidans datum</dt><dd><time datetime="2012-04-24">' in other
    assert '<dt>Publicerad</dt><dd><time datetime="2012-04-24">' in own


def moments(town: Municipality) -> list[datetime]:
    """Every moment from now on at which a build is due, one after the other."""
    found: list[datetime] = []
    while moment := due(read([town.content], town.now, town.home / "cache")[0]):
        found.append(moment)
        town.now = moment
        assert len(found) < 30
    return found


def test_a_build_is_due_when_the_note_of_a_change_is_shown_no_longer(town: Municipality) -> None:
    change = ('  - när: "2026-11-23 12:00"', "    slag: stor", "    not: Nya tider")
    town.write("nyheter/a.md", 'publicerad: "2026-11-20"', "ändringar:", *change)
    last, after = datetime(2026, 12, 24, 22, 59, tzinfo=UTC), datetime(2026, 12, 24, 23, tzinfo=UTC)
    assert after in moments(town)
    for town.now, shown in ((last, True), (after, False)):
        town.build()
        assert ('class="as-of"' in town.page("/nyheter/2026/a/")) is shown


@pytest.mark.parametrize(
    ("day", "after"),
    [
        ("2026-11-20", datetime(2027, 1, 19, 23, tzinfo=UTC)),
        ("2026-11", datetime(2027, 1, 29, 23, tzinfo=UTC)),  # it may have been the last of the month
    ],
)
def test_a_decision_without_a_notice_may_be_appealed_for_sixty_days_and_then_a_build_is_due(
    town: Municipality, day: str, after: datetime
) -> None:
    town.write(
        "beslut/b.md", "organ: ks", f'datum: "{day}"', "utfall: beslutat", "paragraf: 71",
        "beslutspunkter: Ja.", "överklagan: laglighetsprövning",
    )  # fmt: skip
    assert after in moments(town)
    for town.now, open_ in ((after - timedelta(minutes=1), True), (after, False)):
        town.build()
        assert ("kan begära" in town.page(f"/beslut/ks/{day}/71/")) is open_


def test_a_card_is_another_one_when_its_record_moves(town: Municipality) -> None:
    """What links to a meeting is made again when an earlier meeting takes the day's address."""
    town.write("moten/kvall.md", "organ: ks", 'start: "2026-12-10 18:00"', key=77)

    def card() -> Card:
        site = read([town.content], town.now, town.home / "cache")[0]
        return site.card(site.by_file[str(town.content / "moten/kvall.md")])

    before = card()
    town.write("moten/dag.md", "organ: ks", 'start: "2026-12-10 09:00"', 'publicerad: "2026-11-22"')
    assert before.address != card().address
    assert before.digest != card().digest
