"""A feed fetched and read, whoever wrote it: bounded in time, bytes and hops; plain text, http(s) links."""

import asyncio
import io
import re
import zlib
from calendar import timegm
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from datetime import MAXYEAR, UTC, datetime
from html import unescape
from threading import Thread
from typing import Any, TypeVar
from urllib.parse import quote, urljoin, urlsplit
from uuid import UUID
from xml.sax import SAXException

import feedparser
import httpx
import nh3

from delivery.links import web_link
from subscriptions.model import Alert, Entry, Target, TargetKind

CAP = "urn:oasis:names:tc:emergency:cap:"
MAX_REDIRECTS = 3
MAX_TITLE, MAX_TEXT, MAX_ADDRESS, MAX_TARGETS = 300, 4_000, 2_000, 60
MAX_ENTRY_ID, MAX_SMS = 500, 500
HEADERS = {
    "User-Agent": "Medborgarfokus-prenumerationer",
    "Accept": "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.1",
    "Accept-Encoding": "gzip",
}
SCHEMES = {
    "type": TargetKind.TYPE,
    "topic": TargetKind.TOPIC,
    "body": TargetKind.BODY,
    "area": TargetKind.AREA,
}
# Controls, and what turns the direction of text: a title must not rewrite what stands beside it.
UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)

T = TypeVar("T")


class FeedError(Exception):
    """The feed could not be read; the message says why, in Swedish, for the operator."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server gave: an unread document and what to ask with next time."""

    url: str
    content: bytes
    content_type: str
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class Document:
    """A feed as read: its entries, and the address of the archive page before it (RFC 5005, section 4)."""

    entries: tuple[Entry, ...]
    previous: str | None = None


class Client:
    """Keeps connections, follows no redirect by itself and keeps no cookie; many threads may use it.

    It has an event loop of its own: only there can one deadline end a fetch wherever it is, be it in a head
    that drips, which no time limit on a single read ever ends.
    """

    def __init__(self, timeout: float) -> None:
        self.http = httpx.AsyncClient(timeout=timeout, headers=HEADERS, follow_redirects=False)
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="fetch", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What ``work`` gives, or what it raises."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.run(self.http.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def open_client(timeout: float) -> Client:
    """A client that waits at most ``timeout`` seconds for each connection and each piece."""
    return Client(timeout)


def fetch(
    client: Client,
    url: str,
    *,
    etag: str | None = None,
    last_modified: str | None = None,
    max_bytes: int,
    seconds: float,
) -> Answer | None:
    """The document at ``url``, or None when it has not changed (RFC 9110, section 13). Raises FeedError.

    ``seconds`` bounds the whole, a slow drip and redirects included; ``max_bytes`` what is unpacked.
    """
    conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    headers = {name: value for name, value in conditions.items() if value}
    return client.run(_fetch(client.http, url, headers, max_bytes, seconds))


async def _fetch(
    http: httpx.AsyncClient, url: str, headers: dict[str, str], max_bytes: int, seconds: float
) -> Answer | None:
    try:
        async with asyncio.timeout(seconds):
            return await _followed(http, url, headers, max_bytes)
    except TimeoutError as error:
        raise FeedError("tog för lång tid") from error
    except (httpx.HTTPError, httpx.InvalidURL, zlib.error) as error:
        raise FeedError(f"gick inte att hämta: {type(error).__name__}") from error


async def _followed(
    http: httpx.AsyncClient, url: str, headers: dict[str, str], max_bytes: int
) -> Answer | None:
    for _ in range(MAX_REDIRECTS + 1):
        async with http.stream("GET", url, headers=headers) as response:
            if response.status_code == httpx.codes.NOT_MODIFIED:
                return None
            if response.has_redirect_location:
                url = _redirected(url, response.headers["location"])
                continue
            if response.status_code != httpx.codes.OK:
                raise FeedError(f"svarade {response.status_code}")
            return Answer(
                url=url,
                content=await _unpacked(response, max_bytes),
                content_type=response.headers.get("content-type", ""),
                etag=_bounded(response.headers.get("etag"), 500),
                last_modified=_bounded(response.headers.get("last-modified"), 100),
            )
    raise FeedError("skickade vidare för många gånger")


