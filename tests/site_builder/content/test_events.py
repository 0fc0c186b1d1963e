"""An event is shown on every page and in every format as its module declares, and nowhere by hand."""

import json
from datetime import UTC, datetime

import icalendar
import pytest

from tests.site_builder.conftest import Municipality

TOPICS = "- slug: kultur\n  namn: Kultur\n"


@pytest.fixture
def fair(town: Municipality) -> Municipality:
    """A municipality with a fair that lasts a week, in Swedish time from 29 November at 10."""
    (town.content / "ämnen.yml").write_text(TOPICS, encoding="utf-8")
    town.write(
        "evenemang/marknad.md", "titel: Vintermarknad", "ämnen: kultur", 'start: "2026-11-29 10:00"',
        'slut: "2026-12-06 16:00"', "plats: Torget", "arrangör: organ/ks", "pris: Gratis",
    )  # fmt: skip
    return town


def test_an_event_is_on_the_start_page_its_topic_a_to_z_and_its_own_lists(fair: Municipality) -> None:
    assert fair.build().problems == []
    link = 'href="/evenemang/2026/marknad/"'
    for address in ("/", "/amnen/kultur/", "/a-o/", "/evenemang/", "/evenemang/2026/"):
        assert link in fair.page(address), address
    start = fair.page("/")
    assert start.index("På gång") < start.index(link)
    page = fair.page("/evenemang/2026/marknad/")
    for text in ("29 november 2026 klockan 10.00", "Torget", "Gratis", "Kommunstyrelsen"):
        assert text in page


def test_an_event_is_in_json_in_the_feeds_and_in_the_calendar_of_events(fair: Municipality) -> None:
    fair.build()
    (row,) = json.loads(fair.page("/api/v1/events.json"))["events"]
    assert (row["start"], row["price"]) == ("2026-11-29T10:00:00+01:00", "Gratis")
    for feed in ("alla", "typ-evenemang", "amne-kultur"):
        assert "Vintermarknad" in fair.page(f"/floden/{feed}.atom"), feed
    for path in ("/kalender/evenemang.ics", "/evenemang/2026/marknad.ics"):
        (event,) = icalendar.Calendar.from_ical(fair.page(path)).walk("VEVENT")
        assert event.decoded("dtstart") == datetime(2026, 11, 29, 9, tzinfo=UTC)
        assert (event["location"], event["categories"].to_ical()) == ("Torget", b"Evenemang")
    assert not (fair.site / "kalender" / "alla.ics").exists()


@pytest.mark.parametrize(
    ("now", "ahead"),
    [
        (datetime(2026, 11, 29, 9, 0, tzinfo=UTC), True),
        (datetime(2026, 12, 6, 14, 59, tzinfo=UTC), True),
        (datetime(2026, 12, 6, 15, 0, tzinfo=UTC), False),
    ],
)
def test_an_event_is_to_come_until_it_ends(fair: Municipality, now: datetime, ahead: bool) -> None:
    fair.build(now=now)
    assert ("Vintermarknad" in fair.page("/")) == ahead
    assert ("Evenemanget har varit." in fair.page("/evenemang/2026/marknad/")) != ahead


def test_an_event_without_an_hour_lasts_its_day_and_the_next_build_is_due_after_it(
    town: Municipality,
) -> None:
    town.write("evenemang/dag.md", 'start: "2026-11-29"', "plats: Torget")
    evening, midnight = datetime(2026, 11, 29, 22, 59, tzinfo=UTC), datetime(2026, 11, 29, 23, tzinfo=UTC)
    result = town.build(now=evening)
    assert result.due == midnight
    assert "/evenemang/2026/dag/" in town.page("/")
    town.build(now=midnight)
    assert "/evenemang/2026/dag/" not in town.page("/")


def test_a_cancelled_event_says_so_in_lists_on_its_page_and_in_the_calendar(town: Municipality) -> None:
    town.write("evenemang/dag.md", 'start: "2026-11-29"', "plats: Torget", "inställt: ja")
    town.build()
    assert "Inställt" in town.page("/evenemang/")
    assert "Evenemanget är inställt." in town.page("/evenemang/2026/dag/")
    (event,) = icalendar.Calendar.from_ical(town.page("/kalender/evenemang.ics")).walk("VEVENT")
    assert event["status"] == "CANCELLED"


def test_an_event_that_ends_before_it_begins_is_an_error(town: Municipality) -> None:
    town.write("evenemang/x.md", 'start: "2026-11-29 10:00"', 'slut: "2026-11-29 09:00"', "plats: Torget")
    assert town.problems()["dates-out-of-order"].field == "slut"


def test_of_days_without_an_hour_the_last_counts_in_full(town: Municipality) -> None:
    town.write("evenemang/vecka.md", 'start: "2026-11-29"', 'slut: "2026-12-01"', "plats: Torget")
    town.build(now=datetime(2026, 12, 1, 22, 59, tzinfo=UTC))
    assert "/evenemang/2026/vecka/" in town.page("/")
    assert "1 december 2026 klockan 24.00" in town.page("/evenemang/2026/vecka/")
    town.build(now=datetime(2026, 12, 1, 23, 0, tzinfo=UTC))
    assert "/evenemang/2026/vecka/" not in town.page("/")
