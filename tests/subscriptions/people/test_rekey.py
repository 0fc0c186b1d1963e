"""A new key takes over everything, so that the old one can go."""

from datetime import timedelta

from sqlalchemy import Engine, insert, select

from delivery.model import Channel
from delivery.suppression import suppress, suppressed
from delivery.tables import outbox
from foundation.database import read, write
from foundation.encryption import Keys
from subscriptions.people.contacts import find
from subscriptions.people.rekey import rekey
from subscriptions.tables import accessibility_reports, choices, contacts
from tests.subscriptions.sending import KEYS, NOW, add_contact, add_item, queue

NEW = "ny-nyckel-for-prov-" + "2" * 32
BOTH = Keys([NEW, KEYS.newest.secret])
ONLY_NEW = Keys([NEW])


def test_under_the_new_key_alone_all_is_found_read_and_still_suppressed(engine: Engine) -> None:
    add_item(engine)
    add_contact(engine, 1, "anna@exempel.example")
    add_contact(engine, 2, "+46701740605", Channel.SMS)
    queue(engine, 1, payload=KEYS.encrypt_json({"kod": 1}))
    with write(engine) as connection:
        connection.execute(
            insert(accessibility_reports).values(
                kind="fault", text=KEYS.encrypt("Jag ser inte"), reply_to=None, created_at=NOW
            )
        )
        suppress(connection, KEYS, Channel.SMS, "+46701740605", reason="stop", now=NOW)
        suppress(connection, KEYS, Channel.EMAIL, "glomd@exempel.example", reason="bounce", now=NOW)
    assert rekey(engine, BOTH) == {"contacts": 2, "sealed": 2, "unreadable": 0}
    assert rekey(engine, BOTH) == {"contacts": 0, "sealed": 0, "unreadable": 0}
    with read(engine) as connection:
        anna = find(connection, ONLY_NEW, Channel.EMAIL, "anna@exempel.example")
        assert anna is not None
        assert ONLY_NEW.decrypt(anna.address) == "anna@exempel.example"
        assert ONLY_NEW.decrypt_json(connection.scalar(select(outbox.c.payload)) or b"") == {"kod": 1}
        assert (
            ONLY_NEW.decrypt(connection.scalar(select(accessibility_reports.c.text)) or b"") == "Jag ser inte"
        )
        assert suppressed(connection, ONLY_NEW, Channel.SMS, ["+46701740605"])
        assert suppressed(connection, BOTH, Channel.EMAIL, ["glomd@exempel.example"])


def test_an_address_met_anew_by_a_process_without_the_old_key_becomes_one_again(engine: Engine) -> None:
    add_item(engine)
    add_contact(engine, 1, "anna@exempel.example", state="left")
    add_contact(engine, 2, "anna@exempel.example", keys=ONLY_NEW)
    assert rekey(engine, BOTH) == {"contacts": 1, "sealed": 0, "unreadable": 0}
    with read(engine) as connection:
        assert [(row.id, row.state) for row in connection.execute(select(contacts))] == [(1, "active")]
        assert connection.scalar(select(choices.c.contact_id)) == 1


def test_what_no_key_opens_is_told_and_left(engine: Engine) -> None:
    add_item(engine)
    add_contact(engine, 1, created_at=NOW - timedelta(days=1))
    assert rekey(engine, ONLY_NEW) == {"contacts": 0, "sealed": 0, "unreadable": 1}
    with read(engine) as connection:
        assert find(connection, KEYS, Channel.EMAIL, "nr1@exempel.example") is not None
