"""A mail for one recipient: its skeleton, its own link, its Message-ID and its bounce address."""

from dataclasses import dataclass

from delivery.channels.email.mime import Skeleton, ready_address
from delivery.channels.email.verp import return_path
from delivery.message import Message
from delivery.model import Channel
from delivery.outbox import Row
from foundation.encryption import Keys


@dataclass(frozen=True, slots=True)
class MailComposer:
    """``sender`` is our address, ``domain`` where bounces go (VERP)."""

    keys: Keys
    sender: str
    domain: str

    def compose(self, row: Row, address: str, skeleton: Skeleton, date: str, leave_url: str = "") -> Message:
        """The whole mail. Raises AddressError."""
        recipient = ready_address(address)
        body = skeleton.splice(
            recipient=recipient,
            # The same at every attempt, so that whoever receives it twice can tell.
            message_id=f"{row.id}.{int(row.queued_at.timestamp())}@{self.domain}",
            date=date,
            leave_url=leave_url,
        )
        sender = return_path(self.keys, self.sender, self.domain, row.id)
        return Message(row.id, Channel.EMAIL, recipient, body, sender)
