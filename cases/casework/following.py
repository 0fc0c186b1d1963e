"""Who follows a known fault gets one mail, when it has ended. An address is stored when it is proven.

Until then it stands in the message alone, and the link in it says for which fault.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from cases import links
from cases.casework import history
from cases.model import SYSTEM, EventKind
from cases.tables import case_followers, cases
from delivery.model import Channel
from foundation.encryption import Keys, identity

PROOF = timedelta(hours=48)


def ask(connection: Connection, keys: Keys, number: int, email: str, now: datetime) -> bool:
    """Send the proof; False where the fault is not shown. Who follows already gets the same mail."""
    shown = select(cases.c.id).where(
        cases.c.id == number, cases.c.published_at.is_not(None), cases.c.secret.is_(False)
    )
    if connection.execute(shown).first() is None:
        return False
    made = insert(case_followers).values(
        case_id=number, address=keys.encrypt(email), lookup=keys.lookup(identity(Channel.EMAIL, email)),
        created_at=now,
    )  # fmt: skip
    follower = int(connection.execute(made.returning(case_followers.c.id)).scalar_one())
    event = history.record(connection, keys, number, EventKind.FOLLOWED, SYSTEM, now)
    path = f"/arende/folj/{links.follower_token(keys, follower, now)}/"
    history.tell(connection, keys, email, event, "follow", now, path=path)
    return True


def confirm(connection: Connection, keys: Keys, token: str, now: datetime) -> bool:
    """Prove the address; said twice it is once."""
    row = _row(connection, keys, token, now)
    if row is None or (row.confirmed_at is None and row.created_at + PROOF < now):
        return False
    if row.confirmed_at is None:
        proven = update(case_followers).where(case_followers.c.id == row.id).values(confirmed_at=now)
        connection.execute(proven)
        twins = case_followers.c.case_id == row.case_id, case_followers.c.lookup == row.lookup
        connection.execute(delete(case_followers).where(*twins, case_followers.c.id != row.id))
    return True


def leave(connection: Connection, keys: Keys, token: str, now: datetime) -> None:
    """Forget the address."""
    row = _row(connection, keys, token, now)
    if row is not None:
        connection.execute(delete(case_followers).where(case_followers.c.id == row.id))


def _row(connection: Connection, keys: Keys, token: str, now: datetime) -> Any:
    parts = links.parse(token)
    if parts is None:
        return None
    row = connection.execute(select(case_followers).where(case_followers.c.id == parts.subject)).first()
    is_good = row is not None and links.is_follower(keys, parts, row.created_at, now)
    return row if is_good else None


def tell_all(connection: Connection, keys: Keys, number: int, now: datetime) -> None:
    """The case has ended: one mail to each who follows it, and their addresses are forgotten."""
    mine = case_followers.c.case_id == number, case_followers.c.confirmed_at.is_not(None)
    for row in connection.execute(select(case_followers).where(*mine)).all():
        event = history.record(connection, keys, number, EventKind.FOLLOWED, SYSTEM, now)
        email = keys.decrypt(row.address)
        history.tell(connection, keys, email, event, "mended", now, path="/felanmalan/lista/")
    connection.execute(delete(case_followers).where(case_followers.c.case_id == number))


def purge(connection: Connection, now: datetime) -> None:
    """Forget addresses that were never proven."""
    unproven = case_followers.c.confirmed_at.is_(None), case_followers.c.created_at < now - PROOF
    connection.execute(delete(case_followers).where(*unproven))
