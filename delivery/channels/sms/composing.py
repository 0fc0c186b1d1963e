"""This module composes an SMS for one recipient."""

from delivery.message import Message
from delivery.model import Channel


def compose(delivery: int, address: str, text: str) -> Message:
    """The message of one delivery (a row of the outbox); ``text`` is in the SMS alphabet already."""
    return Message(delivery, Channel.SMS, address, text.encode())
