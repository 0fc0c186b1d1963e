"""The case behind its secret link: read it, add to it, withdraw it, say that it is not mended.

GET shows; only POST changes anything. Whoever has the link is the citizen; nothing here tells who that is.
"""

from collections.abc import Callable

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection, select

from cases import links
from cases.casework import citizens, history
from cases.casework.history import Case
from cases.model import INTERNAL, CaseError
from cases.tables import case_photos
from cases.web.service import Given, Service, asker
from delivery.plain_text import text as plain
from foundation import limits
from foundation.database import read, write
from foundation.web.forms import Posted, field

router = APIRouter(include_in_schema=False)
READ = ["GET", "HEAD"]
DEAD_LINK = (
    "Länken gäller inte. Den kan vara avklippt, eller så är ärendet gallrat. Kontakta oss om du undrar."
)
TOO_OFTEN = "Du har skrivit mycket på kort tid. Det senaste är inte skickat. Försök igen om en stund."


@router.api_route("/arende/{token}/", methods=READ)
def show(token: str, service: Given) -> Response:
    """The case as it stands, with all that its author may know."""
    with read(service.engine) as connection:
        case = _case(connection, service, token)
        return _page(connection, service, case, token)


def _case(connection: Connection, service: Service, token: str) -> Case:
    """The case that the link is for; raises HTTPException."""
    parts = links.parse(token)
    case = history.read(connection, service.keys, parts.subject) if parts else None
    if parts and case and links.is_valid(service.keys, parts, case.row.created_at, service.clock()):
        return case
    raise HTTPException(404, DEAD_LINK)


def _page(
    connection: Connection,
    service: Service,
    case: Case,
    token: str,
    errors: dict[str, str] | None = None,
    text: str = "",
) -> Response:
    told = [e for e in history.events(connection, service.keys, case.id) if e.kind not in INTERNAL]
    return service.pages.page(
        "case.html", f"Ärende {case.number}", 422 if errors else 200, case=case, events=told,
        photos=history.photos(connection, case.id), token=token, errors=errors or {}, text=text,
        may_reopen=citizens.may_reopen(case, service.settings, service.clock()),
        others=service.categories().get(case.row.category),
    )  # fmt: skip


@router.api_route("/arende/{token}/bild/{number}.jpg", methods=READ)
def photo(token: str, number: int, service: Given) -> Response:
    """One of the case's photos."""
    with read(service.engine) as connection:
        case = _case(connection, service, token)
        query = select(case_photos.c.data).where(case_photos.c.id == number, case_photos.c.case_id == case.id)
        sealed = connection.execute(query).scalar() if 0 < number < 2**63 else None
    if sealed is None:
        raise HTTPException(404)
    return Response(service.keys.decrypt_bytes(sealed), media_type="image/jpeg")


@router.post("/arende/{token}/skriv/")
def add(request: Request, token: str, form: Posted, service: Given) -> Response:
    """Write more."""
    text = plain(field(form, "text", 5000))
    return _change(
        request, service, token, "text", text,
        lambda connection, case: citizens.add(connection, service.keys, case, text, service.clock()),
    )  # fmt: skip


@router.post("/arende/{token}/aterta/")
def withdraw(request: Request, token: str, service: Given) -> Response:
    """Take it back."""
    return _change(
        request, service, token, "aterta", "",
        lambda connection, case: citizens.withdraw(connection, service.keys, case, service.clock()),
    )  # fmt: skip


@router.post("/arende/{token}/inte-atgardat/")
def reopen(request: Request, token: str, form: Posted, service: Given) -> Response:
    """Contradict its end."""
    text = plain(field(form, "text", 5000))
    return _change(
        request, service, token, "text", text,
        lambda connection, case: citizens.reopen(
            connection, service.keys, service.settings, case, text, service.clock()
        ),
    )  # fmt: skip


def _change(
    request: Request,
    service: Service,
    token: str,
    where: str,
    text: str,
    step: Callable[[Connection, Case], None],
) -> Response:
    """One step of its author's, and back to the case; where it cannot be done, the page says why."""
    if not service.may([(limits.CASE_IP_HOUR, limits.networks(asker(request))[0])]):
        raise HTTPException(429, TOO_OFTEN)
    try:
        with write(service.engine) as connection:
            step(connection, _case(connection, service, token))
    except CaseError as error:
        with read(service.engine) as connection:
            case = _case(connection, service, token)
            return _page(connection, service, case, token, {where: str(error)}, text)
    return RedirectResponse(f"/arende/{token}/", 303)
