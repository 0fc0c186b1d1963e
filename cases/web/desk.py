"""The desk of those who answer: the queue by promise, and a case with all that can be done with it."""

from collections.abc import Callable
from functools import partial

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection, select

from cases.casework import handling, history, known, queue
from cases.casework.handling import Step
from cases.casework.history import Case
from cases.model import CaseError, ConflictError
from cases.tables import case_photos
from cases.web.service import Given, Service
from cases.web.staff import LoggedIn, Staff
from delivery.plain_text import one_line
from delivery.plain_text import text as plain
from foundation.database import read, write
from foundation.web.forms import Posted, field

router = APIRouter(include_in_schema=False)
READ = ["GET", "HEAD"]
DESK = "/arenden/"
LONGEST = 10_000


@router.api_route(DESK, methods=READ)
def show_queue(service: Given, staff: LoggedIn, visa: str = "alla") -> Response:
    """What waits, by promise."""
    view = visa if visa in queue.VIEWS else "alla"
    now = service.clock()
    with read(service.engine) as connection:
        found = queue.look(connection, service.keys, view, staff.viewer, now)
    return service.pages.page(
        "queue.html", "Ärenden", queue=found, view=view, views=queue.VIEWS, now=now, staff=staff
    )


@router.api_route("/arenden/{number}/", methods=READ)
def show_case(number: int, service: Given, staff: LoggedIn, infoga: str = "") -> Response:
    """A case with its history, and what can be done with it. That it was read is logged."""
    with write(service.engine) as connection:
        case = _case(connection, service, staff, number)
        history.log(connection, staff.actor, "read", case.id, service.clock())
    return _page(service, staff, case, {}, {"text": _inserted(service, infoga)})


def _case(connection: Connection, service: Service, staff: Staff, number: int) -> Case:
    """The case, where this member of the staff may see it; raises HTTPException."""
    case = history.read(connection, service.keys, number) if 0 < number < 2**63 else None
    if case is None or not staff.viewer.may_see(case):
        raise HTTPException(404, "Ärendet finns inte, eller så är det sekretessmarkerat.")
    return case


def _inserted(service: Service, path: str) -> str:
    """The answer of a question of the site, with where the whole of it is."""
    for question in service.questions.get() or []:
        if path and question.path == path:
            answer = service.answer(question)
            return f"{answer}\n\nLäs mer: {service.shared.public_url}{question.path}".strip()
    return ""


def _page(
    service: Service, staff: Staff, case: Case, errors: dict[str, str], typed: dict[str, str]
) -> Response:
    with read(service.engine) as connection:
        events = history.events(connection, service.keys, case.id)
        photos = history.photos(connection, case.id)
    return service.pages.page(
        "handle.html", f"{case.number} {case.row.category_name}", 422 if errors else 200, case=case,
        events=events, photos=photos, errors=errors, typed=typed, staff=staff, now=service.clock(),
        questions=service.questions.get() or [], categories=service.categories(),
        bodies=_bodies(service), masked=known.masked(case.details.place),
    )  # fmt: skip


def _bodies(service: Service) -> dict[str, str]:
    """Whom a case may be handed over to: every body that answers for some kind."""
    return {one.body: one.body_name for one in service.categories().values() if one.body}


@router.api_route("/arenden/{number}/bild/{photo}.jpg", methods=READ)
def show_photo(number: int, photo: int, service: Given, staff: LoggedIn) -> Response:
    """One of the case's photos."""
    with read(service.engine) as connection:
        case = _case(connection, service, staff, number)
        query = select(case_photos.c.data).where(case_photos.c.id == photo, case_photos.c.case_id == case.id)
        sealed = connection.execute(query).scalar() if 0 < photo < 2**63 else None
    if sealed is None:
        raise HTTPException(404)
    return Response(service.keys.decrypt_bytes(sealed), media_type="image/jpeg")


@router.post("/arenden/{number}/{deed}/")
def act(number: int, deed: str, form: Posted, service: Given, staff: LoggedIn) -> Response:
    """One step with a case. What was typed is shown again where it cannot be done."""
    text = plain(field(form, "text", LONGEST))
    step = _deed(service, deed, form, text)
    if step is None:
        raise HTTPException(404)
    version = field(form, "version", 10)
    try:
        with write(service.engine) as connection:
            case = _case(connection, service, staff, number)
            seen = int(version) if version.isdecimal() else -1
            step(Step(connection, service.keys, case, staff.actor, seen, service.clock()))
    except CaseError as error:
        with read(service.engine) as connection:
            case = _case(connection, service, staff, number)
        where = "arende" if isinstance(error, ConflictError) else "text"
        typed = {"text": text, "deed": deed, "outcome": field(form, "utfall", 20)}
        return _page(service, staff, case, {where: str(error)}, typed)
    return RedirectResponse(f"/arenden/{number}/", 303)


def _deed(service: Service, deed: str, form: Posted, text: str) -> Callable[[Step], None] | None:
    """What the button does."""
    if deed == "ta":
        return handling.take
    if deed == "svara":
        return partial(handling.answer, text=text)
    if deed == "fraga":
        return partial(handling.ask, text=text)
    if deed == "anteckna":
        return partial(handling.note, text=text)
    if deed == "avsluta":
        return partial(handling.close, outcome=field(form, "utfall", 20), text=text)
    return _deed_beside(service, deed, form, text)


def _deed_beside(service: Service, deed: str, form: Posted, text: str) -> Callable[[Step], None] | None:
    if deed == "lamna":
        slug = field(form, "organ", 100)
        name = _bodies(service).get(slug, "")
        return partial(handling.hand_over, slug=slug, name=name, text=text)
    if deed == "marka":
        category = service.categories().get(field(form, "typ", 100))
        if category is None:
            return None
        return partial(handling.classify, category=category, secret=field(form, "sekretess") == "ja")
    if deed == "visa":
        place = one_line(field(form, "plats", 200))
        return partial(known.publish, text=text, place=place)
    if deed == "dolj":
        return known.unpublish
    if deed == "sla-ihop":
        return partial(_merge, number=one_line(field(form, "nummer", 30)))
    return None


def _merge(step: Step, number: str) -> None:
    digits = number.rpartition("-")[2]
    known = digits.isdecimal() and len(digits) < 18
    handling.merge(step, history.read(step.connection, step.keys, int(digits)) if known else None)
