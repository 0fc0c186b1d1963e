"""Alembic enters here and runs on the address given by ``database.migrate``, one process at a time."""

from alembic import context
from sqlalchemy import text

from foundation.columns import metadata
from foundation.database import is_sqlite, open_engine

MIGRATION_LOCK = 2_071_204_001  # any number of our own


def run() -> None:
    engine = open_engine(context.config.attributes["url"])
    try:
        with engine.connect().execution_options(writes=True) as connection:
            context.configure(
                connection=connection, target_metadata=metadata, render_as_batch=is_sqlite(connection),
                transactional_ddl=True,
            )  # fmt: skip
            with context.begin_transaction():
                if not is_sqlite(connection):
                    # Whoever comes second waits for the first, however long its tables take.
                    connection.execute(text("SET LOCAL lock_timeout = 0"))
                    connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
                context.run_migrations()
    finally:
        engine.dispose()


run()
