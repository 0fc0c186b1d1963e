"""A page has an address, a template, and all that the template shows."""

from hashlib import blake2b
from typing import Any, NamedTuple

from site_builder.content.vocabulary import Term
from site_builder.formats.feed_names import Feed
from site_builder.reading.indexed_record import IndexedRecord
from site_builder.site.card import Card


class Group(NamedTuple):
    """Some cards under a heading."""

    title: str
    cards: list[Card]
    address: str = ""
    """Where all of them are, when only some are shown."""
    total: int = 0
    """How many there are in all, when only some are shown."""


class Pager(NamedTuple):
    """Where in a list of several pages one is; addresses are empty where there is nowhere to go."""

    number: int
    total: int
    previous: str
    next: str


class Page(NamedTuple):
    """One page. Its template may show nothing but this, the record of `source`, and the theme's own texts."""

    address: str
    """From the site's root, with a slash at the end; a file's name for the pages without an address."""
    title: str
    description: str
    template: str
    context: dict[str, Any]
    lang: str = "sv"
    feeds: tuple[Feed, ...] = ()
    breadcrumbs: tuple[tuple[str, str], ...] = ()
    """(address, title) of the pages above."""
    subscribe: str = ""
    """What `/prenumerera/` needs to know to fill in its form; empty where nothing can be followed."""
    alternates: tuple[tuple[str, str, str], ...] = ()
    """(language, address, title) of the same page in other languages."""
    source: IndexedRecord | None = None
    """The record that the page shows, or that introduces it."""
    indexed: bool = True
    """Whether search, the sitemap and robots may know of it."""
    calendar: str = ""
    """The address of the calendar with the meetings that the page is about; empty where there are none."""
    section: str = ""
    """The address of the menu item that it belongs to."""

    @property
    def path(self) -> str:
        """The file below the site's folder."""
        return (
            self.address.lstrip("/") + "index.html"
            if self.address.endswith("/")
            else self.address.lstrip("/")
        )

    def key(self, stamp: str) -> str:
        """Changes whenever the page may come out otherwise than before."""
        parts = [stamp, self.source.digest if self.source else "", *self[:4], self.lang, self.subscribe]
        parts += [self.section, str(self.indexed), self.calendar]
        for rows in (self.feeds, self.breadcrumbs, self.alternates):
            parts.append(f"[{len(rows)}")
            for row in rows:
                parts += row
        _fingerprint(self.context, parts)
        return blake2b("\x1f".join(parts).encode(), digest_size=12).hexdigest()


def _fingerprint(value: Any, parts: list[str]) -> None:
    kind = type(value)
    if kind is Card:
        parts.append(value.digest)
    elif kind is Term:
        parts += value[:4]
    elif kind is dict:
        for name, item in value.items():
            parts.append(name)
            _fingerprint(item, parts)
    elif kind is list or isinstance(value, tuple):
        parts.append(f"[{len(value)}")
        if value and type(value[0]) is Card:
            parts += [card.digest for card in value]
        else:
            for item in value:
                _fingerprint(item, parts)
    else:
        parts.append(value if kind is str else repr(value))