def _redirected(url: str, location: str) -> str:
    """Only within the same host and never to an unencrypted address: else an operator must decide."""
    target = urljoin(url, location)
    old, new = urlsplit(url), urlsplit(target)
    if new.scheme not in ("http", "https") or new.hostname != old.hostname:
        raise FeedError(f"har flyttat till {target[:200]!r}; ändra inställningen om det stämmer")
    if old.scheme == "https" and new.scheme == "http":
        raise FeedError("skickade vidare till en okrypterad adress")
    return target


async def _unpacked(response: httpx.Response, max_bytes: int) -> bytes:
    """The body, unpacked no further than the limit: a small answer may hold gigabytes."""
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("identity", "gzip"):
        raise FeedError(f"är packat på ett okänt sätt: {coding[:20]!r}")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16) if coding == "gzip" else None
    pieces, left = [], max_bytes
    async for raw in response.aiter_raw():
        piece = unpacker.decompress(raw, left + 1) if unpacker else raw
        left -= len(piece)
        if left < 0:
            raise FeedError(f"är större än {max_bytes} byte")
        pieces.append(piece)
    if unpacker and not unpacker.eof:
        raise FeedError("är avhugget")
    return b"".join(pieces)


def _bounded(value: str | None, size: int) -> str | None:
    """A validator that does not fit is not kept: half of one would never match."""
    return value if value and len(value) <= size else None


def parse(answer: Answer) -> Document:
    """The entries of an Atom or RSS document. Raises FeedError where it is no feed, or not a whole one."""
    if b"<!entity" in answer.content.replace(b"\0", b"").lower():
        raise FeedError("innehåller egna XML-entiteter och läses inte")
    try:
        return _read(answer)
    except FeedError:
        raise
    except Exception as error:  # feedparser is a large surface; one hostile feed must not stop the others
        raise FeedError(f"gick inte att tolka: {type(error).__name__}") from error


def _read(answer: Answer) -> Document:
    # Told the address, feedparser would resolve ids against it, and a moved feed would be all news.
    parsed = feedparser.parse(
        io.BytesIO(answer.content), response_headers={"content-type": answer.content_type}
    )
    # feedparser falls back to a forgiving reader where the XML breaks off; half a feed is no feed.
    if parsed.bozo and isinstance(parsed.bozo_exception, SAXException):
        raise FeedError("är trasig eller avhuggen XML")
    if not parsed.get("version"):
        raise FeedError("är varken Atom eller RSS")
    prefixes = {str(uri): str(prefix) for prefix, uri in parsed.namespaces.items()}
    entries = (_entry(dict(raw), prefixes, answer.url) for raw in parsed.entries)
    return Document(
        entries=tuple(entry for entry in entries if entry is not None),
        previous=_previous(parsed.feed.get("links", []), answer.url),
    )


def _previous(links: list[dict[str, str]], url: str) -> str | None:
    """The archive page before this one; a page on another host is nobody's archive."""
    for link in links:
        if link.get("rel") == "prev-archive":
            target = urljoin(url, link.get("href", ""))
            if urlsplit(target)[:2] == urlsplit(url)[:2]:
                return target
    return None


