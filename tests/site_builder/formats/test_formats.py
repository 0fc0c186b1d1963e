"""Calendars, vCards, CAP files and the catalogue: what others' programs read, true to the page."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import icalendar
import pytest
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, Namespace

from site_builder.content import TYPES
from site_builder.formats import calendars
from site_builder.formats.cap import NAMESPACE
from tests.site_builder.conftest import Municipality
from tests.site_builder.formats.test_feeds import ALERT, feed

VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
BASE = "https://kommun.example"

AT_8 = int(datetime(2026, 11, 24, 7, 0, tzinfo=UTC).timestamp())
"""Eight o'clock in Sweden."""


def meeting(town: Municipality, day: str, *lines: str, **more: Any) -> Path:
    return town.write(f"moten/ks-{day[:10]}.md", "organ: ks", f'start: "{day}"', *lines, **more)


def events(town: Municipality, name: str = "ks") -> list[icalendar.Event]:
    data = (town.site / "kalender" / f"{name}.ics").read_bytes()
    lines = data.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert b"\n" not in data.replace(b"\r\n", b"")
    return [
        one for one in icalendar.Calendar.from_ical(data).walk("VEVENT") if isinstance(one, icalendar.Event)
    ]


def card(town: Municipality, slug: str) -> list[str]:
    text = (town.site / "kontakt" / f"{slug}.vcf").read_bytes().decode()
    return text.replace("\r\n ", "").split("\r\n")


def message(town: Municipality, slug: str) -> dict[str, str]:
    root = ElementTree.fromstring((town.site / "driftinfo" / f"{slug}.cap.xml").read_bytes())
    assert root.tag == f"{{{NAMESPACE}}}alert"
    return {one.tag.partition("}")[2]: one.text or "" for one in root.iter()}


def stale(town: Municipality) -> list[str]:
    """The files that one more build leaves otherwise than a build from nothing makes them."""
    town.build()
    anew = town.home / "anew"
    town.build(site=anew, full=True)
    paths = {path.relative_to(site) for site in (town.site, anew) for path in site.rglob("*.*")}
    paths -= {path for path in paths if path.parts[:2] == ("sok", "index")}
    return sorted(
        path.as_posix() for path in paths if (town.site / path).read_bytes() != (anew / path).read_bytes()
    )


def test_a_record_with_another_id_is_another_in_every_format(town: Municipality) -> None:
    for key in (50, 60):
        town.write("kontakter/a.md", "telefon: 08-123 456", "frågor: Allt", key=key)
        town.write("driftinfo/a.md", *ALERT, key=key + 1)
        meeting(town, "2026-12-01 18:00", key=key + 2)
        assert stale(town) == []


# -- calendars -----------------------------------------------------------------------------------------


def test_a_meeting_is_in_its_bodys_calendar_with_time_place_and_page(town: Municipality) -> None:
    town.write("platser/huset.md", "titel: Kommunhuset", "adress: Torget 1; ingång B")
    meeting(
        town, "2026-12-01 18:00", 'slut: "2026-12-01 20:30"', "plats: platser/huset", "offentligt: ja", key=9
    )
    town.build()
    [event] = events(town)
    assert event["UID"] == "00000000-0000-4000-8000-000000000009"
    assert event.start == datetime(2026, 12, 1, 17, 0, tzinfo=UTC)
    assert event.end == datetime(2026, 12, 1, 19, 30, tzinfo=UTC)
    assert event["LOCATION"] == "Kommunhuset, Torget 1; ingång B"
    assert event["DESCRIPTION"] == "Kort om saken.\n\nÖppet för allmänheten."
    assert event["URL"] == f"{BASE}/moten/ks/2026-12-01/"
    assert (event["STATUS"], event["TRANSP"], event["SEQUENCE"]) == ("CONFIRMED", "TRANSPARENT", 0)
    assert len(events(town, "alla")) == 1


def test_a_calendar_says_what_it_is_called_and_when_to_ask_again(town: Municipality) -> None:
    town.write("organ/ks.md", 'titel: "Plan, bygg; och miljö"', "slag: nämnd")
    meeting(town, "2026-12-01 18:00")
    town.build()
    made = icalendar.Calendar.from_ical((town.site / "kalender/ks.ics").read_bytes())
    assert str(made["NAME"]) == str(made["X-WR-CALNAME"]) == r"Möten: Plan\, bygg\; och miljö"
    assert made.decoded("refresh-interval") == timedelta(hours=6)
    assert "X-PUBLISHED-TTL:PT6H" in town.page("/kalender/ks.ics")


