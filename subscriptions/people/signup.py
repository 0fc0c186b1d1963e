"""People sign up, prove their address and change it: nothing counts before its owner has said yes.

The proof is a signed link or a code of six digits, as the channel has it. Known and unknown addresses are
answered alike, by the same statements; both get the same message.
"""

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, insert, select, update

from delivery.channels import kinds
from delivery.channels.kinds import Proof
from delivery.outbox import enqueue
from delivery.tables import outbox
from foundation import limits, security_log, signed_links
from foundation.database import write
from foundation.encryption import Keys
from foundation.signed_links import Purpose, Token
from subscriptions.model import Choice, ContactState
from subscriptions.people import contacts
from subscriptions.people.contacts import Consent
from subscriptions.settings import Settings
from subscriptions.tables import contacts as contacts_table
from subscriptions.tables import signups

CODE_LIFETIME = timedelta(hours=1)
CODE_TRIES = 5
LINK_LIFETIME = timedelta(hours=1)
"""How long we try to send what somebody waits for."""


class Answer(StrEnum):
    """What became of an attempt to confirm."""

    DONE = "done"
    ALREADY = "already"
    EXPIRED = "expired"
    WRONG = "wrong"
    TOO_MANY = "too-many"


class BusyError(Exception):
    """More messages are asked for than may leave by a channel in an hour."""

    def __init__(self, channel: str) -> None:
        super().__init__(channel)
        self.channel = channel


@dataclass(frozen=True, slots=True)
class Confirmed:
    """How it went and, where it went well, whose it is."""

    answer: Answer
    contact_id: int | None = None
    since: datetime | None = None  # the contact's version, for its links


@dataclass(frozen=True, slots=True)
class Desk:
    """What every step needs: the database, the keys and the settings."""

    engine: Engine
    keys: Keys
    settings: Settings


def allow(desk: Desk, asked: Iterable[tuple[limits.Limit, str]], now: datetime) -> bool:
    """Count one more, in a transaction of its own, so that it counts whatever follows."""
    with write(desk.engine) as connection:
        return not limits.exceeded(connection, desk.keys, asked, now, desk.settings.limit_counts)


def has_proven(desk: Desk, asked: Iterable[tuple[limits.Limit, str]], now: datetime) -> None:
    """Somebody has proven an address: where they ask from, more may be asked."""
    with write(desk.engine) as connection:
        limits.give_back(connection, desk.keys, asked, now)


def _may_send(connection: Connection, desk: Desk, channel: str, address: str, now: datetime) -> bool:
    """Count one more message; False where this address has got enough, which nobody is told.

    Raises BusyError where others have: that says nothing of the address.
    """
    counted = kinds.of(channel).addresses.limits(address)
    over = limits.exceeded(connection, desk.keys, counted, now, desk.settings.limit_counts)
    if set(over) - {limits.ADDRESS_HOUR, limits.ADDRESS_DAY}:
        raise BusyError(channel)
    return not over


def sign_up(
    desk: Desk, channel: str, address: str, chosen: Iterable[Choice], method: str, now: datetime
) -> str:
    """Remember what is asked for and send the proof; returns the token that the code's form carries.

    ``address`` is normalised. More than the address may get is remembered but not sent, and looks the same.
    Raises BusyError where all together have asked for too much: nothing is remembered, and whoever asks is
    told.
    """
    return _ask(desk, channel, address, tuple(chosen), method, "signup", None, now)


def change_address(desk: Desk, contact_id: int, channel: str, address: str, now: datetime) -> str:
    """Ask the new address for its proof; nothing moves before it is there."""
    return _ask(desk, channel, address, (), "manage", "change_address", contact_id, now)


def _ask(
    desk: Desk,
    channel: str,
    address: str,
    chosen: tuple[Choice, ...],
    method: str,
    purpose: str,
    from_contact: int | None,
    now: datetime,
) -> str:
    by_code = kinds.of(channel).proof is Proof.CODE
    expires = now + (CODE_LIFETIME if by_code else desk.settings.signup_lifetime)
    code = f"{secrets.randbelow(1_000_000):06}"
    with write(desk.engine) as connection:
        may_send = _may_send(connection, desk, channel, address, now)
        contact_id = contacts.ensure(connection, desk.keys, channel, address, now)
        signup_id = connection.execute(
            insert(signups)
            .values(
                contact_id=contact_id, purpose=purpose, from_contact_id=from_contact, method=method,
                choices=[contacts.as_json(choice) for choice in chosen],
                text_version=contacts.TEXT_VERSION, created_at=now, expires_at=expires,
            )
            .returning(signups.c.id)
        ).scalar_one()  # fmt: skip
        if by_code:
            here = update(signups).where(signups.c.id == signup_id)
            connection.execute(here.values(code_hash=desk.keys.lookup(_code_text(signup_id, code))))
        if may_send:
            path = signed_links.confirm_path(desk.keys, signup_id, now)
            link = {"path": path, "choices": [choice.label for choice in chosen]}
            mail = "confirm" if purpose == "signup" else "change_address"
            enqueue(
                connection, desk.keys, channel=channel, template="code" if by_code else mail,
                payload={"code": code} if by_code else link, contact_id=contact_id, now=now,
                lifetime=LINK_LIFETIME if by_code else expires - now,
            )  # fmt: skip
    return signed_links.seal(desk.keys, signed_links.sign(desk.keys, Purpose.CODE, signup_id, now))


