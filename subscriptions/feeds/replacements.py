"""This module says which items replace which: earlier revisions and earlier alerts."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, FromClause, and_, exists, literal, or_, select, update

from foundation import database
from foundation.database import CHUNK, chunks
from subscriptions.feeds.release_rules import OUTDATED, revision
from subscriptions.model import Entry, ItemState
from subscriptions.tables import items, supersessions

old = items.alias("old")


def replaced() -> ColumnElement[bool]:
    """Whether something that was released replaces the item."""
    later = items.alias("later")
    return exists().where(
        supersessions.c.earlier_id == items.c.id,
        supersessions.c.item_id == later.c.id,
        later.c.state == ItemState.RELEASED,
    )


def named(table: FromClause, names: Sequence[str]) -> ColumnElement[bool]:
    """Whether the item has, or has had, one of the names: an entry's id or an alert's identifier."""
    own = (table.c.alert_id, table.c.latest_alert_id, table.c.entry_id)
    return or_(*(column.in_(names) for column in own))


def supersede(connection: Connection, publisher: str, inserted: dict[int, Entry], now: datetime) -> None:
    """Write down what each new item replaces: its earlier revisions and, by reference, earlier alerts.

    What came before and is dated in the future is earlier, whatever its date says.
    """
    new = items.alias("new")
    misdated = and_(old.c.revision > now, old.c.seen_at != now)
    revisions = select(new.c.id, old.c.id.label("earlier_id")).join(
        old,
        and_(
            old.c.publisher == new.c.publisher,
            old.c.entry_id == new.c.entry_id,
            or_(old.c.revision < new.c.revision, misdated),
            old.c.id != new.c.id,
        ),
    )
    columns = ["item_id", "earlier_id"]
    insert = database.insert_ignore(connection, supersessions)
    for part in chunks(list(inserted)):
        connection.execute(insert.from_select(columns, revisions.where(new.c.id.in_(part))))
    for ident, entry in inserted.items():
        meant = or_(old.c.revision <= revision(entry), misdated)
        _refer(connection, publisher, ident, entry, meant)
    _discard_replaced(connection, list(inserted))


def refer_back(connection: Connection, publisher: str, known: dict[int, Entry], inserted: list[int]) -> None:
    """Write down which of the new items those refer to that were known before: an archive is read last."""
    for ident, entry in known.items():
        for part in chunks(inserted):
            meant = and_(old.c.id.in_(part), old.c.revision <= revision(entry))
            _refer(connection, publisher, ident, entry, meant)


def _refer(
    connection: Connection, publisher: str, ident: int, entry: Entry, meant: ColumnElement[bool]
) -> None:
    """The item replaces what it refers to, if that is ``meant``, and what that replaces."""
    references = entry.alert.references[:CHUNK] if entry.alert else ()
    if not references:
        return
    earlier = select(literal(ident), old.c.id).where(
        old.c.publisher == publisher,
        old.c.id != ident,
        meant,
        named(old, references),
    )
    columns = ["item_id", "earlier_id"]
    insert = database.insert_ignore(connection, supersessions)
    connection.execute(insert.from_select(columns, earlier))
    direct = select(supersessions.c.earlier_id).where(supersessions.c.item_id == ident)
    chain = select(literal(ident), supersessions.c.earlier_id).where(
        supersessions.c.item_id.in_(direct), supersessions.c.earlier_id != ident
    )
    connection.execute(insert.from_select(columns, chain))


def _discard_replaced(connection: Connection, new: list[int]) -> None:
    """Nobody shall approve what something later has replaced."""
    later = items.alias("later")
    replaced = (
        select(supersessions.c.earlier_id)
        .join(later, later.c.id == supersessions.c.item_id)
        .where(later.c.state.in_((ItemState.RELEASED, ItemState.HELD)))
    )
    discard = update(items).where(items.c.state == ItemState.HELD)
    for part in chunks(new):
        held = items.c.id.in_(replaced.where(later.c.id.in_(part)))
        connection.execute(discard.where(held).values(state=ItemState.DISCARDED, reason=OUTDATED))
