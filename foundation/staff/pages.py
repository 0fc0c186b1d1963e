"""These pages log staff in and out: by the provider, by a spare code, and locally with one click.

The local way exists in development alone, and for this machine alone.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from ipaddress import ip_address

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Engine

from foundation import limits, security_log
from foundation.database import write
from foundation.encryption import Keys
from foundation.staff import sessions, spare
from foundation.staff.gate import StaffRules, session_token
from foundation.staff.members import StaffMember
from foundation.staff.openid import Provider, ProviderError, UnprovenError
from foundation.staff.settings import StaffSettings
from foundation.web.forms import Posted, field
from foundation.web.shell import Pages

log = logging.getLogger(__name__)

AWAY = "Inloggningen svarar inte just nu. Försök igen om en stund."
CLOSED = "Ingen inloggning är inställd. Den som sköter driften sätter STAFF_ISSUER."
DECLINED = "Du loggades inte in. Försök igen, eller fråga den som delar ut behörighet."
TOO_OLD = "Inloggningen tog för lång tid, eller gjordes i en annan webbläsare. Börja om."
UNKNOWN = "Koden gäller inte. Varje reservkod fungerar en gång."
SPARE_ROLES = frozenset({"larm"})


@dataclass(frozen=True)
class StaffLogin:
    """The login of one service: what its pages need, and a method for each of them."""

    rules: StaffRules
    settings: StaffSettings
    engine: Engine
    keys: Keys
    pages: Pages
    clock: Callable[[], datetime]
    name: str
    """What one logs in to, as people call it."""

    local: tuple[StaffMember, ...] = ()
    """Who one may be with one click: only in development."""

    @cached_property
    def provider(self) -> Provider | None:
        """The identity provider, where one is set."""
        address = self.rules.public_url + self.rules.callback
        return Provider(self.settings, address) if self.settings.issuer else None

    def start(self, request: Request, till: str = "") -> Response:
        """Off to the provider, or the choice of who to be."""
        way_back = self.rules.own_path(till)
        if self.provider is None:
            return _choose(self, request, way_back)
        with write(self.engine) as connection:
            state, begun = sessions.begin_login(connection, way_back, self.clock())
        try:
            answer = RedirectResponse(self.provider.authorization_url(state, begun), 303)
        except ProviderError as failure:
            return _away(self, failure)
        _set(answer, self, _login_cookie(self.rules), state, int(sessions.LOGIN_LIFETIME.total_seconds()))
        return answer

    def finish(self, request: Request, state: str = "", code: str = "", error: str = "") -> Response:
        """Back from the provider."""
        if self.provider is None:
            return _message(self, CLOSED, 404)
        is_same_browser = bool(state) and request.cookies.get(_login_cookie(self.rules)) == state
        with write(self.engine) as connection:
            begun = sessions.take_login(connection, state, self.clock()) if is_same_browser else None
        if begun is None:
            security_log.refused("staff-login-state")
            return _message(self, TOO_OLD, 400)
        if error or not code:
            security_log.refused("staff-login-declined")
            return _message(self, DECLINED, 403)
        try:
            member = self.provider.member(code, begun, self.clock().timestamp())
        except UnprovenError as failure:
            security_log.refused("staff-login-unproven")
            log.error("a login was not proven", extra={"error": str(failure)})
            return _message(self, DECLINED, 403)
        except ProviderError as failure:
            return _away(self, failure)
        answer = _enter(self, request, member, "openid", begun.way_back)
        _forget(answer, self.rules, _login_cookie(self.rules))
        return answer

    def choose(self, request: Request, form: Posted) -> Response:
        """In as one of those that are offered locally."""
        chosen = [member for member in self.local if member.subject == field(form, "vem")]
        if not chosen or not _is_this_machine(request):
            security_log.refused("staff-login-local")
            return _message(self, CLOSED, 403)
        return _enter(self, request, chosen[0], "local", self.rules.own_path(field(form, "till")))

    def ask_spare(self) -> Response:
        """The form for a spare code."""
        return _spare_page(self, {})

    def use_spare(self, request: Request, form: Posted) -> Response:
        """In by a spare code, which is used from then on."""
        now = self.clock()
        with write(self.engine) as connection:
            over = limits.exceeded(connection, self.keys, [(limits.SPARE_HOUR, "")], now)
            is_ours = not over and spare.use(connection, field(form, "kod"), self.settings.spare_codes, now)
        if not is_ours:
            security_log.refused("staff-spare-code")
            text = "För många försök. Vänta en timme." if over else UNKNOWN
            return _spare_page(self, {"kod": text}, 429 if over else 403)
        log.error("a spare code was used to log in", extra={"service": self.rules.prefix})
        member = StaffMember(f"reservkod {now:%Y-%m-%d %H:%M}", "Reservinloggning", "", SPARE_ROLES)
        return _enter(self, request, member, "spare code", f"{self.rules.prefix}/larm/")

    def leave(self, request: Request) -> Response:
        """Log out here; the page leads on to the provider, where a form's answer may not redirect (CSP)."""
        with write(self.engine) as connection:
            sessions.end(connection, session_token(request.headers, self.rules), self.clock())
        login = self.rules.login
        place = self.provider.logout_url(self.rules.public_url + login) if self.provider else None
        way = (place, "Logga ut också från kommunens inloggning") if place else (login, "Logga in igen")
        answer = self.pages.message("Du är utloggad", f"Du är utloggad från {self.name}.", way=way)
        _forget(answer, self.rules, self.rules.cookie)
        return answer


