"""The page after a sign-up says where a mail went: its token carries that, sealed, and asks no database.

So the page shows whoever typed an address what they typed, for an hour, and says nothing of what its owner
has done since, nor how many have signed up.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta

from foundation.encryption import Keys, UndecryptableError
from subscriptions.model import Frequency

LIFETIME = timedelta(hours=1)
"""How long the page shows the address."""
PURPOSE = "sent-to"
"""Nothing else that the same keys have sealed is taken for such a token."""
MAX_TOKEN = 2_000
"""Characters; longer ones are not even looked at."""


@dataclass(frozen=True, slots=True)
class SentTo:
    """What was typed, and when."""

    channel: str
    address: str
    frequency: Frequency
    at: datetime


def seal(keys: Keys, sent: SentTo) -> str:
    """The token, to be put into an address: only its length says anything, and that of what was typed."""
    parts = [PURPOSE, sent.channel, sent.address, sent.frequency, sent.at.isoformat(timespec="seconds")]
    return urlsafe_b64encode(keys.encrypt_json(parts)).decode().rstrip("=")


def opened(keys: Keys, token: str, now: datetime) -> SentTo | None:
    """What ``seal`` put into the token; None where it is false or too old."""
    if len(token) > MAX_TOKEN:
        return None
    try:
        sealed = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        purpose, channel, address, frequency, at = keys.decrypt_json(sealed)
        sent = SentTo(channel, address, Frequency(frequency), datetime.fromisoformat(at))
    except (UndecryptableError, ValueError, TypeError):
        return None
    return sent if purpose == PURPOSE and now < sent.at + LIFETIME else None
