"""Lists have an order: by the records' day, or by their title as Swedish sorts."""

from site_builder.reading.indexed_record import IndexedRecord


def order(one: IndexedRecord) -> tuple[str, str]:
    """Sorts by the day that matters, or by title where none does."""
    return (one.when or swedish(one.title), one.slug)


_LETTERS = str.maketrans("åäöéèü", "{|}eeu")


def swedish(title: str) -> str:
    """A sort key in which å, ä and ö come last, in that order."""
    return title.lower().translate(_LETTERS)
