"""The application put together: routes, the staff's login and gate, the site underneath if asked for."""

from collections.abc import Callable
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from fastapi import FastAPI, Request, Response
from sqlalchemy import Engine
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from editor.web import alarm, calendar, files, history, overview, reviewing, writing
from editor.web.desk import Desk, desk_of, templates
from editor.workspace.held import HeldSite, Place
from editor.workspace.publishing import Publisher
from foundation.encryption import Keys
from foundation.kept_document import Fetched
from foundation.settings import ServiceSettings
from foundation.staff.gate import StaffGate, StaffRules
from foundation.staff.members import StaffMember
from foundation.staff.pages import StaffLogin, make_router
from foundation.staff.settings import StaffSettings
from foundation.web.guard import Guard, GuardRules
from foundation.web.shell import Pages, parse_shell, style_sheet
from foundation.web.static_site import open_site

ROUTERS = (overview, alarm, calendar, files, reviewing, history, writing)
PREFIX = "/redigera"
STYLES = (f"{PREFIX}/redigera.css", f"{PREFIX}/stil.css")
MAX_BODY = 4_000_000
"""Bytes of a request: a record's text is 1 MB at most, and longer as browsers send it."""

LOCAL = (
    StaffMember(
        "lokal", "Lokal redaktör", "redaktor@localhost",
        frozenset({"läsare", "skribent", "granskare", "ansvarig", "larm"}),
    ),
    StaffMember("lokal-skribent", "Lokal skribent", "skribent@localhost", frozenset({"läsare", "skribent"})),
    StaffMember("lokal-läsare", "Lokal läsare", "lasare@localhost", frozenset({"läsare"})),
)  # fmt: skip
"""Who one may be with one click, in development on this machine."""


class Services(NamedTuple):
    """What the editor stands on."""

    settings: ServiceSettings
    staff: StaffSettings
    engine: Engine


def utc_now() -> datetime:
    """The time, where no test says otherwise."""
    return datetime.now(UTC)


def create_app(
    place: Place, services: Services, static: Path | None = None, clock: Callable[[], datetime] = utc_now
) -> ASGIApp:
    """The editor's whole web; with `static` the built site at `/` too. Raises GitError without Git."""
    settings = services.settings
    held = HeldSite(place, clock)
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.desk = Desk(held, Publisher(held), templates(), Keys(settings.secret_keys))
    rules = StaffRules(
        PREFIX,
        settings.public_url,
        services.staff.idle,
        open=(*STYLES, f"{PREFIX}/dela/", f"{PREFIX}/forhandsgranskning/"),
    )
    app.include_router(make_router(_login(rules, services, place, clock)))
    app.add_api_route(STYLES[0], own_style_sheet)
    app.add_api_route(STYLES[1], style_sheet)
    for module in ROUTERS:
        app.include_router(module.router)
    app.add_exception_handler(HTTPException, _refused)
    if static is not None:
        app.mount("/", open_site(static))
    guard = GuardRules(
        settings.public_url, development=settings.environment == "development",
        demonstration=settings.demonstration, private=(PREFIX,), max_body=MAX_BODY, uploads=(files.ADDRESS,),
    )  # fmt: skip
    guarded: ASGIApp = Guard(StaffGate(app, rules, services.engine, clock), guard)
    if settings.trusted_proxies:
        guarded = ProxyHeadersMiddleware(guarded, settings.trusted_proxies)  # type: ignore[arg-type,assignment]
    return guarded


def _login(rules: StaffRules, services: Services, place: Place, clock: Callable[[], datetime]) -> StaffLogin:
    settings = services.settings
    pages = Pages(
        "foundation.web", Fetched(settings.shell_address, parse_shell), site_name=place.config.name,
        demonstration=settings.demonstration, style=STYLES[1], home=("/", "Till webbplatsen"),
    )  # fmt: skip
    local = LOCAL if settings.environment == "development" and not services.staff.issuer else ()
    keys = Keys(settings.secret_keys)
    return StaffLogin(rules, services.staff, services.engine, keys, pages, clock, "redigeringen", local)


def own_style_sheet() -> Response:
    """The rules that the editor needs beside the site's own sheet."""
    sheet = resources.files("editor.web").joinpath("redigera.css").read_bytes()
    return Response(sheet, media_type="text/css", headers={"Cache-Control": "private, max-age=300"})


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return desk_of(request).page(
        request, "message.html", "Det gick inte", error.status_code, text=error.detail
    )
