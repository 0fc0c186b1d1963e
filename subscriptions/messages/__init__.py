"""What people read: e-mail and SMS, from an item to bytes that a sender takes as they are.

item            what a message is about
gsm7            SMS: alphabet, parts, shortening
sms             the words of each SMS
mime            a mail prepared once; the recipient is spliced in
mail            the words of news, digests, crisis messages and their end
transactional   confirmations, links and codes that somebody asked for
verp            the bounce address of each mail
"""

from dataclasses import dataclass

from subscriptions.model import Channel


@dataclass(frozen=True, slots=True)
class Message:
    """One message, ready to go: ``delivery`` is the outbox row that it is accounted under.

    ``body``: the whole mail (RFC 5322, CRLF) or the SMS's text (UTF-8); ``return_path``: the envelope sender.
    """

    delivery: int
    channel: Channel
    recipient: str
    body: bytes
    return_path: str = ""

    def __repr__(self) -> str:
        return f"Message(delivery={self.delivery}, channel={self.channel.value})"  # never the address
