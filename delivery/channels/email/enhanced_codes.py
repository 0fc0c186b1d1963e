"""What enhanced status codes say of an address (RFC 3463, RFC 7505, and Exchange Online's own numbers)."""

import re
from enum import StrEnum

GONE = re.compile(r"5\.(1\.(1|2|3|6|10|351)|4\.(4|310))$")
"""This address or its domain takes no mail, now or later.

5.1.351 (unknown recipient) and 5.4.310 (the domain does not exist) are Exchange Online's. Not 5.2.1, which
providers say of a mailbox that is locked for a while or takes no more mail this hour.
"""

_ABOUT_US = re.compile(r"[45]\.([3567]\.|1\.(7|8|90)$|2\.(3|121|122)$)")
"""About us, our mail or the receiver's system: policy, blocklists, rate, size, protocol, our own address.

5.1.90, 5.2.121 and 5.2.122 are Exchange Online's limits of mails a day and an hour.
"""

CODE = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)")
"""An enhanced code inside words; not a part of an IP address or a version."""


class Verdict(StrEnum):
    """What a failure says of the address."""

    GONE = "gone"  # it takes no mail, now or later
    STRIKE = "strike"  # it did not take this one; repeated often enough, it is given up
    NOT_ITS_FAULT = "not-its-fault"  # one blocklisting of ours would otherwise silence all our readers


def verdict_of(code: str) -> Verdict:
    """What the code alone says."""
    if GONE.match(code):
        return Verdict.GONE
    return Verdict.NOT_ITS_FAULT if _ABOUT_US.match(code) else Verdict.STRIKE
