"""Feeds: RSS 2.0 and Atom by feedgen; new publications and `stor` changes, newest first."""

import uuid
from datetime import datetime
from typing import Any

from feedgen.feed import FeedGenerator

from site_builder.content.fields import STOCKHOLM
from site_builder.load import Entry
from site_builder.pages import Feed
from site_builder.site import Site

LIMIT = 50
"""Entries in one feed; feedgen is slow on large ones."""


def members(site: Site, feed: Feed) -> list[Entry]:
    """The records of a feed, latest news first."""
    kind, _, key = feed.name.partition("-")
    if kind == "amne":
        found = site.about(key)
    elif kind == "typ":
        found = [entry for entry in site.listed if entry.record.info.folder == key]
    elif kind == "organ":
        body = site.find(key, ("body",))
        found = [
            e
            for e in site.listed
            if body and site.find(getattr(e.record, "body", None) or "", ("body",)) is body
        ]
    elif kind == "omrade":
        found = [entry for entry in site.listed if key in entry.record.areas]
    elif kind == "kris":
        found = site.of_type("alert")
    elif kind == "anslagstavla":
        found = site.of_type("notice")
    else:
        found = site.listed
    return sorted(found, key=lambda entry: (entry.record.updated, entry.record.id), reverse=True)[:LIMIT]


def render(site: Site, feed: Feed, base: str) -> tuple[bytes, bytes]:
    """The feed as Atom and as RSS; `base` is the site's address without a slash at the end."""
    entries = members(site, feed)
    made: Any = FeedGenerator()
    address = f"{base}/floden/{feed.name}.atom"
    made.id(uuid.uuid5(uuid.NAMESPACE_URL, f"medborgarfokus:floden/{feed.name}").urn)
    made.title(f"{feed.title} – Tyresö kommun (demonstration)")
    made.description("Historiska uppgifter i en demonstration.")
    made.language("sv")
    made.link(href=address, rel="self")
    made.link(href=base + "/", rel="alternate")
    made.author(name="Tyresö kommun")
    latest = entries[0].record.updated if entries else datetime(2000, 1, 1, tzinfo=STOCKHOLM)
    made.updated(latest)
    made.lastBuildDate(latest)
    made.generator("medborgarfokus")
    for entry in entries:
        _add(made, site, entry, base)
    return made.atom_str(pretty=True), made.rss_str(pretty=True)


def _add(made: Any, site: Site, entry: Entry, base: str) -> None:
    record = entry.record
    item = made.add_entry(order="append")
    item.id(f"urn:uuid:{record.id}")
    item.guid(f"urn:uuid:{record.id}", permalink=False)
    item.title(("Exempel: " if record.example else "") + record.title)
    item.link(href=base + entry.address)
    item.summary(record.summary)
    item.published(record.published)
    item.updated(record.updated)
    terms = [("type", record.info.folder)]
    terms += [("topic", slug) for slug in record.topics] + [("area", slug) for slug in record.areas]
    body = site.find(getattr(record, "body", None) or "", ("body",))
    if body:
        terms.append(("body", body.slug))
    item.category([{"term": term, "scheme": f"{base}/api/v1/schemes/{scheme}"} for scheme, term in terms])
