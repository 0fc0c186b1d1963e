"""An Open311 server: GeoReport v2, in JSON and XML. https://wiki.open311.org/GeoReport_v2/

Whoever has a key may report. What is told of a case is its kind, state and times; its words and place only
where they have been approved for everybody.
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from sqlalchemy import select
from starlette.datastructures import FormData, QueryParams

from cases.casework import photos
from cases.casework.history import Details
from cases.casework.receiving import Photo, Report, receive
from cases.categories import Category
from cases.model import LIVE, CaseError, Channel, Kind, Outcome
from cases.tables import cases
from cases.web import open311_format as formats
from cases.web import typed as forms
from cases.web.service import Given, Service
from cases.words import OUTCOMES
from delivery.addresses import AddressError
from delivery.channels.email.addresses import normalise
from delivery.plain_text import one_line
from delivery.plain_text import text as plain
from foundation import limits
from foundation.database import read, write
from foundation.web.forms import PostedFiles, field, files
from foundation.working_days import STOCKHOLM

router = APIRouter(include_in_schema=False)
READ = ["GET", "HEAD"]
BASE = "/open311/v2"
REQUESTS = (f"{BASE}/requests.json", f"{BASE}/requests.xml")
MOST = 1000
SPAN = timedelta(days=90)
"""So many at most, and so far back where no dates are asked for: the standard's own limits."""

Kindly = Annotated[str, Path(pattern="^(json|xml)$")]


@router.api_route(BASE + "/services.{kind}", methods=READ)
def services(kind: Kindly, service: Given) -> Response:
    """The kinds of cases."""
    rows = [
        {
            "service_code": one.service_code, "service_name": one.name, "description": one.summary,
            "metadata": bool(one.questions), "type": "realtime", "keywords": ",".join(one.words),
            "group": one.body_name,
        }
        for one in service.categories().values()
        if not one.others_name
    ]  # fmt: skip
    return formats.answer(rows, kind, "services", "service")


@router.api_route(BASE + "/services/{code}.{kind}", methods=READ)
def definition(code: str, kind: Kindly, service: Given) -> Response:
    """What a kind asks."""
    one = _category(service, code)
    if one is None:
        return formats.failure(404, "service_code finns inte", kind)
    rows = [
        {
            "variable": True, "code": _attribute(number), "datatype": "string", "required": False,
            "datatype_description": None, "order": number + 1, "description": question,
        }
        for number, question in enumerate(one.questions)
    ]  # fmt: skip
    return formats.definition(one.service_code, rows, kind)


def _attribute(number: int) -> str:
    return f"fraga{number + 1}"


def _category(service: Service, code: str) -> Category | None:
    return next((one for one in service.categories().values() if one.service_code == code), None)


