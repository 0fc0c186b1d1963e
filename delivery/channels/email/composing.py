"""A mail for one recipient is made of a skeleton, its own link, its Message-ID and its bounce address."""

from dataclasses import dataclass
from datetime import datetime

from delivery.channels.email.mime import Skeleton, ready_address
from delivery.channels.email.verp import return_path
from delivery.message import Message
from delivery.model import Channel
from foundation.encryption import Keys


@dataclass(frozen=True, slots=True)
class MailComposer:
    """``sender`` is our address, ``domain`` where bounces go (VERP)."""

    keys: Keys
    sender: str
    domain: str

    def compose(
        self,
        delivery: int,
        queued_at: datetime,
        address: str,
        skeleton: Skeleton,
        date: str,
        leave_url: str = "",
    ) -> Message:
        """The whole mail of one delivery (a row of the outbox). Raises AddressError."""
        recipient = ready_address(address)
        body = skeleton.splice(
            recipient=recipient,
            # The same at every attempt, so that whoever receives it twice can tell.
            message_id=f"{delivery}.{int(queued_at.timestamp())}@{self.domain}",
            date=date,
            leave_url=leave_url,
        )
        sender = return_path(self.keys, self.sender, self.domain, delivery)
        return Message(delivery, Channel.EMAIL, recipient, body, sender)
