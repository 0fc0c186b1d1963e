"""The JSON API does what the pages do: choose, sign up, confirm, manage, leave, report; OpenAPI describes it.

Who may manage shows the token of the link that was sent to the address, as ``Authorization: Bearer``.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from delivery.addresses import AddressError, guess_channel, normalise
from delivery.channels import kinds
from delivery.channels.kinds import Proof
from delivery.model import Channel
from foundation.database import read, write
from subscriptions.matching.topics import Term, choose
from subscriptions.model import Choice, Contact
from subscriptions.people import contacts, personal_data, signup
from subscriptions.people.contacts import Consent
from subscriptions.people.signup import Answer, Confirmed
from subscriptions.web.api_shapes import (
    Address,
    Choices,
    CodeProof,
    Followed,
    LinkProof,
    Offer,
    Offers,
    Pause,
    Problem,
    Report,
    SignupAnswer,
    SignupRequest,
    State,
    Subscription,
    Wanted,
)
from subscriptions.web.following import TOO_OFTEN, code_limit
from subscriptions.web.managing import holder, last_day, pause_until
from subscriptions.web.reporting import may_report, store_report
from subscriptions.web.service import Given, Service

bearer = HTTPBearer(auto_error=False, description="The last part of the link that was sent to the address.")


def _problems(*codes: int) -> dict[int | str, dict[str, Any]]:
    return {code: {"model": Problem} for code in codes}


router = APIRouter(
    prefix="/prenumerera/api/v1", tags=["subscriptions"], responses=_problems(400, 403, 408, 413)
)


@router.get("/choices")
def choices(service: Given) -> Offers:
    """What can be followed."""
    offered = service.offered()
    listed = [
        Offer(kind=target.kind, value=target.value, name=name)
        for target, name in offered.names.items()
        if not target.value
    ]
    for group in (offered.topics, offered.bodies, offered.areas, offered.types):
        listed += _offers(group)
    return Offers(choices=listed, channels=list(service.channels()))


def _offers(terms: tuple[Term, ...]) -> list[Offer]:
    found, top = [], ""
    for term in terms:
        under = top if term.depth else ""
        top = top if term.depth else term.target.value
        found.append(Offer(kind=term.target.kind, value=term.target.value, name=term.name, under=under))
    return found


@router.post("/signups", status_code=202, responses=_problems(422, 429))
def sign_up(request: Request, wanted: SignupRequest, service: Given) -> SignupAnswer:
    """Ask for a subscription. The answer does not tell whether an address is known."""
    chosen = _choices(service, wanted.choices)
    typed = {Channel.EMAIL: wanted.email, Channel.SMS: wanted.phone}
    addresses = {
        channel: _normal(service, written, channel)[1]
        for channel, written in typed.items()
        if written and channel in service.channels()
    }
    if not addresses:
        raise HTTPException(422, "En e-postadress eller ett mobilnummer behövs.")
    if not service.may_sign_up(request, addresses):
        raise HTTPException(429, TOO_OFTEN)
    now = service.clock()
    tokens = {
        channel: signup.sign_up(service.desk, channel, address, chosen, "api", now)
        for channel, address in addresses.items()
    }
    return SignupAnswer(email=Channel.EMAIL in tokens, code_token=tokens.get(Channel.SMS))


def _choices(service: Service, wanted: list[Wanted]) -> list[Choice]:
    names = service.offered().names
    by_target = {each.target(): each.frequency for each in wanted}
    pages = service.page_names(list(by_target))
    found = [
        choice
        for target, frequency in by_target.items()
        for choice in choose(names, [target], frequency, pages)
    ]
    if not found:
        raise HTTPException(422, "Inget av det går att bevaka.")
    return found


def _within(service: Service, request: Request) -> None:
    if not service.may_ask(request):
        raise HTTPException(429, TOO_OFTEN)


@router.post("/confirmations", responses=_problems(404, 410, 422))
def confirm(request: Request, proof: LinkProof, service: Given) -> State:
    """Prove an e-mail address."""
    return _state(service.has_proven(request, signup.confirm(service.desk, proof.token, service.clock())))


@router.post("/codes", responses=_problems(404, 410, 422, 429))
def confirm_code(request: Request, proof: CodeProof, service: Given) -> State:
    """Prove a mobile number."""
    if not service.may_ask(request, code_limit(request)):
        raise HTTPException(429, TOO_OFTEN)
    done = signup.confirm_code(service.desk, proof.code_token, proof.code, service.clock())
    service.has_proven(request, done)
    if done.answer is Answer.TOO_MANY:
        raise HTTPException(429, "Koden har skrivits fel för många gånger.")
    return _state(done)


def _state(done: Confirmed) -> State:
    if done.answer is Answer.WRONG:
        raise HTTPException(404, "Det stämmer inte.")
    if done.answer is Answer.EXPIRED:
        raise HTTPException(410, "Det gäller inte längre.")
    return State(state=done.answer)


@router.post("/links", status_code=204, responses=_problems(422, 429))
def send_link(request: Request, wanted: Address, service: Given) -> None:
    """Send the link to somebody's choices to their address. The answer does not tell whether it is known."""
    channel, address = _normal(service, wanted.address)
    _within(service, request)
    signup.send_link(service.desk, channel, address, service.clock())


