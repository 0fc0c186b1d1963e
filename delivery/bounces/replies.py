"""This module tells bounces in words alone from vacations, challenges and warnings of delay."""

import re
from email.utils import parseaddr

from delivery.bounces.parts import Part, header, own_words
from delivery.bounces.words import CHALLENGE, blames_us, says_full, says_unknown
from delivery.channels.email.enhanced_codes import CODE, Verdict, verdict_of

_DAEMON = re.compile(
    r"mail(er)?[-_. ]?(daemon|delivery|system|admin(istrator)?)|postmaster|mailer|daemon|mdaemon|mailsys"
    r"|microsoftexchange",
    re.IGNORECASE,
)
_DELAY = re.compile(
    r"delay|warning (message )?only|not need to (re-?send|retry)"
    r"|will (keep|continue|be) (on )?(to )?((re)?tr|attempt)"
    r"|still (be(ing)? )?(re)?tr(ied|ying)|not yet been delivered|not been delivered (yet|for)"
    r"|just a warning|delivered yet"
    r"|no action is required"
    r"|fördröj|försen(a|in)|forsink|verzöger|viiväst",
    re.IGNORECASE,
)
_FINAL = re.compile(
    r"giv(ing|en) up|gave up|permanent|fatal error|undeliverable|returned to sender|delivery fail",
    re.IGNORECASE,
)
_REPLY = re.compile(
    r"out of (the )?office|vacation|auto(matic|matiskt?|mated)?[- ]?(reply|svar|response|respon)|autoreply"
    r"|frånvar|semester|\b(föräldra|tjänst)?ledig\b|inte på kontoret|on leave|away from|abwesen|absence"
    r"|automat\w* (antwort|vastaus)|(réponse|risposta|resposta|respuesta) automat"
    r"|poissaolo|fravær|på ferie|urlaub",
    re.IGNORECASE,
)
_FAILURE = re.compile(
    r"undeliver|fail|could ?n[o']t be|unable to|return|reject|refus|not (be )?deliver|unknown|not exist"
    r"|not a valid|kunde inte|olever|obest",
    re.IGNORECASE,
)
_FAILED_SUBJECT = re.compile(
    r"^\W*(mail (error|delivery (fail|warning)|could not be deliver)|returned mail|undeliver|delivery fail"
    r"|failed mail|failure notice|non.?delivery|olever|automatically rejected mail)",
    re.IGNORECASE,
)


def read_reply(message: Part) -> tuple[str, str, Verdict] | None:
    """(bounce or delay, code, verdict) where a server says in words that it could not deliver; else None.

    Words are read less surely than fields: they count, but never condemn an address by themselves.
    """
    subject, words = header(message, "Subject"), own_words(message)
    failed = bool(_FAILED_SUBJECT.match(subject))
    if failed:
        subject = subject.partition(":")[0]  # "Undeliverable: " and what we wrote
    both = f"{subject}\n{words}"
    if not _is_from_server(message, failed, both):
        return None
    if (
        _is_marked(message)
        or _REPLY.search(subject)
        or (not failed and _REPLY.search(words[:500]))
        or CHALLENGE.search(both)
    ):
        return None
    codes = CODE.findall(both)
    if _DELAY.search(both) and not _FINAL.search(both):
        return "delay", next((code for code in codes if code.startswith("4")), "4.0.0"), Verdict.NOT_ITS_FAULT
    code = next((code for code in codes if code.startswith("5")), "5.0.0")
    if says_unknown(both) or says_full(both):
        return "bounce", code, Verdict.STRIKE
    ours = blames_us(both) or verdict_of(code) is Verdict.NOT_ITS_FAULT
    return "bounce", code, Verdict.NOT_ITS_FAULT if ours else Verdict.STRIKE


def _is_marked(message: Part) -> bool:
    """Answering programs' own headers; ``Auto-Submitted`` says the same of bounces (RFC 3834, 5)."""
    named = any(name in message for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponse"))
    return named or "reply" in str(message.get("Precedence", "")).lower()


def _is_from_server(message: Part, failed: bool, words: str) -> bool:
    """Sent by a mail server with nobody to answer to (RFC 5321, 4.5.5).

    Postfix's pipe writes the empty return path as MAILER-DAEMON. Where the path is missing, or the sender
    has another name than mail servers' own, the words must say that something failed.
    """
    path = message.get("Return-Path")
    back = re.sub(r"[<>\s]", "", str(path or ""))
    if back and not _DAEMON.match(back):
        return False
    name, address = parseaddr(header(message, "From"))
    if _DAEMON.match(address) or (not address and _DAEMON.search(name)):
        return path is not None or bool(_FAILURE.search(words))
    return path is not None and bool(failed or (not address and _FAILURE.search(words)))
