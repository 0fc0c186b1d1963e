"""Feeds: stable ids, only news, categories that people can follow, archives without gaps."""

import json
from datetime import UTC, datetime
from typing import Any

import feedparser

from tests.site_builder.conftest import Municipality

ALERT = (
    "händelse: Läcka",
    "slag: störning",
    "allvar: mindre",
    'gäller_från: "2026-11-24 07:00"',
    'upphör: "2026-11-25 07:00"',
    'publicerad: "2026-11-24 07:00"',
)


def feed(town: Municipality, name: str) -> Any:
    found = feedparser.parse((town.site / "floden" / name).read_bytes())
    assert not found.bozo, found.get("bozo_exception")
    return found


def titles(town: Municipality, name: str = "alla.atom") -> list[str]:
    return [entry.title for entry in feed(town, name).entries]


def with_topics(town: Municipality) -> None:
    (town.content / "ämnen.yml").write_text(
        "- slug: bygga\n  namn: Bygga\n  under:\n    - slug: bygglov\n      namn: Bygglov\n", encoding="utf-8"
    )


def test_only_publications_and_large_changes_are_news(town: Municipality) -> None:
    town.write("nyheter/gammal.md", 'publicerad: "2026-11-01"')
    town.write(
        "nyheter/rattad.md", 'publicerad: "2026-10-01"', 'ändringar:\n  - när: "2026-11-20"\n    slag: liten'
    )
    town.write(
        "nyheter/omskriven.md",
        'publicerad: "2026-09-01"',
        'ändringar:\n  - när: "2026-11-22"\n    slag: stor\n    not: Ny tid.',
        '  - när: "2026-11-23"\n    slag: liten',
    )
    town.build()
    assert [title for title in titles(town) if title in ("gammal", "rattad", "omskriven")] == [
        "omskriven",
        "gammal",
        "rattad",
    ]
    entry = next(entry for entry in feed(town, "alla.atom").entries if entry.title == "omskriven")
    assert entry.updated == "2026-11-22T00:00:00+01:00"
    assert entry.published == "2026-09-01T00:00:00+02:00"
    assert "Ny tid." in entry.summary


def test_two_large_changes_of_one_day_are_two_revisions(town: Municipality) -> None:
    change = '  - när: "2026-11-22"\n    slag: stor\n    not: {}\n'
    path = town.write(
        "nyheter/a.md", 'publicerad: "2026-11-01"', "ändringar:\n" + change.format("Ett.").rstrip()
    )
    town.build()
    first = next(entry.updated for entry in feed(town, "alla.atom").entries if entry.title == "a")
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace(change.format("Ett."), change.format("Ett.") + change.format("Två.")), encoding="utf-8"
    )
    town.build()
    assert next(entry.updated for entry in feed(town, "alla.atom").entries if entry.title == "a") > first


def test_each_change_is_told_with_its_own_words_and_never_before_its_time(town: Municipality) -> None:
    change = '  - när: "{}"\n    slag: stor\n    not: {}'
    changes = [change.format("2026-11-24 20:00", "B"), change.format("2026-10-20", "A")]
    town.write("nyheter/a.md", 'publicerad: "2026-09-01"', "ändringar:", *changes)
    town.build()

    def told(name: str) -> tuple[str, str]:
        entry = next(entry for entry in feed(town, name).entries if entry.title == "a")
        return entry.updated[:10], entry.summary

    assert told("alla-2026-10.atom") == ("2026-10-20", "Ändrat: A.\n\nKort om saken.")
    assert told("alla.atom") == ("2026-10-20", "Ändrat: A.\n\nKort om saken.")
    town.now = datetime(2026, 11, 24, 19, 0, tzinfo=UTC)
    town.build()
    assert told("alla-2026-10.atom") == ("2026-10-20", "Ändrat: A.\n\nKort om saken.")
    assert told("alla.atom") == ("2026-11-24", "Ändrat: B.\n\nKort om saken.")
    assert "24 november 2026</time>: B" in town.page("/nyheter/2026/a/")


