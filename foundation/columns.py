"""Every table is made of these: moments, numbers, the naming of constraints.

Moments are whole milliseconds since 1970 (UTC): equal and quick on both; Python sees aware datetimes.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, Dialect, ForeignKey, Integer, MetaData, TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


class Moment(TypeDecorator[datetime]):
    """An aware datetime, stored as milliseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:  # noqa: ARG002 - the base class asks for it
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone: {value!r}")
        return (value - EPOCH) // MILLISECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the base class asks for it
        return None if value is None else EPOCH + value * MILLISECOND


Id = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts only INTEGER primary keys by itself

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def contact_column(nullable: bool = False) -> Column[Any]:
    """The contact that a row belongs to and vanishes with."""
    return Column("contact_id", Id, ForeignKey("contacts.id", ondelete="CASCADE"), nullable=nullable)
