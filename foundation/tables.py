"""These tables are what every service needs: limits, locks, who did what."""

from sqlalchemy import (
    JSON,
    Column,
    Integer,
    LargeBinary,
    String,
    Table,
)

from foundation.columns import Id, Moment
from foundation.columns import metadata as metadata

used_tokens = Table(
    "used_tokens",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("used_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    comment="links that work once",
)

limits = Table(
    "limits",
    metadata,
    Column("key", LargeBinary, primary_key=True),  # keyed hash of what is counted and whose
    Column("window_start", Moment, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    comment="counters against list bombing, SMS pumping and guessing",
)

locks = Table(
    "locks",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("owner", String(100), nullable=False),
    Column("until", Moment, nullable=False),
    comment="who polls a feed or runs a digest, with a time limit",
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("actor", String(100), nullable=False),
    Column("action", String(32), nullable=False),
    Column("subject", String(200), nullable=False),  # ids and keyed hashes, never an address
    Column("detail", JSON),
    comment="who did what",
)
