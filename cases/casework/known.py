"""Known faults: what has been approved to be shown, without a word of who reported it.

What somebody has written is never shown as it is: whoever answers approves a text and a place for everybody.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from cases.casework.handling import Step
from cases.model import LIVE, CaseError, EventKind
from cases.tables import cases

SHOWN = 200
DONE_SHOWN = timedelta(days=14)
"""So long after its end a fault still stands in the list, as mended."""

NEAR = 0.003
"""Degrees of latitude: about 300 metres."""

PERSONNUMMER = re.compile(r"(?<!\d)(?:19|20)?\d{2}[01]\d[0-3]\d[-+ ]?\d{4}(?!\d)")
PHONE = re.compile(r"(?<!\d)(?:\+46|0)[\d \-]{7,12}\d(?!\d)")
EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[a-zåäö]{2,}", re.IGNORECASE)


def masked(text: str) -> str:
    """The text without identity numbers, telephone numbers and mail addresses."""
    for pattern in (PERSONNUMMER, EMAIL, PHONE):
        text = pattern.sub("[borttaget]", text)
    return text


def publish(step: Step, text: str, place: str) -> None:
    """Show it among the known faults. Raises CaseError for what may not be shown."""
    if step.case.row.secret:
        raise CaseError("Ett sekretessmarkerat ärende visas inte.")
    if not text:
        raise CaseError("Skriv vad alla får läsa.")
    if masked(text) != text or masked(place) != place:
        raise CaseError("Texten innehåller ett personnummer, ett telefonnummer eller en e-postadress.")
    step.record(EventKind.PUBLISHED)
    step.change(public_text=text[:500], public_place=place[:200], published_at=step.now)


def unpublish(step: Step) -> None:
    """Take it away from the list."""
    step.record(EventKind.PUBLISHED, gone=True)
    step.change(published_at=None)


def listed(connection: Connection, now: datetime) -> Sequence[Any]:
    """What everybody may see: not yet mended, and lately mended; newest first."""
    query = select(cases).where(
        cases.c.published_at.is_not(None), cases.c.secret.is_(False),
        cases.c.state.in_(LIVE) | (cases.c.done_at > now - DONE_SHOWN),
    )  # fmt: skip
    return connection.execute(query.order_by(cases.c.published_at.desc()).limit(SHOWN)).all()


def near(
    connection: Connection, category: str, place: str, lat: float | None, long: float | None
) -> Sequence[Any]:
    """Known faults of a kind that may be the one being reported: near it, or with a word of its place."""
    query = select(cases).where(
        cases.c.published_at.is_not(None), cases.c.secret.is_(False), cases.c.state.in_(LIVE),
        cases.c.category == category,
    )  # fmt: skip
    rows = connection.execute(query.order_by(cases.c.published_at.desc()).limit(SHOWN)).all()
    words = _words(place)
    return [row for row in rows if _is_near(row, lat, long) or words & _words(row.public_place)][:3]


def _is_near(row: Any, lat: float | None, long: float | None) -> bool:
    if lat is None or long is None or row.lat is None:
        return False
    return bool(abs(row.lat - lat) < NEAR and abs(row.long - long) < 2 * NEAR)


def _words(place: str) -> set[str]:
    """What names a place: words of at least four letters."""
    return set(re.findall(r"[a-zåäöé]{4,}", place.lower()))
