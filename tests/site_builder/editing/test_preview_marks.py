"""The preview says what citizens do not see; the page of what to look over is by owner."""

import pytest

from tests.site_builder.conftest import Municipality


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("status: utkast", "Utkast"),
        ("status: granskas", "Utkast"),
        ('publiceras_från: "2026-12-01 08:00"', "Visas från 2026-12-01 08:00"),
        ('publicerad: "2026-12-01 08:00"', "Visas från 2026-12-01 08:00"),
        ('avpubliceras: "2026-11-24 08:00"', "Borttagen"),
    ],
)
def test_the_preview_says_what_citizens_do_not_see(town: Municipality, line: str, said: str) -> None:
    town.write("tjanster/a.md", line, "titel: Bygglov", "källa: Prov", "relaterat: tjanster/b")
    town.write("tjanster/b.md", "titel: Sotning", "källa: Prov")
    town.build(preview=True)
    assert f"<strong>{said}.</strong> Invånarna ser inte sidan" in town.page("/tjanster/a/")
    assert f'Bygglov</a> <span class="tag warn">{said}</span>' in town.page("/tjanster/")
    assert 'Sotning</a> <span class="tag' not in town.page("/tjanster/")
    assert "Invånarna ser inte" not in town.page("/tjanster/b/")


def test_every_page_of_the_preview_leads_to_what_is_to_be_done_and_none_of_the_site_does(
    town: Municipality,
) -> None:
    for preview in (True, False):
        town.build(preview=preview, full=True)
        for address in ("/", "/kontakt/vaxel/", "/kontakter/"):
            page = town.page(address)
            assert ('<a href="/problem/">' in page, '<a href="/att-granska/">' in page) == (preview, preview)


def test_what_to_look_over_is_by_owner_and_nothing_that_was_said_once(town: Municipality) -> None:
    old = 'granskas_senast: "2026-01-01"'
    town.write("sidor/a.md", old, "titel: Bygglov", "ansvarig: kontakter/vaxel")
    town.write("sidor/b.md", old, "titel: Sotning")
    town.write("nyheter/d.md", old, "titel: En nyhet")
    town.write("moten/e.md", old, "titel: Ett möte", "organ: ks", 'start: "2026-11-20 18:00"')
    town.build()
    page = town.page("/att-granska/")
    assert "2 sidor har passerat" in page
    order = ("Ingen ansvarig", "Sotning", "Växeln</a></h2>", "Bygglov")
    assert sorted(order, key=page.index) == list(order)
    assert not any(title in page for title in ("En nyhet", "Ett möte"))
