"""The tables are brought up to date here, but never under a program of another version that still works.

A worker of the version before cannot write down what became of the mails that it has on their way once the
tables are others: their leases run out, and they are sent again.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import sleep

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import BigInteger, Connection, column, select, table

from foundation.columns import Moment
from foundation.database import MIGRATIONS, migrate, open_engine, read

BEATS = table("workers", column("name"), column("beat", BigInteger), column("seen_at", Moment))
"""As it has been since the first revision."""

RECENT = timedelta(minutes=10)
"""Who has not been heard of for so long is not waited for; more than clocks differ."""

WATCHED = 12.0
"""Seconds for which beats are watched: a worker counts one every fifth second."""


class UpgradeError(Exception):
    """The tables may not be changed now. The message says why and what to do, in Swedish."""

    def __init__(self, message: str, *, passes: bool) -> None:
        """``passes``: the same again may succeed later."""
        super().__init__(message)
        self.passes = passes


def upgrade(
    url: str,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    pause: Callable[[float], object] = sleep,
) -> None:
    """Bring the tables up to date; at once where they are, or where there are none yet.

    Raises UpgradeError while somebody of the version before still works, or where the tables are newer.
    """
    if _is_behind(url):
        working = _working(url, clock, pause)
        if working:
            raise UpgradeError(
                f"Arbetare av den förra versionen går ännu: {', '.join(working)}. Stoppa webb och arbetare "
                "på alla maskiner först, och kör sedan subscriptions migrate. Inget har ändrats.",
                passes=True,
            )
    migrate(url)


def _is_behind(url: str) -> bool:
    """Whether there are tables, and those of an older version. Raises UpgradeError where they are newer."""
    script = ScriptDirectory(str(MIGRATIONS))
    known = {revision.revision for revision in script.walk_revisions()}
    engine = open_engine(url)
    try:
        with read(engine) as connection:
            here = set(MigrationContext.configure(connection).get_current_heads())
    finally:
        engine.dispose()
    if here - known:
        raise UpgradeError(
            "Databasen är från en nyare version av programmet. Kör den versionen, eller läs åter kopian som "
            "togs före uppgraderingen.",
            passes=False,
        )
    return bool(here) and here != set(script.get_heads())


def _working(url: str, clock: Callable[[], datetime], pause: Callable[[float], object]) -> list[str]:
    """The names of workers whose count goes on."""
    engine = open_engine(url)
    try:
        with read(engine) as connection:
            before = _beats(connection, clock())
        if not before:
            return []
        pause(WATCHED)
        with read(engine) as connection:
            after = _beats(connection, clock())
        return sorted(name for name, beat in after.items() if before.get(name) != beat)
    finally:
        engine.dispose()


def _beats(connection: Connection, now: datetime) -> dict[str, int]:
    recent = select(BEATS.c.name, BEATS.c.beat).where(BEATS.c.seen_at > now - RECENT)
    return {row.name: row.beat for row in connection.execute(recent)}
