"""An index of the crisis messages that were given up, for the watchdog; reports go by their age."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

LOST = "lane = 0 AND state IN ('ambiguous', 'expired', 'failed')"


def upgrade() -> None:
    """Add it, and drop what nothing ever set."""
    op.drop_column("accessibility_reports", "handled_at")
    op.create_index(
        "ix_outbox_crisis_lost",
        "outbox",
        ["done_at"],
        unique=False,
        sqlite_where=sa.text(LOST),
        postgresql_where=sa.text(LOST),
    )


def downgrade() -> None:
    """As it was."""
    op.drop_index("ix_outbox_crisis_lost", table_name="outbox")
    op.add_column("accessibility_reports", sa.Column("handled_at", sa.BigInteger(), nullable=True))