@pytest.mark.parametrize(
    ("day", "line", "status", "title"),
    [
        ("2026-12-01", "inställt: ja", "CANCELLED", "Inställt: M"),
        ("2026-12-01", "preliminärt: ja", "TENTATIVE", "Preliminärt: M"),
        ("2026-11-01", "preliminärt: ja", "TENTATIVE", "Var planerat: M"),
    ],
)
def test_a_meeting_that_is_off_or_unsure_says_so(
    town: Municipality, day: str, line: str, status: str, title: str
) -> None:
    meeting(town, f"{day} 18:00", "titel: M", line)
    town.build()
    [event] = events(town)
    assert (event["STATUS"], event["SUMMARY"]) == (status, title)


def test_a_meeting_without_an_hour_takes_its_day(town: Municipality) -> None:
    meeting(town, "2026-12-01")
    town.build()
    assert events(town)[0].decoded("dtstart") == date(2026, 12, 1)


def test_a_change_makes_a_new_revision_of_the_same_event(town: Municipality) -> None:
    change = 'ändringar:\n  - när: "2026-11-24 07:00"\n    slag: stor\n    not: Ny tid.'
    meeting(town, "2026-12-01 18:00", change, key=9)
    town.build()
    [event] = events(town)
    assert (event["UID"], event["SEQUENCE"]) == ("00000000-0000-4000-8000-000000000009", 1)
    assert event.decoded("last-modified") == datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


def test_a_calendar_holds_all_that_comes_and_the_latest_that_has_been(
    town: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendars, "PAST", 2)
    for day in ("2026-09-01", "2026-10-01", "2026-11-01", "2026-12-01", "2027-01-01", "2027-02-01"):
        meeting(town, day)
    town.build()
    assert [f"{event.start}" for event in events(town)] == [
        "2027-02-01", "2027-01-01", "2026-12-01", "2026-11-01", "2026-10-01",
    ]  # fmt: skip


def test_what_is_not_public_is_in_no_calendar_and_who_never_meets_has_none(town: Municipality) -> None:
    town.write("organ/tyst.md", "slag: nämnd")
    meeting(town, "2026-12-01", "status: utkast")
    town.build()
    assert not (town.site / "kalender").exists()
    assert "kalender" not in town.page("/organ/ks/")
    meeting(town, "2026-12-02")
    town.build()
    assert len(events(town)) == 1
    assert sorted(path.name for path in (town.site / "kalender").iterdir()) == ["alla.ics", "ks.ics"]
    for page in ("/organ/ks/", "/moten/ks/", "/moten/ks/2026-12-02/"):
        assert '<a href="/kalender/ks.ics"' in town.page(page)
    assert '<a href="/kalender/alla.ics"' in town.page("/moten/")


def test_a_body_that_is_not_public_is_named_nowhere(town: Municipality) -> None:
    town.write("organ/ny.md", "titel: Hemliga nämnden", "slag: nämnd", "status: utkast")
    town.write("moten/ny.md", "organ: ny", 'start: "2026-12-01 18:00"')
    town.build()
    files = [path for path in town.site.rglob("*") if path.is_file()]
    assert not [path for path in files if b"Hemliga" in path.read_bytes()]
    page = town.page("/moten/ny/2026-12-01/")
    assert "/kalender/ny.ics" not in page
    assert "/floden/organ-ny" not in page
    assert "CATEGORIES:Möte" in town.page("/kalender/alla.ics")


def test_every_change_makes_an_event_newer_and_a_cancelled_one_a_revision(town: Municipality) -> None:
    """RFC 5546, 2.1.4: programs look at SEQUENCE, then at DTSTAMP, to know which of two is the latest."""
    meeting(town, "2026-12-01 18:00", key=9)
    town.build()
    [before] = events(town)
    change = 'ändringar:\n  - när: "2026-11-24 07:00"\n    slag: liten\n    not: Ny sal.'
    meeting(town, "2026-12-01 18:00", change, key=9)
    assert stale(town) == []
    [after] = events(town)
    assert before["SEQUENCE"] == after["SEQUENCE"] == 0
    assert after.decoded("dtstamp") == after.decoded("last-modified") > before.decoded("dtstamp")
    meeting(town, "2026-12-01 18:00", change, "inställt: ja", key=9)
    assert stale(town) == []
    assert events(town)[0]["SEQUENCE"] == 1


