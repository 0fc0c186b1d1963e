"""The application put together: routes, guard, login, and the built site underneath where it is asked for."""

from collections.abc import Callable
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from editor.login import LocalLogin
from editor.settings import EditorSettings
from editor.web import overview, writing
from editor.web.desk import Desk, desk_of, templates
from editor.workspace.held import HeldSite
from editor.workspace.publishing import Publisher
from foundation.web.guard import Guard, GuardRules
from foundation.web.static_site import open_site

ROUTERS = (overview, writing)
MAX_BODY = 4_000_000


def utc_now() -> datetime:
    """The time, where no test says otherwise."""
    return datetime.now(UTC)


def create_app(
    settings: EditorSettings,
    public_url: str,
    static: Path | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> ASGIApp:
    """The editor's whole web; with `static` the built site at `/` too."""
    held = HeldSite(settings, clock)
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.desk = Desk(held, Publisher(held), templates())
    app.add_api_route("/redigera/redigera.css", style_sheet)
    for module in ROUTERS:
        app.include_router(module.router)
    app.add_exception_handler(HTTPException, _refused)
    if static is not None:
        app.mount("/", open_site(static))
    rules = GuardRules(
        public_url, development=True, demonstration=True, private=("/redigera/",), max_body=MAX_BODY
    )
    return Guard(LocalLogin(app), rules)


def style_sheet() -> Response:
    """The rules that the editor needs beside the site's own sheet."""
    sheet = files("editor.web").joinpath("redigera.css").read_bytes()
    return Response(sheet, media_type="text/css", headers={"Cache-Control": "private, max-age=300"})


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if not request.url.path.startswith("/redigera/"):
        return Response(status_code=error.status_code)
    return desk_of(request).page(
        request, "message.html", "Det gick inte", error.status_code, text=error.detail
    )
