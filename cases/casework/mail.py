"""A mail to the official box becomes a case: the mail server hands it over by a pipe (`cases mail`).

What machines send (RFC 3834) is no case, and nothing is ever answered to an empty return path: two machines
must not answer each other. The same mail twice is one case.
"""

import hashlib
import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr

from cases.casework import photos
from cases.casework.history import Details
from cases.casework.receiving import Photo, Report
from cases.categories import Category
from cases.model import CaseError, Channel, Kind
from delivery.addresses import AddressError
from delivery.channels.email.addresses import normalise
from delivery.plain_text import one_line
from delivery.plain_text import text as plain

LONGEST = 5000
QUOTED = re.compile(r"^(>|-{2,} ?(Original Message|Ursprungligt meddelande))", re.IGNORECASE)


def read(raw: bytes, category: Category) -> Report | None:
    """The report that a mail is; None for what a machine has sent."""
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    if is_automatic(message):
        return None
    subject, words = one_line(_header(message, "Subject")), plain(_text(message))
    text = "\n\n".join(part for part in (subject, words) if part)[:LONGEST] or "(tomt mejl)"
    name, address = parseaddr(_header(message, "From"))
    try:
        email = normalise(address)
    except AddressError:
        email = ""
    key = hashlib.sha256((_header(message, "Message-ID") or repr(raw)).encode()).hexdigest()
    return Report(
        category, Kind.QUESTION, Channel.EMAIL, Details(text, name=one_line(name), email=email),
        key=key, photos=_photos(message),
    )  # fmt: skip


def is_automatic(message: EmailMessage) -> bool:
    """Whether a machine wrote it: answers while away, lists, bounces."""
    automatic = _header(message, "Auto-Submitted").lower()
    bulk = _header(message, "Precedence").lower() in ("bulk", "list", "junk", "auto_reply")
    bounced = _header(message, "Return-Path").strip() == "<>"
    is_report = message.get_content_type() == "multipart/report"
    return (automatic not in ("", "no")) or bulk or bounced or is_report or "List-Id" in message


def _header(message: EmailMessage, name: str) -> str:
    """A header's text; what is not written as the standards ask is read as far as it goes."""
    try:
        return str(message.get(name, ""))
    except (ValueError, IndexError, AttributeError, TypeError):  # the parser of the standard library
        return ""


def _text(message: EmailMessage) -> str:
    """What was written, without what was quoted below it."""
    body = message.get_body(("plain", "html"))
    if body is None:
        return ""
    try:
        text = str(body.get_content())
    except (LookupError, ValueError):  # an alphabet that nobody knows
        payload = body.get_payload(decode=True)
        text = payload.decode("latin-1") if isinstance(payload, bytes) else ""
    if body.get_content_subtype() == "html":
        text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", text, flags=re.DOTALL | re.IGNORECASE)
    lines = text.splitlines()
    end = next((n for n, line in enumerate(lines) if QUOTED.match(line)), len(lines))
    return "\n".join(lines[:end] if any(line.strip() for line in lines[:end]) else lines)


def _photos(message: EmailMessage) -> list[Photo]:
    """The pictures that came along; what is none is left out, for the words are what matters."""
    found: list[Photo] = []
    for part in message.iter_attachments():
        data = part.get_payload(decode=True)
        if part.get_content_maintype() == "image" and isinstance(data, bytes) and len(found) < photos.MOST:
            try:
                found.append(photos.clean(data))
            except CaseError:
                continue
    return found
