"""Put all that the cases have encrypted under the newest key, so that an old one can be dropped."""

from sqlalchemy import Column, Engine, Table, select, update

from cases.casework.history import open_case
from cases.casework.receiving import lookup
from cases.tables import case_events, case_followers, case_photos, cases
from foundation.database import read, write
from foundation.encryption import Keys, UndecryptableError

SEALED = (cases.c.details, case_events.c.text, case_photos.c.data, case_followers.c.address)
BATCH = 200


def rekey(engine: Engine, keys: Keys) -> dict[str, int]:
    """How many rows were moved, and how many no key opens. Safe to cut off, to repeat, to run beside."""
    counts = {"moved": 0, "unreadable": 0}
    for column in SEALED:
        last = 0
        while rows := _next(engine, column, last):
            for number, sealed in rows:
                last = number
                if not keys.is_newest(sealed):
                    counts["moved" if _move(engine, keys, column, number, sealed) else "unreadable"] += 1
    return counts


def _next(engine: Engine, column: Column[bytes], last: int) -> list[tuple[int, bytes]]:
    table = column.table
    query = select(table.c.id, column).where(table.c.id > last, column.is_not(None))
    with read(engine) as connection:
        return [(row[0], row[1]) for row in connection.execute(query.order_by(table.c.id).limit(BATCH))]


def _move(engine: Engine, keys: Keys, column: Column[bytes], number: int, sealed: bytes) -> bool:
    table = column.table
    assert isinstance(table, Table)
    try:
        values = {column.name: keys.encrypt_bytes(keys.decrypt_bytes(sealed))}
    except UndecryptableError:
        return False
    with write(engine) as connection:
        if table is cases:
            row = connection.execute(select(cases).where(cases.c.id == number)).first()
            if row is None or row.details != sealed:
                return True  # changed meanwhile: under the newest key
            found = lookup(keys, open_case(keys, row).details.email)
            if found is not None:
                values["address_lookup"] = found
        connection.execute(update(table).where(table.c.id == number, column == sealed).values(values))
    return True
