"""These are delivery's words: how a message travels, how urgent it is, and what became of it."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Channel(StrEnum):
    """How a message travels. A contact is one address on one channel."""

    EMAIL = "email"
    SMS = "sms"


class Lane(IntEnum):
    """Order of precedence; each lane has its own connections and budget."""

    CRISIS = 0
    TRANSACTIONAL = 1
    IMMEDIATE = 2
    DIGEST = 3


class DeliveryState(StrEnum):
    """The life of one outbox row.

    DEFERRED waits for its hour (quiet hours, retry); HELD waits for an operator (restored backup).
    ACCEPTED is the provider's word, DELIVERED the receiver's. AMBIGUOUS: nobody knows whether it went out.
    """

    QUEUED = "queued"
    DEFERRED = "deferred"
    HELD = "held"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    FAILED = "failed"
    AMBIGUOUS = "ambiguous"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Outcome(StrEnum):
    """How one attempt ended; the only split a sender reports is permanent or temporary."""

    ACCEPTED = "accepted"
    TEMPORARY = "temporary"
    PERMANENT = "permanent"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class Result:
    """What a sender reports of one message: outcome, the provider's code and words, and its id for it."""

    outcome: Outcome
    code: str = ""
    detail: str = ""
    provider_id: str = ""
    retry_after: float | None = None  # seconds, where the provider said so
    suppress: bool = False  # the address must not be tried again
    refused: bool = False  # the recipient was refused, not the message or us: counts like a bounce
    answered: bool = False  # ambiguous, but not silent: the provider said that it failed
    unreachable: bool = False  # the provider itself failed; its circuit breaker counts these
