"""These tables say what the words of mail servers mean, in the languages and forms of the common ones."""

import re

_UNKNOWN = re.compile(
    r"user unknown|unknown (user|recipient|mailbox|address|account)|unrout(e)?able address|recipnotfound"
    r"|no such (user|recipient|mailbox|address|account|person|domain)|invalid (recipient|mailbox|user)"
    r"|(user|recipient|mail-?box|account|address|domain|host)\b.{0,80}?(does not|doesn't|not) exist"
    r"|(user|recipient|mail-?box|account|address)( \S+)?( is| was)? (not found|unavailable|unknown|not known)"
    r"|no mail ?box|not an? (known|valid|active) (user|address|recipient|mailbox)"
    r"|doesn't have an? \S+ account"
    r"|(not listed in|no match in|unable to find) .{0,40}(directory|address book|user)|bad[-_ ]?recipient"
    r"|recipient address rejected: access denied|host (or domain name )?(not found|unknown)|unknown host"
    r"|mottagaren (finns inte|är okänd)|okänd mottagare|adressen finns inte",
    re.IGNORECASE,
)
_FULL = re.compile(
    r"\bquota\b|mailbox( is|'s)? full|full mailbox|inbox is full|storage|too many (mails|messages)|disk space"
    r"|exceed.{0,30}(limit|size)|mailbox size|folder is full|(mail ?box|mail ?folder) space",
    re.IGNORECASE,
)
_PASSING = re.compile(
    r"suspend|recipient'?s? preference|user reject|\b(un)?lock(ed)?\b|on vacation", re.IGNORECASE
)
_OURS = re.compile(
    r"block.?list|black.?list|\bblocked\b|spam|\brbl|dnsbl|reputation|polic(y|ies)|gr[ae]y.?list|virus"
    r"|rate.?limit|too (many|large|big|fast|much)|try again|temporar|(message|mail|max) size"
    r"|content (filter|rej)|relay"
    r"|sender (denied|rejected)|sender address|submission quota"
    r"|\bdmarc\b|\bspf\b|\bdkim\b|not authori[sz]ed|throttl|unsolicited"
    r"|listed (at|in|on|by)\b|(?<![?&])\bip ?=|\(BL\)"
    # the names and addresses of the sending server, whose host may be "not found" too
    r"|\b(helo|ehlo|callout|rdns|ptr)\b|reverse|client host|from address"
    r"|sender (verif|domain|ip|host|callout)|\bip (name )?lookup"
    r"|(your|sending) (\S+ )?(ip|host(name)?|server|domain|network|isp)\b",
    re.IGNORECASE,
)
CHALLENGE = re.compile(
    r"challenge|spam ?arrest|boxbe|approved sender|pre-approved|guest list|white-?list(ed)? (yourself|your)"
    r"|requires? (a )?(confirmation|verification)"
    r"|(confirm|verify|prove) (that )?(you are|you're|your (message|mail|e-mail|identity))"
    r"|to (have|get) your (message|mail|e-mail) delivered"
    r"|(message|mail) (is|has been) (held|waiting|pending)",
    re.IGNORECASE,
)
"""The receiver asks the sender to prove that a person writes."""


def says_unknown(words: str) -> bool:
    """The address is said not to exist."""
    return bool(_UNKNOWN.search(words))


def says_full(words: str) -> bool:
    """The mailbox, or the mail, is said to be too large."""
    return bool(_FULL.search(words))


def says_passing(words: str) -> bool:
    """The address is said to exist, but not to take this mail, or none for a while."""
    return bool(_PASSING.search(words))


def blames_us(words: str) -> bool:
    """The sender, the mail or the moment is blamed: blocklists, rates, sizes, policies."""
    return bool(_OURS.search(words))
