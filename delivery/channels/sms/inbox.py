"""An SMS as the local inbox of development shows it."""

from typing import Any

from delivery.channels.sms.gsm7 import pack
from delivery.message import Message


def view(message: Message) -> dict[str, Any]:
    """The columns of ``local_messages`` that say what is in it."""
    text = message.body.decode()
    return {"subject": "", "plain": text, "html": "", "headers": [], "parts": len(pack(text).parts)}
