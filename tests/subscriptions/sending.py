"""What the tests of sending share: people, items, a queue, and a lane over a sender that answers as told."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

from sqlalchemy import Engine, insert, select

from delivery.message import Message
from delivery.model import Channel, DeliveryState, Lane, Outcome, Result
from delivery.outbox import Lifetimes
from delivery.sending.composing import by_source
from delivery.sending.lanes import LaneRunner, Sender
from delivery.sending.last_checks import LastChecks
from delivery.tables import attempts, outbox
from foundation.database import read, write
from foundation.encryption import Keys, identity
from subscriptions.model import ITEM, ContactState, Frequency
from subscriptions.people import bounces
from subscriptions.sending.compose import users
from subscriptions.settings import Settings, load_settings
from subscriptions.tables import choices, contacts, feeds, item_targets, items, targets

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
KEYS = Keys(["nyckel-for-prov-" + "1" * 32])
LIFETIMES = Lifetimes(timedelta(hours=72), timedelta(hours=6))


def settings(**values: Any) -> Settings:
    return load_settings(
        **{
            "environment": "development",
            "secret_keys": "nyckel-for-prov-" + "1" * 32,
            "public_url": "https://kommun.example",
            "sender_email": "bevakningar@kommun.example",
            **values,
        }
    )


class Answers:
    """A sender that keeps what it gets and answers as it is told."""

    provider = "told"

    def __init__(self, answer: Callable[[Message], Result] | Result | None = None) -> None:
        self.sent: list[Message] = []
        self.answer = answer or Result(Outcome.ACCEPTED, "250")
        self._lock = Lock()

    def send(self, message: Message) -> Result:
        with self._lock:
            self.sent.append(message)
        return self.answer if isinstance(self.answer, Result) else self.answer(message)

    def close(self) -> None:
        pass


def add_item(engine: Engine, number: int = 1, *, lane: Lane = Lane.IMMEDIATE, **values: Any) -> int:
    """A released item about the topic that everybody added here follows."""
    row = {
        "id": number, "publisher": "kommun", "entry_id": f"post-{number}", "revision": NOW, "feed_id": 1,
        "lane": lane, "state": "released", "title": f"Rubrik {number}", "summary": "Ingress.",
        "link": f"https://kommun.example/nyheter/{number}/", "labels": ["Vatten"], "seen_at": NOW,
        "fingerprint": b"f" * 32, "released_at": NOW, "fanout_done_at": NOW, **values,
    }  # fmt: skip
    with write(engine) as connection:
        if not connection.execute(select(feeds.c.id)).first():
            connection.execute(
                insert(feeds).values(id=1, url="https://k/f", publisher="kommun", crisis=False)
            )
            connection.execute(insert(targets).values(id=1, kind="topic", value="vatten"))
        connection.execute(insert(items).values(**row))
        connection.execute(insert(item_targets).values(item_id=number, target_id=1))
    return number


def add_contact(
    engine: Engine,
    number: int,
    address: str = "",
    channel: Channel = Channel.EMAIL,
    *,
    keys: Keys = KEYS,
    frequency: Frequency = Frequency.IMMEDIATE,
    label: str = "",
    **values: Any,
) -> int:
    """A proven contact who follows the topic."""
    address = address or (f"nr{number}@exempel.example" if channel == Channel.EMAIL else f"+4670{number:07}")
    row = {
        "id": number, "channel": channel, "address": keys.encrypt(address),
        "lookup": keys.lookup(identity(channel, address)), "domain_lookup": keys.lookup("exempel.example"),
        "state": ContactState.ACTIVE, "created_at": NOW, "confirmed_at": NOW, **values,
    }  # fmt: skip
    with write(engine) as connection:
        connection.execute(insert(contacts).values(**row))
        connection.execute(
            insert(choices).values(
                contact_id=number, target_id=1, frequency=frequency, label=label, created_at=NOW
            )
        )
    return number


def queue(
    engine: Engine,
    contact_id: int,
    about: int = 1,
    *,
    source: str = ITEM,
    lane: Lane = Lane.IMMEDIATE,
    channel: Channel = Channel.EMAIL,
    **values: Any,
) -> int:
    row = {
        "contact_id": contact_id, "source": source, "source_id": about, "channel": channel, "lane": lane,
        "state": DeliveryState.QUEUED, "queued_at": NOW, "due_at": NOW, **values,
    }  # fmt: skip
    with write(engine) as connection:
        return int(connection.execute(insert(outbox).values(**row).returning(outbox.c.id)).scalar_one())


def runner(
    engine: Engine,
    sender: Sender,
    *,
    lane: Lane = Lane.IMMEDIATE,
    channel: Channel = Channel.EMAIL,
    now: datetime = NOW,
    keys: Keys = KEYS,
    connections: int = 2,
    spares: int = 0,
    quiet_until: Callable[[datetime], datetime | None] = lambda now: None,
    **values: Any,
) -> LaneRunner:
    return LaneRunner(
        engine=engine, lane=lane, channel=channel, sender=sender,
        users=by_source(users(settings(**values), keys)),
        checks=LastChecks(keys, LIFETIMES, quiet_until),
        on_settled=lambda connection, settled, now: bounces.record_refusals(connection, keys, settled, now),
        lease=timedelta(minutes=10),
        connections=connections, spares=spares, clock=lambda: now,
    )  # fmt: skip


def states(engine: Engine) -> list[str]:
    """The states of all rows of the outbox, in order of their numbers."""
    with read(engine) as connection:
        return list(connection.execute(select(outbox.c.state).order_by(outbox.c.id)).scalars())


def row_of(engine: Engine, number: int) -> Any:
    with read(engine) as connection:
        return connection.execute(select(outbox).where(outbox.c.id == number)).one()


def attempts_of(engine: Engine, number: int) -> Sequence[Any]:
    with read(engine) as connection:
        query = select(attempts).where(attempts.c.outbox_id == number).order_by(attempts.c.number)
        return connection.execute(query).all()
