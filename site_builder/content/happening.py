"""What happens at a time and a place, such as a meeting: what lists and calendars show of it."""

from datetime import datetime
from typing import Any

from site_builder.content.site_view import SiteView


def facts(
    start: datetime, end: datetime | None, place: str, *, cancelled: bool, tentative: bool = False
) -> dict[str, Any]:
    """The facts that calendars are made from, and the lists of what is to come."""
    return {
        "start": start.isoformat(),
        "end": end.isoformat() if end else "",
        "place": place,
        "cancelled": cancelled,
        "tentative": tentative,
    }


def card_facts(one: Any, site: SiteView) -> dict[str, Any]:
    """`place` as the public may read it, and `past` once it has begun."""
    name = one.facts["place"]
    place = site.find(name, ("place",)) if name else None
    return {
        "place": place.title if place and site.is_public(place) else "" if place else name,
        "past": has_begun(one.facts, site.now),
    }


def has_begun(facts: Any, now: datetime) -> bool:
    """True from the moment it begins."""
    return datetime.fromisoformat(facts["start"]) <= now


def problems(start: datetime, end: datetime | None, title: str) -> list[tuple[str, str, str]]:
    """It must end after it begins; `title` is what the message calls it, such as `Mötet`."""
    if end and end <= start:
        return [("dates-out-of-order", "end", f"{title} slutar innan det börjar.")]
    return []
