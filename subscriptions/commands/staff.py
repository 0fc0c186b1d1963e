"""These commands are for the login of staff: a spare code, and logging somebody out at once."""

import argparse
from datetime import UTC, datetime

from foundation.database import write
from foundation.staff import sessions, spare
from subscriptions.commands.opened import opened
from subscriptions.operations.operator import operator
from subscriptions.settings import Settings


def spare_code(_: Settings, __: argparse.Namespace) -> int:
    """Print a new code once, and the seal that the setting holds."""
    code, seal = spare.make()
    print(f"Reservkod: {code}\nLägg den i ett förseglat kuvert; den visas inte igen och gäller en gång.")
    print(f"Lägg till i STAFF_SPARE_CODES: {seal}")
    return 0


def log_out(settings: Settings, given: argparse.Namespace) -> int:
    """End all sessions of somebody, or of everybody. 1 where there were none."""
    with opened(settings) as engine, write(engine) as connection:
        ended = sessions.end_all(connection, given.email, datetime.now(UTC), operator())
    print(f"{ended} inloggningar är avslutade.")
    return 0 if ended else 1
