"""A ``Message`` is ready to go, and a sender takes it as it is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """One message, ready to go: ``delivery`` is the outbox row that it is accounted under.

    ``body``: the whole mail (RFC 5322, CRLF) or the SMS's text (UTF-8); ``return_path``: the envelope sender.
    """

    delivery: int
    channel: str
    recipient: str
    body: bytes
    return_path: str = ""

    def __repr__(self) -> str:
        return f"Message(delivery={self.delivery}, channel={self.channel})"  # never the address
