"""These commands show what is stored about an address, erase it, and lift its suppression."""

import argparse
import json
import sys
from datetime import UTC, datetime

from sqlalchemy import Connection, delete

from delivery import suppression
from delivery.addresses import AddressError, guess_channel, normalise
from foundation import database
from foundation.encryption import Keys
from foundation.tables import audit_log
from subscriptions.commands.opened import opened, told
from subscriptions.operations.operator import operator
from subscriptions.people import contacts, personal_data
from subscriptions.settings import Settings
from subscriptions.tables import bounces as bounces_table

UNKNOWN = "Adressen finns inte i registret."


def _asked(given: argparse.Namespace) -> str:
    """The address. Everybody on the machine sees a command's arguments; what is typed in nobody does."""
    if given.address is not None:
        return str(given.address)
    if sys.stdin.isatty():
        print("Adress eller nummer: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip()


def export(settings: Settings, given: argparse.Namespace) -> int:
    """Show all that is stored about an address."""
    keys, typed = Keys(settings.secret_keys), _asked(given)
    with opened(settings) as engine, database.read(engine) as connection:
        data = personal_data.export_address(connection, keys, *_address(typed))
    if data is None:
        return told(False, "", UNKNOWN)
    print(json.dumps(data, ensure_ascii=False, indent=2))
    return 0


def erase(settings: Settings, given: argparse.Namespace) -> int:
    """Forget an address wholly."""
    keys, typed = Keys(settings.secret_keys), _asked(given)
    with opened(settings) as engine, database.write(engine) as connection:
        done = personal_data.erase_address(connection, keys, *_address(typed), operator(), datetime.now(UTC))
    return told(done, "Adressen är glömd.", UNKNOWN)


def unsuppress(settings: Settings, given: argparse.Namespace) -> int:
    """Its bounces are forgotten too: else the next single one would suppress it again."""
    keys, typed = Keys(settings.secret_keys), _asked(given)
    channel, address = _address(typed)
    with opened(settings) as engine, database.write(engine) as connection:
        reasons = suppression.lift(connection, keys, channel, address, datetime.now(UTC))
        number = _contact(typed, keys, connection)
        if reasons:
            connection.execute(delete(bounces_table).where(bounces_table.c.contact_id == number))
            connection.execute(
                audit_log.insert().values(
                    at=datetime.now(UTC), actor=operator(), action="unsuppress",
                    subject=f"contact {number or '-'}", detail={"reasons": reasons},
                )
            )  # fmt: skip
    why = ", ".join(suppression.REASONS.get(reason, reason) for reason in reasons)
    return told(bool(reasons), f"Spärren är hävd ({why}).", "Adressen är inte spärrad.")


def _contact(typed: str, keys: Keys, connection: Connection) -> int | None:
    """The number of a contact by its address, however it is spelt."""
    row = contacts.find(connection, keys, *_address(typed))
    return int(row.id) if row is not None else None


def _address(typed: str) -> tuple[str, str]:
    """The address in the spelling that is stored, however it is typed."""
    channel = guess_channel(typed)
    try:
        return channel, normalise(channel, typed, ["+"])
    except AddressError:
        return channel, typed.strip()  # a number that is no longer allowed may still be stored
