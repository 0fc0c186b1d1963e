"""The local inbox of development shows every mail and SMS as its reader would find it.

A mail's HTML is shown from an address of its own, sandboxed, under a policy that allows exactly the styles
that the mail holds (by hash) and nothing else.
"""

import base64
import hashlib
from html.parser import HTMLParser
from typing import Any

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import HTMLResponse, JSONResponse
from sqlalchemy import select

from delivery.quiet_hours import STOCKHOLM
from delivery.tables import local_messages
from foundation.database import read
from foundation.web.guard import CSP
from subscriptions.web.service import Given, Service

router = APIRouter(include_in_schema=False)
READ = ["GET", "HEAD"]
SHOWN = 200
SANDBOX = "allow-top-navigation-by-user-activation"


def _messages(service: Service) -> list[dict[str, Any]]:
    query = select(local_messages).order_by(local_messages.c.id.desc()).limit(SHOWN)
    with read(service.desk.engine) as connection:
        return [dict(row) for row in connection.execute(query).mappings()]


@router.api_route("/dev/inkorg", methods=READ)
@router.api_route("/dev/inkorg/", methods=READ)
def inbox(service: Given) -> Response:
    """Every message, newest first."""
    messages = _messages(service)
    for one in messages:
        one["sent_at"] = f"{one['sent_at'].astimezone(STOCKHOLM):%Y-%m-%d %H:%M:%S}"
    page = service.pages.page("inbox.html", "Inkorgen", messages=messages)
    page.headers["Content-Security-Policy"] = f"{CSP}; frame-src 'self'"
    return page


@router.api_route("/dev/inkorg/meddelanden.json", methods=READ)
def as_data(service: Given) -> Response:
    """The same as data."""
    messages = [one | {"sent_at": one["sent_at"].isoformat()} for one in _messages(service)]
    return JSONResponse({"messages": messages})


@router.api_route("/dev/inkorg/{number}/html", methods=READ)
def as_page(number: int, service: Given) -> Response:
    """One mail's HTML; its links lead out of the frame."""
    query = select(local_messages.c.html).where(local_messages.c.id == number)
    with read(service.desk.engine) as connection:
        text = connection.execute(query).scalar() if 0 < number < 2**63 else None
    if not text:
        raise HTTPException(404)
    policy = (
        f"default-src 'none'; img-src data:; style-src {_styles(text)}; base-uri 'none'; "
        f"frame-ancestors 'self'; sandbox {SANDBOX}"
    )
    page = HTMLResponse(text.replace("<head>", '<head><base target="_top">', 1))
    page.headers["Content-Security-Policy"] = policy
    page.headers["X-Frame-Options"] = "SAMEORIGIN"
    return page


class _Styles(HTMLParser):
    """Collects every style element and attribute."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self._inside = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "style"
        self.found.update(value for name, value in attributes if name == "style" and value)

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found.add(data)


def _styles(text: str) -> str:
    """The sources that allow the mail's own styles by hash; in attributes CSP wants a word more."""
    parser = _Styles()
    parser.feed(text)
    hashes = sorted(
        base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() for style in parser.found
    )
    return " ".join(["'unsafe-hashes'", *(f"'sha256-{one}'" for one in hashes)]) if hashes else "'none'"
