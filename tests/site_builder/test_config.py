"""The site's settings: what they say is on every page, also after an edit."""

import re
from pathlib import Path

import pytest

from site_builder.config import read
from site_builder.problems import has_errors
from tests.site_builder.conftest import Municipality

ROOT = Path(__file__).parents[2]


def html(town: Municipality) -> dict[str, str]:
    return {str(path): path.read_text(encoding="utf-8") for path in town.site.rglob("*.html")}


def test_a_new_switchboard_number_is_on_every_page_after_the_next_build(town: Municipality) -> None:
    town.write("nyheter/utan-kontakt.md", "titel: Ingen svarar för den här")
    for number, address in (("08-111 11 00", "tel:081111100"), ("08-222 22 00", "tel:082222200")):
        town.config = town.config._replace(switchboard=number)
        town.build()
        pages = html(town)
        assert len(pages) > 20
        assert [path for path, text in pages.items() if f'<a href="{address}">{number}</a>' not in text] == []
    assert [path for path, text in pages.items() if "08-111" in text] == []


def test_without_a_switchboard_no_page_offers_a_call_to_it(town: Municipality) -> None:
    town.build()
    assert [path for path, text in html(town).items() if "Ring växeln" in text or 'href="tel:"' in text] == []


def test_the_foot_names_the_duty_number_in_the_pages_language_and_only_where_there_is_one(
    town: Municipality,
) -> None:
    town.write("sidor/contact-us.md", "titel: Contact us", "språk: en")
    words = {"/": "Bråttom när växeln är stängd: ring jouren", "/contact-us/": "Urgent when the switchboard"}
    for number in ("08-765 43 21", ""):
        town.config = town.config._replace(switchboard="08-123 456", duty_phone=number)
        town.build()
        for address, said in words.items():
            foot = town.page(address).partition("<footer")[2]
            assert (said in foot) == bool(number), address
            assert ('href="tel:087654321"' in foot) == bool(number), address
            assert 'href="tel:08123456"' in foot, address


def test_the_switchboard_of_the_settings_is_the_one_in_the_content() -> None:
    contact = (ROOT / "content" / "kontakter" / "vaxel.md").read_text(encoding="utf-8")
    assert f'telefon: "{read().switchboard}"' in contact


@pytest.mark.parametrize(
    ("number", "led_to"),
    [
        ("08-123 456", ["112", "08123456", "087654321"]),  # the switchboard
        ("08-12 34 56", ["112", "08123456", "087654321"]),
        ("08-765 43 21", ["112", "08123456", "087654321"]),  # the duty number
        ("08-555 00 00", ["112", "085550000", "087654321"]),  # it has hours, as its contact says
        ("08-999 00 00", ["112", "089990000"]),  # it answers day and night
        ("08-444 00 00", ["112", "084440000"]),  # nobody says anything else
    ],
)
def test_what_is_urgent_never_leads_to_a_number_of_office_hours_alone(
    town: Municipality, number: str, led_to: list[str]
) -> None:
    town.config = town.config._replace(switchboard="08-123 456", duty_phone="08-765 43 21")
    town.write("kontakter/dag.md", 'telefon: "08-555 00 00"', "telefontider: Vardagar 8-16", "frågor: Allt")
    town.write("kontakter/alltid.md", 'telefon: "08-999 00 00"', "telefontider: Dygnet runt", "frågor: Allt")
    town.write(
        "tjanster/fel.md",
        "ansvarig: kontakter/vaxel",
        "vem: Alla",
        "hur: Ring",
        "kanaler:",
        '  - {typ: telefon, mål: "08-123 456"}',
    )
    town.write("etjanster/fel.md", "mål: /kontakter/", f'akut_telefon: "{number}"', "tjänster: tjanster/fel")
    town.write("fragor/hal.md", "svar: Anmäl det.", "relaterat: tjanster/fel")
    found = town.build().problems
    assert not has_errors(found), found
    for address in ("/e-tjanster/", "/e-tjanster/fel/", "/fragor/hal/"):
        page = town.page(address).partition("<main")[2]
        urgent = page[page.index("Är någon i fara?") :].partition("</p>")[0]
        assert re.findall(r'"tel:(\d+)"', urgent) == led_to, address
