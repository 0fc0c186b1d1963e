"""What is stored about whoever reported: a copy of it, its erasure, and weeding when the time is over.

A case is a public record: erasure takes away what was written and by whom, and leaves that there was a case.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select, update

from cases.casework import history
from cases.casework.history import Details, open_case
from cases.model import CITIZEN, INTERNAL, LIVE, SOURCE
from cases.settings import CaseSettings
from cases.tables import case_events, case_followers, case_photos, cases
from delivery.model import Channel
from delivery.tables import outbox
from foundation.database import read, write
from foundation.encryption import Keys, identity
from foundation.tables import audit_log

ERASED = "Borttaget på begäran."
BATCH = 200


def of_address(connection: Connection, keys: Keys, email: str) -> list[Any]:
    """The cases of a normalised mail address, oldest first, whichever of our keys they were stored under."""
    lookups = keys.lookups(identity(Channel.EMAIL, email))
    query = select(cases).where(cases.c.address_lookup.in_(lookups)).order_by(cases.c.id)
    return list(connection.execute(query))


def export(connection: Connection, keys: Keys, email: str) -> list[dict[str, Any]]:
    """All that is stored about the cases of an address, without colleagues' notes (GDPR, articles 15, 20)."""
    return [as_data(connection, keys, row, inside=False) for row in of_address(connection, keys, email)]


def as_data(connection: Connection, keys: Keys, row: Any, *, inside: bool) -> dict[str, Any]:
    """One case as plain values; ``inside`` with all that only those who answer see."""
    case = open_case(keys, row)
    hidden = {"details", "address_lookup", "form_key"}
    values = {name: _plain(value) for name, value in row._mapping.items() if name not in hidden}
    happened = [
        {
            "at": event.at.isoformat(), "kind": event.kind, "by": event.actor_name if inside else None,
            "text": event.text, "detail": event.detail,
        }
        for event in history.events(connection, keys, case.id)
        if inside or event.kind not in INTERNAL
    ]  # fmt: skip
    return {
        "number": case.number, **values, **asdict(case.details), "events": happened,
        "photos": len(history.photos(connection, case.id)),
    }  # fmt: skip


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def erase(connection: Connection, keys: Keys, email: str, actor: str, now: datetime) -> int:
    """Forget what an address wrote, its pictures and its mails; how many cases it had."""
    rows = of_address(connection, keys, email)
    for row in rows:
        forget(connection, keys, row.id)
        _log(connection, actor, "erase", row, now)
    return len(rows)


def forget(connection: Connection, keys: Keys, number: int) -> None:
    """Everything that its author wrote, and how to reach them."""
    mine = select(case_events.c.id).where(case_events.c.case_id == number)
    connection.execute(delete(outbox).where(outbox.c.source == SOURCE, outbox.c.source_id.in_(mine)))
    connection.execute(delete(case_followers).where(case_followers.c.case_id == number))
    connection.execute(delete(case_photos).where(case_photos.c.case_id == number))
    by_author = case_events.c.case_id == number, case_events.c.actor == CITIZEN.subject
    connection.execute(update(case_events).where(*by_author).values(text=None))
    connection.execute(
        update(cases)
        .where(cases.c.id == number)
        .values(
            details=history.seal(keys, Details(ERASED)), address_lookup=None, lat=None, long=None,
            published_at=None, version=cases.c.version + 1,
        )
    )  # fmt: skip


def weed(
    engine: Engine, keys: Keys, settings: CaseSettings, now: datetime, archive: Path | None
) -> Iterator[str]:
    """Delete ended cases whose time is over, each archived first where there is an archive; their numbers."""
    old = now - settings.retention
    due = select(cases).where(cases.c.state.not_in(LIVE), cases.c.done_at <= old).order_by(cases.c.id)
    with read(engine) as connection:
        rows = list(connection.execute(due.limit(BATCH)))
    for row in rows:
        if archive is not None:
            with read(engine) as connection:
                _keep(archive, as_data(connection, keys, row, inside=True))
        with write(engine) as connection:
            gone = delete(cases).where(cases.c.id == row.id, cases.c.version == row.version)
            if connection.execute(gone).rowcount:
                _log(connection, "retention", "weed", row, now)
                yield f"{row.created_at:%Y}-{row.id}"


def _keep(archive: Path, data: dict[str, Any]) -> None:
    """The case as a file, on the disk before the case is gone."""
    path = archive / f"{data['number']}.json"
    aside = path.with_suffix(".tmp")
    with aside.open("w", encoding="utf-8") as file:
        json.dump(data, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


def _log(connection: Connection, actor: str, action: str, row: Any, now: datetime) -> None:
    told = {"category": row.category, "created": _plain(row.created_at), "done": _plain(row.done_at)}
    connection.execute(
        insert(audit_log).values(at=now, actor=actor, action=action, subject=f"case:{row.id}", detail=told)
    )
