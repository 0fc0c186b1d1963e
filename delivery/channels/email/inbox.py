"""A mail as the local inbox of development shows it, taken apart from the very bytes that would be sent."""

from email import message_from_bytes
from email.policy import default
from typing import Any

from delivery.message import Message


def view(message: Message) -> dict[str, Any]:
    """The columns of ``local_messages`` that say what is in it."""
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
