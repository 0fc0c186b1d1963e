"""The outbox knows nothing of feeds and digests: a row says (source, source id) instead."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ABOUT = "source_id IS NOT NULL"
ALONE = f"{ABOUT} AND contact_id IS NULL"

# SQLite makes a table anew for most changes; to drop the old one would empty `attempts` with it. These
# changes it makes in place, as PostgreSQL does.


def upgrade() -> None:
    """What was about an item or a digest run keeps its number; the rest are answers to somebody's request."""
    op.add_column(
        "outbox", sa.Column("source", sa.String(16), nullable=False, server_default="transactional")
    )
    op.add_column("outbox", sa.Column("source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite")))
    op.execute("UPDATE outbox SET source = 'item', source_id = item_id WHERE item_id IS NOT NULL")
    op.execute(
        "UPDATE outbox SET source = 'digest', source_id = digest_run_id WHERE digest_run_id IS NOT NULL"
    )
    op.drop_index("uq_outbox_item_id_contact_id", table_name="outbox")
    op.drop_index("uq_outbox_digest_run_id_contact_id", table_name="outbox")
    op.execute("ALTER TABLE outbox DROP COLUMN item_id")
    op.execute("ALTER TABLE outbox DROP COLUMN digest_run_id")
    _unique("uq_outbox_source", ["source", "source_id", "contact_id"], ABOUT)
    _unique("uq_outbox_source_without_contact", ["source", "source_id", "channel"], ALONE)


def downgrade() -> None:
    """As it was; the messages of other users of the outbox have no place there."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.drop_index("uq_outbox_source_without_contact", table_name="outbox")
    op.drop_index("uq_outbox_source", table_name="outbox")
    op.execute("DELETE FROM outbox WHERE source NOT IN ('item', 'digest', 'transactional')")
    for column, source in (("item_id", "item"), ("digest_run_id", "digest")):
        op.add_column("outbox", sa.Column(column, number))
        op.execute(f"UPDATE outbox SET {column} = source_id WHERE source = '{source}'")  # noqa: S608 - ours
        _unique(f"uq_outbox_{column}_contact_id", [column, "contact_id"], f"{column} IS NOT NULL")
    op.execute("ALTER TABLE outbox DROP COLUMN source_id")
    op.execute("ALTER TABLE outbox DROP COLUMN source")


def _unique(name: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, "outbox", columns, unique=True, sqlite_where=condition, postgresql_where=condition)
