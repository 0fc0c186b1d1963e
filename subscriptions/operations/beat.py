"""A beat kept outside the database gives a restored backup away: it is younger than the copy.

The worker counts in the database and in ``SUBSCRIPTIONS_STATE_FILE``, in that order. Where the file is ahead,
the database has gone back in time, and all but what is urgent is held for an operator.
"""

import json
import logging
import os
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, func, insert, select

from delivery import recovery
from foundation.columns import EPOCH
from foundation.database import upsert
from foundation.tables import audit_log
from subscriptions.operations.replay import replay
from subscriptions.tables import workers

log = logging.getLogger(__name__)


def beat(connection: Connection, name: str, path: Path | None, now: datetime) -> int:
    """Count one further in the database; hold the queue where the file knows of a later count."""
    keeper, outside = _read(path)
    known = _known(connection, keeper or name)
    if outside > known:
        held = recovery.hold_everything(connection, now)
        again = replay(connection, path, _copied_at(connection), now) if path else 0
        log.critical(
            "the database is older than the state file: the queue is held",
            extra={"held": held, "ended_again": again},
        )
        connection.execute(
            insert(audit_log).values(
                at=now, actor=name, action="restored", subject="outbox",
                detail={"beat": known, "state_file": outside, "held": held, "ended_again": again},
            )
        )  # fmt: skip
    count = max(_known(connection, name), outside) + 1
    changes = {"beat": count, "seen_at": now}
    connection.execute(upsert(connection, workers, ["name"], changes, name=name, **changes))
    return count


def keep(path: Path | None, name: str, count: int) -> None:
    """Write the count that was committed; whole or not at all, also beside other workers of this machine."""
    if path is None:
        return
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    with new.open("w", encoding="utf-8") as file:
        json.dump({"name": name, "beat": count}, file)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _known(connection: Connection, name: str) -> int:
    query = select(workers.c.beat).where(workers.c.name == name)
    return int(connection.execute(query).scalar_one_or_none() or 0)


def _copied_at(connection: Connection) -> datetime:
    """When the copy was taken, as far as it knows: its last beat."""
    last = connection.execute(select(func.max(workers.c.seen_at))).scalar()
    return last or EPOCH


def _read(path: Path | None) -> tuple[str, int]:
    """Who counted last, and how far: not always this machine, whose name may be new at each start.

    A file that cannot be read stops the start: it exists to be believed.
    """
    if path is None or not path.exists():
        return "", 0
    state = json.loads(path.read_text(encoding="utf-8"))
    return str(state["name"]), int(state["beat"])
