"""Each feed holds new publications and `stor` changes, newest first; this module says which there are.

`alla` also has RFC 5005 archives: one document a month of `updated`, complete and never cut off. The current
document holds at least the month that is still open, so that nothing falls between it and the archives.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import blake2b
from typing import NamedTuple

from site_builder.content import BY_NAME
from site_builder.formats import cap
from site_builder.formats.feed_names import CRISIS, feeds
from site_builder.reading.indexed_record import Event, IndexedRecord
from site_builder.site.alerts import is_crisis
from site_builder.site.card import Card
from site_builder.site.site import Site

LIMIT = 50
"""Entries in one feed; feedgen is slow on large ones."""


class Item(NamedTuple):
    """An entry of a feed."""

    card: Card
    published: float
    updated: float
    note: str
    """What was changed; empty for a publication."""
    categories: tuple[tuple[str, str, str], ...]
    """(scheme, term, label)."""
    cap: dict[str, str]


class Row(NamedTuple):
    """A record in a feed, not yet made into an entry."""

    event: Event
    one: IndexedRecord
    card: Card


class Document(NamedTuple):
    """One feed document."""

    name: str
    """The file's name without its ending, such as `amne-skola` or `alla-2012-04`."""
    title: str
    rows: list[Row]
    """The latest first."""
    older: str = ""
    """The name of the archive before this one."""
    archive: bool = False
    formats: tuple[str, ...] = ("atom", "rss")

    def key(self, stamp: str, site: Site) -> str:
        """Changes whenever the document does."""
        parts = [stamp, self.name, self.title, self.older, str(self.archive)]
        for event, one, card in self.rows:
            digest = cap.digest(site, one) if one.type == "alert" else card.digest
            parts += (digest, f"{event}{one.topics}{one.areas}")
        return blake2b("\x1f".join(parts).encode(), digest_size=12).hexdigest()


def documents(site: Site) -> Iterator[Document]:
    """Every feed document of the site."""
    members = _members(site)
    older, months = _archives(site)
    now = site.now.timestamp()
    for feed in feeds(site):
        newest = members.get(feed.name, [])
        limit = max(LIMIT, months) if feed.name == "alla" else LIMIT
        formats = ("atom", "rss", "json") if feed.name in ("alla", "kris") else ("atom", "rss")
        title = f"{feed.title} – {site.config.name}"
        rows = [Row(one.news(now), one, site.card(one)) for one in newest[:limit]]
        yield Document(
            feed.name, title, rows, older[0].name if feed.name == "alla" and older else "", formats=formats
        )
    yield from older


def _members(site: Site) -> dict[str, list[IndexedRecord]]:
    """By the feed's name: its records, the latest first."""
    found: dict[str, list[IndexedRecord]] = defaultdict(list)
    topics: dict[tuple[str, ...], set[str]] = {}
    now = site.now.timestamp()
    for one in sorted(site.listed, key=lambda one: (one.news(now)[0], one.id), reverse=True):
        if one.topics not in topics:
            topics[one.topics] = _topic_feeds(site, one.topics)
        names = {"alla", f"typ-{BY_NAME[one.type].info.slug}", *topics[one.topics]}
        names |= {f"omrade-{slug}" for slug in one.areas}
        body = site.body(one)
        if body:
            names.add(f"organ-{body.slug}")
        feed = BY_NAME[one.type].info.feed
        if feed and (feed != CRISIS.name or is_crisis(site, one)):
            names.add(feed)
        for name in names:
            found[name].append(one)
    return found


def _topic_feeds(site: Site, topics: Iterable[str]) -> set[str]:
    """The feeds of these topics and of those above them."""
    known = [site.topics[slug] for slug in topics if slug in site.topics]
    return {f"amne-{slug}" for term in known for slug in (term.slug, term.parent) if slug}


def _archives(site: Site) -> tuple[list[Document], int]:
    """The archives of `alla`, the latest first, and how many entries the open month has."""
    months: dict[str, list[tuple[Event, IndexedRecord]]] = defaultdict(list)
    now = site.now.timestamp()
    for one in site.listed:
        for event in one.events:
            if event[0] <= now:
                day = datetime.fromtimestamp(event[0], UTC)
                months[f"{day.year}-{day.month:02}"].append((event, one))
    present = site.now.astimezone(UTC).strftime("%Y-%m")
    names = sorted((month for month in months if month < present), reverse=True)
    found = []
    for position, month in enumerate(names):
        latest = sorted(months[month], key=lambda row: (row[0], row[1].id), reverse=True)
        older = f"alla-{names[position + 1]}" if position + 1 < len(names) else ""
        rows = [Row(event, one, site.card(one)) for event, one in latest]
        found.append(
            Document(f"alla-{month}", f"Arkiv {month} – {site.config.name}", rows, older, True, ("atom",))
        )
    return found, len(months.get(present, []))


def entry(site: Site, row: Row) -> Item:
    """A row as the entry that it becomes."""
    (updated, note), one, _ = row
    info = BY_NAME[one.type].info
    terms = [("type", info.slug, info.swedish)]
    topics = {slug: site.topics[slug] for slug in one.topics if slug in site.topics}
    above = {term.parent: site.topics[term.parent] for term in topics.values() if term.parent in site.topics}
    terms += [("topic", slug, term.name) for slug, term in (topics | above).items()]
    terms += [("area", slug, site.areas[slug].name) for slug in one.areas if slug in site.areas]
    body = site.body(one)
    if body:
        terms.append(("body", body.slug, body.title))
    return Item(
        site.card(one),
        one.published,
        updated,
        note,
        tuple(terms),
        cap.elements(site, one) if one.type == "alert" else {},
    )