def _code_text(signup_id: int, code: str) -> str:
    return f"code:{signup_id}:{code}"


def read_link(
    connection: Connection, desk: Desk, text: str, purpose: Purpose, now: datetime
) -> Row[Any] | None:
    """The sign-up that a link is about, proven; None where the link is false or its sign-up forgotten."""
    token = signed_links.parse(text)
    row = _signup(connection, token) if token else None
    if token is None or row is None:
        return None
    return row if signed_links.is_valid(desk.keys, purpose, token, row.created_at, now) else None


def _signup(connection: Connection, token: Token) -> Row[Any] | None:
    return connection.execute(select(signups).where(signups.c.id == token.subject)).first()


def confirm(desk: Desk, text: str, now: datetime) -> Confirmed:
    """The link of a mail was followed and its button pressed. It works once."""
    with write(desk.engine) as connection:
        row = read_link(connection, desk, text, Purpose.CONFIRM, now)
        if row is None or row.code_hash is not None:
            return Confirmed(Answer.WRONG)
        return _finish(connection, desk, row, now)


def confirm_code(desk: Desk, text: str, code: str, now: datetime) -> Confirmed:
    """A code was typed in; a wrong one counts against the sign-up and against the number."""
    digits = "".join(code.split()).replace("-", "")
    with write(desk.engine) as connection:
        row = read_link(connection, desk, signed_links.opened(desk.keys, text), Purpose.CODE, now)
        if row is None or row.code_hash is None:
            return Confirmed(Answer.EXPIRED)
        asked = [(limits.CODE_ADDRESS_DAY, str(row.contact_id))]
        tries = connection.execute(
            update(signups)
            .where(signups.c.id == row.id, signups.c.code_tries < CODE_TRIES)
            .values(code_tries=signups.c.code_tries + 1)
            .returning(signups.c.code_tries)
        ).first()
        if limits.exceeded(connection, desk.keys, asked, now, desk.settings.limit_counts) or tries is None:
            return Confirmed(Answer.TOO_MANY)
        right = [
            hmac.compare_digest(bytes(row.code_hash), candidate)
            for candidate in desk.keys.lookups(_code_text(row.id, digits))
        ]
        if not any(right):
            security_log.refused("code")
            return Confirmed(Answer.WRONG)
        return _finish(connection, desk, row, now)


def _finish(connection: Connection, desk: Desk, row: Row[Any], now: datetime) -> Confirmed:
    if row.confirmed_at is not None:
        return Confirmed(Answer.ALREADY)
    done = connection.execute(
        update(signups)
        .where(signups.c.id == row.id, signups.c.confirmed_at.is_(None), signups.c.expires_at > now)
        .values(confirmed_at=now, code_hash=None)
    )
    moves = row.purpose == "change_address"
    if done.rowcount == 0 or (moves and not _is_active(connection, row.from_contact_id)):
        return Confirmed(Answer.EXPIRED)
    contacts.activate(connection, row.contact_id, now)
    if moves and row.from_contact_id != row.contact_id:
        _move(connection, desk, row, now)
    if not moves:
        chosen = [contacts.from_json(choice) for choice in row.choices]
        consent = Consent(row.method, row.text_version)
        contacts.add_choices(connection, row.contact_id, chosen, consent, now)
    since = select(contacts_table.c.created_at).where(contacts_table.c.id == row.contact_id)
    return Confirmed(Answer.DONE, row.contact_id, connection.execute(since).scalar_one())


def _is_active(connection: Connection, contact_id: int | None) -> bool:
    state = select(contacts_table.c.state).where(contacts_table.c.id == contact_id)
    return connection.execute(state).scalar() == ContactState.ACTIVE


def _move(connection: Connection, desk: Desk, row: Row[Any], now: datetime) -> None:
    """Everything goes to the new address; the old one is told and forgotten."""
    old = contacts.read(connection, desk.keys, row.from_contact_id)
    assert old is not None
    contacts.move(connection, old.id, row.contact_id, Consent(row.method, row.text_version), now)
    if not kinds.of(old.channel).costs:
        enqueue(
            connection, desk.keys, channel=old.channel, template="address_changed",
            payload={"address": old.address}, now=now, lifetime=desk.settings.message_lifetime,
        )  # fmt: skip


def send_link(desk: Desk, channel: str, address: str, now: datetime) -> None:
    """Send somebody the link to their choices; unknown addresses take as long and get nothing."""
    with write(desk.engine) as connection:
        may_send = _may_send(connection, desk, channel, address, now)
        row = contacts.find(connection, desk.keys, channel, address)
        known = row is not None and row.state == ContactState.ACTIVE
        path = signed_links.manage_path(desk.keys, row.id if row else 0, row.created_at if row else now, now)
        queued = enqueue(
            connection, desk.keys, channel=channel, template="manage", payload={"path": path},
            contact_id=row.id if row else None, now=now, lifetime=LINK_LIFETIME,
        )  # fmt: skip
        # The same statements either way: what must not go out is taken back before anybody sees it.
        taken_back = (queued,) if not (known and may_send) else (-1,)
        connection.execute(delete(outbox).where(outbox.c.id.in_(taken_back)))
