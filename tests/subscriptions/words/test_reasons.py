"""Why a message came stands in it: the names that its reader chose."""

from email import message_from_bytes
from email.policy import default

from sqlalchemy import Engine, insert

from delivery.message import Message
from delivery.model import Lane
from foundation.database import write
from subscriptions.model import Frequency
from subscriptions.tables import choices, item_targets, targets
from tests.subscriptions.sending import NOW, Answers, add_contact, add_item, queue, runner


def follow(engine: Engine, contact: int, target: int, label: str, frequency: Frequency) -> None:
    with write(engine) as connection:
        connection.execute(
            insert(choices).values(
                contact_id=contact, target_id=target, frequency=frequency, label=label, created_at=NOW
            )
        )


def why(message: Message) -> str:
    opened = message_from_bytes(message.body, policy=default)
    plain = opened.get_body(("plain",))
    assert plain is not None
    text = " ".join(plain.get_content().split())
    return text[text.index("för att du bevakar") :].partition(" hos ")[0].removeprefix("för att du bevakar ")


def test_a_mail_names_what_its_own_reader_follows(engine: Engine) -> None:
    add_item(engine, 1)
    with write(engine) as connection:
        connection.execute(insert(targets), [{"id": n, "kind": "topic", "value": f"t{n}"} for n in (2, 3)])
        connection.execute(insert(item_targets).values(item_id=1, target_id=2))
    for number in (1, 2, 3):
        add_contact(engine, number, label="Vatten och avlopp")
        queue(engine, number)
    follow(engine, 2, 2, "Åvas bad", Frequency.IMMEDIATE)
    follow(engine, 3, 2, "Allt nytt", Frequency.WEEKLY)  # did not bring it
    follow(engine, 3, 3, "Skola", Frequency.IMMEDIATE)  # is not what it is about
    sender = Answers()
    runner(engine, sender).drain()
    assert {message.recipient[:3]: why(message) for message in sender.sent} == {
        "nr1": "”Vatten och avlopp”",
        "nr2": "”Vatten och avlopp” och ”Åvas bad”",
        "nr3": "”Vatten och avlopp”",
    }


def test_who_wants_a_digest_is_told_what_brought_the_crisis(engine: Engine) -> None:
    add_item(engine, 1, lane=Lane.CRISIS)
    add_contact(engine, 1, label="Allt nytt på webbplatsen", frequency=Frequency.WEEKLY)
    queue(engine, 1, lane=Lane.CRISIS)
    sender = Answers()
    runner(engine, sender, lane=Lane.CRISIS).drain()
    assert [why(message) for message in sender.sent] == ["”Allt nytt på webbplatsen”"]
