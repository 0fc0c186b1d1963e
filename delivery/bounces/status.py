"""This module reads the machine-readable part of a bounce (RFC 3464), as mail servers really write it."""

import re
from dataclasses import dataclass

from delivery.bounces.words import CHALLENGE, blames_us, says_full, says_passing, says_unknown
from delivery.channels.email.enhanced_codes import CODE, GONE, Verdict

_FAILED = {"failed", "failure", "fail", "error", "expired"}
_VAGUE = re.compile(r"5\.([135]\.0|0\.\d+|4\.[15]|7\.\d+)$")
"""Codes that say nothing of the address by themselves; the words beside them may."""

_COMMENT = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Status:
    """One recipient's outcome: ``kind`` is bounce, delay, delivered or challenge; ``verdict`` as Report's."""

    kind: str
    code: str
    verdict: Verdict | None = None


def read_status(groups: list[dict[str, str]]) -> Status | None:
    """What the groups of fields say together; None where they say nothing of an outcome.

    The address of one delivery may have been an alias of several: who was reached outranks who was not.
    """
    found = [status for fields in groups if (status := _one(fields))]
    for kind in ("delivered", "challenge", "bounce", "delay"):
        for status in found:
            if status.kind == kind:
                return status
    return None


def _one(fields: dict[str, str]) -> Status | None:
    action = _without_comments(fields.get("action", "")).lower()
    diagnostic = fields.get("diagnostic-code", "")
    code = code_of(fields.get("status", ""), diagnostic)
    if action == "delivered":
        return Status("delivered", code or "2.0.0")
    if action in ("delayed", "delay"):
        return Status("delay", code)
    if CHALLENGE.search(diagnostic):
        return Status("challenge", code)
    if action == "failed" or ((action in _FAILED or not action) and code.startswith("5")):
        code = code if code and not code.startswith("2") else "5.0.0"
        return Status("bounce", code, verdict(code, diagnostic))
    return None


def code_of(status: str, diagnostic: str) -> str:
    """The code that counts: the receiving server's own outranks the reporter's (RFC 3464, 2.3.6)."""
    own = CODE.match(_without_comments(status))
    reported = own[0] if own else ""
    kind, _, words = diagnostic.partition(";")
    if _without_comments(kind).lower() != "smtp":
        return reported
    said = [str(code) for code in CODE.findall(words)]
    if said:
        return next((code for code in said if not _VAGUE.match(code)), said[0])
    # A server that says "later" without an enhanced code has not condemned anybody either.
    return "4.0.0" if re.match(r"\s*4\d\d\b", words) and GONE.match(reported) else reported


def verdict(code: str, words: str) -> Verdict | None:
    """What the words say beyond the code; None where the code alone decides.

    5.7 with "no such user" is worth a strike, but is a refusal of ours first of all.
    """
    if GONE.match(code):
        if blames_us(words) and not (says_full(words) or says_unknown(words)):
            return Verdict.NOT_ITS_FAULT
        return Verdict.STRIKE if says_full(words) or says_passing(words) or blames_us(words) else None
    if not _VAGUE.match(code):
        return None
    refusal = code.startswith("5.7.")
    if refusal and blames_us(words):
        return None
    if says_full(words):
        return Verdict.STRIKE
    if blames_us(words):
        return Verdict.NOT_ITS_FAULT
    if says_unknown(words):
        return Verdict.STRIKE if refusal else Verdict.GONE
    return None


def _without_comments(value: str) -> str:
    """RFC 3464, 2.1.1: comments as in RFC 822 may stand in any field."""
    before = None
    while before != value:
        before, value = value, _COMMENT.sub(" ", value)
    return value.strip()
