"""Calendars as iCalendar (RFC 5545, with the names of RFC 7986): a body's meetings, or all of a type."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b
from typing import Any, NamedTuple

from site_builder.content import BY_NAME, TYPES
from site_builder.formats.registry import Format
from site_builder.reading.indexed_record import IndexedRecord
from site_builder.site.card import Card
from site_builder.site.site import Site

PAST = 100
"""So many events that have been are in a calendar, beside all that are to come."""

REFRESH = timedelta(hours=6)
"""How often a reader should ask again."""


class Calendar(NamedTuple):
    """One file."""

    name: str
    """The file's name without its ending: the body's slug, or what the type says, such as `alla`."""
    title: str
    page: str
    """The address of the list of the same."""
    events: list[IndexedRecord]
    """The latest first."""

    @property
    def address(self) -> str:
        """`/kalender/<organ>.ics`."""
        return address(self.name)


def address(name: str) -> str:
    """Where the calendar of a body (by its slug), or of `alla`, is."""
    return f"/kalender/{name}.ics"


def calendars(site: Site) -> Iterator[Calendar]:
    """For each type that happens at a time one of all, and one for each body that has any of it."""
    for model in TYPES:
        info = model.info
        records = site.of_type(info.name) if info.calendar else []
        if records:
            title = f"{info.swedish_plural.capitalize()} i {site.config.name}"
            yield Calendar(info.calendar, title, info.section, _recent(site, records))
    for body in (one for one in site.public if one.type == "body"):
        found = of_body(site, body)
        if found:
            info = BY_NAME[found[0].type].info
            title = f"{info.swedish_plural.capitalize()}: {body.title}"
            yield Calendar(body.slug, title, f"{info.section}{body.slug}/", _recent(site, found))


def of_body(site: Site, body: IndexedRecord) -> list[IndexedRecord]:
    """What a body does at a time, such as its meetings, the latest first."""
    return [one for model in TYPES if model.info.calendar for one in site.back(body, model.info.name, "body")]


def _recent(site: Site, events: list[IndexedRecord]) -> list[IndexedRecord]:
    coming = sum(not card.facts["past"] for card in site.cards(events))
    return events[: coming + PAST]


def digest(site: Site, calendar: Calendar) -> str:
    """Changes whenever the file does."""
    parts = [calendar.name, calendar.title]
    for one, card in zip(calendar.events, site.cards(calendar.events), strict=True):
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
    made.add("url", base + calendar.page)
    made.add("source", base + calendar.address, parameters={"VALUE": "URI"})
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", vDuration(REFRESH))  # the same for Outlook
    for one, card in zip(calendar.events, site.cards(calendar.events), strict=True):
        made.add_component(_event(site, one, card))
    text: bytes = made.to_ical(sorted=False)
    return text


def own_address(page: str) -> str:
    """`/moten/<organ>/<datum>.ics`, beside the `page` of what happens."""
    return f"{page.rstrip('/')}.ics"


def own_digest(site: Site, one: IndexedRecord) -> str:
    """Changes whenever the file of one event does."""
    return digest(site, Calendar(one.slug, "", one.address, [one]))


def render_own(site: Site, one: IndexedRecord) -> bytes:
    """One event, to put in one's own calendar."""
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
    event.add("categories", [card.facts.get("body_name") or card.kind.capitalize()])
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
    return f"{card.summary}\n\nÖppet för allmänheten." if card.facts.get("public") else card.summary


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


def _coming(site: Site) -> Iterator[IndexedRecord]:
    for model in TYPES:
        if model.info.calendar:
            yield from site.coming(model.info.name)


FORMATS = (
    Format(name="calendar", things=calendars, address=lambda one: one.address, key=digest, render=render),
    Format(
        name="event",
        things=_coming,
        address=lambda one: own_address(one.address),
        key=own_digest,
        render=render_own,
    ),
)