def test_rss_tells_a_change_by_its_own_date_and_in_a_paragraph_of_its_own(town: Municipality) -> None:
    """RSS 2.0 has one date; by the first publication's nobody would see that there is something new."""
    change = '  - när: "2026-11-22"\n    slag: stor\n    not: Avgiften är < 300 kr!'
    town.write("nyheter/a.md", 'publicerad: "2026-09-01"', "ändringar:", change)
    town.build()
    raw = (town.site / "floden" / "alla.rss").read_text(encoding="utf-8")
    item = next(part for part in raw.split("<item>") if "<title>a</title>" in part)
    assert "<pubDate>Sun, 22 Nov 2026 00:00:00 +0100</pubDate>" in item
    entry = next(entry for entry in feed(town, "alla.rss").entries if entry.title == "a")
    assert entry.summary == "<p>Ändrat: Avgiften är &lt; 300 kr!</p><p>Kort om saken.</p>"


def test_a_page_tells_its_change_under_the_lead_for_a_month(town: Municipality) -> None:
    change = '  - när: "{}"\n    slag: {}\n    not: {}'
    changes = [change.format("2026-10-25", "stor", "Ny tid"), change.format("2026-11-20", "liten", "Stavfel")]
    town.write("nyheter/a.md", 'publicerad: "2026-09-01"', "ändringar:", *changes)
    told = '<strong>Ändrat <time datetime="2026-10-25">25 oktober 2026</time>:'
    for day, shown in ((24, True), (25, True), (26, False)):
        town.now = datetime(2026, 11, day, 10, 0, tzinfo=UTC)
        town.build()
        page = town.page("/nyheter/2026/a/")
        lead, found = page.index('class="lead"'), page.find(told)
        assert (found > lead) == shown, day
        assert (f"{told}</strong> Ny tid</p>" in page) == shown


def test_what_was_published_later_than_written_is_news_from_then(town: Municipality) -> None:
    town.write("nyheter/a.md", 'publicerad: "2026-11-01"', 'publiceras_från: "2026-11-24 08:00"')
    town.build()
    entry = next(entry for entry in feed(town, "alla.atom").entries if entry.title == "a")
    assert entry.updated == "2026-11-24T08:00:00+01:00"
    assert "24 november 2026" in town.page("/nyheter/2026/a/")


def test_a_change_on_the_day_of_publication_is_news(town: Municipality) -> None:
    lines = (
        'publicerad: "2026-11-23 09:00"',
        'ändringar:\n  - när: "2026-11-23"\n    slag: stor\n    not: B',
    )
    town.write("nyheter/a.md", *lines)
    town.build()
    entry = next(entry for entry in feed(town, "alla.atom").entries if entry.title == "a")
    assert (entry.updated, entry.summary) == ("2026-11-23T09:00:01+01:00", "Ändrat: B.\n\nKort om saken.")


def test_a_change_that_is_yet_to_come_is_an_error(town: Municipality) -> None:
    for day, wrong in (("2026-11-24", False), ("2026-11-25", True)):
        town.write("nyheter/a.md", f'ändringar:\n  - när: "{day}"\n    slag: liten')
        assert ("future-change" in town.problems()) == wrong


def test_rss_leads_to_the_site_and_to_itself(town: Municipality) -> None:
    town.write("nyheter/a.md", 'publicerad: "2026-08-01"')
    town.build()
    found = feed(town, "alla.rss").feed
    assert found.link == "https://kommun.example/"
    assert [link.href for link in found.links if link.rel == "self"] == [
        "https://kommun.example/floden/alla.rss"
    ]


