"""What Twilio tells: status callbacks and incoming SMS, believed only with its signature.

https://www.twilio.com/docs/usage/webhooks/webhooks-security: the signature covers the address that Twilio
was given, which is PUBLIC_URL's; what a proxy made of it on the way does not matter.
"""

import re

from fastapi import APIRouter, HTTPException, Request, Response
from starlette.datastructures import FormData
from twilio.request_validator import RequestValidator
from twilio.twiml.messaging_response import MessagingResponse

from delivery import suppression
from delivery.model import Channel
from foundation import signed_links
from foundation.database import write
from foundation.web.forms import Posted, field
from subscriptions.people import contacts
from subscriptions.people.bounces import apply_status, twilio_status
from subscriptions.web.service import Given, Service

router = APIRouter(include_in_schema=False)

ANSWERED_BY_TWILIO = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
"""https://help.twilio.com/articles/223134027: Twilio answers these itself and blocks what we would add."""

STOP_WORDS = ANSWERED_BY_TWILIO | {"STOPP", "STOPPA", "AVSLUTA", "AVBRYT", "SLUTA"}
START_WORDS = {"START", "STARTA", "UNSTOP", "YES"}
LONGEST_COMMAND = 4
"""Words: "stopp tack nu", but not a letter that begins so."""

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
        raise HTTPException(403, "Signaturen stämmer inte.")


@router.post("/prenumerera/twilio/status/{delivery}/{mac}")
def status(request: Request, delivery: int, mac: str, form: Posted, service: Given) -> Response:
    """What became of one SMS; our own signature in the address says which."""
    _verify(request, form, service)
    if not 0 < delivery < 2**63 or not signed_links.is_status_mac(service.keys, delivery, mac):
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
    """STOP and STOPP end everything for the number; START lets it be written to again."""
    _verify(request, form, service)
    number, word = field(form, "From"), _word(field(form, "Body"))
    kind = field(form, "OptOutType").upper()  # Twilio's own reading of the word, where that is switched on
    answer = MessagingResponse()
    if not NUMBER.fullmatch(number):
        return _xml(answer)
    if kind == "STOP" or word in STOP_WORDS:
        _stop(service, number)
        if not kind and word not in ANSWERED_BY_TWILIO:
            answer.message(
                f"Du får inga fler sms från {service.settings.site_name}. Svara START om du ångrar dig."
            )
    elif kind == "START" or word in START_WORDS:
        with write(service.desk.engine) as connection:
            suppression.lift(connection, service.keys, Channel.SMS, number)
        if not kind:
            form_address = f"{service.settings.public_url}/prenumerera/"
            answer.message(f"Välkommen åter. Välj vad du vill bevaka: {form_address}")
    return _xml(answer)


def _stop(service: Service, number: str) -> None:
    with write(service.desk.engine) as connection:
        now = service.clock()
        suppression.suppress(connection, service.keys, Channel.SMS, number, reason="stop", now=now)
        row = contacts.find(connection, service.keys, Channel.SMS, number)
        if row is not None:
            contacts.leave(connection, row.id, now)


def _word(body: str) -> str:
    """The first word in capitals, without what surrounds it; longer texts are no command."""
    words = body.upper().split()
    return words[0].strip(".,!?\"'”’") if 0 < len(words) <= LONGEST_COMMAND else ""


def _xml(answer: MessagingResponse) -> Response:
    return Response(str(answer), media_type="application/xml")
