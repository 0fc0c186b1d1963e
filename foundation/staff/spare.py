"""A spare code lets one person in while the provider is away, for what cannot wait: an alert.

A code has 100 bits of chance, so that its plain hash may stand in a setting; it is printed once, kept in a
sealed envelope, and works once.
"""

import base64
import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from foundation.database import insert_ignore
from foundation.tables import used_tokens

LENGTH = 20
KEPT = timedelta(days=3650)
"""A used code is remembered as long as it may still stand in a setting."""


def make() -> tuple[str, str]:
    """A new code as it is printed, ``xxxxx-xxxxx-xxxxx-xxxxx``, and its seal, which the setting holds."""
    code = base64.b32encode(secrets.token_bytes(LENGTH * 5 // 8 + 1)).decode().lower()[:LENGTH]
    return "-".join(code[start : start + 5] for start in range(0, LENGTH, 5)), seal(code)


def seal(code: str) -> str:
    """SHA-256 of the code as typed: without dashes, blanks and case."""
    plain = "".join(sign for sign in code.lower() if sign.isalnum())
    return hashlib.sha256(f"spare:{plain}".encode()).hexdigest()


def use(connection: Connection, code: str, seals: Iterable[str], now: datetime) -> bool:
    """True the first time that a code of ours is given; it is used from then on."""
    given = seal(code)
    if given not in {known.lower() for known in seals}:
        return False
    token = bytes.fromhex(given)
    added = connection.execute(
        insert_ignore(connection, used_tokens).values(token_hash=token, used_at=now, expires_at=now + KEPT)
    )
    return added.rowcount == 1
