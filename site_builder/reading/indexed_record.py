"""An indexed record is what one file holds, as plain values: all that other pages may know of it."""

import json
from typing import Any, NamedTuple


class Reference(NamedTuple):
    """A field that points at another record."""

    attribute: str
    """The record's attribute, such as `services`; the outermost one where it stands inside another."""
    value: str
    types: tuple[str, ...]
    loose: bool
    """True where the value may also be something else than a record."""
    field: str
    """As the editor reads it, such as `kanaler.2.mål`."""
    line: int


Link = tuple[str, str, int]
"""A link of a text to another page of the site, or to a heading of its own page: path, anchor, line.

Plain, as there are many: a NamedTuple costs three times as much to read back.
"""


Event = tuple[float, str]
"""A moment that is news (seconds since 1970, UTC) and what had been changed; plain, as there are many."""


class IndexedRecord(NamedTuple):
    """One valid record, without its long texts."""

    file: str
    digest: str
    """Of the file's bytes: two equal ones are the same content."""
    type: str
    slug: str
    address: str
    id: str
    title: str
    summary: str
    status: str
    example: bool
    lang: str
    translation_of: str
    published: float
    """Moments are seconds since 1970 (UTC)."""
    publish_from: float
    """Zero when there is no such moment."""
    unpublish_at: float
    """Infinity when there is no such moment."""
    modified: float
    events: tuple[Event, ...]
    """Publication (without a note) and every `stor` change since, oldest first."""
    review_by: str
    when: str
    topics: tuple[str, ...]
    areas: tuple[str, ...]
    audiences: tuple[str, ...]
    keywords: tuple[str, ...]
    replaces: tuple[str, ...]
    body: str
    """The reference to the committee (nämnd) that it belongs to, where the type has one."""
    references: tuple[Reference, ...]
    links: tuple[Link, ...]
    anchors: tuple[str, ...]
    facts: dict[str, Any]
    seal: str
    """Of all that may not change once public; empty where all may."""
    card: str
    """A digest of what other pages show of it."""
    id_line: int
    accepts: tuple[str, ...] = ()
    """The codes of the warnings that its editor lets stand."""
    faulty: bool = False
    """True where some of its fields cannot be read: it is no record, and only serves to show all faults."""

    def news(self, now: float) -> Event:
        """What subscribers last had news of; the publication where that is yet to come."""
        return next((event for event in reversed(self.events) if event[0] <= now), self.events[0])


class RecordTexts(NamedTuple):
    """The long texts of a record: what only its own page shows."""

    data: dict[str, Any]
    """The front matter as it was read."""
    text_html: str
    """The text as HTML."""
    html: dict[str, str]
    """Markdown of the fields → HTML."""


_TUPLES = [
    IndexedRecord._fields.index(name)
    for name in ("topics", "areas", "audiences", "keywords", "replaces", "anchors", "accepts")
]
_ROWS = [IndexedRecord._fields.index(name) for name in ("events", "links")]
_REFERENCES = IndexedRecord._fields.index("references")


def to_json(one: IndexedRecord) -> str:
    """A record as JSON: what `from_json` reads back just as it was."""
    return json.dumps(one, ensure_ascii=False)


def from_json(text: str) -> IndexedRecord:
    """A record from its JSON; lists become the tuples that they were. Raises ValueError and TypeError."""
    values = json.loads(text)
    for index in _TUPLES:
        values[index] = tuple(values[index])
    for index in _ROWS:
        values[index] = tuple(map(tuple, values[index]))
    values[_REFERENCES] = tuple(
        Reference(attribute, value, tuple(types), loose, field, line)
        for attribute, value, types, loose, field, line in values[_REFERENCES]
    )
    return IndexedRecord(*values)
