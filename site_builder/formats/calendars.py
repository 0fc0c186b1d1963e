"""Calendars: a body's meetings as iCalendar (RFC 5545, with the names of RFC 7986)."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b
from typing import Any, NamedTuple

from site_builder.reading.indexed_record import IndexedRecord
from site_builder.site.site import Card, Site

PAST = 100
"""So many meetings that have been are in a calendar, beside all that are to come."""

REFRESH = timedelta(hours=6)
"""How often a reader should ask again."""


class Calendar(NamedTuple):
    """One file."""

    name: str
    """The file's name without its ending: the body's slug, or `alla`."""
    title: str
    meetings: list[IndexedRecord]
    """The latest first."""

    @property
    def address(self) -> str:
        """`/kalender/<organ>.ics`."""
        return address(self.name)


def address(name: str) -> str:
    """Where the calendar of a body (by its slug), or of `alla`, is."""
    return f"/kalender/{name}.ics"


def calendars(site: Site) -> Iterator[Calendar]:
    """One for each body that meets, and one for all of them."""
    meetings = site.of_type("meeting")
    if not meetings:
        return
    yield Calendar("alla", f"Möten i {site.config.name}", _recent(site, meetings))
    for body in (one for one in site.public if one.type == "body"):
        found = site.back(body, "meeting", "body")
        if found:
            yield Calendar(body.slug, f"Möten: {body.title}", _recent(site, found))


def _recent(site: Site, meetings: list[IndexedRecord]) -> list[IndexedRecord]:
    coming = sum(not card.facts["past"] for card in site.cards(meetings))
    return meetings[: coming + PAST]


def digest(site: Site, calendar: Calendar) -> str:
    """Changes whenever the file does."""
    parts = [calendar.name, calendar.title]
    for one, card in zip(calendar.meetings, site.cards(calendar.meetings), strict=True):
        parts += (card.digest, f"{_sequence(site, one)} {one.modified}", _place(site, one, card))
    return blake2b("\x1f".join(parts).encode(), digest_size=12).hexdigest()


def render(site: Site, calendar: Calendar) -> bytes:
    """The file. Moments are in UTC, which needs no description of a time zone."""
    from icalendar import Calendar as Component  # costs 0.07 s, and most builds change no calendar
    from icalendar import vDuration, vText

    base = site.config.base
    made = Component()
    made.add("prodid", f"-//{site.config.name}//Medborgarfokus//SV")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("name", vText(calendar.title))
    made.add("x-wr-calname", vText(calendar.title))  # what readers older than RFC 7986 know
    if site.config.demonstration:
        made.add("description", vText("Historiska uppgifter i en demonstration."))
    made.add("url", f"{base}/moten/" if calendar.name == "alla" else f"{base}/moten/{calendar.name}/")
    made.add("source", base + calendar.address, parameters={"VALUE": "URI"})
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", vDuration(REFRESH))  # the same for Outlook
    for one, card in zip(calendar.meetings, site.cards(calendar.meetings), strict=True):
        made.add_component(_event(site, one, card))
    text: bytes = made.to_ical(sorted=False)
    return text


def meeting_address(page: str) -> str:
    """`/moten/<organ>/<datum>.ics`, beside the meeting's `page`."""
    return f"{page.rstrip('/')}.ics"


def meeting_digest(site: Site, one: IndexedRecord) -> str:
    """Changes whenever the file of one meeting does."""
    return digest(site, Calendar(one.slug, "", [one]))


def render_meeting(site: Site, one: IndexedRecord) -> bytes:
    """One meeting, to put in one's own calendar."""
    from icalendar import Calendar as Component

    made = Component()
    made.add("prodid", f"-//{site.config.name}//Medborgarfokus//SV")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add_component(_event(site, one, site.card(one)))
    text: bytes = made.to_ical(sorted=False)
    return text


def _event(site: Site, one: IndexedRecord, card: Card) -> Any:
    from icalendar import Event

    facts = card.facts
    changed = datetime.fromtimestamp(one.modified, UTC)
    event = Event()
    event.add("uid", card.id)
    event.add("sequence", _sequence(site, one))
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("dtstart", _start(facts))
    if facts["end"]:
        event.add("dtend", _utc(facts["end"]))
    event.add("summary", _title(card))
    event.add("description", _words(card))
    where = _place(site, one, card)
    if where:
        event.add("location", where)
    event.add("url", site.config.base + card.address)
    event.add("categories", [card.facts.get("body_name") or "Möte"])
    event.add(
        "status",
        "CANCELLED" if facts["cancelled"] else "TENTATIVE" if facts["tentative"] else "CONFIRMED",
    )
    event.add("transp", "TRANSPARENT")  # whoever follows a body is not busy while it meets
    return event


def _title(card: Card) -> str:
    facts = card.facts
    unsure = "Var planerat: " if facts["past"] else "Preliminärt: "
    state = "Inställt: " if facts["cancelled"] else unsure if facts["tentative"] else ""
    return f"{'Exempel: ' if card.example else ''}{state}{card.title}"


def _words(card: Card) -> str:
    return f"{card.summary}\n\nÖppet för allmänheten." if card.facts["public"] else card.summary


def _place(site: Site, one: IndexedRecord, card: Card) -> str:
    name = one.facts["place"]
    place = site.find(name, ("place",)) if name else None
    address = place.facts["visiting_address"] if place and site.is_public(place) else ""
    return ", ".join(text for text in (card.facts["place"], address) if text)


def _sequence(site: Site, one: IndexedRecord) -> int:
    """How many `stor` changes there are by now, and one for being cancelled: editors may forget that one."""
    now = site.now.timestamp()
    return sum(moment <= now for moment, _ in one.events[1:]) + bool(one.facts["cancelled"])


def _start(facts: Mapping[str, Any]) -> datetime | date:
    """A day where the hour is not known: editors then write the day alone, which is read as its midnight."""
    start = datetime.fromisoformat(facts["start"])
    is_day = start.time() == time() and not facts["end"]
    return start.date() if is_day else _utc(facts["start"])


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
