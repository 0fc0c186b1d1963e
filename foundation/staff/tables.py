"""These tables hold sessions of staff, and logins that have begun. No token stands in them, only hashes."""

from sqlalchemy import JSON, Column, LargeBinary, String, Table

from foundation.columns import Moment, metadata

staff_sessions = Table(
    "staff_sessions",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("subject", String(255), nullable=False, index=True),
    Column("name", String(255), nullable=False),
    Column("email", String(320), nullable=False),
    Column("roles", JSON, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    comment="staff who are logged in; a row taken away logs out at once",
)

staff_logins = Table(
    "staff_logins",
    metadata,
    Column("state_hash", LargeBinary, primary_key=True),
    Column("nonce", String(64), nullable=False),
    Column("verifier", String(128), nullable=False),
    Column("way_back", String(2000), nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    comment="logins on their way to the provider and back; each works once",
)
