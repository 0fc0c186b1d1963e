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


def test_a_redirect_must_not_hide_a_page(town: Municipality) -> None:
    town.write("nyheter/bron.md", "ersätter: /kontakt/vaxel/")
    assert "redirect-over-page" in town.problems()


def test_a_damaged_manifest_stops_the_build(town: Municipality) -> None:
    import pytest

    from site_builder.manifest import ManifestError

    town.build()
    (town.home / "site.publicerat.json").write_text("{", encoding="utf-8")
    with pytest.raises(ManifestError, match="säkerhetskopia"):
        town.build()
