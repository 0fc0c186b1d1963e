"""A signed link says what it may do, for whom and until when, without a word about the person.

A token is ``<subject>-<item>-<expiry>-<mac>``: numbers in base 36, the MAC in base 32, so that
no mail program breaks it and it may be read aloud. The MAC covers the purpose and the subject's
*version* too, a moment that stands in the database and not in the link (when the contact or the
sign-up was made): a number that is used again, as after a restored backup, does not revive an old link.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from foundation import security_log
from foundation.encryption import Keys, UndecryptableError

MAC_BYTES = 16
SHORT_MAC_BYTES = 8  # 13 characters; guessed at most as often as limits.py allows
SHORT_MAC_LENGTH = 13
MANAGE_LIFETIME = timedelta(hours=24)
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
MAX_TOKEN = 100  # characters; longer ones are not even looked at
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Purpose(StrEnum):
    """What a link lets its holder do; a token made for one is worth nothing for another."""

    CONFIRM = "confirm"  # subject: sign-up
    CODE = "code"  # subject: sign-up; says whose SMS code is being typed in
    MANAGE = "manage"  # subject: contact
    LEAVE = "leave"  # subject: contact; item: the item that the message was about, or 0
    SHORT = "short"  # subject: contact; leave by SMS's short link
    REVIEW = "review"  # subject: an editor's proposal; see it and say something of it
    STATUS = "status"  # subject: outbox row; the provider's status callback
    CASE = "case"  # subject: case; read it and write to it
    FOLLOWER = "follower"  # subject: follower of a known fault; prove the address, stop following


@dataclass(frozen=True, slots=True)
class Token:
    """A token taken apart. Nothing in it is true before ``is_valid`` has said so."""

    subject: int
    item: int
    expires: datetime | None
    mac: bytes


def sign(
    keys: Keys,
    purpose: Purpose,
    subject: int,
    version: datetime | None,
    *,
    item: int = 0,
    expires: datetime | None = None,
) -> str:
    """A token for ``subject`` as made at ``version``; without ``expires`` it lasts as long as its subject."""
    until = _seconds(expires)
    mac = keys.sign(purpose, _signed(subject, item, until, version), MAC_BYTES)
    return f"{_base36(subject)}-{_base36(item)}-{_base36(until)}-{_base32(mac)}"


def parse(text: str) -> Token | None:
    """The parts of a token, unproven; None where it is not shaped like one."""
    parts = text.strip().lower().split("-") if len(text) <= MAX_TOKEN else []
    if len(parts) != 4:
        return None
    try:
        subject, item, until = (_number(part) for part in parts[:3])
        mac = _from_base32(parts[3])
        expires = EPOCH + timedelta(seconds=until) if until else None
    except (ValueError, OverflowError):
        return None
    return Token(subject, item, expires, mac)


def is_valid(keys: Keys, purpose: Purpose, token: Token, version: datetime | None, now: datetime) -> bool:
    """True when a retained key signed it for this purpose and version, and its time has not passed."""
    text = _signed(token.subject, token.item, _seconds(token.expires), version)
    if len(token.mac) != MAC_BYTES or not keys.verify(purpose, text, token.mac):
        security_log.refused(f"link-{purpose}")
        return False
    return token.expires is None or now < token.expires


def sign_short(keys: Keys, contact_id: int, version: datetime) -> str:
    """The short form for SMS: about 16 characters, good for leaving and nothing else."""
    mac = keys.sign(Purpose.SHORT, _signed(contact_id, 0, 0, version), SHORT_MAC_BYTES)
    return _base36(contact_id) + _base32(mac)


def parse_short(text: str) -> Token | None:
    """The parts of a short token, unproven; None where it is not shaped like one."""
    text = text.strip().lower()
    if not SHORT_MAC_LENGTH < len(text) <= MAX_TOKEN:
        return None
    try:
        return Token(_number(text[:-SHORT_MAC_LENGTH]), 0, None, _from_base32(text[-SHORT_MAC_LENGTH:]))
    except ValueError:
        return None


def is_valid_short(keys: Keys, token: Token, version: datetime) -> bool:
    """True when one of the retained keys signed the short token for this contact."""
    text = _signed(token.subject, 0, 0, version)
    good = len(token.mac) == SHORT_MAC_BYTES and keys.verify(Purpose.SHORT, text, token.mac)
    if not good:
        security_log.refused(f"link-{Purpose.SHORT}")
    return good


def seal(keys: Keys, token: str) -> str:
    """The token as no one can read it: whoever asks for a code is not told how many have asked before."""
    return base64.urlsafe_b64encode(keys.encrypt(token)).decode().rstrip("=")


def opened(keys: Keys, sealed: str) -> str:
    """The token that ``seal`` made unreadable; empty where it is false."""
    if len(sealed) > 2 * MAX_TOKEN:
        return ""
    try:
        return keys.decrypt(base64.urlsafe_b64decode(sealed.strip() + "=" * (-len(sealed.strip()) % 4)))
    except (UndecryptableError, ValueError):
        return ""


def status_mac(keys: Keys, outbox_id: int) -> str:
    """What follows the delivery's number in the address of the provider's status callback."""
    return _base32(keys.sign(Purpose.STATUS, str(outbox_id), MAC_BYTES))


def is_status_mac(keys: Keys, outbox_id: int, mac: str) -> bool:
    """True when ``status_mac`` made it under one of the retained keys."""
    try:
        raw = _from_base32(mac.lower())
    except ValueError:
        return False
    return len(raw) == MAC_BYTES and keys.verify(Purpose.STATUS, str(outbox_id), raw)


# The addresses that go into messages: paths, to be put after PUBLIC_URL.


def confirm_path(keys: Keys, signup_id: int, created_at: datetime) -> str:
    """Confirm a sign-up by mail; the sign-up itself knows when it expires."""
    return f"/prenumerera/bekrafta/{sign(keys, Purpose.CONFIRM, signup_id, created_at)}"


def manage_path(keys: Keys, contact_id: int, created_at: datetime, now: datetime) -> str:
    """See and change everything, for a day."""
    token = sign(keys, Purpose.MANAGE, contact_id, created_at, expires=now + MANAGE_LIFETIME)
    return f"/prenumerera/hantera/{token}"


def leave_path(keys: Keys, contact_id: int, created_at: datetime, item_id: int = 0) -> str:
    """Leave, by button or by RFC 8058's POST.

    With ``item_id`` the page also offers to leave only those choices that led to that item.
    """
    return f"/prenumerera/avsluta/{sign(keys, Purpose.LEAVE, contact_id, created_at, item=item_id)}"


def leave_token(text: str) -> Token | None:
    """The token of the first ``leave_path`` in a text, unproven, such as in the header List-Unsubscribe."""
    found = re.search(r"/prenumerera/avsluta/([0-9a-z-]{1,100})(?![0-9a-z-])", text, re.IGNORECASE)
    return parse(found[1]) if found else None


def short_path(keys: Keys, contact_id: int, created_at: datetime) -> str:
    """Leave, by the short link of an SMS."""
    return f"/prenumerera/s/{sign_short(keys, contact_id, created_at)}"


def status_path(keys: Keys, outbox_id: int) -> str:
    """Where the SMS provider reports what became of a message."""
    return f"/prenumerera/twilio/status/{outbox_id}/{status_mac(keys, outbox_id)}"


def _signed(subject: int, item: int, until: int, version: datetime | None) -> str:
    moment = "" if version is None else str((version - EPOCH) // timedelta(milliseconds=1))
    return f"{subject}|{item}|{until}|{moment}"


def _seconds(moment: datetime | None) -> int:
    return 0 if moment is None else int((moment - EPOCH).total_seconds())


def _base36(number: int) -> str:
    if number < 0:
        raise ValueError("a token's numbers are not negative")
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = DIGITS[rest] + digits
        if not number:
            return digits


def _number(text: str) -> int:
    """The number that ``_base36`` wrote so, and only so: no sign, no space, no leading zero."""
    number = int(text, 36)
    if not 0 <= number < 2**63 or _base36(number) != text:
        raise ValueError("not a number of ours")
    return number


def _base32(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=").lower()


def _from_base32(text: str) -> bytes:
    """Raises ValueError; one spelling only, so that a token cannot be altered and still hold."""
    try:
        raw = base64.b32decode(text.upper() + "=" * (-len(text) % 8))
    except binascii.Error as error:
        raise ValueError("not base 32") from error
    if _base32(raw) != text:
        raise ValueError("not our spelling of it")
    return raw
