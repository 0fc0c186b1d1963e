"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.BigInteger  # milliseconds since 1970


def upgrade() -> None:
    """Every table of the service."""
    op.create_table(
        "accessibility_reports",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("page", sa.String(length=2000), server_default="", nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("reply_to", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("handled_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accessibility_reports")),
    )
    op.create_index(
        op.f("ix_accessibility_reports_created_at"), "accessibility_reports", ["created_at"], unique=False
    )
    op.create_table(
        "audit_log",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
        comment="who did what",
    )
    op.create_index(op.f("ix_audit_log_at"), "audit_log", ["at"], unique=False)
    op.create_table(
        "callbacks",
        sa.Column("id", ID, nullable=False),
        sa.Column("outbox_id", ID, nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=32), server_default="", nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callbacks")),
        sa.UniqueConstraint("outbox_id", "status", "code", name=op.f("uq_callbacks_outbox_id_status_code")),
        comment="what providers and mail servers told afterwards; the same word twice is one row",
    )
    op.create_table(
        "contacts",
        sa.Column("id", ID, nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("lookup", sa.LargeBinary(), nullable=False),
        sa.Column("domain_lookup", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("paused_until", MOMENT, nullable=True),
        sa.Column("left_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("lookup", name=op.f("uq_contacts_lookup")),
        comment="one address on one channel",
    )
    op.create_index("ix_contacts_state_created_at", "contacts", ["state", "created_at"], unique=False)
    op.create_table(
        "digest_runs",
        sa.Column("id", ID, nullable=False),
        sa.Column("frequency", sa.String(length=9), nullable=False),
        sa.Column("period_end", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("after", ID, server_default="0", nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_runs")),
        sa.UniqueConstraint("frequency", "period_end", name=op.f("uq_digest_runs_frequency_period_end")),
        comment="one run a period; its items are those that carry its id",
    )
    op.create_table(
        "feeds",
        sa.Column("id", ID, nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("publisher", sa.String(length=200), nullable=False),
        sa.Column("crisis", sa.Boolean(), nullable=False),
        sa.Column("etag", sa.String(length=500), nullable=True),
        sa.Column("last_modified", sa.String(length=100), nullable=True),
        sa.Column("newest", MOMENT, nullable=True),
        sa.Column("baseline_at", MOMENT, nullable=True),
        sa.Column("checked_at", MOMENT, nullable=True),
        sa.Column("changed_at", MOMENT, nullable=True),
        sa.Column("next_check_at", MOMENT, nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feeds")),
        sa.UniqueConstraint("url", name=op.f("uq_feeds_url")),
    )
    op.create_table(
        "limits",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("window_start", MOMENT, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", "window_start", name=op.f("pk_limits")),
        comment="counters against list bombing, SMS pumping and guessing",
    )
    op.create_index(op.f("ix_limits_expires_at"), "limits", ["expires_at"], unique=False)
    op.create_table(
        "local_messages",
        sa.Column("id", ID, nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("plain", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("parts", sa.SmallInteger(), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_local_messages")),
        comment="the local inbox of development",
    )
    op.create_table(
        "locks",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("owner", sa.String(length=100), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_locks")),
        comment="who polls a feed or runs a digest, with a time limit",
    )
    op.create_table(
        "suppressions",
        sa.Column("lookup", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=32), server_default="", nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("lookup", name=op.f("pk_suppressions")),
        comment="addresses that must not be written to",
    )
    op.create_table(
        "targets",
        sa.Column("id", ID, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_targets")),
        sa.UniqueConstraint("kind", "value", name=op.f("uq_targets_kind_value")),
        comment="what can be followed; numbers are short where there are millions of rows",
    )
    op.create_table(
        "used_tokens",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_used_tokens")),
        comment="links that work once",
    )
    op.create_index(op.f("ix_used_tokens_expires_at"), "used_tokens", ["expires_at"], unique=False)
    op.create_table(
        "workers",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("beat", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_workers")),
    )
    op.create_table(
        "bounces",
        sa.Column("id", ID, nullable=False),
        sa.Column("contact_id", ID, nullable=True),
        sa.Column("domain_lookup", sa.LargeBinary(), nullable=True),
        sa.Column("permanent", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_bounces_contact_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bounces")),
        comment="counted by domain, so that a storm does not suppress everybody",
    )
    op.create_index("ix_bounces_contact_id", "bounces", ["contact_id"], unique=False)
    op.create_index(
        "ix_bounces_domain_lookup_received_at", "bounces", ["domain_lookup", "received_at"], unique=False
    )
    op.create_table(
        "choices",
        sa.Column("contact_id", ID, nullable=False),
        sa.Column("target_id", ID, nullable=False),
        sa.Column("frequency", sa.String(length=9), nullable=False),
        sa.Column("label", sa.String(length=200), server_default="", nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_choices_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["target_id"], ["targets.id"], name=op.f("fk_choices_target_id")),
        sa.PrimaryKeyConstraint("contact_id", "target_id", name=op.f("pk_choices")),
        comment="what a contact follows",
    )
    op.create_index(
        "ix_choices_target_id_contact_id_frequency",
        "choices",
        ["target_id", "contact_id", "frequency"],
        unique=False,
    )
    op.create_table(
        "consents",
        sa.Column("id", ID, nullable=False),
        sa.Column("contact_id", ID, nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("method", sa.String(length=32), nullable=False),
        sa.Column("text_version", sa.String(length=32), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_consents_contact_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
        comment="the proof: what, when and how, and no more",
    )
    op.create_index("ix_consents_contact_id", "consents", ["contact_id"], unique=False)
    op.create_table(
        "items",
        sa.Column("id", ID, nullable=False),
        sa.Column("publisher", sa.String(length=200), nullable=False),
        sa.Column("entry_id", sa.String(length=500), nullable=False),
        sa.Column("revision", MOMENT, nullable=False),
        sa.Column("feed_id", ID, nullable=False),
        sa.Column("lane", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("reason", sa.String(length=64), server_default="", nullable=False),
        sa.Column("type", sa.String(length=64), server_default="", nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("sms", sa.Text(), server_default="", nullable=False),
        sa.Column("alert", sa.JSON(), nullable=True),
        sa.Column("alert_id", sa.String(length=500), nullable=True),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("published_at", MOMENT, nullable=True),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("released_at", MOMENT, nullable=True),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("fanout_after", ID, server_default="0", nullable=False),
        sa.Column("fanout_done_at", MOMENT, nullable=True),
        sa.Column("daily_run_id", ID, nullable=True),
        sa.Column("weekly_run_id", ID, nullable=True),
        sa.ForeignKeyConstraint(["daily_run_id"], ["digest_runs.id"], name=op.f("fk_items_daily_run_id")),
        sa.ForeignKeyConstraint(["feed_id"], ["feeds.id"], name=op.f("fk_items_feed_id")),
        sa.ForeignKeyConstraint(["weekly_run_id"], ["digest_runs.id"], name=op.f("fk_items_weekly_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
        sa.UniqueConstraint(
            "publisher", "entry_id", "revision", name=op.f("uq_items_publisher_entry_id_revision")
        ),
        comment="one entry in one revision; kept, so that an old entry still in its feed is never news again",
    )
    op.create_index("ix_items_daily_run_id", "items", ["daily_run_id"], unique=False)
    op.create_index(
        "ix_items_fanout",
        "items",
        ["lane", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'released' AND fanout_done_at IS NULL"),
        postgresql_where=sa.text("state = 'released' AND fanout_done_at IS NULL"),
    )
    op.create_index("ix_items_publisher_alert_id", "items", ["publisher", "alert_id"], unique=False)
    op.create_index("ix_items_publisher_fingerprint", "items", ["publisher", "fingerprint"], unique=False)
    op.create_index("ix_items_seen_at", "items", ["seen_at"], unique=False)
    op.create_index("ix_items_weekly_run_id", "items", ["weekly_run_id"], unique=False)
    op.create_table(
        "signups",
        sa.Column("id", ID, nullable=False),
        sa.Column("contact_id", ID, nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("from_contact_id", ID, nullable=True),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=True),
        sa.Column("code_tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("method", sa.String(length=32), nullable=False),
        sa.Column("text_version", sa.String(length=32), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_signups_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["from_contact_id"], ["contacts.id"], name=op.f("fk_signups_from_contact_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signups")),
        comment="asked for, not yet proven; purged after 48 hours",
    )
    op.create_index("ix_signups_contact_id", "signups", ["contact_id"], unique=False)
    op.create_index("ix_signups_expires_at", "signups", ["expires_at"], unique=False)
    op.create_table(
        "item_targets",
        sa.Column("item_id", ID, nullable=False),
        sa.Column("target_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_item_targets_item_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["target_id"], ["targets.id"], name=op.f("fk_item_targets_target_id")),
        sa.PrimaryKeyConstraint("item_id", "target_id", name=op.f("pk_item_targets")),
    )
    op.create_index("ix_item_targets_target_id", "item_targets", ["target_id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", ID, nullable=False),
        sa.Column("contact_id", ID, nullable=True),
        sa.Column("item_id", ID, nullable=True),
        sa.Column("digest_run_id", ID, nullable=True),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("lane", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("template", sa.String(length=32), nullable=True),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("queued_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("tries", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("lease", sa.String(length=32), nullable=True),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("provider_id", sa.String(length=64), nullable=True),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_outbox_contact_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        comment="the queue and the ledger",
    )
    op.create_index("ix_outbox_contact_id", "outbox", ["contact_id"], unique=False)
    op.create_index(
        "ix_outbox_deferred",
        "outbox",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state = 'deferred'"),
        postgresql_where=sa.text("state = 'deferred'"),
    )
    op.create_index(
        "ix_outbox_provider_id",
        "outbox",
        ["provider_id"],
        unique=False,
        sqlite_where=sa.text("provider_id IS NOT NULL"),
        postgresql_where=sa.text("provider_id IS NOT NULL"),
    )
    op.create_index(
        "ix_outbox_queued",
        "outbox",
        ["lane", "channel", "contact_id"],
        unique=False,
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    )
    op.create_index(
        "ix_outbox_sending",
        "outbox",
        ["lease_until"],
        unique=False,
        sqlite_where=sa.text("state = 'sending'"),
        postgresql_where=sa.text("state = 'sending'"),
    )
    op.create_index(
        "uq_outbox_digest_run_id_contact_id",
        "outbox",
        ["digest_run_id", "contact_id"],
        unique=True,
        sqlite_where=sa.text("digest_run_id IS NOT NULL"),
        postgresql_where=sa.text("digest_run_id IS NOT NULL"),
    )
    op.create_index(
        "uq_outbox_item_id_contact_id",
        "outbox",
        ["item_id", "contact_id"],
        unique=True,
        sqlite_where=sa.text("item_id IS NOT NULL"),
        postgresql_where=sa.text("item_id IS NOT NULL"),
    )
    op.create_table(
        "supersessions",
        sa.Column("item_id", ID, nullable=False),
        sa.Column("earlier_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["earlier_id"], ["items.id"], name=op.f("fk_supersessions_earlier_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_supersessions_item_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", "earlier_id", name=op.f("pk_supersessions")),
        comment="which items an item replaces: earlier revisions, and what a CAP update or cancel refers to",
    )
    op.create_index("ix_supersessions_earlier_id", "supersessions", ["earlier_id"], unique=False)
    op.create_table(
        "attempts",
        sa.Column("outbox_id", ID, nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.String(length=9), nullable=True),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("decision", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["outbox_id"], ["outbox.id"], name=op.f("fk_attempts_outbox_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("outbox_id", "number", name=op.f("pk_attempts")),
        comment="written before the network is touched; its outcome after",
    )


def downgrade() -> None:
    """Drop everything."""
    for table in (
        "attempts",
        "supersessions",
        "outbox",
        "item_targets",
        "signups",
        "items",
        "consents",
        "choices",
        "bounces",
        "workers",
        "used_tokens",
        "targets",
        "suppressions",
        "locks",
        "local_messages",
        "limits",
        "feeds",
        "digest_runs",
        "contacts",
        "callbacks",
        "audit_log",
        "accessibility_reports",
    ):
        op.drop_table(table)
