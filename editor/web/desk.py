"""What every page of the editor needs: the site, the publisher, the templates, who is at work."""

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from editor.forms.view import control_name
from editor.repository.git import Author
from editor.workspace.held import HeldSite
from editor.workspace.publishing import Publisher
from foundation import security_log
from foundation.encryption import Keys
from foundation.staff.gate import member_of
from site_builder.content import BY_NAME, TYPES
from site_builder.publishing.rendering import FILTERS, svg
from site_builder.reading.indexed_record import IndexedRecord

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""As everywhere in the house, and one's own preview may stand in a frame."""

PREVIEW_CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'"
)
PREVIEWS = 60
"""So many previews are kept, the latest."""


@dataclass
class Desk:
    """What the routes share."""

    held: HeldSite
    publisher: Publisher
    templates: Environment
    keys: Keys
    previews: "OrderedDict[str, bytes]" = field(default_factory=OrderedDict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def keep_preview(self, html: bytes) -> str:
        """Keep a page for its preview; returns the word that it is asked for by."""
        word = secrets.token_urlsafe(24)
        with self.lock:
            self.previews[word] = html
            while len(self.previews) > PREVIEWS:
                self.previews.popitem(last=False)
        return word

    def page(
        self, request: Request, template: str, title: str, status: int = 200, **context: Any
    ) -> HTMLResponse:
        """One page of the editor."""
        html = self.templates.get_template(template).render(
            title=title, staff=getattr(request.state, "staff", None), site_name=self.held.config.name,
            path=request.url.path, request_base=str(request.base_url).rstrip("/"), types=TYPES, **context,
        )  # fmt: skip
        return HTMLResponse(html, status, {"Content-Security-Policy": CSP})


MAY_WRITE = ("skribent", "granskare", "ansvarig")
MAY_PUBLISH = ("granskare", "ansvarig")
MAY_ALERT = ("larm", "ansvarig")
MAX_FIELDS = 5000
MAX_TEXT = 1_000_000


def may(request: Request, *roles: str) -> bool:
    """Whether whoever is at work has one of these roles."""
    return member_of(request).has(*roles)


def require(request: Request, *roles: str) -> None:
    """Refuse whoever has none of these roles. Raises HTTPException."""
    if not may(request, *roles):
        security_log.refused("editor-role")
        raise HTTPException(403, f"Det här kräver rollen {' eller '.join(roles)}.")


async def _form(request: Request) -> FormData:
    return await request.form(max_files=0, max_fields=MAX_FIELDS, max_part_size=MAX_TEXT)


Sent = Annotated[FormData, Depends(_form)]


def desk_of(request: Request) -> Desk:
    """The application's desk."""
    desk: Desk = request.app.state.desk
    return desk


AtDesk = Annotated[Desk, Depends(desk_of)]


def author_of(request: Request) -> Author:
    """Whoever is at work, as Git knows them."""
    member = member_of(request)
    return Author(member.name, member.email)


def edit_address(one: IndexedRecord) -> str:
    """Where a record is edited."""
    return f"/redigera/{BY_NAME[one.type].info.folder}/{one.slug}/"


def templates() -> Environment:
    """The editor's templates, escaping by default."""
    made = Environment(
        loader=PackageLoader("editor.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    made.filters.update({name: FILTERS[name] for name in ("day", "moment")})
    made.filters |= {"control": control_name, "edit_address": edit_address}
    made.globals["svg"] = svg
    return made
