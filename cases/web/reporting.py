"""A report in three steps, without script or account: what, where and how, send.

Nothing is stored before the last step: the form itself carries what has been typed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from cases import links
from cases.casework import known, photos
from cases.casework.history import Details
from cases.casework.receiving import Photo, Report, receive
from cases.categories import FALLBACK, OTHER, matching
from cases.model import CaseError, Channel, Kind
from cases.web import typed as forms
from cases.web.service import Given, Service, asker
from cases.web.typed import VIEWS, Typed
from cases.words import KINDS
from foundation import limits
from foundation.database import read, write
from foundation.web.forms import PostedFiles, field, files

router = APIRouter(include_in_schema=False)
READ = ["GET", "HEAD"]
TOO_OFTEN = (
    "Det har kommit många anmälningar från ditt nät på kort tid. Det du skrev är inte skickat. "
    "Vänta en stund och tryck på Skicka igen, eller ring oss."
)


@dataclass(frozen=True, slots=True)
class Way:
    """A way in: its address, its words, and whether it is for faults."""

    path: str
    title: str
    lead: str
    faults: bool


FAULT = Way("/felanmalan/ny/", "Vad är fel?", "Tre steg. Du behöver inte logga in.", faults=True)
VIEW = Way(
    "/synpunkter/",
    "Vad vill du säga något om?",
    "Beröm, klagomål, förslag eller en fråga. Du får vara anonym.",
    faults=False,
)


@router.api_route(FAULT.path, methods=READ)
def start_fault(service: Given, typ: str = "", q: str = "", sida: str = "") -> Response:
    """The first step, or the second for whoever comes from a kind's own page."""
    return _start(service, FAULT, typ, q, sida)


@router.api_route(VIEW.path, methods=READ)
def start_view(service: Given, typ: str = "", q: str = "", sida: str = "") -> Response:
    """The same for views."""
    return _start(service, VIEW, typ, q, sida)


def _start(service: Service, way: Way, slug: str, query: str, page: str) -> Response:
    known = service.categories()
    if slug in known:
        return _matter(service, way, forms.new(known[slug], page), {})
    query = query[:100].strip()
    found = matching(known, query) if query else list(known.values())
    shown = [one for one in found if one.is_fault is way.faults or one.slug == OTHER or query]
    return service.pages.page(
        "what.html", way.title, way=way, found=shown, query=query, page=page[:2000], other=known[OTHER]
    )


@router.post(FAULT.path)
def send_fault(request: Request, form: PostedFiles, service: Given) -> Response:
    """The second and third step of a fault."""
    return _go_on(request, form, service, FAULT)


@router.post(VIEW.path)
def send_view(request: Request, form: PostedFiles, service: Given) -> Response:
    """The same for a view."""
    return _go_on(request, form, service, VIEW)


def _go_on(request: Request, form: PostedFiles, service: Service, way: Way) -> Response:
    known = service.categories()
    # A kind that has been taken away since the form was shown is no reason to lose what was typed.
    typed = forms.read(form, known.get(field(form, "typ", 100)) or known.get(OTHER) or FALLBACK)
    step, faults = field(form, "steg", 20), typed.faults_of_matter()
    if step == "tillbaka" or faults:
        return _matter(service, way, typed, {} if step == "tillbaka" else faults)
    if step != "skicka":
        return _send(service, way, typed, {})
    faults = typed.faults_of_contact()
    try:
        taken = [photos.clean(data) for data in files(form, "bild")[: photos.MOST]]
    except CaseError as error:
        faults["bild"] = str(error)
    if faults:
        return _send(service, way, typed, faults, 422)
    if not _may_report(service, request):
        return _send(service, way, typed, {"skicka": TOO_OFTEN}, 429)
    return RedirectResponse(store(service, typed, taken), 303)


def _may_report(service: Service, request: Request) -> bool:
    """Count one more report from this connection and its network."""
    single, network, _ = limits.networks(asker(request))
    return service.may([(limits.CASE_IP_HOUR, single), (limits.CASE_NETWORK_HOUR, network)])


def store(service: Service, typed: Typed, taken: Sequence[Photo] = ()) -> str:
    """The case and its mail, in one transaction; the path of the receipt."""
    details = Details(
        typed.text, typed.place, typed.answered, typed.page, typed.name, typed.email, typed.phone
    )
    report = Report(
        typed.category, Kind(typed.kind or Kind.QUESTION), Channel.WEB, details, typed.key, typed.lat,
        typed.long, taken,        mails=not typed.email or service.may(limits.of_email(typed.email)),
    )  # fmt: skip
    with write(service.engine) as connection:
        made = receive(connection, service.keys, service.settings, report, service.clock())
    return links.case_path(service.keys, made.id, made.created_at)


def _matter(service: Service, way: Way, typed: Typed, errors: dict[str, str]) -> Response:
    return service.pages.page(
        "matter.html", typed.category.name, 422 if errors else 200, way=way, typed=typed, one=typed.category,
        errors=errors, views={kind.value: KINDS[kind] for kind in VIEWS},
    )  # fmt: skip


def _send(service: Service, way: Way, typed: Typed, errors: dict[str, str], status: int = 200) -> Response:
    with read(service.engine) as connection:
        near = known.near(connection, typed.category.slug, typed.place, typed.lat, typed.long)
    return service.pages.page(
        "send.html", "Skicka", status, way=way, typed=typed, one=typed.category, errors=errors, near=near
    )
