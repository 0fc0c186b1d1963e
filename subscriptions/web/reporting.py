"""The anonymous form about accessibility (lag 2018:1937, 12 §), and what is stored about people."""

from datetime import timedelta

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import insert

from delivery.model import Channel
from delivery.outbox import enqueue
from delivery.plain_text import text as plain
from foundation import limits
from foundation.database import write
from foundation.web.forms import Posted, field
from subscriptions.tables import accessibility_reports
from subscriptions.web.following import READ, TOO_OFTEN
from subscriptions.web.service import Given, Service, asker

router = APIRouter(include_in_schema=False)
KINDS = {
    "fault": "Något fungerar inte för mig",
    "other_form": "Jag behöver något i en annan form",
}
LONGEST = 5000


@router.api_route("/prenumerera/tillganglighet", methods=READ)
def show_report(service: Given, sida: str = "") -> Response:
    """The form; the page that led here is filled in."""
    return _form(service, {"slag": "fault", "sida": sida[:2000], "text": "", "svar": ""}, {})


def _form(service: Service, typed: dict[str, str], errors: dict[str, str], status: int = 200) -> Response:
    return service.pages.page(
        "report.html", "Rapportera ett hinder", status, errors=errors, kinds=KINDS, kind=typed["slag"],
        page=typed["sida"], words=typed["text"], reply=typed["svar"],
    )  # fmt: skip


@router.post("/prenumerera/tillganglighet")
def report(request: Request, form: Posted, service: Given) -> Response:
    """Store it and mail it to whoever mends it."""
    typed = {name: field(form, name, LONGEST) for name in ("slag", "sida", "text", "svar")}
    errors = {}
    if typed["slag"] not in KINDS:
        errors["slag-fault"] = "Välj vad det gäller"
    if not typed["text"]:
        errors["text"] = "Skriv vad som hände eller vad du behöver"
    if errors:
        return _form(service, typed, errors, 422)
    if not may_report(service, request):
        return service.pages.message("Försök igen senare", TOO_OFTEN, 429)
    store_report(service, typed["slag"], typed["sida"], typed["text"], typed["svar"])
    return RedirectResponse("/prenumerera/tillganglighet/tack", 303)


def may_report(service: Service, request: Request) -> bool:
    """Count one more report from this connection."""
    address = limits.networks(asker(request))[0]
    return service.may_ask(request, (limits.REPORT_IP_HOUR, address), (limits.REPORT_HOUR, ""))


def store_report(service: Service, kind: str, page: str, text: str, reply_to: str) -> None:
    """The report, encrypted, and the mail about it: both or neither."""
    settings, keys, now = service.settings, service.keys, service.clock()
    page = plain(" ".join(page.split()))[:2000]  # PostgreSQL takes no NUL
    payload = {
        "address": settings.accessibility_email or settings.sender_email,
        "kind": kind,
        "page": page,
        "text": text,
        "reply_to": reply_to,
    }
    with write(service.desk.engine) as connection:
        connection.execute(
            insert(accessibility_reports).values(
                kind=kind, page=page, text=keys.encrypt(text),
                reply_to=keys.encrypt(reply_to) if reply_to else None, created_at=now,
            )
        )  # fmt: skip
        enqueue(
            connection, keys, channel=Channel.EMAIL, template="accessibility_report", payload=payload,
            now=now, lifetime=timedelta(days=7),
        )  # fmt: skip


@router.api_route("/prenumerera/tillganglighet/tack", methods=READ)
def thanks(service: Given) -> Response:
    """It has come in."""
    text = "Det har gått till den som rättar felen. Lämnade du en adress svarar vi inom två arbetsdagar."
    return service.pages.page("done.html", "Tack, vi har fått det", text=text, manage="")


@router.api_route("/prenumerera/integritet", methods=READ)
def privacy(service: Given) -> Response:
    """What is stored, why, and how long."""
    settings = service.settings
    return service.pages.page(
        "privacy.html", "Personuppgifter i bevakningar", retention=settings.retention.days,
        signup=round(settings.signup_lifetime.total_seconds() / 3600),
        sms=bool(settings.twilio_account_sid), transfer_basis=settings.transfer_basis,
        processors=[one.strip() for one in settings.processors.split(";") if one.strip()],
        officer=settings.data_protection_officer,
    )  # fmt: skip
