"""These are the words of the domain: what may be followed, by whom, and what a feed tells."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

ITEM = "item"
DIGEST = "digest"
"""The sources under which the outbox holds messages about items and about digest runs."""


class Frequency(StrEnum):
    """How often somebody wants to hear. Crisis messages ignore it."""

    IMMEDIATE = "immediate"
    DAILY = "daily"
    WEEKLY = "weekly"


class TargetKind(StrEnum):
    """What may be followed. The value is a slug, a record's UUID (page) or empty (all, crisis)."""

    ALL = "all"
    TYPE = "type"
    TOPIC = "topic"
    BODY = "body"
    AREA = "area"
    PAGE = "page"
    CRISIS = "crisis"


class ContactState(StrEnum):
    """PENDING until the address is proven; LEFT after the last choice is gone."""

    PENDING = "pending"
    ACTIVE = "active"
    LEFT = "left"


class ItemState(StrEnum):
    """BASELINE was there when the feed was first seen: known, never sent."""

    BASELINE = "baseline"
    HELD = "held"
    RELEASED = "released"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Target:
    """Something that can be followed: (topic, "vatten-och-avlopp"), (page, "<uuid>"), (crisis, "")."""

    kind: TargetKind
    value: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing a contact follows, how often, and under which name it was chosen."""

    target: Target
    frequency: Frequency = Frequency.IMMEDIATE
    label: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact as the pages show it; the address is decrypted."""

    id: int
    channel: str
    address: str
    state: ContactState
    created_at: datetime
    confirmed_at: datetime | None
    paused_until: datetime | None
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Alert:
    """The ``cap:`` elements of an entry, in CAP 1.2's words."""

    identifier: str = ""
    severity: str = ""
    urgency: str = ""
    certainty: str = ""
    message_type: str = ""
    status: str = ""
    event: str = ""
    headline: str = ""
    area: str = ""
    instruction: str = ""
    effective: datetime | None = None
    expires: datetime | None = None
    references: tuple[str, ...] = ()  # identifiers (or entry ids) of earlier messages
    scope: str = ""
    all_clear: bool = False  # the response type: no longer a threat or concern (CAP 1.2, 3.2.2)

    @property
    def is_not_meant_for_the_public(self) -> bool:
        """True for exercises and tests, answers between authorities and closed circles (CAP 1.2, 3.2.1)."""
        return (
            self.status in ("Exercise", "System", "Test", "Draft")
            or self.message_type in ("Ack", "Error")
            or self.scope in ("Restricted", "Private")
        )

    @property
    def is_actual(self) -> bool:
        """True only where CAP says so in its own words: what is left out or misspelt is nobody's guess."""
        return (
            self.status == "Actual"
            and self.message_type in ("Alert", "Update", "Cancel")
            and self.scope in ("", "Public")
        )

    @property
    def is_cancel(self) -> bool:
        """True for the message that ends earlier ones."""
        return self.message_type == "Cancel"

    @property
    def is_end(self) -> bool:
        """True where a reader learns that something is over: a cancel, or an update with an all-clear."""
        return self.is_cancel or self.all_clear

    def as_json(self) -> dict[str, Any]:
        """What ``items.alert`` holds: moments in ISO 8601, UTC."""
        return {
            name: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
            for name, value in asdict(self).items()
        }


@dataclass(frozen=True, slots=True)
class Entry:
    """One feed entry, sanitised: plain text, link http(s) only. ``updated`` is None where it has no date."""

    id: str
    title: str
    summary: str
    link: str
    updated: datetime | None
    published: datetime | None = None
    targets: tuple[Target, ...] = ()
    labels: tuple[str, ...] = ()  # human names of its topics, for the subject line
    type: str = ""
    alert: Alert | None = None
    sms: str = ""
