"""A card is a record as other pages show it."""

from typing import Any, NamedTuple


class Card(NamedTuple):
    """What a page may show of another record."""

    id: str
    type: str
    """English, such as `decision`."""
    kind: str
    """Swedish, such as `beslut`."""
    slug: str
    address: str
    title: str
    summary: str
    when: str
    """The day or moment that matters in lists, as ISO text; empty where none does."""
    example: bool
    archived: bool
    lang: str
    facts: dict[str, Any]
    digest: str
    """Of all the above."""
