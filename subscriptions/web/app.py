"""The application is put together here: routes, guard, trust in proxies, the site underneath."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urljoin

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from delivery.channels import kinds
from foundation.encryption import Keys
from foundation.kept_document import Fetched
from foundation.outages import is_outage
from foundation.web.guard import Guard, GuardRules
from foundation.web.shell import parse_shell
from foundation.web.static_site import open_site
from foundation.web.trailing_signs import WithoutTrailingSigns
from subscriptions.matching import topics
from subscriptions.people.signup import BusyError, Desk
from subscriptions.settings import Settings
from subscriptions.web import (
    api,
    faults,
    following,
    inbox,
    leaving,
    managing,
    operations,
    pages,
    reporting,
    webhooks,
)
from subscriptions.web.service import Service

log = logging.getLogger(__name__)

ROUTERS = (pages, operations, reporting, webhooks, api, managing, leaving, following)
API = "/prenumerera/api/"
JSON_PATHS = (API, "/prenumerera/twilio/", "/dev/inkorg/meddelanden.json")


RETRY_AFTER = 60
"""Seconds after which it is worth trying again."""

AWAY = "Vi kan inte visa eller spara något just nu. Det du skrev är inte sparat. Försök igen om någon minut."
BROKEN = "Felet är vårt, inte ditt. Försök igen om en stund, eller kontakta oss."


def utc_now() -> datetime:
    """The time, where no test says otherwise."""
    return datetime.now(UTC)


def create_app(
    settings: Settings,
    engine: Engine,
    static: Path | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> ASGIApp:
    """The whole web of the service; with ``static`` the built site at ``/`` too."""
    shell = Fetched(settings.shell_address, parse_shell)
    offered = Fetched(settings.topics_address, topics.parse)
    titles = Fetched(urljoin(settings.topics_address, "titles.json"), topics.parse_titles)
    desk = Desk(engine, Keys(settings.secret_keys), settings)
    service = Service(
        settings,
        desk,
        offered,
        titles,
        pages.make_pages(settings, shell),
        clock,
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        shell.close()
        offered.close()
        titles.close()

    app = FastAPI(
        title=f"{settings.site_name}: bevakningar", version="1", lifespan=lifespan,
        openapi_url="/prenumerera/api/v1/openapi.json", docs_url=None, redoc_url=None, redirect_slashes=False,
    )  # fmt: skip
    app.state.service = service
    for module in ROUTERS:
        app.include_router(module.router)
    if settings.environment == "development":
        app.include_router(inbox.router)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(SQLAlchemyError, _unavailable)
    app.add_exception_handler(Exception, _broken)
    app.add_exception_handler(BusyError, _busy)
    app.add_exception_handler(RequestValidationError, _invalid)
    if static is not None:
        app.mount("/", open_site(static))
    guarded: ASGIApp = Guard(WithoutTrailingSigns(app), _guard_rules(settings))
    if settings.trusted_proxies:
        guarded = ProxyHeadersMiddleware(guarded, settings.trusted_proxies)  # type: ignore[arg-type,assignment]
    return guarded


def _unavailable(request: Request, error: Exception) -> Response:
    """The database is away; raises anything else that it says, which is an error of ours."""
    if not is_outage(error):
        raise error
    log.error("a request met an outage", exc_info=error)
    return _refused(request, HTTPException(503, AWAY, {"Retry-After": str(RETRY_AFTER)}))


def _busy(request: Request, error: Exception) -> Response:
    """As much has left as may in an hour; said as it is, for it says nothing of the address."""
    assert isinstance(error, BusyError)
    return _refused(request, HTTPException(429, kinds.of(error.channel).words.full, {"Retry-After": "3600"}))


def _broken(request: Request, _: Exception) -> Response:
    """An error of ours; the server logs it."""
    return _refused(request, HTTPException(500, BROKEN))


def _guard_rules(settings: Settings) -> GuardRules:
    return GuardRules(
        settings.public_url,
        development=settings.environment == "development",
        demonstration=settings.demonstration,
        private=("/prenumerera", "/dev/"),
        any_host=("/prenumerera/healthz", "/prenumerera/metrics"),
        any_origin=("/prenumerera/avsluta/", "/prenumerera/s/", "/prenumerera/twilio/"),
    )


def _invalid(request: Request, error: Exception) -> Response:
    """A body that the description does not allow, told in the same shape as everything else."""
    assert isinstance(error, RequestValidationError)
    status = 422 if request.url.path.startswith(API) else 404  # elsewhere only addresses are parsed so
    return _refused(request, HTTPException(status, faults.explain(list(error.errors()))))


def _refused(request: Request, error: Exception) -> Response:
    """What no route answers: data where data was asked for, otherwise a page."""
    assert isinstance(error, HTTPException)
    service: Service = request.app.state.service
    if request.url.path.startswith(JSON_PATHS):
        return JSONResponse({"detail": error.detail}, error.status_code, error.headers)
    title, text = {
        404: ("Sidan finns inte", "Kontrollera adressen, eller börja om från bevakningarna."),
        405: ("Så går det inte", "Sidan tar inte emot det du skickade."),
        429: ("Försök igen senare", str(error.detail)),
        500: ("Något gick fel hos oss", BROKEN),
        503: ("Bevakningarna är stängda en stund", AWAY),
    }.get(error.status_code, ("Det gick inte", str(error.detail)))
    page = service.pages.message(title, text, error.status_code)
    page.headers.update(error.headers or {})
    return page
