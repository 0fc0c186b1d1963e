"""The site's settings: what they say is on every page, also after an edit."""

from pathlib import Path

from site_builder.config import read
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


def test_the_switchboard_of_the_settings_is_the_one_in_the_content() -> None:
    contact = (ROOT / "content" / "kontakter" / "vaxel.md").read_text(encoding="utf-8")
    assert f'telefon: "{read().switchboard}"' in contact
