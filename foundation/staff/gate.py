"""The gate stands before all that staff do: no request without a session, none from another site.

The session's cookie is the only one in the house. It is sent to the service's own addresses alone, and never
with another site's request: ``SameSite=Lax``, and what changes something must bear the browser's own word
that it comes from here (Fetch Metadata, or Origin in older browsers). OWASP ASVS 5.0, 3.3 and 3.5.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote, urlsplit

from anyio import to_thread
from sqlalchemy import Engine
from starlette.datastructures import Headers
from starlette.requests import Request, cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from foundation import security_log
from foundation.database import read, write
from foundation.staff import sessions
from foundation.staff.members import StaffMember
from foundation.web.guard import SAFE

FOREIGN = "Formuläret skickades från en annan webbplats. Öppna det här och försök igen.\n"
ENDED = (
    "Du är inte inloggad längre, så det du skickade är inte sparat. Det finns kvar i din webbläsare: "
    "logga in i en ny flik, gå sedan tillbaka hit och skicka igen.\n"
)
LONGEST_PATH = 1000
"""Characters of the page that a login leads back to; ``staff_logins.way_back`` holds twice that."""


@dataclass(frozen=True)
class StaffRules:
    """What a service tells its gate."""

    prefix: str
    """Everything at and below this path asks for a session, such as ``/redigera``."""

    public_url: str
    idle: timedelta
    """How long a session may stand unused."""

    open: tuple[str, ...] = ()
    """Beginnings of paths below the prefix that ask for none: the service proves them itself."""

    @property
    def is_secure(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def cookie(self) -> str:
        """The session's cookie. ``__Secure-``: a browser takes it over https alone (RFC 6265bis, 4.1.3.1)."""
        return "__Secure-personal" if self.is_secure else "personal"

    @property
    def login(self) -> str:
        return f"{self.prefix}/logga-in/"

    @property
    def logout(self) -> str:
        return f"{self.prefix}/logga-ut/"

    @property
    def callback(self) -> str:
        """Where the provider sends the browser back to."""
        return f"{self.prefix}/inloggad/"

    def own_path(self, text: str) -> str:
        """The path, where it leads to this service; else its first page. No login leads elsewhere."""
        is_path = text.startswith("/") and not text.startswith("//")
        is_plain = len(text) <= LONGEST_PATH and text.isprintable() and "\\" not in text
        inside = text.partition("?")[0] if is_path and is_plain else ""
        return text if inside == self.prefix or inside.startswith(f"{self.prefix}/") else f"{self.prefix}/"


class StaffGate:
    """ASGI middleware; puts ``staff`` (a ``StaffMember``, or None on open paths) into the request's state."""

    def __init__(
        self, app: ASGIApp, rules: StaffRules, engine: Engine, clock: Callable[[], datetime]
    ) -> None:
        self.app = app
        self.rules = rules
        self.engine = engine
        self.clock = clock
        self.open = (rules.login, rules.callback, rules.logout, *rules.open)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] != "http" or not (
            path == self.rules.prefix or path.startswith(f"{self.rules.prefix}/")
        ):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        token = session_token(headers, self.rules)
        staff = await to_thread.run_sync(self._find, token) if token else None
        answer = self._refusal(scope, headers, staff)
        if answer is None:
            scope["state"] = {**scope.get("state", {}), "staff": staff}
            await self.app(scope, receive, send)
        else:
            await answer(scope, receive, send)

    def _refusal(self, scope: Scope, headers: Headers, staff: StaffMember | None) -> Response | None:
        is_change = scope["method"] not in SAFE
        if is_change and not is_from_here(headers):
            security_log.refused("staff-cross-site")
            return PlainTextResponse(FOREIGN, 403)
        if staff is not None or scope["path"].startswith(self.open):
            return None
        if is_change:
            security_log.refused("staff-no-session")
            return PlainTextResponse(ENDED, 401)
        query = scope.get("query_string", b"").decode("latin-1")
        wanted = scope["path"] + (f"?{query}" if query else "")
        return RedirectResponse(f"{self.rules.login}?till={quote(wanted, safe='/')}", 303)

    def _find(self, token: str) -> StaffMember | None:
        now = self.clock()
        with read(self.engine) as connection:
            found = sessions.find(connection, token, now, self.rules.idle)
        if found is None:
            security_log.refused("staff-session")
            return None
        staff, seen = found
        if seen <= now - sessions.STEP:
            with write(self.engine) as connection:
                sessions.touch(connection, token, now)
        return staff


def is_from_here(headers: Headers) -> bool:
    """The browser itself says that our own page sent it; who says nothing is refused."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = urlsplit(headers.get("origin", "")).netloc.lower()
    return bool(origin) and origin == headers.get("host", "").lower()


def session_token(headers: Headers, rules: StaffRules) -> str:
    """What the session's cookie holds; empty without one."""
    return cookie_parser(headers.get("cookie", "")).get(rules.cookie, "")


def member_of(request: Request) -> StaffMember:
    """Who asks; for routes behind the gate."""
    staff = request.state.staff
    assert isinstance(staff, StaffMember)
    return staff
