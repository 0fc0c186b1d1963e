"""Who is at work: until the staff's own login is there, one member on this machine alone."""

from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

ROLES = frozenset({"läsare", "skribent", "granskare", "ansvarig", "larm"})


@dataclass(frozen=True)
class StaffMember:
    """Somebody who works at the municipality."""

    subject: str
    name: str
    email: str
    roles: frozenset[str]


LOCAL = StaffMember("lokal", "Lokal redaktör", "redaktor@localhost", ROLES)


class LocalLogin:
    """ASGI middleware for loopback: everybody is the same member."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope.setdefault("state", {})
            scope["state"] |= {"staff": LOCAL, "csrf": ""}
        await self.app(scope, receive, send)
