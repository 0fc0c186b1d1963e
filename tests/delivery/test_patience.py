"""A mail server that is silent about some mails holds only as many connections as can be spared."""

from contextlib import ExitStack
from threading import Thread
from time import monotonic, sleep

import pytest
from sqlalchemy import Engine

from delivery.channels.email import patience, smtp
from delivery.channels.email.patience import OVERTAKEN, Patience
from delivery.channels.email.smtp import SmtpSender
from delivery.sending import flight
from tests.faults.far_end import relaying
from tests.subscriptions.sending import add_contact, add_item, queue, runner


@pytest.mark.parametrize(("waiting", "seconds"), [(1, 100), (5, 100), (6, 80), (8, 40), (9, 20), (10, 10)])
def test_the_fewer_connections_are_free_the_less_is_waited_for_who_was_overtaken(
    waiting: int, seconds: float
) -> None:
    rule = Patience(longest=100, least=10, room=10)
    with ExitStack() as stack:
        first, *_ = [stack.enter_context(rule.waiting()) for _ in range(waiting)]
        for _ in range(OVERTAKEN):
            assert not first.is_overtaken  # the whole server may stand still
            assert first.seconds() == 100
            rule.answered()
        assert first.is_overtaken
        assert first.seconds() == pytest.approx(seconds)
        last = stack.enter_context(rule.waiting())
        assert last.seconds() == 100
    assert rule.seconds() == 100  # nobody waits any more


def test_a_lane_is_given_as_much_patience_as_its_connections_allow() -> None:
    """RFC 5321, 4.5.3.2.6: ten minutes. Of a crisis a second copy harms less than a longer wait."""
    news, crisis = patience.for_news(34), patience.for_crisis(34)
    assert (news.longest, news.least, news.room) == (600, 60, 34)
    assert (crisis.longest, crisis.least, crisis.room) == (120, 10, 34)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_silent_mails_more_than_there_are_connections_stop_no_other(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fifth is never answered: three times as many as there are connections at most."""
    monkeypatch.setattr(flight, "SLOW", 0.01)
    monkeypatch.setattr(smtp, "LOOK", 0.1)
    add_item(engine)
    everybody = [f"nr{number}@exempel.example" for number in range(1, 61)]
    for number, address in enumerate(everybody, start=1):
        queue(engine, add_contact(engine, number, address))
    with relaying() as relay:
        relay.silent = set(everybody[::5])
        sender = SmtpSender(relay.url, patience=Patience(longest=600, least=2, room=4))
        lane = runner(engine, sender, connections=2, spares=2)
        thread = Thread(target=lane.drain)
        thread.start()
        end = monotonic() + 60
        while len(relay.copies()) < 60 and monotonic() < end:
            sleep(0.01)
        assert len(relay.copies()) == 60
        relay.silent.clear()
        thread.join()
        lane.close()
        assert set(relay.copies().values()) == {1}
