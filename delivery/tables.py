"""These tables are the outbox's: queue and ledger, what came back, what must not be written to."""

from sqlalchemy import (
    JSON,
    Column,
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

from foundation.columns import Id, Moment, contact_column
from foundation.columns import metadata as metadata

suppressions = Table(
    "suppressions",
    metadata,
    Column("lookup", LargeBinary, primary_key=True),  # survives erasure; checked under every retained key
    Column("reason", String(16), nullable=False),  # bounce, complaint, stop, provider, operator
    Column("code", String(32), nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False),
    comment="addresses that must not be written to",
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    contact_column(nullable=True),
    # Whose message it is (sending/users.py), and which of that user's rows it tells of. No foreign key: to
    # look each up again is a fifth of a fan-out.
    Column("source", String(16), nullable=False, server_default="transactional"),
    Column("source_id", Id),
    Column("channel", String(8), nullable=False),
    Column("lane", SmallInteger, nullable=False),
    Column("state", String(9), nullable=False),
    Column("template", String(32)),  # which of a user's texts, where it has several
    Column("payload", LargeBinary),  # encrypted JSON: what the template needs, and an address without contact
    Column("queued_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("tries", SmallInteger, nullable=False, server_default="0"),
    Column("lease", String(32)),  # the claim's own name; a lost lease is a lost claim
    Column("lease_until", Moment),
    Column("provider_id", String(64)),
    Column("code", String(64)),
    Column("done_at", Moment),
    # The schema forbids duplicates: one message a source and contact, or channel where there is no contact.
    Index(
        "uq_outbox_source",
        "source",
        "source_id",
        "contact_id",
        unique=True,
        sqlite_where=text("source_id IS NOT NULL"),
        postgresql_where=text("source_id IS NOT NULL"),
    ),
    Index(
        "uq_outbox_source_without_contact",
        "source",
        "source_id",
        "channel",
        unique=True,
        sqlite_where=text("source_id IS NOT NULL AND contact_id IS NULL"),
        postgresql_where=text("source_id IS NOT NULL AND contact_id IS NULL"),
    ),
    # In contact order, so that all that waits for one person lies together and travels in one mail.
    Index(
        "ix_outbox_queued",
        "lane",
        "channel",
        "contact_id",
        sqlite_where=text("state = 'queued'"),
        postgresql_where=text("state = 'queued'"),
    ),
    Index(
        "ix_outbox_deferred",
        "due_at",
        sqlite_where=text("state = 'deferred'"),
        postgresql_where=text("state = 'deferred'"),
    ),
    Index(
        "ix_outbox_sending",
        "lease_until",
        sqlite_where=text("state = 'sending'"),
        postgresql_where=text("state = 'sending'"),
    ),
    Index(
        "ix_outbox_provider_id",
        "provider_id",
        sqlite_where=text("provider_id IS NOT NULL"),
        postgresql_where=text("provider_id IS NOT NULL"),
    ),
    Index(
        "ix_outbox_crisis_lost",
        "done_at",
        sqlite_where=text("lane = 0 AND state IN ('ambiguous', 'expired', 'failed')"),
        postgresql_where=text("lane = 0 AND state IN ('ambiguous', 'expired', 'failed')"),
    ),
    Index("ix_outbox_contact_id", "contact_id"),
    comment="the queue and the ledger",
)

attempts = Table(
    "attempts",
    metadata,
    Column("outbox_id", Id, ForeignKey("outbox.id", ondelete="CASCADE"), primary_key=True),
    Column("number", SmallInteger, primary_key=True),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("outcome", String(9)),  # null: begun, and nobody knows how it ended
    Column("code", String(64)),
    Column("detail", Text),
    Column("decision", String(64)),  # what was chosen where the outcome was ambiguous
    comment="written before the network is touched; its outcome after",
)

callbacks = Table(
    "callbacks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("outbox_id", Id, nullable=False),
    Column("status", String(32), nullable=False),
    Column("code", String(32), nullable=False, server_default=""),
    Column("received_at", Moment, nullable=False),
    UniqueConstraint("outbox_id", "status", "code"),
    comment="what providers and mail servers told afterwards; the same word twice is one row",
)

local_messages = Table(
    "local_messages",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel", String(8), nullable=False),
    Column("recipient", String(320), nullable=False),
    Column("subject", Text, nullable=False),
    Column("plain", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("headers", JSON, nullable=False),
    Column("parts", SmallInteger, nullable=False),  # SMS parts; 1 for mail
    Column("sent_at", Moment, nullable=False),
    comment="the local inbox of development",
)
