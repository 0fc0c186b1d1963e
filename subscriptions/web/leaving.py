"""People leave by link and button, by a mail program's one click (RFC 8058), by an SMS's short link."""

from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse, RedirectResponse
from sqlalchemy import Connection, Row, select

from delivery.channels import kinds
from foundation import signed_links
from foundation.database import read, write
from foundation.signed_links import Purpose, Token
from foundation.web.forms import Posted, field
from subscriptions.matching.topics import read_target
from subscriptions.model import ContactState
from subscriptions.people import contacts
from subscriptions.tables import contacts as contacts_table
from subscriptions.web.following import READ
from subscriptions.web.service import Given, Service

router = APIRouter(include_in_schema=False)
ONE_CLICK = ("List-Unsubscribe", "One-Click")
OLD_LINK = (
    "Den kan vara för gammal eller avklippt, eller så är bevakningarna redan avslutade. "
    "Länken till dina bevakningar gäller i ett dygn, och du får en ny när du vill."
)


def dead_link(service: Service) -> Response:
    """For whoever has signed up already: a new link, not the form to sign up."""
    way = ("/prenumerera/hantera/", "Få en ny länk")
    return service.pages.message("Länken gäller inte", OLD_LINK, 404, way)


def _owner(connection: Connection, service: Service, token: Token | None, short: bool) -> Row[Any] | None:
    """The contact whose link this is, proven; also after it has left, so that a second click is calm."""
    if token is None:
        return None
    row = connection.execute(select(contacts_table).where(contacts_table.c.id == token.subject)).first()
    if row is None:
        return None
    valid = (
        signed_links.is_valid_short(service.keys, token, row.created_at)
        if short
        else signed_links.is_valid(service.keys, Purpose.LEAVE, token, row.created_at, service.clock())
    )
    return row if valid else None


def _parse(text: str, short: bool) -> Token | None:
    return signed_links.parse_short(text) if short else signed_links.parse(text)


def _show(service: Service, text: str, short: bool) -> Response:
    token = _parse(text, short)
    with read(service.desk.engine) as connection:
        row = _owner(connection, service, token, short)
        if row is None or token is None:
            return dead_link(service)
        # No more of what somebody follows than the message itself has told: it may have been passed on.
        behind = contacts.choices_behind(connection, row.id, token.item) if token.item else []
    if row.state == ContactState.LEFT:
        return left(service, kanal=row.channel)
    here = kinds.of(row.channel).words.here
    return service.pages.page("leave.html", "Avsluta bevakningar", choices=behind, here=here)


def _leave(service: Service, text: str, only: str, short: bool) -> str | None:
    """Leave all, or one of the choices that led to the message.

    Returns the address of the page that says so; None where the link is false.
    """
    token = _parse(text, short)
    with write(service.desk.engine) as connection:
        row = _owner(connection, service, token, short)
        if row is None or token is None:
            return None
        if not only:
            contacts.leave(connection, row.id, service.clock())
            return left_path(row.channel)
        target = read_target(only)
        if target is None:
            return None
        contacts.leave_choice(connection, row.id, target, service.clock())
        state = select(contacts_table.c.state).where(contacts_table.c.id == row.id)
        if connection.execute(state).scalar() == ContactState.LEFT:  # it was the last one
            return left_path(row.channel)
    return "/prenumerera/avslutat?en=1"


@router.api_route("/prenumerera/avsluta/{token}", methods=READ)
def show_leave(token: str, service: Given) -> Response:
    """The button."""
    return _show(service, token, short=False)


@router.post("/prenumerera/avsluta/{token}")
def leave(token: str, form: Posted, service: Given) -> Response:
    """The button pressed, or a mail program's one click, which gets its answer at once and without detour."""
    done = _leave(service, token, field(form, "val", 300), short=False)
    if form.get(ONE_CLICK[0]) == ONE_CLICK[1]:
        return PlainTextResponse("Avslutat\n" if done else "Okänd länk\n", 200 if done else 404)
    return _answer(service, done)


@router.api_route("/prenumerera/s/{token}", methods=READ)
def show_short(token: str, service: Given) -> Response:
    """The button, by SMS's short link."""
    return _show(service, token, short=True)


@router.post("/prenumerera/s/{token}")
def leave_short(token: str, service: Given) -> Response:
    """The button pressed."""
    return _answer(service, _leave(service, token, "", short=True))


def _answer(service: Service, done: str | None) -> Response:
    return RedirectResponse(done, 303) if done else dead_link(service)


def left_path(channel: str) -> str:
    """The address of the page that says that everything to an address has ended; it does not tell which."""
    return f"/prenumerera/avslutat?kanal={channel}"


@router.api_route("/prenumerera/avslutat", methods=READ)
def left(service: Given, en: str = "", kanal: str = "") -> Response:
    """It is done. Who signed up by mail and SMS has left one of them, and must not think that both are."""
    if en:
        text = "Du bevakar inte det längre. Dina andra bevakningar finns kvar."
        return service.pages.page(
            "done.html", "Bevakningen är avslutad", text=text, manage="/prenumerera/hantera/"
        )
    here = kinds.of(kanal).words.here if kinds.is_known(kanal) else "meddelanden till den här adressen"
    text = (
        f"Du får inga fler {here}. Det du bevakar med en annan adress eller ett annat nummer finns kvar. "
        "Ångrar du dig kan du anmäla dig igen när du vill."
    )
    return service.pages.page("done.html", "Dina bevakningar är avslutade", text=text, manage="")
