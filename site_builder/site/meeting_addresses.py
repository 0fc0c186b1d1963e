"""A meeting's address is its day, and a committee may meet twice a day."""

from site_builder.reading.indexed_record import IndexedRecord


def with_own_addresses(records: list[IndexedRecord]) -> list[IndexedRecord]:
    """The records; of a body's several meetings on a day, the one published first has the day's address.

    The others have their file's name below it, so that no address that is public moves.
    """
    days: dict[str, list[IndexedRecord]] = {}
    for one in records:
        if one.type == "meeting":
            days.setdefault(one.address, []).append(one)
    later = {
        one.id
        for meetings in days.values()
        for one in sorted(meetings, key=lambda it: (it.published, it.when, it.file))[1:]
    }
    if not later:
        return records
    return [
        one._replace(address=f"{one.address}{one.slug}/") if one.type == "meeting" and one.id in later else one
        for one in records
    ]
