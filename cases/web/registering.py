"""A call, a visit, a letter or a mail is registered by whoever took it; answered at once with one button."""

from datetime import date, datetime, time

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from cases.casework import handling, history
from cases.casework.handling import Step
from cases.casework.history import Details
from cases.casework.receiving import Report, receive
from cases.model import CaseError, Channel, Kind, Outcome
from cases.web import typed as forms
from cases.web.service import Given, Service
from cases.web.staff import LoggedIn, Staff
from cases.words import CHANNELS, KINDS
from delivery.plain_text import text as plain
from foundation.database import write
from foundation.web.forms import Posted, field
from foundation.working_days import STOCKHOLM

router = APIRouter(include_in_schema=False)
ADDRESS = "/arenden/nytt/"
READ = ["GET", "HEAD"]
WAYS = (Channel.PHONE, Channel.VISIT, Channel.LETTER, Channel.EMAIL)
DIRECT = "Besvarad direkt."
"""What stands as the answer where nobody wrote more."""


@router.api_route(ADDRESS, methods=READ)
def show(service: Given, staff: LoggedIn, kanal: str = "phone") -> Response:
    """The form; a call is most common."""
    return _form(service, staff, {"kanal": kanal}, {})


def _form(
    service: Service, staff: Staff, typed: dict[str, str], errors: dict[str, str], status: int = 200
) -> Response:
    return service.pages.page(
        "register.html", "Registrera ett ärende", status, typed=typed, errors=errors, staff=staff,
        ways={way.value: CHANNELS[way] for way in WAYS}, kinds_offered={k.value: KINDS[k] for k in Kind},
        categories=service.categories(), today=service.clock().astimezone(STOCKHOLM).date().isoformat(),
    )  # fmt: skip


@router.post(ADDRESS)
def register(form: Posted, service: Given, staff: LoggedIn) -> Response:
    """Take it in; with ``direkt`` it is answered and closed in the same breath."""
    names = ("kanal", "typ", "slag", "text", "plats", "namn", "epost", "telefon", "svar", "inkom", "nyckel")
    shown = {name: field(form, name, 5000) for name in names}
    typed = forms.read(form, service.categories().get(shown["typ"]) or service.categories()["annat"])
    errors = {} if typed.text else {"text": "Skriv vad det gäller"}
    errors |= typed.faults_of_contact()
    now = service.clock()
    came = _came(shown["inkom"], now)
    if came is None:
        errors["inkom"] = "Skriv en dag som har varit, som 2026-12-01"
    if errors or came is None:
        return _form(service, staff, shown, errors, 422)
    way = Channel(shown["kanal"]) if shown["kanal"] in set(WAYS) else Channel.PHONE
    kind = Kind(shown["slag"]) if shown["slag"] in set(Kind) else Kind.QUESTION
    is_direct = field(form, "direkt") == "ja"
    details = Details(typed.text, typed.place, (), "", typed.name, typed.email, typed.phone)
    report = Report(typed.category, kind, way, details, typed.key, mails=not is_direct, came=came)
    answer = plain(shown["svar"]) or DIRECT
    try:
        number = _store(service, staff, report, answer if is_direct else "", now)
    except CaseError as error:
        return _form(service, staff, shown, {"text": str(error)}, 422)
    return RedirectResponse("/arenden/nytt/?kanal=" + way if is_direct else f"/arenden/{number}/", 303)


def _store(service: Service, staff: Staff, report: Report, answer: str, now: datetime) -> int:
    """The case and, where it was answered at once, its end: one transaction."""
    with write(service.engine) as connection:
        made = receive(connection, service.keys, service.settings, report, now, staff.actor)
        case = history.read(connection, service.keys, made.id)
        if answer and made.is_new and case is not None:
            step = Step(connection, service.keys, case, staff.actor, case.row.version, now)
            handling.close(step, Outcome.ANSWERED, answer, directly=True)
    return made.id


def _came(text: str, now: datetime) -> datetime | None:
    """When it came in: now, or the morning of the day that was written; None for a day to come."""
    if not text:
        return now
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    today = now.astimezone(STOCKHOLM).date()
    if day == today:
        return now
    return datetime.combine(day, time(8), STOCKHOLM) if day < today else None
