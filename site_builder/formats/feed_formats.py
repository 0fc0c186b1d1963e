"""One feed becomes Atom and RSS 2.0 by feedgen, and JSON Feed 1.1; OPML lists them all."""

import html
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import blake2b
from typing import Any, NamedTuple
from xml.etree import ElementTree

from site_builder.content.fields import STOCKHOLM
from site_builder.formats import cap, xml_files
from site_builder.formats.api import dump
from site_builder.formats.feed_names import feeds
from site_builder.formats.feeds import Document, Item, documents, entry
from site_builder.formats.registry import Format, always, single
from site_builder.site.card import Card
from site_builder.site.site import Site


def render(document: Document, site: Site) -> dict[str, bytes]:
    """The document in each of its formats, by the ending."""
    items = [entry(site, row) for row in document.rows]
    writers: dict[str, Callable[[], bytes]] = {
        "atom": lambda: _generator(document, items, site, "atom").atom_str(pretty=True),
        "rss": lambda: _generator(document, items, site, "rss").rss_str(pretty=True),
        "json": lambda: _json_feed(document, items, site),
    }
    return {ending: writers[ending]() for ending in document.formats}


def _generator(document: Document, items: list[Item], site: Site, ending: str) -> Any:
    from feedgen.ext.base import BaseEntryExtension  # costs 0.1 s, and most builds change few feeds
    from feedgen.feed import FeedGenerator

    from site_builder.formats._feed_extensions import CapEntry, CapFeed, HistoryExtension

    base = site.config.base
    made: Any = FeedGenerator()
    if any(item.cap for item in items):
        made.register_extension("cap", CapFeed, CapEntry)
    made.register_extension("fh", HistoryExtension, BaseEntryExtension)
    made.id(uuid.uuid5(uuid.NAMESPACE_URL, f"medborgarfokus:floden/{document.name}").urn)
    made.title(document.title)
    made.description(
        "Historiska uppgifter i en demonstration." if site.config.demonstration else document.title
    )
    made.language("sv")
    made.link(href=f"{base}/floden/{document.name}.{ending}", rel="self")
    if document.older:
        made.link(href=f"{base}/floden/{document.older}.atom", rel="prev-archive")
    if document.archive:
        made.link(href=f"{base}/floden/alla.atom", rel="current")
        made.fh.archive()
    made.link(href=base + "/", rel="alternate")  # last: feedgen takes it for RSS's own
    made.author(name=site.config.name)
    latest = _local(items[0].updated) if items else datetime(2000, 1, 1, tzinfo=STOCKHOLM)
    made.updated(latest)
    made.lastBuildDate(latest)
    made.generator("medborgarfokus")
    for item in items:
        _add(made, item, base, ending)
    return made


def _add(made: Any, item: Item, base: str, ending: str) -> None:
    card = item.card
    entry = made.add_entry(order="append")
    entry.id(f"urn:uuid:{card.id}")
    entry.guid(f"urn:uuid:{card.id}", permalink=False)
    entry.title(_title(card))
    entry.link(href=base + card.address)
    if ending == "rss":
        # RSS 2.0 has one date, which tells readers what is new, and its description is HTML.
        entry.description("".join(f"<p>{html.escape(part, quote=False)}</p>" for part in _paragraphs(item)))
        entry.published(_local(item.updated))
    else:
        entry.summary("\n\n".join(_paragraphs(item)))
        entry.published(_local(item.published))
    entry.updated(_local(item.updated))
    schemes = f"{base}/api/v1/schemes"
    entry.category(
        [{"term": t, "scheme": f"{schemes}/{s}", "label": label} for s, t, label in item.categories]
    )
    if item.cap:
        entry.cap.lies_at(base + cap.address(card.address))
    for name, value in item.cap.items():
        entry.cap.add(name, value)


def _title(card: Card) -> str:
    exercise = "Övning: " if card.facts.get("kind") == "övning" else ""
    return f"{'Exempel: ' if card.example else ''}{exercise}{card.title}"


def _paragraphs(item: Item) -> list[str]:
    """What was changed, as a sentence of its own, and what the record is about."""
    note = item.note.strip()
    if not note:
        return [item.card.summary]
    ended = note.rstrip("\"'”’»)")[-1:] in (".", "!", "?", "…", ":")
    return [f"Ändrat: {note}{'' if ended else '.'}", item.card.summary]


def _local(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, STOCKHOLM)


def _json_feed(document: Document, items: list[Item], site: Site) -> bytes:
    """JSON Feed 1.1 (jsonfeed.org/version/1.1)."""
    base = site.config.base
    return dump(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": document.title,
            "home_page_url": base + "/",
            "feed_url": f"{base}/floden/{document.name}.json",
            "language": "sv",
            "authors": [{"name": site.config.name}],
            "items": [
                {
                    "id": f"urn:uuid:{item.card.id}",
                    "url": base + item.card.address,
                    "title": _title(item.card),
                    "content_text": "\n\n".join(_paragraphs(item)),
                    "date_published": _local(item.published).isoformat(),
                    "date_modified": _local(item.updated).isoformat(),
                    "tags": [label for _, _, label in item.categories],
                    **({"_cap": item.cap} if item.cap else {}),
                }
                for item in items
            ],
        }
    )


def opml(site: Site) -> bytes:
    """OPML 2.0: every feed, for readers that take them all at once."""
    root = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(
        ElementTree.SubElement(root, "head"), "title"
    ).text = f"Flöden från {site.config.name}"
    body = ElementTree.SubElement(root, "body")
    for feed in feeds(site):
        address = f"{site.config.base}/floden/{feed.name}.rss"
        ElementTree.SubElement(body, "outline", type="rss", text=feed.title, title=feed.title, xmlUrl=address)
    return xml_files.dump(root)


class FeedFile(NamedTuple):
    """A feed document in one format."""

    document: Document
    ending: str
    words: str
    """A digest of what topics and areas are called."""


def _files(site: Site) -> Iterator[FeedFile]:
    words = blake2b(repr((site.topics, site.areas)).encode(), digest_size=12).hexdigest()
    for document in documents(site):
        yield from (FeedFile(document, ending, words) for ending in document.formats)


def _file(site: Site, file: FeedFile) -> bytes:
    return render(file.document._replace(formats=(file.ending,)), site)[file.ending]


FORMATS = (
    Format(
        name="feed",
        things=_files,
        address=lambda file: f"/floden/{file.document.name}.{file.ending}",
        key=lambda site, file: file.document.key(file.words, site),
        render=_file,
    ),
    single("opml", "/floden/alla.opml", opml, always),
)
