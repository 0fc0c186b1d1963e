"""This module ties what came back to people: bounces, complaints, refusals, and messages that have arrived.

A hard bounce or a complaint suppresses the address. A storm from one domain, which says more about
its mail server than about its people, does not, and its first bounces are forgiven.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from delivery.bounces.report import Report
from delivery.channels import kinds
from delivery.channels.email.enhanced_codes import Verdict
from delivery.channels.sms.twilio import GONE as TWILIO_GONE
from delivery.model import DeliveryState, Lane, Outcome
from delivery.outcomes import Settled
from delivery.suppression import lift_bounces, suppress
from delivery.tables import attempts, callbacks, outbox
from foundation.database import insert_ignore
from foundation.encryption import Keys, UndecryptableError
from foundation.signed_links import Purpose, Token, is_valid
from subscriptions.tables import bounces, contacts

STORM = 20
"""More hard bounces than these from one domain within ``STORM_TIME`` are a storm."""

STORM_TIME = timedelta(hours=1)

SENT = (Outcome.ACCEPTED, Outcome.AMBIGUOUS)
"""Outcomes of an attempt whose mail may be there."""

REPEATED = 3
"""So many permanent failures within ``REPEATED_TIME`` suppress an address even without a plain code."""

REPEATED_TIME = timedelta(days=60)


def apply_report(connection: Connection, keys: Keys, report: Report, now: datetime) -> bool:
    """Write down what the report says; False where it was known already or whom it is about is gone."""
    if report.delivery is None:
        return _complain(connection, keys, report.leave, report.code, now)
    row = connection.execute(select(outbox).where(outbox.c.id == report.delivery)).one_or_none()
    if row is None or not _is_news(connection, row.id, report.kind, report.code, now):
        return False
    if report.kind == "delivered":
        for number in _parcel(connection, row):
            _advance(connection, number, DeliveryState.DELIVERED, report.code, now)
    if report.kind == "bounce":
        for number in _parcel(connection, row):
            _advance(connection, number, DeliveryState.BOUNCED, report.code, now)
        judgement = report.judgement
        record(
            connection, keys, row.contact_id, report.code, now=now,
            hard=judgement is Verdict.GONE, strike=judgement is not Verdict.NOT_ITS_FAULT,
        )  # fmt: skip
    if report.kind == "complaint":
        _suppress_contact(connection, keys, row.contact_id, "complaint", report.code, now)
    return True


def _complain(connection: Connection, keys: Keys, leave: Token | None, code: str, now: datetime) -> bool:
    """A complaint that only the link to leave in the mail ties to its reader."""
    if leave is None:
        return False
    made = connection.scalar(select(contacts.c.created_at).where(contacts.c.id == leave.subject))
    if made is None or not is_valid(keys, Purpose.LEAVE, leave, made, now):
        return False
    return _suppress_contact(connection, keys, leave.subject, "complaint", code, now)


def _parcel(connection: Connection, row: Any) -> list[int]:
    """The rows that travelled in one mail with this one, whose number the bounce address bears.

    They were written to the same contact at the same moment, by an attempt that may have got there.
    """
    other = attempts.alias("other")
    together = (
        select(outbox.c.id)
        .join(other, other.c.outbox_id == outbox.c.id)
        .join(attempts, and_(attempts.c.outbox_id == row.id, attempts.c.started_at == other.c.started_at))
        .where(
            outbox.c.contact_id == row.contact_id, outbox.c.channel == row.channel,
            outbox.c.lane == row.lane, outbox.c.lane == Lane.IMMEDIATE, outbox.c.source_id.is_not(None),
            *(or_(each.c.outcome.is_(None), each.c.outcome.in_(SENT)) for each in (attempts, other)),
        )
    )  # fmt: skip
    return sorted({row.id, *connection.execute(together).scalars()})


def record(
    connection: Connection, keys: Keys, contact_id: int | None, code: str, *,
    hard: bool, now: datetime, strike: bool = True,
) -> bool:  # fmt: skip
    """Count a failure; True where it suppressed the address.

    ``hard`` suppresses at once, a ``strike`` when it is repeated. What is neither is about us or our mail:
    it is written down, but condemns nobody and makes no storm.
    """
    if contact_id is None:
        return False
    domain = connection.execute(
        select(contacts.c.domain_lookup).where(contacts.c.id == contact_id)
    ).one_or_none()
    if domain is None:
        return False
    permanent = hard or strike
    connection.execute(
        insert(bounces).values(
            contact_id=contact_id,
            domain_lookup=domain[0],
            permanent=permanent,
            code=code[:32],
            received_at=now,
        )
    )
    if not permanent:
        return False
    if _is_storm(connection, domain[0], now):
        _lift_storm(connection, domain[0], now)
        return False
    if not (hard or _is_repeated(connection, contact_id, now)):
        return False
    return _suppress_contact(connection, keys, contact_id, "bounce", code, now)


def record_refusals(connection: Connection, keys: Keys, settled: Sequence[Settled], now: datetime) -> None:
    """Recipients refused for good while sending: the same rules as for what comes back later."""
    for each in settled:
        result, contact_id = each.result, each.row.contact_id
        if result.outcome != Outcome.PERMANENT or contact_id is None:
            continue
        if kinds.of(each.row.channel).bounces:
            if not (result.refused or result.suppress):
                continue  # refused for its text, or by our own relay: nobody's bounce
            record(connection, keys, contact_id, result.code, hard=result.suppress, now=now)
        elif result.suppress:
            _suppress_contact(connection, keys, contact_id, "provider", result.code, now)


def apply_status(
    connection: Connection, keys: Keys, delivery: int, change: "StatusChange", now: datetime
) -> bool:
    """A provider's status callback: any number of times, in any order; False where it says nothing new."""
    row = connection.execute(select(outbox).where(outbox.c.id == delivery)).one_or_none()
    if row is None or not _is_news(connection, delivery, change.status, change.code, now):
        return False
    if change.provider_id and row.provider_id is None:
        here = update(outbox).where(outbox.c.id == delivery)
        connection.execute(here.values(provider_id=change.provider_id))
    if change.state is not None:
        _advance(connection, delivery, change.state, change.code or change.status, now)
    if change.suppress:
        _suppress_contact(connection, keys, row.contact_id, "provider", change.code, now)
    return True