def test_a_meeting_that_is_moved_to_another_day_is_the_same_event(town: Municipality) -> None:
    meeting(town, "2026-12-01 18:00", key=9).rename(town.content / "moten/ks-2026-12-08.md")
    town.build()
    change = 'ändringar:\n  - när: "2026-11-24 07:00"\n    slag: stor\n    not: Ny dag.'
    old = "ersätter: /moten/ks/2026-12-01/"
    meeting(town, "2026-12-08 18:00", change, old, key=9)
    assert stale(town) == []
    [event] = events(town)
    assert (event["UID"], event["SEQUENCE"]) == ("00000000-0000-4000-8000-000000000009", 1)
    assert event["URL"] == f"{BASE}/moten/ks/2026-12-08/"


# -- vCards --------------------------------------------------------------------------------------------


def test_a_contact_can_be_saved_in_a_phone(town: Municipality) -> None:
    town.write(
        "kontakter/jour.md", "titel: Jour, dygnet runt; alltid", "telefon: 08-578 291 00",
        "e-post: jour@kommun.example", "besöksadress: Torget 1, Tyresö", "telefontider: Dygnet runt",
        "frågor: Läckor", key=9,
    )  # fmt: skip
    town.build()
    lines = card(town, "jour")
    assert lines[:2] == ["BEGIN:VCARD", "VERSION:4.0"]  # RFC 6350, 6.7.9: nothing between them
    assert lines[-2:] == ["END:VCARD", ""]
    assert {
        "UID:urn:uuid:00000000-0000-4000-8000-000000000009",
        r"FN:Jour\, dygnet runt\; alltid",
        "ORG:Tyresö kommun",
        "TEL;TYPE=work:+46 8 578 291 00",
        "EMAIL;TYPE=work:jour@kommun.example",
        r"ADR;TYPE=work:;;Torget 1\, Tyresö;;;;",
        f"URL:{BASE}/kontakt/jour/",
    } <= set(lines)
    assert r"\nTelefontider: Dygnet runt\nFråga om: Läckor" in next(
        row for row in lines if row.startswith("NOTE")
    )
    assert '<a href="/kontakt/jour.vcf"' in town.page("/kontakt/jour/")


def test_what_is_withheld_is_not_on_the_card(town: Municipality) -> None:
    town.write(
        "kontakter/a.md",
        "telefon: 08-123 456",
        "e-post: dold@kommun.example",
        "visa_inte: e-post",
        "frågor: Allt",
    )
    town.build()
    assert "dold@" not in "\n".join(card(town, "a"))


@pytest.mark.parametrize("number", ["112", "114 14", "1177"])
def test_a_short_number_stays_as_it_is(town: Municipality, number: str) -> None:
    town.write("kontakter/a.md", f'telefon: "{number}"', "frågor: Allt", "kommunal: nej")
    town.build()
    lines = card(town, "a")
    assert f"TEL;TYPE=work:{number}" in lines
    assert not any(row.startswith("ORG") for row in lines)


def test_a_contact_that_cannot_be_reached_has_no_card(town: Municipality) -> None:
    town.write("kontakter/a.md", "frågor: Allt", "telefon: 08-123 456", "visa_inte: telefon")
    town.build()
    assert not (town.site / "kontakt/a.vcf").exists()
    assert ".vcf" not in town.page("/kontakt/a/")


def test_an_archived_page_offers_no_file_of_its_own(town: Municipality) -> None:
    town.write("kontakter/a.md", "telefon: 08-123 456", "frågor: Allt", "status: arkiverad")
    town.write("driftinfo/a.md", *ALERT, "status: arkiverad")
    town.build()
    assert not list(town.site.glob("*/a.*"))
    assert ".vcf" not in town.page("/kontakt/a/")
    assert ".cap.xml" not in town.page("/driftinfo/a/")


def test_a_person_is_a_person_and_old_facts_have_their_date(town: Municipality) -> None:
    town.write(
        "kontakter/a.md", "namn: Anna Ek", "roll: Rektor", "e-post: a@kommun.example", "frågor: Allt",
        "uppgift_per: 2012-04",
    )  # fmt: skip
    town.build()
    lines = card(town, "a")
    assert "KIND:individual" in lines
    assert any(row.startswith("NOTE") and r"\nUppgifternas datum: 2012-04\n" in row for row in lines)
    assert "KIND:org" in card(town, "vaxel")


# -- CAP -----------------------------------------------------------------------------------------------


def live(town: Municipality) -> None:
    town.config = town.config._replace(demonstration=False, switchboard="08-123 456")


