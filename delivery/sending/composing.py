"""Claimed rows become messages here: what belongs into one together. The words are their user's."""

import logging
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from sqlalchemy import Connection

from delivery.channels.email.mime import AddressError
from delivery.message import Message
from delivery.model import DeliveryState, Outcome, Result
from delivery.outbox import Refusal, Row
from delivery.sending.users import Cleared, User

log = logging.getLogger(__name__)

Users = Mapping[str, User]
"""Each user of the outbox under each of its sources."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message and the rows that it settles; or, where none could be made, why."""

    rows: tuple[Row, ...]
    content: Message | Result


def by_source(users: Sequence[User]) -> Users:
    """ValueError: two users have named the same source."""
    found = {source: user for user in users for source in user.sources}
    if len(found) != sum(len(user.sources) for user in users):
        raise ValueError("two users of the outbox have the same source")
    return found


def load(
    connection: Connection, users: Users, cleared: Sequence[Cleared]
) -> tuple[list[Cleared], dict[int, Any], list[Refusal]]:
    """Those with something to tell, what they tell, and those with nothing any more."""
    content: dict[int, Any] = {}
    for user, own in _by_user(users, cleared).items():
        content |= user.load(connection, own)
    full = [each for each in cleared if each.row.id in content]
    empty = [each.row for each in cleared if each.row.id not in content]
    return full, content, [Refusal(row, DeliveryState.CANCELLED, "empty") for row in empty]


def compose(
    users: Users, cleared: Sequence[Cleared], content: Mapping[int, Any], now: datetime
) -> list[Parcel]:
    """The messages of a claim. A row whose message cannot be made fails alone.

    An error of ours is mended by an operator, and the message tried until then.
    """
    date = format_datetime(now)
    groups: dict[tuple[User, Hashable], list[Cleared]] = defaultdict(list)
    for each in cleared:
        user = users[each.row.source]
        groups[user, _together(user, each.row)].append(each)
    return [_parcel(user, group, content, date) for (user, _), group in groups.items()]


def _together(user: User, row: Row) -> Hashable:
    try:
        return user.together(row)
    except Exception:  # nothing may be raised here: the rows are claimed
        log.exception("it is not known what belongs together", extra={"delivery": row.id})
        return ("alone", row.id)


def _parcel(user: User, group: Sequence[Cleared], content: Mapping[int, Any], date: str) -> Parcel:
    rows = tuple(each.row for each in group)
    try:
        made: Message | Result = user.compose(group, content, date)
    except AddressError as error:
        made = Result(Outcome.PERMANENT, "address", str(error))
    except Exception as error:
        log.exception("no message could be made", extra={"delivery": rows[0].id})
        made = Result(Outcome.TEMPORARY, "compose", type(error).__name__)
    return Parcel(rows, made)


def _by_user(users: Users, cleared: Sequence[Cleared]) -> dict[User, list[Cleared]]:
    found: dict[User, list[Cleared]] = defaultdict(list)
    for each in cleared:
        found[users[each.row.source]].append(each)
    return found
