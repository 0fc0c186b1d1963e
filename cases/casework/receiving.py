"""A new case, from whatever way in: the case, its photos, its first event and the mail are one transaction.

So every receipt that is shown has its case. The form's key makes the second time harmless: who presses the
button twice, or whose network was lost before the answer came, gets the receipt of the first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from cases import promises
from cases.casework import history
from cases.casework.history import Details
from cases.categories import Category
from cases.model import CITIZEN, Actor, Channel, EventKind, Kind, State
from cases.settings import CaseSettings
from cases.tables import case_photos, cases
from delivery.model import Channel as Way
from foundation.database import take_turns
from foundation.encryption import Keys, identity


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture made anew: JPEG without anything but its pixels."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody reports. ``key``: the form's own, empty where there is no form."""

    category: Category
    kind: Kind
    channel: Channel
    details: Details
    key: str = ""
    lat: float | None = None
    long: float | None = None
    photos: Sequence[Photo] = ()
    mails: bool = True
    """False where its address has got too many lately: the case is taken in without a mail."""
    came: datetime | None = None
    """When it came in, where that was before it was registered: the promise counts from there."""


@dataclass(frozen=True, slots=True)
class Received:
    """The number of the case and when it was made; ``is_new`` is False for what had come before."""

    id: int
    created_at: datetime
    is_new: bool = True


def receive(
    connection: Connection,
    keys: Keys,
    settings: CaseSettings,
    report: Report,
    now: datetime,
    actor: Actor = CITIZEN,
) -> Received:
    """Store the report; once for each form."""
    if report.key:
        take_turns(connection, f"case-form:{report.key}")
        before = select(cases.c.id, cases.c.created_at).where(cases.c.form_key == report.key)
        row = connection.execute(before).first()
        if row:
            return Received(row.id, row.created_at, is_new=False)
    number = _insert(connection, keys, settings, report, now)
    for photo in report.photos:
        sealed = keys.encrypt_bytes(photo.data)
        connection.execute(
            insert(case_photos).values(
                case_id=number, at=now, data=sealed, width=photo.width, height=photo.height
            )
        )
    event = history.record(connection, keys, number, EventKind.RECEIVED, actor, now)
    if report.mails:
        history.tell(connection, keys, report.details.email, event, "received", now)
    return Received(number, now)


def _insert(connection: Connection, keys: Keys, settings: CaseSettings, report: Report, now: datetime) -> int:
    category, details = report.category, report.details
    days = promises.working_days(category, report.channel, settings)
    due = promises.due(report.came or now, days)
    made = insert(cases).values(
        form_key=report.key or None, kind=report.kind, category=category.slug,
        category_name=category.name[:200], body=category.body, body_name=category.body_name[:200],
        channel=report.channel, state=State.NEW, details=history.seal(keys, details),
        address_lookup=lookup(keys, details.email), lat=report.lat, long=report.long, created_at=now,
        due_at=due, first_due_at=due, promised_days=days,
    )  # fmt: skip
    return int(connection.execute(made.returning(cases.c.id)).scalar_one())


def lookup(keys: Keys, email: str) -> bytes | None:
    """What a case is found by when its author asks for what is stored; None for the anonymous."""
    return keys.lookup(identity(Way.EMAIL, email)) if email else None
