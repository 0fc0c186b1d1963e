"""The application put together: routes, guard, trust in proxies."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse
from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from cases import categories
from cases.settings import CaseSettings
from cases.web import desk, following, known, open311, openly, pages, registering, reporting
from cases.web.nightly import Nightly
from cases.web.service import Given, Service
from delivery.settings import DeliverySettings
from foundation.database import read
from foundation.encryption import Keys
from foundation.kept_document import Fetched
from foundation.outages import is_outage
from foundation.staff.gate import StaffGate, StaffRules
from foundation.staff.members import StaffMember
from foundation.staff.pages import StaffLogin, make_router
from foundation.staff.settings import StaffSettings
from foundation.web.guard import Guard, GuardRules
from foundation.web.shell import parse_shell
from foundation.web.trailing_signs import WithoutTrailingSigns

log = logging.getLogger(__name__)

ROUTERS = (pages, openly, reporting, known, following, registering, desk, open311)
PATHS = ("/felanmalan/ny/", "/felanmalan/lista/", "/synpunkter/", "/arende/", "/arenden/", "/open311/")
"""Beginnings of the addresses that are this service's, for whoever serves several on one port."""

HEALTH = "/arenden/healthz"
OPEN = (HEALTH, openly.ADDRESS)
"""Below the desk's address, but for everybody."""

LOCAL = (
    StaffMember("lokal-handlaggare", "Handläggare (exempel)", "", frozenset({"handläggare"})),
    StaffMember("lokal-servicecenter", "Samhällsvägledare (exempel)", "", frozenset({"servicecenter"})),
)
"""Who one may be with one click, in development on one's own machine."""

AWAY = (
    "Vi kan inte spara något just nu. Det du skrev är inte skickat. Försök igen om någon minut, eller ring."
)
BROKEN = "Felet är vårt, inte ditt. Försök igen om en stund, eller ring oss."


def utc_now() -> datetime:
    """The time, where no test says otherwise."""
    return datetime.now(UTC)


def create_app(
    shared: DeliverySettings,
    settings: CaseSettings,
    engine: Engine,
    staff: StaffSettings,
    clock: Callable[[], datetime] = utc_now,
) -> ASGIApp:
    """The whole web of the service."""
    shell = Fetched(shared.shell_address, parse_shell)
    kinds_url = settings.categories_url or f"{shared.public_url}/api/v1/case-categories.json"
    kinds = Fetched(kinds_url, categories.parse)
    questions = Fetched(f"{shared.public_url}/api/v1/questions.json", categories.parse_questions)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        for document in (shell, kinds, questions):
            document.close()

    app = FastAPI(
        title=f"{shared.site_name}: ärenden", lifespan=lifespan, openapi_url=None, docs_url=None,
        redoc_url=None, redirect_slashes=False,
    )  # fmt: skip
    keys, made = Keys(shared.secret_keys), pages.make_pages(shared, shell)
    app.state.service = Service(shared, settings, engine, keys, kinds, questions, made, clock, Nightly())
    rules = StaffRules("/arenden", shared.public_url, staff.idle, open=OPEN)
    local = LOCAL if shared.environment == "development" else ()
    login = StaffLogin(rules, staff, engine, keys, made, clock, "ärendena", local)
    app.include_router(make_router(login))
    app.add_api_route(HEALTH, _health, methods=["GET", "HEAD"], include_in_schema=False)
    for module in ROUTERS:
        app.include_router(module.router)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(SQLAlchemyError, _unavailable)
    app.add_exception_handler(RequestValidationError, _not_found)
    app.add_exception_handler(Exception, _broken)
    gate = StaffGate(app, rules, engine, clock)
    guarded: ASGIApp = Guard(WithoutTrailingSigns(gate), _guard_rules(shared))
    if shared.trusted_proxies:
        guarded = ProxyHeadersMiddleware(guarded, shared.trusted_proxies)  # type: ignore[arg-type,assignment]
    return guarded


def _guard_rules(shared: DeliverySettings) -> GuardRules:
    return GuardRules(
        shared.public_url,
        development=shared.environment == "development",
        demonstration=shared.demonstration,
        private=("/arende", "/felanmalan/ny", "/synpunkter"),
        any_host=(HEALTH,),
        uploads=(reporting.FAULT.path, reporting.VIEW.path, *open311.REQUESTS),
        any_origin=open311.REQUESTS,  # the key is the authority, and no cookie is read there
    )


def _health(service: Given) -> Response:
    """Whether a case could be taken in now: the database answers."""
    with read(service.engine) as connection:
        connection.execute(select(1))
    return PlainTextResponse("ok\n")


def _unavailable(request: Request, error: Exception) -> Response:
    """The database is away; raises anything else that it says, which is an error of ours."""
    if not is_outage(error):
        raise error
    log.error("a request met an outage", exc_info=error)
    return _refused(request, HTTPException(503, AWAY, {"Retry-After": "60"}))


def _broken(request: Request, _: Exception) -> Response:
    """An error of ours; the server logs it."""
    return _refused(request, HTTPException(500, BROKEN))


def _not_found(request: Request, _: Exception) -> Response:
    """Only addresses are parsed: one that cannot be is none."""
    return _refused(request, HTTPException(404))


def _refused(request: Request, error: Exception) -> Response:
    """What no route answers, as a page."""
    assert isinstance(error, HTTPException)
    service: Service = request.app.state.service
    told = str(error.detail)
    title, text = {
        401: ("Logga in", told),
        403: ("Det får du inte se", told),
        404: ("Sidan finns inte", told if told != "Not Found" else "Kontrollera adressen."),
        405: ("Så går det inte", "Sidan tar inte emot det du skickade."),
        429: ("Försök igen senare", told),
        500: ("Något gick fel hos oss", BROKEN),
        503: ("Vi är stängda en stund", AWAY),
    }.get(error.status_code, ("Det gick inte", told))
    page = service.pages.message(title, text, error.status_code)
    page.headers.update(error.headers or {})
    return page
