"""A feed's document read, whoever wrote it: plain text, http(s) links, an alert where it is one."""

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urljoin, urlsplit
from uuid import UUID
from xml.etree import ElementTree

import feedparser

from delivery.links import web_link
from subscriptions.feeds import cap, entry_ids, xml_source
from subscriptions.feeds.dates import moment
from subscriptions.feeds.fetching import Answer, FeedError
from subscriptions.feeds.plain_text import UNPRINTABLE, html_line, html_lines, text_lines
from subscriptions.model import Entry, Target, TargetKind

MAX_TITLE, MAX_TEXT, MAX_ADDRESS, MAX_TARGETS = 300, 4_000, 2_000, 60
SCHEMES = {
    "type": TargetKind.TYPE,
    "topic": TargetKind.TOPIC,
    "body": TargetKind.BODY,
    "area": TargetKind.AREA,
}
NUMBER = "medborgarfokus-number"
"""An element that tells which entry of the document one of feedparser's entries is."""


@dataclass(frozen=True, slots=True)
class Document:
    """A feed as read: its entries, and the address of the archive page before it (RFC 5005, section 4)."""

    entries: tuple[Entry, ...]
    previous: str | None = None
    unnamed: tuple[str, ...] = ()
    """The titles of those left out, because nothing tells one reading of them from the next."""


def parse(answer: Answer) -> Document:
    """The entries of an Atom or RSS document. Raises FeedError where it is no feed, or not a whole one."""
    try:
        return _read(answer)
    except FeedError:
        raise
    except Exception as error:  # feedparser is a large surface; one hostile feed must not stop the others
        raise FeedError(f"gick inte att tolka: {type(error).__name__}") from error


def _read(answer: Answer) -> Document:
    text = xml_source.mended(xml_source.decoded(answer))
    root = xml_source.tree(text)
    warned: list[cap.Warned | None] = []
    if cap.holds(root):
        warned = _take_warnings(root)
        text = ElementTree.tostring(root, encoding="unicode")
    # Told the address, feedparser would resolve ids against it, and a moved feed would be all news.
    # It cleans HTML slowly; plain_text does that, and less of it.
    parsed = feedparser.parse(
        io.BytesIO(text.encode()),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    if not parsed.get("version"):
        raise FeedError("är varken Atom eller RSS")
    raws = [dict(raw) for raw in parsed.entries]
    ids = entry_ids.names(raws, revisions=parsed.version.startswith("atom"))
    return Document(
        entries=tuple(
            _entry(raw, entry_id, warned, answer.url)
            for raw, entry_id in zip(raws, ids, strict=True)
            if entry_id
        ),
        unnamed=tuple(
            _shown(raw, "title", MAX_TITLE) for raw, entry_id in zip(raws, ids, strict=True) if not entry_id
        ),
        previous=_previous(parsed.feed.get("links", []), answer.url),
    )


def _take_warnings(root: ElementTree.Element) -> list[cap.Warned | None]:
    """The CAP of each entry, taken out of it, and in its place the number of the entry."""
    warned = []
    for element in list(root.iter()):
        if element.tag.rpartition("}")[2].lower() in ("entry", "item"):
            warned.append(cap.take(element))
            ElementTree.SubElement(element, NUMBER).text = str(len(warned) - 1)
    return warned


def _previous(links: list[dict[str, str]], url: str) -> str | None:
    """The archive page before this one; a page on another host is nobody's archive."""
    for link in links:
        if link.get("rel") == "prev-archive":
            target = urljoin(url, link.get("href", ""))
            if urlsplit(target)[:2] == urlsplit(url)[:2]:
                return target
    return None


def _entry(raw: dict[str, Any], entry_id: str, warned: list[cap.Warned | None], url: str) -> Entry:
    number = str(raw.get(NUMBER, ""))
    warning = warned[int(number)] if number.isdecimal() and int(number) < len(warned) else None
    alert = warning.alert if warning else None
    title = _shown(raw, "title", MAX_TITLE).replace("\n", " ") or (alert.headline if alert else "")
    targets, labels, kind = _targets(raw.get("tags", []), entry_id)
    updated, published = (
        moment(str(raw.get(n, "")), raw.get(f"{n}_parsed")) for n in ("updated", "published")
    )
    return Entry(
        id=entry_id,
        title=title[:MAX_TITLE] or "Utan rubrik",
        summary=_shown(raw, "summary", MAX_TEXT) or (warning.description if warning else ""),
        link=_http("" if raw.get("link") == raw.get("id") else url, str(raw.get("link") or "")),
        updated=updated or published,
        published=published,
        targets=targets,
        labels=labels,
        type=kind,
        alert=alert,
        sms=warning.sms if warning else "",
    )


def _shown(raw: dict[str, Any], name: str, limit: int) -> str:
    """The text that a reader sees; what is declared as text is no HTML (RFC 4287, 3.1.1)."""
    value = str(raw.get(name, ""))
    declared = str((raw.get(f"{name}_detail") or {}).get("type") or "")
    return text_lines(value, limit) if declared == "text/plain" else html_lines(value, limit)


def _targets(
    tags: Iterable[dict[str, Any]], entry_id: str
) -> tuple[tuple[Target, ...], tuple[str, ...], str]:
    """What an entry is about, the names of its topics, and its type."""
    targets, labels, kind = [Target(TargetKind.ALL)], [], ""
    for tag in list(tags)[:MAX_TARGETS]:
        term = UNPRINTABLE.sub("", str(tag.get("term") or ""))
        found = re.search(r"/schemes/(type|topic|body|area)/?$", str(tag.get("scheme") or ""))
        if not found or not 0 < len(term) <= 200:
            continue
        targets.append(Target(SCHEMES[found[1]], term))
        if found[1] == "type":
            kind = kind or term[:64]
        if found[1] == "topic":
            labels.append(html_line(tag.get("label") or term, 100))
    if page := _record_id(entry_id):
        targets.append(Target(TargetKind.PAGE, page))
    return tuple(dict.fromkeys(targets)), tuple(dict.fromkeys(labels)), kind


def _record_id(entry_id: str) -> str | None:
    """The UUID of ``urn:uuid:…`` (RFC 9562), which is how the site names its records."""
    if not entry_id.lower().startswith("urn:uuid:"):
        return None
    try:
        return str(UUID(entry_id))
    except ValueError:
        return None


def _http(url: str, link: str) -> str:
    """The link with its blanks escaped, or nothing where it is not http(s) or hides a name and password."""
    link = re.sub(r"[\t\r\n]", "", UNPRINTABLE.sub("", link)).strip()
    try:
        link = urljoin(url, link) if link else ""
        safe = web_link(link) and "@" not in urlsplit(link).netloc
    except ValueError:
        return ""
    link = re.sub(r"[\s<>\"]", lambda found: quote(found[0]), link)
    return link if safe and len(link) <= MAX_ADDRESS else ""
