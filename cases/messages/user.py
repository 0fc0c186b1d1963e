"""The cases as a user of the outbox: a row tells of an event, and its mail goes while the event is there.

A case that has been erased or weeded takes its events with it, and their mails are cancelled.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from cases import links
from cases.messages import words
from cases.messages.words import Site
from cases.model import SOURCE, EventKind
from cases.tables import case_events, cases
from cases.words import swedish_day
from delivery.channels.email.composing import MailComposer
from delivery.message import Message
from delivery.model import DeliveryState
from delivery.outbox import Refusal, Row
from delivery.sending.users import Checked, Cleared, User
from delivery.settings import DeliverySettings
from foundation.encryption import Keys


@dataclass(frozen=True, slots=True)
class Told:
    """What a mail needs to know of its case."""

    path: str
    values: dict[str, str]


class CaseMails:
    """The mails about cases, for one lane."""

    sources = frozenset({SOURCE})

    def __init__(self, settings: DeliverySettings, keys: Keys) -> None:
        self.keys = keys
        self.site = Site(settings.site_name, settings.public_url, settings.sender_email)
        self.mails = MailComposer(keys, settings.sender_email, settings.verp_domain)

    def check(self, connection: Connection, rows: Sequence[Row], now: datetime) -> Checked:  # noqa: ARG002 - wanted at any time
        """Only what has been erased since is not told of."""
        wanted = [row.source_id for row in rows]
        there = set(
            connection.execute(select(case_events.c.id).where(case_events.c.id.in_(wanted))).scalars()
        )
        return Checked(
            {
                row.id: Refusal(row, DeliveryState.CANCELLED, "erased")
                for row in rows
                if row.source_id not in there
            }
        )

    def load(self, connection: Connection, cleared: Sequence[Cleared]) -> Mapping[int, Told]:
        """The case of each row's event."""
        query = (
            select(
                case_events.c.id.label("event"), cases.c.id, cases.c.created_at, cases.c.due_at,
                cases.c.category_name, cases.c.body_name, case_events.c.kind,
            )
            .join(cases, cases.c.id == case_events.c.case_id)
            .where(case_events.c.id.in_([each.row.source_id for each in cleared]))
        )  # fmt: skip
        found = {row.event: self._told(row) for row in connection.execute(query)}
        return {each.row.id: found[each.row.source_id] for each in cleared if each.row.source_id in found}

    def _told(self, row: Any) -> Told:
        number, made = row.id, row.created_at
        is_ours = row.kind in (EventKind.REMINDED, EventKind.ESCALATED)
        return Told(
            f"/arenden/{number}/" if is_ours else links.case_path(self.keys, number, made),
            {
                "number": links.number(number, made),
                "what": row.category_name.lower(),
                "due": swedish_day(row.due_at - timedelta(minutes=1)),
                "body": row.body_name,
            },
        )

    def together(self, row: Row) -> Hashable:
        """Each alone."""
        return row.id

    def compose(self, group: Sequence[Cleared], content: Mapping[int, Told], date: str) -> Message:
        """One mail."""
        [one] = group
        told = content[one.row.id]
        path = str(one.payload.get("path") or told.path)  # who follows has no link to the case
        skeleton = words.mail(self.site, one.row.template or "", path, told.values)
        return self.mails.compose(one.row.id, one.row.queued_at, one.address, skeleton, date)


def users(settings: DeliverySettings, keys: Keys) -> list[User]:
    """The cases' users of the outbox, for one lane."""
    return [CaseMails(settings, keys)]
