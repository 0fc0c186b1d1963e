"""A document over HTTP, whoever serves it: bounded in time, bytes and redirects."""

import asyncio
import zlib
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

import httpx

from foundation import trust
from foundation.event_loop import EventLoop
from subscriptions.feeds.reader_pool import ReaderPool

MAX_REDIRECTS = 3
HEADERS = {
    "User-Agent": "Medborgarfokus-prenumerationer",
    "Accept": "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.1",
    "Accept-Encoding": "gzip",
}

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


class Client:
    """Keeps connections and the processes that read documents; many threads may use it.

    It follows no redirect by itself and keeps no cookie. ``stepwise``: a long archive is read a few pages at
    each poll.
    """

    def __init__(self, timeout: float, *, stepwise: bool = False) -> None:
        self.stepwise = stepwise
        self.gaps: dict[int, Any] = {}  # by feed: how far ``archives`` has come
        self.readers = ReaderPool()
        self.http = httpx.AsyncClient(
            timeout=timeout, headers=HEADERS, follow_redirects=False, verify=trust.machine()
        )
        self._loop = EventLoop("fetch")

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What ``work`` gives, or what it raises."""
        return self._loop.run(work)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.readers.close()
        self.run(self.http.aclose())
        self._loop.close()


def open_client(timeout: float, *, stepwise: bool = False) -> Client:
    """A client that waits at most ``timeout`` seconds for each connection and each piece."""
    return Client(timeout, stepwise=stepwise)


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
