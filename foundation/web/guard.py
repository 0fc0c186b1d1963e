"""What every request must pass and every answer carries, whichever route answers.

Host, origin, size and patience are checked before any route runs. There are no cookies, so a forged
request from another site carries nobody's authority; browsers' own word (Sec-Fetch-Site, Origin) is
checked nevertheless: https://words.filippo.io/csrf/
"""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from foundation import security_log

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Never the path: it may hold a signed link, and the web server writes Referer into its access log.
    # Not no-referrer: browsers would then send "Origin: null" with our own forms.
    "Referrer-Policy": "strict-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
SAFE = ("GET", "HEAD", "OPTIONS")
MAX_BODY = 64 * 1024
PATIENCE = 15.0
"""Bytes of a request's body, and seconds that it may take."""

MAX_UPLOAD = 12 * 1024 * 1024
UPLOAD_PATIENCE = 120.0
UPLOADS = 16
"""The same where pictures are sent, over a phone's slow network; and how many are held at once."""


@dataclass(frozen=True)
class GuardRules:
    """What a service tells its guard."""

    public_url: str
    development: bool
    """Answer for this machine's own names too."""

    demonstration: bool
    """Ask search engines to keep away from all of it."""

    private: tuple[str, ...] = ()
    """Beginnings of paths whose answers are nobody else's business: not stored, indexed or embedded."""

    any_host: tuple[str, ...] = ()
    """Paths asked for by machines on the inside, which know no host name."""

    max_body: int = MAX_BODY
    """Bytes of a request's body."""

    uploads: tuple[str, ...] = ()
    """Paths that take pictures: so large a body, in so long a time, so many at once."""

    any_origin: tuple[str, ...] = ()
    """Beginnings of paths that mail programs and providers post to: the signed address is the authority."""


class Guard:
    """ASGI middleware; the outermost but for the one that trusts proxies."""

    def __init__(self, app: ASGIApp, rules: GuardRules) -> None:
        self.app = app
        self.rules = rules
        self.places = asyncio.Semaphore(UPLOADS)
        public = urlsplit(rules.public_url)
        default = {"http": 80, "https": 443}[public.scheme]
        name = public.hostname or ""
        self.hosts = {public.netloc.lower(), f"{name}:{public.port or default}"}
        if (public.port or default) == default:
            self.hosts.add(name)
        self.fixed = dict(HEADERS)
        if public.scheme == "https":
            self.fixed["Strict-Transport-Security"] = "max-age=31536000"
        if rules.demonstration:
            self.fixed["X-Robots-Tag"] = "noindex"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["path"] in self.rules.uploads and scope["method"] not in SAFE:
            async with self.places:
                await self._pass(scope, receive, send, MAX_UPLOAD, UPLOAD_PATIENCE)
        else:
            await self._pass(scope, receive, send, self.rules.max_body, PATIENCE)

    async def _pass(self, scope: Scope, receive: Receive, send: Send, most: int, patience: float) -> None:
        answer = self._with_headers(scope["path"], send)
        refusal = self._refusal(scope)
        try:
            body = (
                b""
                if refusal or scope["method"] in SAFE
                else await _body(Headers(scope=scope), receive, most, patience)
            )
        except ClientDisconnect:
            return
        except TimeoutError:
            refusal = (408, "Det tog för lång tid att ta emot det du skickade.")
        except ValueError:
            refusal = (413, "Det du skickade är för stort.")
        if refusal:
            status, text = refusal
            security_log.refused(f"request-{status}")
            response = PlainTextResponse(text + "\n", status, {"Connection": "close"})
            await response(scope, receive, answer)
            return
        await self.app(scope, _replay(body, receive), answer)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        headers, path = Headers(scope=scope), scope["path"]
        host = headers.get("host", "").lower()
        if path not in self.rules.any_host and not self._is_ours(host):
            return 421, "Den här tjänsten svarar inte för den adressen."
        if scope["method"] in SAFE or path.startswith(self.rules.any_origin):
            return None
        if _is_same_origin(headers, host):
            return None
        return 403, "Formuläret skickades från en annan webbplats. Öppna det här och försök igen."

    def _is_ours(self, host: str) -> bool:
        return host in self.hosts or (self.rules.development and _name(host) in LOOPBACK)

    def _with_headers(self, path: str, send: Send) -> Send:
        private = path.startswith(self.rules.private)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.fixed.items():
                    headers.setdefault(name, value)
                if private:
                    headers.setdefault("Cache-Control", "no-store")
                    headers.setdefault("X-Robots-Tag", "noindex")
                    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
            await send(message)

        return answer


def _name(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host


def _is_same_origin(headers: Headers, host: str) -> bool:
    """What the browser says of where the request came from; what is no browser carries no authority."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc.lower() == host


async def _body(headers: Headers, receive: Receive, most: int, patience: float) -> bytes:
    """The whole body; raises ValueError when it is too large and TimeoutError when it is too slow."""
    told = headers.get("content-length", "0")
    if not told.isdecimal() or int(told) > most:
        raise ValueError("too large")
    body = bytearray()
    async with asyncio.timeout(patience):
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            body += message.get("body", b"")
            if len(body) > most:
                raise ValueError("too large")
            if not message.get("more_body"):
                return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    messages: Iterator[Message] = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def again() -> Message:
        return next(messages, None) or await receive()

    return again
