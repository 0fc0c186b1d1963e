"""The inbox of development: messages stay in the database, nothing leaves the machine."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from typing import Any

from sqlalchemy import Engine, insert

from delivery.channels.sms.gsm7 import pack
from delivery.message import Message
from delivery.model import Channel, Outcome, Result
from delivery.tables import local_messages
from foundation.database import write


class LocalSender:
    """Takes mail and SMS alike, and shows what a mail program would find in them."""

    provider = "local"

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def send(self, message: Message) -> Result:
        """Store one message, taken apart from the very bytes that would have been sent."""
        values = _mail(message) if message.channel == Channel.EMAIL else _sms(message)
        with write(self.engine) as connection:
            connection.execute(
                insert(local_messages).values(
                    channel=message.channel, recipient=message.recipient, sent_at=datetime.now(UTC), **values
                )
            )
        return Result(Outcome.ACCEPTED, "local", "in the local inbox")

    def close(self) -> None:
        """Nothing is open."""


def _mail(message: Message) -> dict[str, Any]:
    mail = message_from_bytes(message.body, policy=default)
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    return {
        "subject": str(mail["Subject"]),
        "plain": plain.get_content().replace("\r\n", "\n") if plain else "",
        "html": html.get_content().replace("\r\n", "\n") if html else "",
        "headers": [[name, str(value)] for name, value in mail.items()]
        + [["Return-Path", message.return_path]],
        "parts": 1,
    }


def _sms(message: Message) -> dict[str, Any]:
    text = message.body.decode()
    return {"subject": "", "plain": text, "html": "", "headers": [], "parts": len(pack(text).parts)}
