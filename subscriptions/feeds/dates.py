"""This module reads dates as feeds write them: ISO 8601, RFC 822 and its careless relatives."""

import re
from calendar import timegm
from datetime import MAXYEAR, UTC, datetime, timedelta, timezone, tzinfo
from time import struct_time
from zoneinfo import ZoneInfo

SWEDEN = ZoneInfo("Europe/Stockholm")
"""The time of a date that names no zone: this service's sources are Swedish."""
MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan", "feb", "mar", "apr", "maj may", "jun", "jul", "aug", "sep", "okt oct", "nov", "dec"), 1
    )
    for name in names.split()
}
HOURS = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 1, "bst": 1,
    "cet": 1, "met": 1, "mez": 1, "cest": 2, "mest": 2, "mesz": 2, "eet": 2, "eest": 3, "msk": 3,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
"""Zones by name: RFC 822's, and Europe's."""
RFC_822 = re.compile(
    r"(?:[^\W\d]+\.?,?\s+)?(?:den\s+)?(\d{1,2})[\s-]+([^\W\d]{3,9})\.?[\s-]+(\d{4}|\d{2})"
    r"(?:,?\s+(?:kl\.?\s*)?(\d{1,2})[:.](\d\d)(?:[:.](\d\d)(?:\.\d+)?)?)?\s*(.*)",
    re.IGNORECASE | re.DOTALL,
)
OFFSET = re.compile(r"(?:gmt|utc)?\s*([+-])(\d{1,2}):?(\d\d)?", re.IGNORECASE)
ASCTIME = re.compile(
    r"(?:[^\W\d]+\.?,?\s+)?([^\W\d]{3,9})\.?\s+(\d{1,2}),?\s+(\d{1,2}:\d\d(?::\d\d)?)\s+(.*?)\s*(\d{4})",
    re.IGNORECASE | re.DOTALL,
)
"""C's way, and ``date``'s: ``Mon Mar  2 12:00:00 CET 2026``."""
SLASHES = re.compile(r"(\d{4})/(\d\d)/(\d\d)\b")
ZONE_LATER = re.compile(r"(.*\d)\s*([a-z]{1,4})", re.IGNORECASE | re.DOTALL)


def moment(text: str, read: struct_time | None = None) -> datetime | None:
    """The moment in UTC, or None; ``read`` is what feedparser made of it, for all its other formats."""
    text = SLASHES.sub(r"\1-\2-\3", ASCTIME.sub(r"\2 \1 \5 \3 \4", text.strip()[:100]))
    try:
        found = _iso(text) or _rfc_822(text)
        if found is None and read is not None:
            found = datetime.fromtimestamp(timegm(read), UTC)
        return _real(found.astimezone(UTC)) if found else None
    except (ValueError, OverflowError, OSError):
        return None


def _iso(text: str) -> datetime | None:
    named = ZONE_LATER.fullmatch(text)
    if named and (zone := _zone(named[2])) and named[2].lower() != "z":
        text = named[1]
    else:
        zone = None
    try:
        found = datetime.fromisoformat(re.sub(r"\s+(?=[+-]\d\d)", "", text))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone or SWEDEN)


def _rfc_822(text: str) -> datetime | None:
    """RFC 822, 5, and RFC 5322, 3.3: month names in Swedish too, the time and its zone left out or not."""
    parts = RFC_822.fullmatch(text)
    month = MONTHS.get(parts[2][:3].lower()) if parts else None
    if parts is None or month is None:
        return None
    zone = _zone(parts[7])
    if zone is None:
        return None
    century = 0 if len(parts[3]) == 4 else 1900 if int(parts[3]) >= 70 else 2000
    year = century + int(parts[3])
    hour, minute, second = (int(part or 0) for part in parts.group(4, 5, 6))
    # 24.00 is the end of a day, and a leap second is told as the second before.
    midnight = datetime(year, month, int(parts[1]), tzinfo=zone)
    if hour == 24:
        return midnight + timedelta(days=1)
    return midnight.replace(hour=hour, minute=minute, second=min(second, 59))


def _zone(text: str) -> tzinfo | None:
    """None for a zone that nobody knows; an empty one is Swedish time."""
    text = text.partition("(")[0].strip()
    if not text:
        return SWEDEN
    if found := OFFSET.fullmatch(text):
        sign = -1 if found[1] == "-" else 1
        return timezone(sign * timedelta(hours=int(found[2]), minutes=int(found[3] or 0)))
    hours = HOURS.get(text.lower())
    return None if hours is None else timezone(timedelta(hours=hours))


def _real(found: datetime) -> datetime | None:
    """None for the year 9999: people write it for "no end", and it is no date in every time zone."""
    return found if found.year < MAXYEAR else None
