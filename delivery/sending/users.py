"""What a user of the outbox brings, for the sources that it names in its rows: its last checks and its words.

A row says (source, source id): whose it is, and which of the user's own rows it tells of. The user queues it
in the transaction that makes its own row; delivery does the rest.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from delivery.message import Message
from delivery.outbox import Refusal, Row


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets a row's message: the encrypted address, and since when we have it (its links' version)."""

    address: bytes
    since: datetime


@dataclass(frozen=True, slots=True)
class Checked:
    """A user's answer about its rows, by their numbers: what is not to go, and to whom the others go.

    A row without recipient has its ``address`` in its payload.
    """

    refusals: Mapping[int, Refusal] = field(default_factory=dict)
    recipients: Mapping[int, Recipient] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cleared:
    """A row that may go out, with what its words need to know; ``since`` is None without a recipient."""

    row: Row
    address: str
    since: datetime | None
    payload: dict[str, Any]


class User(Protocol):
    """One user of the outbox, for one lane: what it keeps in memory belongs to one thread.

    ``check`` and ``load`` are called within the transaction of the claim, ``compose`` after it.
    """

    sources: frozenset[str]

    def check(self, connection: Connection, rows: Sequence[Row], now: datetime) -> Checked:
        """The last look: does everybody still want it, and is it still true?"""

    def load(self, connection: Connection, cleared: Sequence[Cleared]) -> Mapping[int, Any]:
        """What the words need, by the rows' numbers; a row that is missing has nothing to tell any more."""

    def together(self, row: Row) -> Hashable:
        """Rows for which this is equal travel in one message."""

    def compose(self, group: Sequence[Cleared], content: Mapping[int, Any], date: str) -> Message:
        """One message. AddressError: there is no writing to this address; anything else is tried again."""
