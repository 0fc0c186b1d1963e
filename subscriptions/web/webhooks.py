"""Twilio tells of statuses and incoming SMS here, and is believed only with its signature.

https://www.twilio.com/docs/usage/webhooks/webhooks-security: the signature covers the address that Twilio
was given, which is PUBLIC_URL's; what a proxy made of it on the way does not matter.
"""

import re
import unicodedata

from fastapi import APIRouter, HTTPException, Request, Response
from starlette.datastructures import FormData
from twilio.request_validator import RequestValidator
from twilio.twiml.messaging_response import MessagingResponse

from delivery import suppression
from delivery.model import Channel
from foundation import limits, security_log, signed_links
from foundation.database import write
from foundation.web.forms import Posted, field
from subscriptions.people import contacts
from subscriptions.people.bounces import apply_status, twilio_status
from subscriptions.people.signup import allow
from subscriptions.web.service import Given, Service

router = APIRouter(include_in_schema=False)

ANSWERED_BY_TWILIO = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
"""https://help.twilio.com/articles/223134027: Twilio answers these itself and blocks what we would add."""

FIRST_WORDS = {"STOPP", "STOP"}
"""Whatever follows them: a signature, a reason, a smiley."""

STOP_WORDS = ANSWERED_BY_TWILIO | {
    "STOPPA",
    "AVSLUTA",
    "AVBRYT",
    "SLUTA",
    "AVREGISTRERA",
    "AVANMÄL",
    "AVANMÄLAN",
}
START_WORDS = {"START", "STARTA", "UNSTOP", "YES"}
NEGATIONS = {"INTE", "EJ", "ICKE", "ALDRIG", "NOT"}
LONGEST_COMMAND = 4
"""Words: "avsluta tack nu", but not a letter that begins so."""

NUMBER = re.compile(r"\+[1-9]\d{5,14}")


def _verify(request: Request, form: FormData, service: Service) -> None:
    """Raises HTTPException (403) where Twilio has not signed this."""
    secret = service.settings.twilio_auth_token
    query = f"?{request.url.query}" if request.url.query else ""
    address = f"{service.settings.public_url}{request.url.path}{query}"
    told = {name: form.getlist(name) for name in form}
    parameters = {name: values[0] if len(values) == 1 else values for name, values in told.items()}
    signature = request.headers.get("X-Twilio-Signature", "")
    if not secret or not RequestValidator(secret).validate(address, parameters, signature):
        security_log.refused("callback-signature")
        raise HTTPException(403, "Signaturen stämmer inte.")


@router.post("/prenumerera/twilio/status/{delivery}/{mac}")
def status(request: Request, delivery: int, mac: str, form: Posted, service: Given) -> Response:
    """What became of one SMS; our own signature in the address says which."""
    _verify(request, form, service)
    if not 0 < delivery < 2**63 or not signed_links.is_status_mac(service.keys, delivery, mac):
        security_log.refused("callback-address")
        raise HTTPException(403, "Adressen stämmer inte.")
    change = twilio_status(
        field(form, "MessageStatus") or field(form, "SmsStatus"),
        field(form, "ErrorCode"),
        field(form, "MessageSid"),
    )
    with write(service.desk.engine) as connection:
        apply_status(connection, service.keys, delivery, change, service.clock())
    return Response(status_code=204)


@router.post("/prenumerera/twilio/inkommande")
def incoming(request: Request, form: Posted, service: Given) -> Response:
    """STOP and STOPP end everything for the number; START lets it be written to again; else we say how."""
    _verify(request, form, service)
    number, command = field(form, "From"), _command(field(form, "Body"))
    kind = field(form, "OptOutType").upper()  # Twilio's own reading of the word, where that is switched on
    answer = MessagingResponse()
    if not NUMBER.fullmatch(number):
        return _xml(answer)
    form_address = f"{service.settings.public_url}/prenumerera/"
    if kind == "STOP" or command == "STOP":
        _stop(service, number)
        if not kind and _is_answered_by_us(field(form, "Body")):
            answer.message(
                f"Du får inga fler sms från {service.settings.site_name}. Svara START om du ångrar dig."
            )
    elif kind == "START" or command == "START":
        with write(service.desk.engine) as connection:
            suppression.lift_stop(connection, service.keys, Channel.SMS, number, service.clock())
        if not kind:
            answer.message(f"Välkommen åter. Välj vad du vill bevaka: {form_address}")
    elif not kind and allow(service.desk, [(limits.SMS_HELP_DAY, number)], service.clock()):
        answer.message(
            f"Ingen läser svar hit. Svara STOPP om du inte vill ha fler sms från "
            f"{service.settings.site_name}. Ändra vad du bevakar: {form_address}"
        )
    return _xml(answer)


def _stop(service: Service, number: str) -> None:
    with write(service.desk.engine) as connection:
        now = service.clock()
        suppression.suppress(connection, service.keys, Channel.SMS, number, reason="stop", now=now)
        row = contacts.find(connection, service.keys, Channel.SMS, number)
        if row is not None:
            contacts.leave(connection, row.id, now)


def _command(body: str) -> str:
    """STOP, START, or nothing that we understand."""
    words = _words(body)
    if not words:
        return ""
    if words[0] in FIRST_WORDS:
        return "STOP"
    if len(words) > LONGEST_COMMAND or NEGATIONS.intersection(words):
        return ""
    is_stop = words[0] in STOP_WORDS or "".join(words[:2]) in ANSWERED_BY_TWILIO  # opt-out, stop all
    return "STOP" if is_stop else "START" if words[0] in START_WORDS else ""


def _words(body: str) -> list[str]:
    """The words in capitals, without the signs, emoji and invisible signs in and around them."""
    shown = (sign for sign in unicodedata.normalize("NFKC", body) if unicodedata.category(sign) != "Cf")
    return re.findall(r"[^\W\d_]+", "".join(shown).upper())


def _is_answered_by_us(body: str) -> bool:
    """Twilio answers, and blocks what we would add, where its own word is all that was written."""
    return body.strip().upper() not in ANSWERED_BY_TWILIO


def _xml(answer: MessagingResponse) -> Response:
    return Response(str(answer), media_type="application/xml")
