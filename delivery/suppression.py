"""Suppressed addresses must not be written to: keyed hashes, which survive erasure and key rotation."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, Select, and_, delete, or_, select

from delivery.tables import suppressions
from foundation.database import insert_ignore
from foundation.encryption import Keys, identity
from foundation.journal import note

CHUNK = 500
REASONS = {
    "bounce": "studs",
    "complaint": "klagomål",
    "stop": "STOPP",
    "provider": "SMS-leverantörens besked",
}
"""Why an address is suppressed, in Swedish for the operator."""
STOPPED = "21610"
"""Twilio's code for a number whose owner has written STOP to it (https://www.twilio.com/docs/api/errors/21610)."""


def suppress(
    connection: Connection,
    keys: Keys,
    channel: str,
    address: str,
    *,
    reason: str,
    now: datetime,
    code: str = "",
) -> bool:
    """Never write to the address again; False where that was so already.

    ``reason``: bounce, complaint, stop or provider.
    """
    if suppressed(connection, keys, channel, [address]):
        return False
    lookup = keys.lookup(identity(channel, address))
    row = {"lookup": lookup, "reason": reason, "code": code[:32]}
    note(connection, "suppress", now, lookup=lookup.hex(), reason=reason, code=code[:32])
    statement = insert_ignore(connection, suppressions).values(created_at=now, **row)
    return connection.execute(statement.returning(suppressions.c.reason)).first() is not None


def lift(connection: Connection, keys: Keys, channel: str, address: str, now: datetime) -> list[str]:
    """The address may be written to again: its owner wants it. Returns why it was not, if so."""
    lookups = keys.lookups(identity(channel, address))
    here = delete(suppressions).where(suppressions.c.lookup.in_(lookups))
    for lookup in lookups:
        note(connection, "lift", now, lookup=lookup.hex())
    return list(connection.execute(here.returning(suppressions.c.reason)).scalars())


def lift_stop(connection: Connection, keys: Keys, channel: str, address: str, now: datetime) -> None:
    """Take back the owner's own STOP, which the provider may have told us of (``STOPPED``), and nothing else.

    An address that takes no messages, or has complained, is not mended by a word.
    """
    stopped = or_(
        suppressions.c.reason == "stop",
        and_(suppressions.c.reason == "provider", suppressions.c.code == STOPPED),
    )
    lookups = keys.lookups(identity(channel, address))
    here = delete(suppressions).where(suppressions.c.lookup.in_(lookups), stopped)
    for lookup in connection.execute(here.returning(suppressions.c.lookup)).scalars().all():
        note(connection, "lift", now, lookup=bytes(lookup).hex())


def lift_bounces(
    connection: Connection, lookups: Select[tuple[bytes]], since: datetime, now: datetime
) -> None:
    """Addresses that were suppressed for a bounce after ``since`` may be written to again."""
    here = delete(suppressions).where(
        suppressions.c.lookup.in_(lookups),
        suppressions.c.reason == "bounce",
        suppressions.c.created_at > since,
    )
    for lookup in connection.execute(here.returning(suppressions.c.lookup)).scalars().all():
        note(connection, "lift", now, lookup=bytes(lookup).hex())


def suppressed(connection: Connection, keys: Keys, channel: str, addresses: Iterable[str]) -> set[str]:
    """Those of the addresses that are suppressed under any retained key."""
    owners = {lookup: address for address in addresses for lookup in keys.lookups(identity(channel, address))}
    lookups = list(owners)
    found: set[str] = set()
    for start in range(0, len(lookups), CHUNK):
        chunk = lookups[start : start + CHUNK]
        hits = connection.execute(select(suppressions.c.lookup).where(suppressions.c.lookup.in_(chunk)))
        found.update(owners[bytes(lookup)] for lookup in hits.scalars())
    return found