@router.api_route(BASE + "/requests.{kind}", methods=READ)
def requests(kind: Kindly, request: Request, service: Given) -> Response:
    """Cases, newest first, by number, kind, state and time."""
    try:
        asked = _asked(request.query_params, service.clock())
    except ValueError:
        return formats.failure(400, "start_date och end_date ska se ut som 2026-12-01T00:00:00Z", kind)
    return formats.answer(_found(service, asked), kind, "service_requests", "request")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client wants to see."""

    numbers: tuple[int, ...] = ()
    codes: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None


def _asked(query: QueryParams, now: datetime) -> Asked:
    """Raises ValueError on what is no date."""
    numbers = tuple(int(word) for word in _words(query, "service_request_id") if _is_number(word))
    if query.get("service_request_id"):
        return Asked(numbers=numbers or (0,))
    start, end = _date(query.get("start_date")), _date(query.get("end_date"))
    if start is None and end is None:
        start = now - SPAN
    return Asked((), _words(query, "service_code"), _words(query, "status"), start, end)


def _words(query: QueryParams, name: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in query.get(name, "").split(",") if word.strip())


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) < 18


def _date(text: str | None) -> datetime | None:
    if not text:
        return None
    found = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)  # "+" unescaped is " "
    return found if found.tzinfo else found.replace(tzinfo=STOCKHOLM)


def _found(service: Service, asked: Asked) -> list[dict[str, Any]]:
    """Those that may be told of: what came by Open311, and what is shown to everybody anyway."""
    query = select(cases).where(
        (cases.c.channel == Channel.OPEN311) | cases.c.published_at.is_not(None), cases.c.secret.is_(False)
    )
    if asked.numbers:
        query = query.where(cases.c.id.in_(asked.numbers[:MOST]))
    if asked.codes:
        slugs = [one.slug for one in service.categories().values() if one.service_code in asked.codes]
        query = query.where(cases.c.category.in_(slugs))
    if asked.states:
        is_open, is_closed = "open" in asked.states, "closed" in asked.states
        if is_open != is_closed:
            query = query.where(cases.c.state.in_(LIVE) if is_open else cases.c.state.not_in(LIVE))
    if asked.start:
        query = query.where(cases.c.created_at >= asked.start)
    if asked.end:
        query = query.where(cases.c.created_at <= asked.end)
    with read(service.engine) as connection:
        rows = connection.execute(query.order_by(cases.c.created_at.desc()).limit(MOST)).all()
    return [_told(service, row) for row in rows]


def _told(service: Service, row: Any) -> dict[str, Any]:
    is_public = row.published_at is not None
    one = service.categories().get(row.category)
    return {
        "service_request_id": str(row.id), "status": "open" if row.state in LIVE else "closed",
        "status_notes": OUTCOMES[Outcome(row.outcome)] if row.outcome else None,
        "service_name": row.category_name, "service_code": one.service_code if one else row.category,
        "description": row.public_text if is_public else None, "agency_responsible": row.body_name,
        "service_notice": None, "requested_datetime": formats.moment(row.created_at),
        "updated_datetime": formats.moment(row.done_at or row.answered_at or row.created_at),
        "expected_datetime": formats.moment(row.due_at), "address": row.public_place if is_public else None,
        "address_id": None, "zipcode": None, "lat": row.lat if is_public else None,
        "long": row.long if is_public else None, "media_url": None,
    }  # fmt: skip


@router.api_route(BASE + "/requests/{number}.{kind}", methods=READ)
def one_request(number: str, kind: Kindly, service: Given) -> Response:
    """One case."""
    rows = _found(service, Asked(numbers=(int(number),))) if _is_number(number) else []
    if not rows:
        return formats.failure(404, "service_request_id finns inte", kind)
    return formats.answer(rows, kind, "service_requests", "request")


@router.api_route(BASE + "/tokens/{token}.{kind}", methods=READ)
def token(token: str, kind: Kindly, service: Given) -> Response:
    """Cases have their number at once; a token is that number."""
    rows = _found(service, Asked(numbers=(int(token),))) if _is_number(token) else []
    if not rows:
        return formats.failure(404, "token finns inte", kind)
    told = [{"service_request_id": token, "token": token}]
    return formats.answer(told, kind, "service_requests", "request")


def client_of(service: Service, key: str) -> str:
    """Whose key it is; empty where it is nobody's. Takes as long whichever it is."""
    known = dict(pair.split("=", 1) for pair in service.settings.open311_keys)
    fits = [name for name, secret in known.items() if hmac.compare_digest(secret.encode(), key.encode())]
    return fits[0] if fits else ""


@router.post(BASE + "/requests.{kind}")
def report(kind: Kindly, form: PostedFiles, service: Given) -> Response:
    """A report; 201 with its number."""
    client = client_of(service, field(form, "api_key", 200))
    if not client:
        return formats.failure(403, "api_key saknas eller gäller inte", kind)
    if not service.may([(limits.CASE_KEY_HOUR, client)]):
        return formats.failure(429, "för många anmälningar med den nyckeln den här timmen", kind)
    one = _category(service, field(form, "service_code", 100))
    if one is None:
        return formats.failure(404, "service_code finns inte", kind)
    try:
        made = _report(form, one)
    except (CaseError, AddressError) as error:
        return formats.failure(400, str(error), kind)
    with write(service.engine) as connection:
        done = receive(connection, service.keys, service.settings, made, service.clock())
    told = {"service_request_id": str(done.id), "service_notice": one.promise or None, "account_id": None}
    return formats.answer([told], kind, "service_requests", "request", 201)


def _report(form: FormData, one: Category) -> Report:
    """What was posted; raises CaseError and AddressError."""
    typed = forms.read(form, one)
    place = one_line(field(form, "address_string", 300))
    text = plain(field(form, "description", forms.LONGEST))
    if not place and typed.lat is None and one.place == "krävs":
        raise CaseError("lat och long eller address_string saknas")
    if not text:
        raise CaseError("description saknas")
    email = field(form, "email", 400)
    names = (one_line(field(form, name, 100)) for name in ("first_name", "last_name"))
    media = one_line(field(form, "media_url"))
    details = Details(
        text, place, tuple(_answers(form, one)), media, " ".join(filter(None, names)),
        normalise(email) if email else "", one_line(field(form, "phone", 40)),
    )  # fmt: skip
    taken: list[Photo] = [photos.clean(data) for data in files(form, "media")[: photos.MOST]]
    kind = Kind.FAULT if one.is_fault else Kind.COMPLAINT
    key = field(form, "requestor_key", 64)
    made = Report(one, kind, Channel.OPEN311, details, key, typed.lat, typed.long, taken)
    return replace(made, mails=bool(email))


def _answers(form: FormData, one: Category) -> Iterable[tuple[str, str]]:
    for number, question in enumerate(one.questions):
        given = one_line(field(form, f"attribute[{_attribute(number)}]", 300))
        if given:
            yield question, given
