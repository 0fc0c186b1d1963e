"""The last look before sending asks the row's user first, then: expired, suppressed, at night?"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from delivery.channels import kinds
from delivery.model import DeliveryState, Lane, Outcome
from delivery.outbox import Lifetimes, Refusal, Row
from delivery.sending.composing import Users
from delivery.sending.users import Cleared, Recipient
from delivery.suppression import suppressed
from delivery.tables import attempts
from foundation.encryption import Keys, UndecryptableError

WAIT = timedelta(minutes=5)
"""Until we look again for a message's key, or for its user: other processes may be newer than this one."""

QUIET_LANES = (Lane.IMMEDIATE, Lane.DIGEST)
"""Lanes that keep quiet hours: a crisis does not, nor what somebody has just asked for."""


@dataclass(frozen=True, slots=True)
class LastChecks:
    """The rules; ``quiet_until`` gives the end of the quiet hours that a moment lies in, or None."""

    keys: Keys
    lifetimes: Lifetimes
    quiet_until: Callable[[datetime], datetime | None]

    def check(
        self, connection: Connection, users: Users, rows: Sequence[Row], now: datetime
    ) -> tuple[list[Cleared], list[Refusal]]:
        """Sort the rows into those that may go and those that may not, and why."""
        refusals, recipients = _asked(connection, users, rows, now)
        cleared: list[Cleared] = []
        refused: list[Refusal] = []
        for row in rows:
            # First what somebody chose: that its time has run out besides is nobody's alarm.
            refusal = refusals.get(row.id) or self._refusal(row, now)
            ready = refusal or self._open(row, recipients.get(row.id), now)
            if isinstance(ready, Cleared):
                cleared.append(ready)
            else:
                refused.append(ready)
        cleared, never = self._without_suppressed(connection, cleared)
        return cleared, _truthful(connection, refused + never)

    def _refusal(self, row: Row, now: datetime) -> Refusal | None:
        if self.lifetimes.end(row) <= now:
            return Refusal(row, DeliveryState.EXPIRED, "expired")
        waits = row.lane in QUIET_LANES and kinds.of(row.channel).keeps_quiet_hours
        until = self.quiet_until(now) if waits else None
        return Refusal(row, DeliveryState.DEFERRED, "quiet", until) if until is not None else None

    def _open(self, row: Row, recipient: Recipient | None, now: datetime) -> Cleared | Refusal:
        try:
            payload = self.keys.decrypt_json(row.payload) if row.payload else {}
            address = self.keys.decrypt(recipient.address) if recipient else str(payload["address"])
        except UndecryptableError:
            return Refusal(row, DeliveryState.DEFERRED, "undecryptable", now + WAIT)
        except KeyError:
            return Refusal(row, DeliveryState.FAILED, "no-address")
        return Cleared(row, address, recipient.since if recipient else None, payload)

    def _without_suppressed(
        self, connection: Connection, cleared: list[Cleared]
    ) -> tuple[list[Cleared], list[Refusal]]:
        if not cleared:
            return [], []
        channel = cleared[0].row.channel
        never = suppressed(connection, self.keys, channel, {each.address for each in cleared})
        return [each for each in cleared if each.address not in never], [
            Refusal(each.row, DeliveryState.CANCELLED, "suppressed")
            for each in cleared
            if each.address in never
        ]


def _asked(
    connection: Connection, users: Users, rows: Sequence[Row], now: datetime
) -> tuple[dict[int, Refusal], dict[int, Recipient]]:
    """What each user says of its rows; a row without user waits for a worker that has one."""
    refusals: dict[int, Refusal] = {}
    recipients: dict[int, Recipient] = {}
    of: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        of[row.source].append(row)
    for user in {users[source] for source in of if source in users}:
        checked = user.check(connection, [row for row in rows if row.source in user.sources], now)
        refusals |= checked.refusals
        recipients |= checked.recipients
    for source in of.keys() - users.keys():
        refusals |= {
            row.id: Refusal(row, DeliveryState.DEFERRED, "no-user", now + WAIT) for row in of[source]
        }
    return refusals, recipients


def _truthful(connection: Connection, refused: list[Refusal]) -> list[Refusal]:
    """What may have gone out must not count as never told: its cancel would not follow."""
    final = (DeliveryState.CANCELLED, DeliveryState.EXPIRED)
    doubtful = _doubtful(connection, [each.row for each in refused if each.state in final])
    return [
        replace(each, state=DeliveryState.AMBIGUOUS)
        if each.state in final and each.row.id in doubtful
        else each
        for each in refused
    ]


def _doubtful(connection: Connection, rows: Sequence[Row]) -> set[int]:
    """Rows that may have gone out already."""
    tried = [row.id for row in rows if row.try_number > 1]
    if not tried:
        return set()
    found = select(attempts.c.outbox_id).where(
        attempts.c.outbox_id.in_(tried), attempts.c.outcome == Outcome.AMBIGUOUS
    )
    return set(connection.execute(found).scalars())
