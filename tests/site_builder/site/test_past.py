"""What is past is told as past: meetings that were planned, decisions that could be appealed."""

import pytest

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
    assert f"Organet {said} till " in town.page("/organ/a/")


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
