"""A public address never just vanishes: it leads on, or says that it is gone."""

from datetime import UTC, datetime

from tests.site_builder.conftest import Municipality


def test_a_vanished_address_stops_the_build_and_says_how_to_mend_it(town: Municipality) -> None:
    path = town.write("nyheter/bron.md")
    town.build()
    path.unlink()
    result = town.build()
    assert [problem.code for problem in result.problems] == ["vanished-address"]
    assert "ersätter: /nyheter/2026/bron/" in result.problems[0].suggestion
    assert town.has("/nyheter/2026/bron/")


def test_a_renamed_record_leads_on_from_its_old_address(town: Municipality) -> None:
    path = town.write("nyheter/bron.md")
    town.build()
    path.unlink()
    town.write("nyheter/nya-bron.md", "ersätter: /nyheter/2026/bron/")
    assert not town.build().problems
    assert "/nyheter/2026/nya-bron/" in town.page("/nyheter/2026/bron/")
    assert town.page("/redirects.map") == "/nyheter/2026/bron/ 301 /nyheter/2026/nya-bron/\n"


def test_a_withdrawn_record_says_that_it_is_gone_and_whom_to_ask(town: Municipality) -> None:
    town.write("nyheter/bron.md", 'avpubliceras: "2026-11-30"', "ansvarig: vaxel")
    town.build()
    assert "Borttagen" not in town.page("/nyheter/2026/bron/")
    town.now = datetime(2026, 12, 1, tzinfo=UTC)
    assert not town.build().problems
    page = town.page("/nyheter/2026/bron/")
    assert "Borttagen" in page
    assert "/kontakt/vaxel/" in page
    assert town.page("/redirects.map") == "/nyheter/2026/bron/ 410 -\n"
    assert "bron" not in town.page("/nyheter/")
    assert "bron" not in town.page("/sitemap.xml")


def test_an_old_address_leads_to_one_place_however_it_is_written(town: Municipality) -> None:
    town.write("nyheter/a.md", "ersätter:\n  - /gammal\n  - /gammal/")
    assert not town.build().problems
    assert town.page("/redirects.map") == "/gammal/ 301 /nyheter/2026/a/\n"
    town.write("nyheter/b.md", "ersätter: /gammal")
    assert "duplicate-redirect" in town.problems()


def test_a_public_page_that_links_to_a_hidden_one_is_told(town: Municipality) -> None:
    town.write("sidor/a.md", text="[Om badet](/b/)")
    for line, told in (
        ("status: utkast", True),
        ('publiceras_från: "2026-12-01"', True),
        ('avpubliceras: "2026-11-24"', True),
        ("status: arkiverad", False),
    ):
        town.write("sidor/b.md", line)
        assert ("link-to-hidden" in town.problems()) == told
    town.write("sidor/a.md", "status: utkast", text="[Om badet](/b/)")
    town.write("sidor/b.md", "status: utkast")
    assert not town.problems()


def test_a_translation_of_a_draft_is_no_way_to_it(town: Municipality) -> None:
    town.write("sidor/kris.md", "status: utkast")
    town.write("sidor/crisis.md", "språk: en", "översätter: kris")
    town.build()
    assert "/kris/" not in town.page("/crisis/")


def test_what_looks_like_a_record_in_a_field_must_be_one_that_is_seen(town: Municipality) -> None:
    town.write("kontakter/dold.md", "status: utkast", "frågor: Allt")
    for place, code in (("platser/torget", "missing-reference"), ("kontakter/dold", "hidden-reference")):
        town.write("tjanster/a.md", f"kanaler:\n  - typ: telefon\n    mål: {place}")
        assert code in town.problems()
    town.write("tjanster/a.md", "kanaler:\n  - typ: telefon\n    mål: kontakter")
    assert not town.problems().keys() & {"missing-reference", "hidden-reference"}


def test_a_field_that_is_to_be_withheld_must_exist(town: Municipality) -> None:
    town.write("kontakter/a.md", "frågor: Allt", "telefon: 08-123 456", "visa_inte: tele")
    assert "telefon" in town.problems()["unknown-withheld"].message


def test_a_page_shows_all_that_belongs_to_it(town: Municipality) -> None:
    town.write("moten/m.md", "organ: ks", 'start: "2026-11-20 18:00"')
    lines = ("organ: ks", 'datum: "2026-11-20"', "utfall: beslutat", "beslutspunkter: Ja", "möte: m")
    for number in range(1, 16):
        town.write(f"beslut/b{number}.md", *lines, f"paragraf: {number}")
    assert not town.build().problems
    meeting = next(path for path in town.site.glob("moten/*/*/index.html") if "2026" in str(path))
    assert meeting.read_text(encoding="utf-8").count('href="/beslut/ks/') == 15


def test_a_redirect_must_not_hide_a_page(town: Municipality) -> None:
    town.write("nyheter/bron.md", "ersätter: /kontakt/vaxel/")
    assert "redirect-over-page" in town.problems()


def test_a_damaged_manifest_stops_the_build(town: Municipality) -> None:
    import pytest

    from site_builder.publishing.manifest import ManifestError

    town.build()
    (town.home / "site.publicerat.json").write_text("{", encoding="utf-8")
    with pytest.raises(ManifestError, match="säkerhetskopia"):
        town.build()
