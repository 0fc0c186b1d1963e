"""Open data: every record with its id and address, held to the schemas; nothing hidden comes out."""

import json
from typing import Any

import jsonschema

from tests.site_builder.conftest import Municipality


def data(town: Municipality, path: str) -> Any:
    return json.loads(town.page(f"/api/v1/{path}"))


def test_every_record_follows_its_schema(town: Municipality) -> None:
    town.write(
        "tjanster/a.md",
        "vem: Alla",
        "hur: Ring",
        "ansvarig: vaxel",
        "kanaler:\n  - typ: telefon\n    mål: 112",
    )
    town.write("moten/m.md", "organ: ks", 'start: "2026-12-01 18:30"')
    town.build()
    index = data(town, "index.json")
    checked = 0
    for name, address in index["schemas"].items():
        schema = json.loads(town.page(address.removeprefix("https://kommun.example")))
        for path in (town.site / "api/v1").glob("*/*.json"):
            record = json.loads(path.read_text(encoding="utf-8"))
            if record.get("type") == name and "url" in record:
                jsonschema.validate(record, schema)
                checked += 1
    assert checked == 4


def test_a_collection_names_every_listed_record_with_its_page_and_its_data(town: Municipality) -> None:
    town.write("nyheter/a.md", key=50)
    town.write("nyheter/b.md", "status: utkast")
    town.build()
    found = data(town, "news.json")
    assert found["count"] == 1
    assert found["news"][0]["url"] == "https://kommun.example/nyheter/2026/a/"
    assert data(town, "news/00000000-0000-4000-8000-000000000050.json")["title"] == "a"


def test_what_a_contact_withholds_is_in_no_file(town: Municipality) -> None:
    town.write(
        "kontakter/hemlig.md",
        "telefon: 08-999 888",
        "e-post: hemlig@kommun.example",
        "visa_inte: [telefon, e-post]",
        "frågor: Allt",
    )
    town.build()
    for path in town.site.rglob("*"):
        if path.is_file():
            text = path.read_bytes()
            assert b"08-999 888" not in text, path
            assert b"hemlig@kommun.example" not in text, path


def test_a_past_role_is_never_shown_as_current(town: Municipality) -> None:
    town.write(
        "kontakter/ordforande.md",
        "funktion: Ordförande",
        "frågor: Allt",
        'uppdrag:\n  - roll: Före detta\n    från: "2015-01-01"\n    till: "2018-12-31"',
        '  - roll: Nuvarande\n    från: "2019-01-01"',
    )
    town.build()
    page = town.page("/kontakt/ordforande/")
    assert "Nuvarande" in page
    assert "Före detta" not in page or "2018" in page[page.index("Före detta") :][:200]


def test_topics_tell_the_service_what_can_be_followed(town: Municipality) -> None:
    town.build()
    found = data(town, "topics.json")
    assert {"slug": "ks", "name": "Kommunstyrelsen"} in found["bodies"]
    assert {"slug": "nyheter", "name": "Nyheter"} in found["types"]
    assert all(
        (town.site / feed["url"].removeprefix("https://kommun.example/")).exists() for feed in found["feeds"]
    )


def test_titles_tell_the_service_what_public_pages_are_called(town: Municipality) -> None:
    town.write("nyheter/a.md", key=50)
    town.write("nyheter/b.md", "status: utkast", key=51)
    town.build()
    found = data(town, "titles.json")
    assert found["00000000-0000-4000-8000-000000000050"] == "a"
    assert "00000000-0000-4000-8000-000000000051" not in found
    town.write("nyheter/a.md", "titel: Nytt namn", key=50)
    town.build()
    assert data(town, "titles.json")["00000000-0000-4000-8000-000000000050"] == "Nytt namn"


def test_alerts_say_what_is_in_force_most_severe_first_and_what_is_to_come(town: Municipality) -> None:
    def alert(name: str, severity: str, begins: str, ends: str) -> None:
        town.write(
            f"driftinfo/{name}.md", "händelse: a", "slag: störning", f"allvar: {severity}",
            f'gäller_från: "{begins}"', f'upphör: "{ends}"', 'publicerad: "2026-11-20"',
        )  # fmt: skip

    alert("liten", "mindre", "2026-11-24 07:00", "2026-11-25 07:00")
    alert("stor", "extrem", "2026-11-24 07:00", "2026-11-25 07:00")
    alert("sen", "extrem", "2026-11-26 07:00", "2026-11-27 07:00")
    alert("over", "extrem", "2026-11-20 07:00", "2026-11-21 07:00")
    town.build()
    found = data(town, "alerts.json")
    assert [row["title"] for row in found["alerts"]] == ["stor", "liten", "sen"]
    assert len(found["earlier"]) == 1


def test_the_sitemap_has_real_days_and_robots_are_kept_out_of_a_demonstration(town: Municipality) -> None:
    town.write(
        "nyheter/a.md", 'publicerad: "2026-03-01"', 'ändringar:\n  - när: "2026-04-02"\n    slag: liten'
    )
    town.build()
    assert "<loc>https://kommun.example/nyheter/2026/a/</loc><lastmod>2026-04-02</lastmod>" in town.page(
        "/sitemap.xml"
    )
    assert "Disallow: /\n" in town.page("/robots.txt")
    town.config = town.config._replace(demonstration=False)
    town.build()
    assert "Sitemap: https://kommun.example/sitemap.xml" in town.page("/robots.txt")
    assert "noindex" not in town.page("/nyheter/2026/a/")
