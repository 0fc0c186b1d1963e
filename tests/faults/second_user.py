"""A second user of the outbox: replies to letters, with a table, last check and words of their own.

``python -m tests.faults.second_user``: the worker that knows it beside the subscriptions.
"""

import signal
from collections.abc import Hashable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from threading import Event

from sqlalchemy import Column, Connection, Engine, Integer, MetaData, String, Table, insert, select

from delivery import outbox
from delivery.channels.email.composing import MailComposer
from delivery.channels.email.mime import prepare
from delivery.message import Message
from delivery.model import Channel, DeliveryState, Lane
from delivery.outbox import Refusal, Row
from delivery.sending.users import Checked, Cleared
from foundation import logs
from foundation.database import open_engine
from foundation.encryption import Keys
from subscriptions.operations.worker import Worker
from subscriptions.settings import load_settings

SOURCE = "reply"
replies = Table(
    "replies",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("text", String(200), nullable=False),
    Column("withdrawn", Integer, nullable=False, server_default="0"),
)


def reply(connection: Connection, keys: Keys, address: str, text: str) -> int:
    """Write a reply and queue its mail: both or neither."""
    made = insert(replies).values(text=text).returning(replies.c.id)
    number = int(connection.execute(made).scalar_one())
    outbox.enqueue(
        connection, keys, source=SOURCE, source_id=number, channel=Channel.EMAIL, lane=Lane.IMMEDIATE,
        payload={"address": address}, now=datetime.now(UTC), lifetime=timedelta(hours=1),
    )  # fmt: skip
    return number


class Replies:
    """The user: for one lane."""

    sources = frozenset({SOURCE})

    def __init__(self, keys: Keys) -> None:
        self.mails = MailComposer(keys, "svar@kommun.example", "kommun.example")

    def check(self, connection: Connection, rows: Sequence[Row], now: datetime) -> Checked:
        gone = select(replies.c.id).where(replies.c.withdrawn == 1)
        withdrawn = set(
            connection.execute(gone.where(replies.c.id.in_([row.source_id for row in rows]))).scalars()
        )
        return Checked(
            {
                row.id: Refusal(row, DeliveryState.CANCELLED, "withdrawn")
                for row in rows
                if row.source_id in withdrawn
            }
        )

    def load(self, connection: Connection, cleared: Sequence[Cleared]) -> Mapping[int, str]:
        query = select(replies.c.id, replies.c.text).where(
            replies.c.id.in_([each.row.source_id for each in cleared])
        )
        texts = {row.id: row.text for row in connection.execute(query)}
        return {each.row.id: texts[each.row.source_id] for each in cleared}

    def together(self, row: Row) -> Hashable:
        return row.id

    def compose(self, group: Sequence[Cleared], content: Mapping[int, str], date: str) -> Message:
        [one] = group
        text = content[one.row.id]
        skeleton = prepare(
            sender=("Kommunen", "svar@kommun.example"), subject="Svar", plain=text, html=f"<p>{text}</p>",
            headers={}, listed=False,
        )  # fmt: skip
        return self.mails.compose(one.row.id, one.row.queued_at, one.address, skeleton, date)


def make_table(engine: Engine) -> None:
    replies.metadata.create_all(engine)


def main() -> None:
    logs.set_up()
    settings = load_settings()
    engine, stop = open_engine(settings.database_url), Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    Worker(settings, engine, other_users=lambda: [Replies(Keys(settings.secret_keys))]).run(stop)


if __name__ == "__main__":
    main()