def make_router(login: StaffLogin) -> APIRouter:
    """The routes of one service's login."""
    router = APIRouter(include_in_schema=False)
    start = login.rules.login
    router.add_api_route(start, login.start, methods=["GET"])
    router.add_api_route(login.rules.callback, login.finish, methods=["GET"])
    router.add_api_route(f"{start}lokalt/", login.choose, methods=["POST"])
    router.add_api_route(f"{start}reserv/", login.ask_spare, methods=["GET"])
    router.add_api_route(f"{start}reserv/", login.use_spare, methods=["POST"])
    router.add_api_route(login.rules.logout, login.leave, methods=["POST"])
    return router


def _choose(login: StaffLogin, request: Request, way_back: str) -> Response:
    if not login.local or not _is_this_machine(request):
        return _message(login, CLOSED, 503)
    return login.pages.page(
        "staff_login.html", f"Logga in i {login.name}",
        action=f"{login.rules.login}lokalt/", way_back=way_back, members=login.local,
    )  # fmt: skip


def _away(login: StaffLogin, failure: ProviderError) -> Response:
    log.error("the staff's login is away", extra={"error": str(failure)})
    return _message(login, AWAY, 503)


def _spare_page(login: StaffLogin, errors: dict[str, str], status: int = 200) -> Response:
    return login.pages.page(
        "staff_spare.html",
        "Logga in med reservkod",
        status,
        errors=errors,
        action=f"{login.rules.login}reserv/",
    )


def _message(login: StaffLogin, text: str, status: int) -> Response:
    ways = (
        f"{login.rules.login}reserv/" if login.settings.spare_codes and status == 503 else login.rules.login
    )
    words = "Logga in med reservkod" if ways.endswith("reserv/") else "Försök igen"
    return login.pages.message(f"Logga in i {login.name}", text, status, way=(ways, words))


def _enter(
    login: StaffLogin, request: Request, member: StaffMember, how: str, way_back: str
) -> RedirectResponse:
    """A new session; one that the browser had ends, so that none is ever carried over a login."""
    now = login.clock()
    with write(login.engine) as connection:
        sessions.end(connection, session_token(request.headers, login.rules), now)
        token = sessions.begin(connection, member, how, now, login.settings.longest)
    log.info("staff login", extra={"subject": member.subject, "how": how, "service": login.rules.prefix})
    answer = RedirectResponse(way_back, 303)
    _set(answer, login, login.rules.cookie, token, None)
    return answer


def _set(answer: Response, login: StaffLogin, name: str, value: str, seconds: int | None) -> None:
    answer.set_cookie(
        name, value, max_age=seconds, path=login.rules.prefix, secure=login.rules.is_secure, httponly=True,
        samesite="lax",
    )  # fmt: skip


def _forget(answer: Response, rules: StaffRules, cookie: str) -> None:
    answer.delete_cookie(cookie, path=rules.prefix, secure=rules.is_secure, httponly=True, samesite="lax")


def _login_cookie(rules: StaffRules) -> str:
    return f"{rules.cookie}-vag"


def _is_this_machine(request: Request) -> bool:
    try:
        return request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False
