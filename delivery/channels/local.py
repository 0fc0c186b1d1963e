"""The inbox of development keeps messages in the database; nothing leaves the machine."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, insert

from delivery.message import Message
from delivery.model import Outcome, Result
from delivery.tables import local_messages
from foundation.database import write


class LocalSender:
    """Takes any channel's messages; ``view`` is the channel's own: what its recipient would see."""

    provider = "local"

    def __init__(self, engine: Engine, view: Callable[[Message], dict[str, Any]]) -> None:
        self.engine = engine
        self.view = view

    def send(self, message: Message) -> Result:
        """Store one message."""
        with write(self.engine) as connection:
            connection.execute(
                insert(local_messages).values(
                    channel=message.channel,
                    recipient=message.recipient,
                    sent_at=datetime.now(UTC),
                    **self.view(message),
                )
            )
        return Result(Outcome.ACCEPTED, "local", "in the local inbox")

    def close(self) -> None:
        """Nothing is open."""
