"""These tables are the cases': a case, what happened to it, its photos. What people wrote is encrypted."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from foundation.columns import Id, Moment
from foundation.columns import metadata as metadata

cases = Table(
    "cases",
    metadata,
    Column("id", Id, primary_key=True),
    Column("form_key", String(64)),  # the form's own: sent twice it is one case
    Column("kind", String(10), nullable=False),
    Column("category", String(100), nullable=False),
    Column("category_name", String(200), nullable=False),
    Column("body", String(100), nullable=False, server_default=""),
    Column("body_name", String(200), nullable=False, server_default=""),
    Column("channel", String(8), nullable=False),
    Column("state", String(9), nullable=False),
    Column("outcome", String(16), nullable=False, server_default=""),
    Column("details", LargeBinary, nullable=False),  # encrypted JSON: words, place, how to reach them
    Column("address_lookup", LargeBinary),  # keyed hash of the mail address: export and erasure
    Column("lat", Float),
    Column("long", Float),
    Column("secret", Boolean, nullable=False, server_default=text("false")),
    Column("handler", String(100), nullable=False, server_default=""),
    Column("handler_name", String(200), nullable=False, server_default=""),
    Column("handler_email", String(320), nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("first_due_at", Moment, nullable=False),  # the promise as it was given, whatever happened since
    Column("promised_days", SmallInteger, nullable=False),
    Column("awaits", Boolean, nullable=False, server_default=text("true")),  # it is our turn to say something
    Column("answered_at", Moment),  # the first answer
    Column("done_at", Moment),
    Column("reminded_at", Moment),
    Column("escalated_at", Moment),
    Column("directly", Boolean, nullable=False, server_default=text("false")),
    Column("reopened", SmallInteger, nullable=False, server_default="0"),
    Column("merged_into", Id, ForeignKey("cases.id", ondelete="SET NULL")),
    Column("public_text", Text, nullable=False, server_default=""),  # what was approved to be shown, if any
    Column("public_place", String(200), nullable=False, server_default=""),
    Column("published_at", Moment),
    Column("version", SmallInteger, nullable=False, server_default="1"),  # counts changes: two at one case
    UniqueConstraint("form_key"),
    Index("ix_cases_state_due_at", "state", "due_at"),
    Index("ix_cases_category_created_at", "category", "created_at"),
    Index("ix_cases_address_lookup", "address_lookup"),
    Index("ix_cases_merged_into", "merged_into"),
    comment="reports, views and questions",
)


def _case(name: str = "case_id") -> Column[int]:
    return Column(name, Id, ForeignKey("cases.id", ondelete="CASCADE"), nullable=False)


case_events = Table(
    "case_events",
    metadata,
    Column("id", Id, primary_key=True),
    _case(),
    Column("at", Moment, nullable=False),
    Column("kind", String(11), nullable=False),
    Column("actor", String(100), nullable=False),
    Column("actor_name", String(200), nullable=False),
    Column("text", LargeBinary),  # encrypted
    Column("detail", JSON),
    Index("ix_case_events_case_id", "case_id"),
    Index("ix_case_events_at", "at"),
    comment="what happened to a case; only added to",
)

case_followers = Table(
    "case_followers",
    metadata,
    Column("id", Id, primary_key=True),
    _case(),
    Column("address", LargeBinary, nullable=False),  # encrypted
    Column("lookup", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("confirmed_at", Moment),
    Index("ix_case_followers_case_id", "case_id"),
    Index("ix_case_followers_lookup", "lookup"),
    comment="who wants to know when a known fault is mended",
)

case_photos = Table(
    "case_photos",
    metadata,
    Column("id", Id, primary_key=True),
    _case(),
    Column("at", Moment, nullable=False),
    Column("data", LargeBinary, nullable=False),  # encrypted JPEG, made anew from what was sent
    Column("width", SmallInteger, nullable=False),
    Column("height", SmallInteger, nullable=False),
    Index("ix_case_photos_case_id", "case_id"),
    comment="pictures that came with a case",
)