def _normal(service: Service, typed: str, only: str | None = None) -> tuple[str, str]:
    channel = only or guess_channel(typed)
    try:
        return channel, normalise(channel, typed, service.settings.sms_prefixes)
    except AddressError as error:
        raise HTTPException(422, str(error)) from error


def _token(given: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)]) -> str:
    return given.credentials if given else ""


Token = Annotated[str, Depends(_token)]


def _owner(contact: Contact | None) -> Contact:
    if contact is None:
        raise HTTPException(401, "Länken gäller inte.", {"WWW-Authenticate": "Bearer"})
    return contact


@router.get("/subscription", responses=_problems(401))
def subscription(token: Token, service: Given) -> Subscription:
    """What is followed."""
    with read(service.desk.engine) as connection:
        contact = _owner(holder(connection, service, token))
    until = contact.paused_until
    return Subscription(
        channel=contact.channel, address=contact.address,
        paused_through=last_day(until) if until and until > service.clock() else None,
        choices=[Followed.model_validate(contacts.as_json(choice)) for choice in contact.choices],
    )  # fmt: skip


@router.put("/subscription", status_code=204, responses=_problems(401, 422))
def change(wanted: Choices, token: Token, service: Given) -> None:
    """Follow these and nothing else."""
    chosen = _choices(service, wanted.choices)
    with write(service.desk.engine) as connection:
        contact = _owner(holder(connection, service, token))
        contacts.replace_choices(connection, contact.id, chosen, Consent("api"), service.clock())


@router.delete("/subscription", status_code=204, responses=_problems(401))
def leave(token: Token, service: Given) -> None:
    """Leave everything."""
    with write(service.desk.engine) as connection:
        contacts.leave(connection, _owner(holder(connection, service, token)).id, service.clock())


@router.put("/subscription/pause", status_code=204, responses=_problems(401, 422))
def pause(wanted: Pause, token: Token, service: Given) -> None:
    """Send nothing up to and including a day within a year."""
    until = pause_until(wanted.through, service.clock()) if wanted.through else None
    if wanted.through and until is None:
        raise HTTPException(422, "Dagen ska ligga inom ett år.")
    with write(service.desk.engine) as connection:
        contacts.pause(connection, _owner(holder(connection, service, token)).id, until)


@router.post("/subscription/address", status_code=202, responses=_problems(401, 422, 429))
def change_address(request: Request, wanted: Address, token: Token, service: Given) -> SignupAnswer:
    """Ask the new address, of the same kind, for its proof."""
    with read(service.desk.engine) as connection:
        contact = _owner(holder(connection, service, token))
    channel, address = _normal(service, wanted.address, contact.channel)
    _within(service, request)
    code = signup.change_address(service.desk, contact.id, channel, address, service.clock())
    by_code = kinds.of(channel).proof is Proof.CODE
    return SignupAnswer(email=not by_code, code_token=code if by_code else None)


@router.get("/subscription/export", responses=_problems(401))
def export(token: Token, service: Given) -> dict[str, Any]:
    """All that is stored about the contact."""
    with read(service.desk.engine) as connection:
        contact = _owner(holder(connection, service, token))
        return personal_data.export(connection, service.keys, contact.id) or {}


@router.delete("/contact", status_code=204, responses=_problems(401))
def erase(token: Token, service: Given) -> None:
    """Be forgotten wholly."""
    with write(service.desk.engine) as connection:
        contact = _owner(holder(connection, service, token))
        personal_data.erase(connection, service.keys, contact.id, "self", service.clock())


@router.post("/reports", status_code=204, responses=_problems(422, 429))
def report(request: Request, told: Report, service: Given) -> None:
    """Report a fault in the accessibility, or ask for something in another form."""
    if not may_report(service, request):
        raise HTTPException(429, TOO_OFTEN)
    store_report(service, told.kind, told.page, told.text, told.reply_to)
