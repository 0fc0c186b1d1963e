"""A third channel, letters by post, made in this test: delivery asks it how it is, and knows none by name."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine

from delivery import outbox, recovery
from delivery.channels import kinds
from delivery.channels.kinds import Addresses, ChannelKind, ChannelWords, Proof
from delivery.message import Message
from delivery.model import Lane, Outcome, Result
from delivery.outbox import Row
from delivery.sending.composing import by_source
from delivery.sending.lanes import LaneRunner
from delivery.sending.last_checks import LastChecks
from delivery.sending.users import Checked, Cleared
from delivery.suppression import suppress
from foundation.database import migrate, open_engine, read, write
from foundation.limits import ADDRESS_DAY
from tests.subscriptions.sending import KEYS, LIFETIMES, NOW, Answers, row_of, states

STREETS = Addresses(
    lambda typed, _: typed.strip(), str.istitle, lambda _: "", lambda street: [(ADDRESS_DAY, street)]
)
WORDS = ChannelWords("Postadress", "Ny postadress", "brev till dig", "Inga fler brev.", "post", "text")
LETTER = ChannelKind(
    "letter", WORDS, STREETS, Proof.CODE, marks_copies=True, keeps_quiet_hours=True, joins_news=True,
    bounces=True, costs=True,
)  # fmt: skip
STREET = "Storgatan 1, 111 11 Staden"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path / 'x.sqlite3'}"
    migrate(url)
    opened = open_engine(url)
    kinds.register(LETTER)
    yield opened
    kinds.forget(LETTER)
    opened.dispose()


class Decisions:
    """A user of the outbox that writes letters."""

    sources = frozenset({"decision"})

    def check(self, connection: Connection, rows: Sequence[Row], now: datetime) -> Checked:
        return Checked()

    def load(self, connection: Connection, cleared: Sequence[Cleared]) -> Mapping[int, str]:
        return {each.row.id: f"Beslut {each.row.source_id}" for each in cleared}

    def together(self, row: Row) -> Hashable:
        return row.id

    def compose(self, group: Sequence[Cleared], content: Mapping[int, str], date: str) -> Message:
        [one] = group
        return Message(one.row.id, LETTER.name, one.address, content[one.row.id].encode())


def post(
    engine: Engine, answer: Result, lane: Lane = Lane.IMMEDIATE, quiet: datetime | None = None
) -> Answers:
    """The lane of letters, once to its end."""
    sender = Answers(answer)
    LaneRunner(
        engine=engine, lane=lane, channel=LETTER.name, sender=sender, users=by_source([Decisions()]),
        checks=LastChecks(KEYS, LIFETIMES, lambda _: quiet), lease=timedelta(minutes=10), connections=2,
        clock=lambda: NOW,
    ).drain()  # fmt: skip
    return sender


def decide(engine: Engine, number: int = 1, lane: Lane = Lane.IMMEDIATE) -> int:
    with write(engine) as connection:
        return outbox.enqueue(
            connection, KEYS, source="decision", source_id=number, channel=LETTER.name, lane=lane, now=NOW,
            payload={"address": STREET}, lifetime=timedelta(days=3),
        )  # fmt: skip


def test_a_letter_leaves_by_its_own_lane_with_its_users_words(engine: Engine) -> None:
    decide(engine, 7)
    with read(engine) as connection:
        assert outbox.look(connection, NOW).lanes == {(Lane.IMMEDIATE, LETTER.name)}
    [sent] = post(engine, Result(Outcome.ACCEPTED)).sent
    assert (sent.channel, sent.recipient, sent.body) == (LETTER.name, STREET, b"Beslut 7")
    assert states(engine) == ["accepted"]


def test_it_keeps_quiet_hours_because_it_says_so(engine: Engine) -> None:
    decide(engine)
    decide(engine, 2, Lane.CRISIS)
    morning = NOW + timedelta(hours=8)
    assert post(engine, Result(Outcome.ACCEPTED), quiet=morning).sent == []
    assert row_of(engine, 1).due_at == morning
    assert len(post(engine, Result(Outcome.ACCEPTED), Lane.CRISIS, quiet=morning).sent) == 1


def test_it_is_sent_again_when_in_doubt_because_its_copies_can_be_told(engine: Engine) -> None:
    decide(engine)
    post(engine, Result(Outcome.AMBIGUOUS))
    assert states(engine) == ["deferred"]
    with write(engine) as connection:
        recovery.wake(connection, NOW + timedelta(hours=2))
    assert len(post(engine, Result(Outcome.ACCEPTED)).sent) == 1


def test_a_suppressed_street_gets_no_letter(engine: Engine) -> None:
    decide(engine)
    with write(engine) as connection:
        suppress(connection, KEYS, LETTER.name, STREET, reason="stop", now=NOW)
    assert post(engine, Result(Outcome.ACCEPTED)).sent == []
    assert row_of(engine, 1).code == "suppressed"


def test_two_channels_cannot_have_one_name(engine: Engine) -> None:
    kinds.register(LETTER)  # the same again is the same
    with pytest.raises(ValueError, match="letter"):
        kinds.register(replace(LETTER, joins_news=False))