def test_an_alert_is_a_cap_message_in_the_standards_order(town: Municipality) -> None:
    live(town)
    town.write(
        "driftinfo/a.md", *ALERT, "kategori: cbrne", "område: Ö & V", "instruktion: Koka vattnet.", key=9
    )
    town.build()
    found = message(town, "a")
    assert list(found) == [
        "alert", "identifier", "sender", "sent", "status", "msgType", "scope",
        "info", "language", "category", "event", "urgency", "severity", "certainty", "effective", "expires",
        "senderName", "headline", "description", "instruction", "web", "contact", "area", "areaDesc",
    ]  # fmt: skip
    assert found["identifier"] == "00000000-0000-4000-8000-000000000009"
    assert (found["sender"], found["sent"]) == ("kommun.example", "2026-11-24T07:00:00+01:00")
    assert (found["status"], found["msgType"], found["category"]) == ("Actual", "Alert", "CBRNE")
    assert (found["areaDesc"], found["instruction"]) == ("Ö & V", "Koka vattnet.")
    links = feed(town, "kris.atom").entries or feed(town, "typ-driftinfo.atom").entries
    assert {"application/cap+xml": f"{BASE}/driftinfo/a.cap.xml"}.items() <= {
        link.get("type"): link.href for link in links[0].links
    }.items()
    assert links[0].link == f"{BASE}/driftinfo/a/"


def test_a_change_is_a_message_of_its_own_that_updates_those_before_it(town: Municipality) -> None:
    live(town)
    change = 'ändringar:\n  - när: "2026-11-24 08:00"\n    slag: stor\n    not: Större.'
    town.write("driftinfo/a.md", *ALERT, change, key=9)
    town.build()
    found = message(town, "a")
    number = "00000000-0000-4000-8000-000000000009"
    assert (found["identifier"], found["msgType"]) == (f"{number}.{AT_8}", "Update")
    assert found["sent"] == "2026-11-24T08:00:00+01:00"
    assert found["references"] == f"kommun.example,{number},2026-11-24T07:00:00+01:00"


def test_an_end_refers_to_every_message_of_what_it_ends(town: Municipality) -> None:
    live(town)
    change = 'ändringar:\n  - när: "2026-11-24 08:00"\n    slag: stor\n    not: Större.'
    town.write("driftinfo/a.md", *ALERT, change, key=9)
    town.write("driftinfo/slut.md", *ALERT[:-1], 'publicerad: "2026-11-24 08:30"', "avslutar: a")
    town.build()
    found = message(town, "slut")
    number = "00000000-0000-4000-8000-000000000009"
    assert found["msgType"] == "Cancel"
    assert found["references"].split() == [
        f"kommun.example,{number},2026-11-24T07:00:00+01:00",
        f"kommun.example,{number}.{AT_8},2026-11-24T08:00:00+01:00",
    ]


def test_a_message_keeps_its_identifier_when_the_changes_before_it_become_others(town: Municipality) -> None:
    """Else a new message would have that of an old one, which others have already and look at no more."""
    live(town)
    change = '  - när: "2026-11-24 {}"\n    slag: stor\n    not: Större.'
    for clocks in (["08:00"], ["07:30", "08:00"], ["07:40", "08:00"]):
        town.write("driftinfo/a.md", *ALERT, "ändringar:", *map(change.format, clocks), key=9)
        town.build()
        assert message(town, "a")["identifier"].endswith(f".{AT_8}")
    town.write("driftinfo/a.md", *ALERT, "ändringar:", change.format("08:30"), key=9)
    town.build()
    assert message(town, "a")["identifier"].endswith(f".{AT_8 + 1800}")


def test_an_end_refers_to_all_that_led_to_it_but_to_nothing_that_was_never_public(town: Municipality) -> None:
    live(town)
    town.write("driftinfo/utkast.md", *ALERT, "status: utkast", key=7)
    town.write("driftinfo/a.md", *ALERT, "uppdaterar: utkast", key=8)
    town.write("driftinfo/b.md", *ALERT, "uppdaterar: a", key=9)
    town.write("driftinfo/slut.md", *ALERT, "avslutar: b")
    town.build()
    told = [each.split(",")[1][-1] for each in message(town, "slut")["references"].split()]
    assert told == ["8", "9"]
    assert message(town, "a")["msgType"] == "Alert"
    assert "000000000007" not in town.page("/floden/alla.atom")