@dataclass(frozen=True, slots=True)
class StatusChange:
    """A callback in our words; ``state`` None where it changes nothing."""

    status: str
    code: str = ""
    provider_id: str = ""
    state: DeliveryState | None = None
    suppress: bool = False


TWILIO_STATES = {
    **dict.fromkeys(("accepted", "queued", "scheduled", "sending", "sent"), DeliveryState.ACCEPTED),
    **dict.fromkeys(("delivered", "read"), DeliveryState.DELIVERED),
    **dict.fromkeys(("undelivered", "failed", "canceled"), DeliveryState.FAILED),
}
"""https://www.twilio.com/docs/messaging/api/message-resource#message-status-values"""


def twilio_status(status: str, error_code: str, provider_id: str) -> StatusChange:
    """Twilio's MessageStatus, ErrorCode and MessageSid in our words."""
    status = status.lower()[:32]
    return StatusChange(
        status, error_code[:32], provider_id[:64], TWILIO_STATES.get(status), error_code in TWILIO_GONE
    )


BEFORE = {
    DeliveryState.ACCEPTED: ("sending", "queued", "deferred", "ambiguous"),
    DeliveryState.FAILED: ("sending", "queued", "deferred", "ambiguous", "accepted"),
    DeliveryState.BOUNCED: ("sending", "queued", "deferred", "ambiguous", "accepted"),
    DeliveryState.DELIVERED: ("sending", "queued", "deferred", "ambiguous", "accepted", "failed", "bounced"),
}
"""States that the key may follow: an outcome only gets better known. Delivered is the receiver's own word."""


def _advance(connection: Connection, delivery: int, state: DeliveryState, code: str, now: datetime) -> None:
    connection.execute(
        update(outbox)
        .where(outbox.c.id == delivery, outbox.c.state.in_(BEFORE[state]))
        .values(state=state, code=code[:64], done_at=now)
    )


def _is_news(connection: Connection, delivery: int, status: str, code: str, now: datetime) -> bool:
    statement = insert_ignore(connection, callbacks).values(
        outbox_id=delivery, status=status[:32], code=code[:32], received_at=now
    )
    # Not rowcount: PostgreSQL's driver leaves it open for an insert that may do nothing.
    return connection.execute(statement.returning(callbacks.c.id)).first() is not None


def _suppress_contact(
    connection: Connection, keys: Keys, contact_id: int | None, reason: str, code: str, now: datetime
) -> bool:
    query = select(contacts.c.channel, contacts.c.address).where(contacts.c.id == contact_id)
    contact = connection.execute(query).one_or_none()
    if contact is None:
        return False
    try:
        address = keys.decrypt(contact.address)
    except UndecryptableError:
        return False  # nothing can be sent to it either
    return suppress(connection, keys, contact.channel, address, reason=reason, code=code, now=now)


def _is_storm(connection: Connection, domain: bytes | None, now: datetime) -> bool:
    recent = select(func.count()).where(
        bounces.c.domain_lookup == domain, bounces.c.received_at > now - STORM_TIME, bounces.c.permanent
    )
    return domain is not None and connection.execute(recent).scalar_one() > STORM


def _lift_storm(connection: Connection, domain: bytes | None, now: datetime) -> None:
    """Who was suppressed before the storm was known to be one is no more to blame than the others."""
    since = now - STORM_TIME
    struck = (
        select(contacts.c.lookup)
        .join(bounces, bounces.c.contact_id == contacts.c.id)
        .where(bounces.c.domain_lookup == domain, bounces.c.received_at > since, bounces.c.permanent)
    )
    lift_bounces(connection, struck, since, now)


def _is_repeated(connection: Connection, contact_id: int, now: datetime) -> bool:
    recent = select(func.count()).where(
        bounces.c.contact_id == contact_id, bounces.c.received_at > now - REPEATED_TIME, bounces.c.permanent
    )
    return connection.execute(recent).scalar_one() >= REPEATED
