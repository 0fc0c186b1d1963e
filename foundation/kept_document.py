"""One document over HTTP is kept: fetched anew when it has aged, the last good copy while it cannot be."""

import asyncio
import logging
from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar

import httpx

from foundation import trust
from foundation.event_loop import EventLoop

log = logging.getLogger(__name__)
T = TypeVar("T")

FRESH = 30.0
"""Seconds that a copy is used without asking again."""

RETRY = 5.0
"""Seconds to wait after a failure."""

FIRST_WAIT = 0.5
"""Seconds to wait for the very first copy while somebody else fetches it."""

MAX_BYTES = 5_000_000


class Fetched(Generic[T]):
    """``get`` gives what ``parse`` made of the newest good copy, or None where there never was one.

    ``parse`` raises ValueError on what it cannot use. May be shared between threads: one fetches, the
    others go on with the copy they have. ``timeout``: seconds for the whole, however slowly it drips.
    """

    def __init__(self, url: str, parse: Callable[[str], T], timeout: float = 5.0) -> None:
        self.url = url
        self._parse = parse
        self._timeout = timeout
        self._loop = EventLoop("document")
        self._client = httpx.AsyncClient(timeout=timeout, follow_redirects=False, verify=trust.machine())
        self._lock = Lock()
        self._value: T | None = None
        self._etag = ""
        self._next = 0.0

    def get(self) -> T | None:
        """The newest good copy. Only during the very first fetch do others wait, and only a moment:

        the document may be our own, and its answer may need it (a page that says 404 needs the shell).
        """
        if monotonic() >= self._next and self._lock.acquire(timeout=0 if self._next else FIRST_WAIT):
            try:
                if monotonic() >= self._next:
                    self._refresh()
            finally:
                self._lock.release()
        return self._value

    def _refresh(self) -> None:
        try:
            self._loop.run(self._fetch())
        except (TimeoutError, httpx.HTTPError, ValueError) as error:
            log.warning(
                "a document could not be read", extra={"url": self.url, "error": type(error).__name__}
            )
            self._next = monotonic() + RETRY
        else:
            self._next = monotonic() + FRESH

    async def _fetch(self) -> None:
        headers = {"If-None-Match": self._etag} if self._etag else {}
        async with (
            asyncio.timeout(self._timeout),
            self._client.stream("GET", self.url, headers=headers) as response,
        ):
            if response.status_code == httpx.codes.NOT_MODIFIED and self._value is not None:
                return
            if response.status_code != httpx.codes.OK:
                raise ValueError(f"answered {response.status_code}")
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > MAX_BYTES:
                    raise ValueError("larger than any such document")
        self._value = self._parse(body.decode())
        self._etag = response.headers.get("ETag", "")

    def close(self) -> None:
        """Let go of the connections."""
        self._loop.run(self._client.aclose())
        self._loop.close()