def test_an_update_that_becomes_an_end_says_so_in_its_file_and_feeds(town: Municipality) -> None:
    live(town)
    town.write("driftinfo/a.md", *ALERT)
    for word, kind in (("uppdaterar", "Update"), ("avslutar", "Cancel")):
        town.write("driftinfo/b.md", *ALERT, f"{word}: a", key=9)
        assert stale(town) == []
        assert message(town, "b")["msgType"] == kind
        assert f"<cap:msgType>{kind}" in town.page("/floden/typ-driftinfo.atom")


@pytest.mark.parametrize(
    ("lines", "demonstration", "status", "in_feed"),
    [
        (ALERT, True, "Test", "Actual"),
        ((*ALERT, "exempel: ja"), True, "Test", "Actual"),
        ((*ALERT, "exempel: ja"), False, "Test", "Test"),
        (tuple(line.replace("störning", "övning") for line in ALERT), False, "Exercise", "Exercise"),
    ],
)
def test_what_nobody_must_pass_on_says_so(
    town: Municipality, lines: tuple[str, ...], demonstration: bool, status: str, in_feed: str
) -> None:
    """The feed of a demonstration does not: our own service must show there what it does."""
    town.config = town.config._replace(demonstration=demonstration)
    town.write("driftinfo/a.md", *lines)
    town.build()
    assert message(town, "a")["status"] == status
    assert f"<cap:status>{in_feed}<" in town.page("/floden/alla.atom")


# -- the catalogue -------------------------------------------------------------------------------------


def catalog(town: Municipality) -> Graph:
    return Graph().parse(data=(town.site / "datasets/dcat").read_bytes(), format="xml")


def test_the_catalogue_has_what_the_national_portal_demands(town: Municipality) -> None:
    """DCAT-AP-SE 3: what is obligatory, and no thing without an absolute address of its own."""
    town.config = town.config._replace(data_contact="oppet")
    town.write("kontakter/oppet.md", "e-post: data@kommun.example", "frågor: Data")
    meeting(town, "2026-12-01")
    town.build()
    graph = catalog(town)
    described = (DCTERMS.title, DCTERMS.description, DCTERMS.publisher)
    for kind, demanded in (
        (DCAT.Catalog, [*described, DCTERMS.license, DCAT.dataset]),
        (DCAT.Dataset, [*described, DCAT.distribution, DCAT.contactPoint]),
        (DCAT.Distribution, [DCAT.accessURL, DCTERMS.license]),
        (DCAT.DataService, [DCTERMS.title, DCAT.endpointURL]),
        (FOAF.Agent, [FOAF.name]),
        (VCARD.Organization, [VCARD.fn, VCARD.hasEmail]),
    ):  # fmt: skip
        found = list(graph.subjects(RDF.type, kind))
        assert found
        for thing in found:
            assert isinstance(thing, URIRef)
            for name in demanded:
                assert list(graph.objects(thing, name)), (thing, name)
    for row in graph:
        for node in row:
            assert isinstance(node, Literal) or str(node).startswith(("http://", "https://", "mailto:"))
    assert (
        len(set(graph.subjects(RDF.type, DCAT.Dataset)))
        == len(set(graph.objects(None, DCAT.dataset)))
        == len([model for model in TYPES if model.info.dataset])
    )


def test_everything_in_the_catalogue_can_be_fetched_and_is_told_in_two_languages(town: Municipality) -> None:
    meeting(town, "2026-12-01")
    town.build()
    graph = catalog(town)
    files = [f"{found}".removeprefix(BASE) for found in graph.objects(None, DCAT.downloadURL)]
    assert "/kalender/alla.ics" in files
    assert "/api/v1/alerts.json" in files
    files += [f"{found}".removeprefix(BASE) for found in graph.objects(None, DCAT.endpointURL)]
    assert all((town.site / path.lstrip("/")).is_file() for path in files)
    for dataset in graph.subjects(RDF.type, DCAT.Dataset):
        for name in (DCTERMS.title, DCTERMS.description):
            assert {text.language for text in graph.objects(dataset, name) if isinstance(text, Literal)} == {
                "sv",
                "en",
            }


def test_a_text_may_link_to_all_of_it_and_a_wrong_address_is_told(town: Municipality) -> None:
    meeting(town, "2026-12-01")
    town.write("driftinfo/a.md", *ALERT)
    paths = ("/kalender/ks.ics", "/kontakt/vaxel.vcf", "/driftinfo/a.cap.xml", "/datasets/dcat")
    town.write("sidor/data.md", text="\n\n".join(f"Här är [data {path}]({path})." for path in paths))
    assert "broken-link" not in town.problems()
    town.write("sidor/data.md", text="Här är [kortet](/kontakt/ingen.vcf).")
    assert "broken-link" in town.problems()
