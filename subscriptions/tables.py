"""Each table is one noun. They are the same on SQLite and PostgreSQL."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
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

contacts = Table(
    "contacts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel", String(8), nullable=False),
    Column("address", LargeBinary, nullable=False),  # encrypted; crypto.py
    Column("lookup", LargeBinary, nullable=False),  # keyed hash of channel and normalised address
    Column("domain_lookup", LargeBinary),  # keyed hash of the mail domain: storms of bounces
    Column("state", String(8), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("confirmed_at", Moment),
    Column("paused_until", Moment),
    Column("left_at", Moment),
    UniqueConstraint("lookup"),
    Index("ix_contacts_state_created_at", "state", "created_at"),
    comment="one address on one channel",
)

targets = Table(
    "targets",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("value", String(200), nullable=False),
    UniqueConstraint("kind", "value"),
    comment="what can be followed; numbers are short where there are millions of rows",
)

choices = Table(
    "choices",
    metadata,
    Column("contact_id", Id, ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True),
    Column("target_id", Id, ForeignKey("targets.id"), primary_key=True),
    Column("frequency", String(9), nullable=False),
    Column("label", String(200), nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False),
    # Covers matching: one range scan for each target, in contact order.
    Index("ix_choices_target_id_contact_id_frequency", "target_id", "contact_id", "frequency"),
    comment="what a contact follows",
)

signups = Table(
    "signups",
    metadata,
    Column("id", Id, primary_key=True),
    contact_column(),
    Column("purpose", String(16), nullable=False),  # signup, change_address
    Column("from_contact_id", Id, ForeignKey("contacts.id", ondelete="SET NULL")),
    Column("choices", JSON, nullable=False),
    Column("code_hash", LargeBinary),  # keyed hash of the SMS code
    Column("code_tries", SmallInteger, nullable=False, server_default="0"),
    Column("method", String(32), nullable=False),  # how it was asked: web form, API
    Column("text_version", String(32), nullable=False),  # which wording the person saw
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("confirmed_at", Moment),
    Index("ix_signups_contact_id", "contact_id"),
    Index("ix_signups_expires_at", "expires_at"),
    comment="asked for, not yet proven; purged after 48 hours",
)

consents = Table(
    "consents",
    metadata,
    Column("id", Id, primary_key=True),
    contact_column(),
    Column("given_at", Moment, nullable=False),
    Column("method", String(32), nullable=False),
    Column("text_version", String(32), nullable=False),
    Column("choices", JSON, nullable=False),
    Column("withdrawn_at", Moment),
    Index("ix_consents_contact_id", "contact_id"),
    comment="the proof: what, when and how, and no more",
)

feeds = Table(
    "feeds",
    metadata,
    Column("id", Id, primary_key=True),
    Column("url", String(2000), nullable=False, unique=True),
    Column("publisher", String(200), nullable=False),
    Column("crisis", Boolean, nullable=False),
    Column("etag", String(500)),
    Column("last_modified", String(100)),
    Column("newest", Moment),  # the latest `updated` that was stored
    Column("baseline_at", Moment),
    Column("checked_at", Moment),
    Column("changed_at", Moment),
    Column("next_check_at", Moment),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("problem", Text, nullable=False, server_default=""),
)

items = Table(
    "items",
    metadata,
    Column("id", Id, primary_key=True),
    Column("publisher", String(200), nullable=False),
    Column("entry_id", String(500), nullable=False),
    Column("revision", Moment, nullable=False),
    Column("feed_id", Id, ForeignKey("feeds.id"), nullable=False),
    Column("lane", SmallInteger, nullable=False),
    Column("state", String(9), nullable=False),
    Column("reason", String(64), nullable=False, server_default=""),  # why it is held
    Column("type", String(64), nullable=False, server_default=""),
    Column("title", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("link", Text, nullable=False),
    Column("labels", JSON, nullable=False),
    Column("sms", Text, nullable=False, server_default=""),
    Column("alert", JSON(none_as_null=True)),  # CAP's words, where it is an alert
    Column("alert_id", String(500)),  # CAP's identifier, which later messages refer to
    Column("latest_alert_id", String(500)),  # where a crisis feed has given the same alert another
    Column("fingerprint", LargeBinary, nullable=False),  # hash of what a reader sees: ids that churn
    Column("published_at", Moment),
    Column("seen_at", Moment, nullable=False),
    Column("stood_at", Moment),  # when a crisis feed last said it again
    Column("released_at", Moment),
    Column("expires_at", Moment),
    Column("fanout_after", Id, nullable=False, server_default="0"),  # last contact id done: resumable
    Column("fanout_done_at", Moment),
    Column("daily_run_id", Id, ForeignKey("digest_runs.id")),
    Column("weekly_run_id", Id, ForeignKey("digest_runs.id")),
    UniqueConstraint("publisher", "entry_id", "revision"),
    Index(
        "ix_items_fanout",
        "lane",
        "id",
        sqlite_where=text("state = 'released' AND fanout_done_at IS NULL"),
        postgresql_where=text("state = 'released' AND fanout_done_at IS NULL"),
    ),
    Index("ix_items_daily_run_id", "daily_run_id"),
    Index("ix_items_weekly_run_id", "weekly_run_id"),
    Index("ix_items_seen_at", "seen_at"),
    Index("ix_items_publisher_fingerprint", "publisher", "fingerprint"),
    Index("ix_items_publisher_alert_id", "publisher", "alert_id"),
    Index("ix_items_publisher_latest_alert_id", "publisher", "latest_alert_id"),
    comment="one entry in one revision; kept, so that an old entry still in its feed is never news again",
)

supersessions = Table(
    "supersessions",
    metadata,
    Column("item_id", Id, ForeignKey("items.id", ondelete="CASCADE"), primary_key=True),
    Column("earlier_id", Id, ForeignKey("items.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_supersessions_earlier_id", "earlier_id"),
    comment="which items an item replaces: earlier revisions, and what a CAP update or cancel refers to",
)

item_targets = Table(
    "item_targets",
    metadata,
    Column("item_id", Id, ForeignKey("items.id", ondelete="CASCADE"), primary_key=True),
    Column("target_id", Id, ForeignKey("targets.id"), primary_key=True),
    Index("ix_item_targets_target_id", "target_id"),
)

digest_runs = Table(
    "digest_runs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("frequency", String(9), nullable=False),
    Column("period_end", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("after", Id, nullable=False, server_default="0"),
    Column("done_at", Moment),
    UniqueConstraint("frequency", "period_end"),
    comment="one run a period; its items are those that carry its id",
)

bounces = Table(
    "bounces",
    metadata,
    Column("id", Id, primary_key=True),
    contact_column(nullable=True),
    Column("domain_lookup", LargeBinary),
    Column("permanent", Boolean, nullable=False),
    Column("code", String(32), nullable=False),
    Column("received_at", Moment, nullable=False),
    Index("ix_bounces_contact_id", "contact_id"),
    Index("ix_bounces_domain_lookup_received_at", "domain_lookup", "received_at"),
    comment="counted by domain, so that a storm does not suppress everybody",
)

workers = Table(
    "workers",
    metadata,
    Column("name", String(100), primary_key=True),
    Column(
        "beat", BigInteger, nullable=False
    ),  # also kept in a file: a smaller one here means a restored backup
    Column("seen_at", Moment, nullable=False),
)

accessibility_reports = Table(
    "accessibility_reports",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(16), nullable=False),  # fault, other_form
    Column("page", String(2000), nullable=False, server_default=""),
    Column("text", LargeBinary, nullable=False),  # encrypted: people write about their health
    Column("reply_to", LargeBinary),  # encrypted; absent when anonymous
    Column("created_at", Moment, nullable=False, index=True),
)
