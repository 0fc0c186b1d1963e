"""This module reads one incoming message: what it says of which delivery, proven by our own signature."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from delivery.bounces.parts import Part, groups, header, parse
from delivery.bounces.replies import read_reply
from delivery.bounces.status import read_status
from delivery.channels.email.enhanced_codes import Verdict, verdict_of
from delivery.channels.email.verp import delivery_of
from foundation.encryption import Keys
from foundation.signed_links import Token, leave_token

COMPLAINTS = frozenset({"abuse", "fraud", "opt-out"})
"""Kinds of feedback by which the recipient says: no more (RFC 5965 and, for opt-out, its drafts).

Not "not-spam" (RFC 6430), which says the opposite, nor "auth-failure" (RFC 6591) and "virus", which a
machine says of a mail that may not even be ours; nor "other".
"""

_STATUS, _FEEDBACK = "text/delivery-status", "text/feedback-report"  # as `parse` names them
_ENCLOSED = ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers")
_JUNK = re.compile(r"complaint about message from", re.IGNORECASE)
"""The subject of Microsoft's complaints (JMRP), which enclose the mail and no feedback report."""


@dataclass(frozen=True, slots=True)
class Report:
    """What one incoming message says: ``kind`` is bounce, delay, delivered or complaint.

    ``delivery`` is None where only the link to leave in the enclosed mail (``leave``) tells whom it is
    about; the link is proven against its contact. ``verdict`` is None where the code alone decides.
    """

    delivery: int | None
    kind: str
    code: str
    verdict: Verdict | None = None
    leave: Token | None = None

    @property
    def judgement(self) -> Verdict:
        """What a bounce says of the address."""
        return self.verdict or verdict_of(self.code)


def read_report(keys: Keys, raw: bytes, recipient: str = "") -> Report | None:
    """The report in a message, proven by what we signed; None for anything else.

    ``recipient`` is the envelope's, where the mail server passes it on.
    """
    message = parse(raw)
    parts = list(message.walk())
    addresses = (recipient, *_addresses(message, parts))
    delivery = next((found for text in addresses if (found := delivery_of(keys, text)) is not None), None)
    complaint = _complaint(message, parts)
    if complaint is not None:
        leave = _leave(parts) if delivery is None else None
        known = delivery is not None or leave is not None
        return Report(delivery, "complaint", complaint, leave=leave) if known and complaint else None
    if delivery is None or any(
        part.get_content_type() == "message/disposition-notification" for part in parts
    ):
        return None
    for part in parts:
        if part.get_content_type() == _STATUS and (status := read_status(groups(part))):
            is_challenge = status.kind == "challenge"  # somebody is asked to prove that a person writes
            return None if is_challenge else Report(delivery, status.kind, status.code, status.verdict)
    # Our own mail, as the mailbox of the canary got it: Return-Path is what the last mail server adds.
    if any(delivery_of(keys, str(value)) == delivery for value in message.get_all("Return-Path", [])):
        return Report(delivery, "delivered", "mailbox")
    reply = read_reply(message)
    # Without one it is an answer of a person or a machine, and says nothing of delivery.
    return Report(delivery, *reply) if reply else None


def _complaint(message: Part, parts: Sequence[Part]) -> str | None:
    """The kind of a complaint, empty where the feedback is none, None where there is no feedback."""
    for part in parts:
        if part.get_content_type() == _FEEDBACK:
            said = [fields["feedback-type"] for fields in groups(part) if "feedback-type" in fields]
            kind = said[0].lower() if said else "abuse"
            return kind if kind in COMPLAINTS else ""
    enclosed = [part for part in parts if "X-HmXmrOriginalRecipient" in part]
    if enclosed or (_JUNK.match(header(message, "Subject").strip()) and _leave(parts) is not None):
        return "abuse"
    return None


def _leave(parts: Sequence[Part]) -> Token | None:
    """The link to leave that we wrote into the enclosed mail."""
    texts = (text for part in parts for text in _headers(part, "list-unsubscribe"))
    return next((found for text in texts if (found := leave_token(text)) is not None), None)


def _headers(part: Part, name: str) -> list[str]:
    """A header of a part, or of the mail whose headers the part holds as text."""
    found = [str(value) for value in part.get_all(name, [])]
    if part.get_content_type() in _ENCLOSED and not part.is_multipart():
        found += [fields[name] for fields in groups(part) if name in fields]
    return found


def _addresses(message: Part, parts: Sequence[Part]) -> Iterator[str]:
    """Where our signed address may stand: what the report was sent to, then what it encloses."""
    for name in ("X-Original-To", "Delivered-To", "Envelope-To", "To"):
        yield from (str(value) for value in message.get_all(name, []))
    for part in parts:
        if part.get_content_type() == _FEEDBACK:
            yield from (value for fields in groups(part) for value in fields.values())
        yield from _headers(part, "return-path")
