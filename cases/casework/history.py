"""A case as it stands, and what happened to it: every step adds an event, and tells the citizen by mail.

No word that a citizen has written is ever in a message: the address may be somebody else's.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from cases import links
from cases.model import LIVE, SOURCE, Actor, ConflictError, EventKind
from cases.tables import case_events, case_photos, cases
from delivery import outbox
from delivery.model import Channel, Lane
from foundation.encryption import Keys
from foundation.tables import audit_log

MESSAGE_LIFETIME = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Details:
    """What a report says and how its author is reached: encrypted as a whole."""

    text: str
    place: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    """Each question with its answer."""
    page: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A case as it stands, opened. ``row`` has the columns that are not encrypted."""

    row: Any
    details: Details

    @property
    def id(self) -> int:
        return int(self.row.id)

    @property
    def number(self) -> str:
        return links.number(self.row.id, self.row.created_at)

    @property
    def is_live(self) -> bool:
        return self.row.state in LIVE


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, opened."""

    id: int
    at: datetime
    kind: EventKind
    actor: str
    actor_name: str
    text: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


def seal(keys: Keys, details: Details) -> bytes:
    """The details as they are stored."""
    return keys.encrypt_json(asdict(details))


def read(connection: Connection, keys: Keys, case_id: int) -> Case | None:
    """The case; None where there is none."""
    row = connection.execute(select(cases).where(cases.c.id == case_id)).first()
    return open_case(keys, row) if row else None


def open_case(keys: Keys, row: Any) -> Case:
    """The row of a case with its details readable. Raises UndecryptableError."""
    told = keys.decrypt_json(row.details)
    told["answers"] = tuple((str(question), str(answer)) for question, answer in told["answers"])
    return Case(row, Details(**told))


def events(connection: Connection, keys: Keys, case_id: int) -> list[Event]:
    """All that happened, oldest first."""
    query = select(case_events).where(case_events.c.case_id == case_id).order_by(case_events.c.id)
    return [
        Event(
            row.id, row.at, EventKind(row.kind), row.actor, row.actor_name,
            keys.decrypt(row.text) if row.text else "", row.detail or {},
        )
        for row in connection.execute(query)
    ]  # fmt: skip


def photos(connection: Connection, case_id: int) -> Sequence[Any]:
    """Number and size of each photo, in the order they came."""
    columns = (case_photos.c.id, case_photos.c.width, case_photos.c.height)
    query = select(*columns).where(case_photos.c.case_id == case_id).order_by(case_photos.c.id)
    return connection.execute(query).all()


def record(
    connection: Connection,
    keys: Keys,
    case_id: int,
    kind: EventKind,
    actor: Actor,
    now: datetime,
    text: str = "",
    **detail: Any,
) -> int:
    """Add what happened; the event's number."""
    made = insert(case_events).values(
        case_id=case_id, at=now, kind=kind, actor=actor.subject, actor_name=actor.name,
        text=keys.encrypt(text) if text else None, detail=detail or None,
    )  # fmt: skip
    return int(connection.execute(made.returning(case_events.c.id)).scalar_one())


def change(connection: Connection, case: Case, version: int | None = None, **values: Any) -> None:
    """Write new values of a case. Raises ConflictError where it is no longer at ``version``."""
    seen = case.row.version if version is None else version
    done = connection.execute(
        update(cases)
        .where(cases.c.id == case.id, cases.c.version == seen)
        .values(version=cases.c.version + 1, **values)
    )
    if done.rowcount != 1:
        raise ConflictError


def tell(
    connection: Connection,
    keys: Keys,
    email: str,
    event: int,
    template: str,
    now: datetime,
    **payload: Any,
) -> None:
    """Queue the mail about an event, in its transaction; nothing where nobody left an address."""
    if email:
        outbox.enqueue(
            connection, keys, source=SOURCE, source_id=event, channel=Channel.EMAIL,
            lane=Lane.TRANSACTIONAL, template=template, payload={"address": email, **payload}, now=now,
            lifetime=MESSAGE_LIFETIME,
        )  # fmt: skip


def log(connection: Connection, actor: Actor, action: str, case_id: int, now: datetime) -> None:
    """Who read or changed what."""
    connection.execute(
        insert(audit_log).values(at=now, actor=actor.subject, action=action, subject=f"case:{case_id}")
    )