def test_an_entry_carries_its_topic_the_topic_above_and_its_body(town: Municipality) -> None:
    with_topics(town)
    town.write(
        "beslut/a.md",
        "ämnen: bygglov",
        "organ: ks",
        'datum: "2026-11-20"',
        "utfall: beslutat",
        "beslutspunkter: Ja",
    )
    town.build()
    tags = next(entry for entry in feed(town, "alla.atom").entries if entry.title == "a").tags
    assert {(tag.scheme.rpartition("/")[2], tag.term) for tag in tags} == {
        ("type", "beslut"),
        ("topic", "bygglov"),
        ("topic", "bygga"),
        ("body", "ks"),
    }
    assert titles(town, "amne-bygga.atom") == titles(town, "amne-bygglov.rss") == ["a"]
    assert "a" in titles(town, "organ-ks.atom")


def test_the_crisis_feed_holds_only_what_may_wake_people(town: Municipality) -> None:
    town.write("driftinfo/liten.md", *ALERT)
    town.write("driftinfo/svar.md", *[line.replace("mindre", "extrem") for line in ALERT])
    town.write("driftinfo/slut.md", *ALERT, "avslutar: svar")
    town.build()
    assert sorted(titles(town, "kris.atom")) == ["slut", "svar"]
    assert sorted(titles(town, "typ-driftinfo.atom")) == ["liten", "slut", "svar"]
    ended = next(entry for entry in feed(town, "kris.atom").entries if entry.title == "slut")
    assert ended.cap_msgtype == "Cancel"
    sender, identifier, sent = ended.cap_references.split(",")
    assert (sender, ended.cap_sender) == ("kommun.example", "kommun.example")
    assert ended.cap_identifier == ended.id.removeprefix("urn:uuid:") != identifier
    assert sent <= ended.cap_sent
    assert ended.cap_expires == "2026-11-25T07:00:00+01:00"


def test_an_exercise_says_so(town: Municipality) -> None:
    town.write(
        "driftinfo/ovning.md",
        *[line.replace("störning", "övning").replace("mindre", "extrem") for line in ALERT],
    )
    town.build()
    assert feed(town, "kris.atom").entries[0].cap_status == "Exercise"


def test_the_archives_hold_every_entry_and_end(town: Municipality) -> None:
    for month in range(1, 9):
        for day in range(1, 12):
            town.write(f"nyheter/n{month}-{day}.md", f'publicerad: "2026-{month:02}-{day:02}"')
    town.build()
    seen, name, pages = set(), "alla.atom", 0
    while name:
        found = feed(town, name)
        seen |= {entry.id for entry in found.entries}
        pages += 1
        name = next(
            (link.href.rpartition("/")[2] for link in found.feed.links if link.rel == "prev-archive"), ""
        )
    assert len(seen) == 8 * 11 + 2
    assert pages == 9 + 1


def test_json_feeds_are_for_everything_and_crisis(town: Municipality) -> None:
    town.write("driftinfo/svar.md", *[line.replace("mindre", "extrem") for line in ALERT])
    town.build()
    found = json.loads(town.page("/floden/kris.json"))
    assert found["version"] == "https://jsonfeed.org/version/1.1"
    assert [item["title"] for item in found["items"]] == ["svar"]
    assert not (town.site / "floden/anslagstavla.json").exists()


def test_drafts_and_archived_records_are_in_no_feed(town: Municipality) -> None:
    town.write("nyheter/utkast.md", "status: utkast")
    town.write("nyheter/arkiv.md", "status: arkiverad")
    town.write("nyheter/senare.md", 'publicerad: "2026-12-24"')
    town.build()
    assert not {"utkast", "arkiv", "senare"} & set(titles(town))
    assert town.has("/nyheter/2026/arkiv/")
    assert not town.has("/nyheter/2026/utkast/")
    assert not town.has("/nyheter/2026/senare/")
    town.now = datetime(2026, 12, 25, tzinfo=UTC)
    town.build()
    assert "senare" in titles(town)


def test_an_example_says_so_in_its_title(town: Municipality) -> None:
    town.write("nyheter/a.md", "exempel: ja")
    town.build()
    assert "Exempel: a" in titles(town)
