"""Cases, what happened to them, and their photos."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
MOMENT = sa.BigInteger  # milliseconds since 1970


def upgrade() -> None:
    """The tables of the case service."""
    op.create_table(
        "cases",
        sa.Column("id", ID, nullable=False),
        sa.Column("form_key", sa.String(64)),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("category", sa.String(100), nullable=False),
        sa.Column("category_name", sa.String(200), nullable=False),
        sa.Column("body", sa.String(100), server_default="", nullable=False),
        sa.Column("body_name", sa.String(200), server_default="", nullable=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("state", sa.String(9), nullable=False),
        sa.Column("outcome", sa.String(16), server_default="", nullable=False),
        sa.Column("details", sa.LargeBinary(), nullable=False),
        sa.Column("address_lookup", sa.LargeBinary()),
        sa.Column("lat", sa.Float()),
        sa.Column("long", sa.Float()),
        sa.Column("secret", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("handler", sa.String(100), server_default="", nullable=False),
        sa.Column("handler_name", sa.String(200), server_default="", nullable=False),
        sa.Column("handler_email", sa.String(320), server_default="", nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("first_due_at", MOMENT, nullable=False),
        sa.Column("promised_days", sa.SmallInteger(), nullable=False),
        sa.Column("awaits", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("answered_at", MOMENT),
        sa.Column("done_at", MOMENT),
        sa.Column("reminded_at", MOMENT),
        sa.Column("escalated_at", MOMENT),
        sa.Column("directly", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("reopened", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("merged_into", ID),
        sa.Column("public_text", sa.Text(), server_default="", nullable=False),
        sa.Column("public_place", sa.String(200), server_default="", nullable=False),
        sa.Column("published_at", MOMENT),
        sa.Column("version", sa.SmallInteger(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("form_key", name=op.f("uq_cases_form_key")),
        sa.ForeignKeyConstraint(
            ["merged_into"], ["cases.id"], name=op.f("fk_cases_merged_into_cases"), ondelete="SET NULL"
        ),
        comment="reports, views and questions",
    )
    op.create_index("ix_cases_state_due_at", "cases", ["state", "due_at"])
    op.create_index("ix_cases_category_created_at", "cases", ["category", "created_at"])
    op.create_index("ix_cases_address_lookup", "cases", ["address_lookup"])
    op.create_index("ix_cases_merged_into", "cases", ["merged_into"])
    op.create_table(
        "case_events",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kind", sa.String(11), nullable=False),
        sa.Column("actor", sa.String(100), nullable=False),
        sa.Column("actor_name", sa.String(200), nullable=False),
        sa.Column("text", sa.LargeBinary()),
        sa.Column("detail", sa.JSON()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_events")),
        _of_case("case_events"),
        comment="what happened to a case; only added to",
    )
    op.create_index("ix_case_events_case_id", "case_events", ["case_id"])
    op.create_index("ix_case_events_at", "case_events", ["at"])
    op.create_table(
        "case_followers",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("lookup", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_followers")),
        _of_case("case_followers"),
        comment="who wants to know when a known fault is mended",
    )
    op.create_index("ix_case_followers_case_id", "case_followers", ["case_id"])
    op.create_index("ix_case_followers_lookup", "case_followers", ["lookup"])
    op.create_table(
        "case_photos",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.SmallInteger(), nullable=False),
        sa.Column("height", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_photos")),
        _of_case("case_photos"),
        comment="pictures that came with a case",
    )
    op.create_index("ix_case_photos_case_id", "case_photos", ["case_id"])


def _of_case(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_case_id_cases")
    return sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=name, ondelete="CASCADE")


def downgrade() -> None:
    """Without cases; their messages have no place there either."""
    op.execute("DELETE FROM outbox WHERE source = 'cases'")
    for table in ("case_followers", "case_photos", "case_events", "cases"):
        op.drop_table(table)
