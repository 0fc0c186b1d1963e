"""A session begins at a login, is found again by its cookie, and ends: by hand, by silence, or by age."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select, update

from foundation.staff.members import StaffMember
from foundation.staff.tables import staff_logins, staff_sessions
from foundation.tables import audit_log

TOKEN_BYTES = 32
STEP = timedelta(minutes=1)
"""A session's last sight is written at most this often."""

LOGIN_LIFETIME = timedelta(minutes=10)


class Login(NamedTuple):
    """A login on its way: what must come back with the provider's answer."""

    nonce: str
    verifier: str
    """RFC 7636's code verifier."""

    way_back: str


def begin(connection: Connection, member: StaffMember, how: str, now: datetime, longest: timedelta) -> str:
    """A new session; the token that its cookie holds. ``how`` is noted in the audit log."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    connection.execute(
        insert(staff_sessions).values(
            token_hash=_hash(token), subject=member.subject, name=member.name, email=member.email,
            roles=sorted(member.roles), began_at=now, seen_at=now, expires_at=now + longest,
        )
    )  # fmt: skip
    _note(connection, member.subject, f"login {how}", now)
    return token


def find(
    connection: Connection, token: str, now: datetime, idle: timedelta
) -> tuple[StaffMember, datetime] | None:
    """Who the session is of, and when it was last seen; None where it has ended."""
    row = connection.execute(
        select(staff_sessions).where(
            staff_sessions.c.token_hash == _hash(token),
            staff_sessions.c.expires_at > now,
            staff_sessions.c.seen_at > now - idle,
        )
    ).one_or_none()
    if row is None:
        return None
    return StaffMember(row.subject, row.name, row.email, frozenset(row.roles)), row.seen_at


def touch(connection: Connection, token: str, now: datetime) -> None:
    """Write that the session was used now."""
    connection.execute(
        update(staff_sessions).where(staff_sessions.c.token_hash == _hash(token)).values(seen_at=now)
    )


def end(connection: Connection, token: str, now: datetime) -> None:
    """Log out."""
    of = connection.execute(
        delete(staff_sessions)
        .where(staff_sessions.c.token_hash == _hash(token))
        .returning(staff_sessions.c.subject)
    ).scalar()
    if of is not None:
        _note(connection, of, "logout", now)


def end_all(connection: Connection, email: str, now: datetime, actor: str) -> int:
    """Log somebody out everywhere; how many sessions that were. An empty address: everybody."""
    mine = staff_sessions.c.email == email if email else staff_sessions.c.email.is_not(None)
    ended = connection.execute(delete(staff_sessions).where(mine).returning(staff_sessions.c.subject))
    subjects = list(ended.scalars())
    for subject in sorted(set(subjects)):
        connection.execute(
            insert(audit_log).values(at=now, actor=actor, action="logout", subject=f"staff {subject}"[:200])
        )
    return len(subjects)


def begin_login(connection: Connection, way_back: str, now: datetime) -> tuple[str, Login]:
    """The state that the browser and the provider carry, and what is kept here until it comes back."""
    state = secrets.token_urlsafe(TOKEN_BYTES)
    login = Login(secrets.token_urlsafe(TOKEN_BYTES), secrets.token_urlsafe(48), way_back)
    connection.execute(delete(staff_logins).where(staff_logins.c.expires_at <= now))
    connection.execute(
        insert(staff_logins).values(
            state_hash=_hash(state), expires_at=now + LOGIN_LIFETIME, **login._asdict()
        )
    )
    return state, login


def take_login(connection: Connection, state: str, now: datetime) -> Login | None:
    """What was kept for a state, once; None where it is not ours, too old, or was used."""
    row = connection.execute(
        delete(staff_logins).where(staff_logins.c.state_hash == _hash(state)).returning(*staff_logins.c)
    ).one_or_none()
    if row is None or row.expires_at <= now:
        return None
    return Login(row.nonce, row.verifier, row.way_back)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _note(connection: Connection, subject: str, action: str, now: datetime) -> None:
    connection.execute(
        insert(audit_log).values(
            at=now, actor=f"staff {subject}"[:100], action=action[:32], subject="session"
        )
    )
