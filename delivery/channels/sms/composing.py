"""An SMS for one recipient."""

from delivery.message import Message
from delivery.model import Channel
from delivery.outbox import Row


def compose(row: Row, address: str, text: str) -> Message:
    """The message; ``text`` is in the SMS alphabet already."""
    return Message(row.id, Channel.SMS, address, text.encode())
