"""When a crisis feed last said again what an item says."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add it."""
    op.add_column("items", sa.Column("stood_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """As it was."""
    op.drop_column("items", "stood_at")