def _entry(raw: dict[str, Any], prefixes: dict[str, str], url: str) -> Entry | None:
    """An entry, or None where it has no name to be known by."""
    entry_id = plain(raw.get("id") or raw.get("link") or "", MAX_ENTRY_ID + 1)
    title = plain(raw.get("title", ""), MAX_TITLE)
    if not entry_id or len(entry_id) > MAX_ENTRY_ID:
        return None
    tags = [
        (str(tag.get("scheme") or ""), UNPRINTABLE.sub("", str(tag.get("term") or "")), tag)
        for tag in raw.get("tags", [])
    ]
    targets, labels, kind = [Target(TargetKind.ALL)], [], ""
    for scheme, term, tag in tags[:MAX_TARGETS]:
        found = re.search(r"/schemes/(type|topic|body|area)/?$", scheme)
        if not found or not 0 < len(term) <= 200:
            continue
        targets.append(Target(SCHEMES[found[1]], term))
        if found[1] == "type":
            kind = kind or term[:64]
        if found[1] == "topic":
            labels.append(plain(tag.get("label") or term, 100))
    if page := _record_id(entry_id):
        targets.append(Target(TargetKind.PAGE, page))
    cap = _prefix(prefixes, CAP)
    return Entry(
        id=entry_id,
        title=title or "Utan rubrik",
        summary=plain(raw.get("summary", ""), MAX_TEXT),
        link=_http("" if raw.get("link") == raw.get("id") else url, str(raw.get("link") or "")),
        updated=_moment(raw, "updated") or _moment(raw, "published"),
        published=_moment(raw, "published"),
        targets=tuple(dict.fromkeys(targets)),
        labels=tuple(dict.fromkeys(labels)),
        type=kind,
        alert=_alert(raw, cap),
        # The site writes the text of the SMS as its one CAP parameter; true parameters have no text here.
        sms=plain(raw.get(f"{cap}_parameter", ""), MAX_SMS) if cap else "",
    )


def _prefix(prefixes: dict[str, str], namespace: str) -> str | None:
    """feedparser names foreign elements by the document's own prefix, in lower case."""
    return next((prefix.lower() for uri, prefix in prefixes.items() if uri.startswith(namespace)), None)


def _record_id(entry_id: str) -> str | None:
    """The UUID of ``urn:uuid:…`` (RFC 9562), which is how the site names its records."""
    if not entry_id.lower().startswith("urn:uuid:"):
        return None
    try:
        return str(UUID(entry_id))
    except ValueError:
        return None


def _alert(raw: dict[str, Any], prefix: str | None) -> Alert | None:
    """The CAP 1.2 elements, as weather services put them into Atom; feedparser keeps the last of several."""

    def word(*names: str) -> str:
        found = (raw.get(f"{prefix}_{name}") for name in names)
        return next((plain(str(value), MAX_TEXT) for value in found if value), "")

    if prefix is None:
        return None
    alert = Alert(
        identifier=word("identifier")[:MAX_ENTRY_ID],
        severity=word("severity"),
        urgency=word("urgency"),
        certainty=word("certainty"),
        message_type=word("msgtype", "messagetype"),
        status=word("status"),
        event=word("event"),
        headline=word("headline"),
        area=word("areadesc"),
        instruction=word("instruction"),
        effective=_iso(word("effective", "onset")),
        expires=_iso(word("expires")),
        references=tuple(_identifier(part) for part in word("references").split()),
    )
    return None if alert == Alert() else alert if alert.message_type else replace(alert, message_type="Alert")


def _identifier(reference: str) -> str:
    """CAP writes a reference as ``sender,identifier,sent``."""
    parts = reference.split(",")
    return parts[1] if len(parts) == 3 else reference


def plain(text: str, limit: int) -> str:
    """Text without markup, controls or turned direction, white space folded, at most ``limit`` characters."""
    bare = unescape(nh3.clean(str(text), tags=set(), clean_content_tags={"script", "style"}))
    folded = " ".join(UNPRINTABLE.sub("", bare.replace("\n", " ").replace("\r", " ")).split())
    return folded if len(folded) <= limit else folded[: limit - 1].rstrip() + "…"


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


def _moment(raw: dict[str, Any], name: str) -> datetime | None:
    """The precise moment where it is ISO 8601; else as feedparser reads it, to the second."""
    if precise := _iso(str(raw.get(name, ""))):
        return precise
    parsed = raw.get(f"{name}_parsed")
    try:
        return _real(datetime.fromtimestamp(timegm(parsed), UTC)) if parsed else None
    except (ValueError, OverflowError, OSError):
        return None


def _iso(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return _real(moment.astimezone(UTC)) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _real(moment: datetime) -> datetime | None:
    """None for the year 9999: people write it for "no end", and it is no date in every time zone."""
    return moment if moment.year < MAXYEAR else None
