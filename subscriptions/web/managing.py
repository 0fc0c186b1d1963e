"""See, change, pause, export, erase, by a link that was sent to the address and lasts a day."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection, select

from delivery.addresses import AddressError, normalise, normalise_either
from delivery.channels import kinds
from delivery.channels.kinds import Proof
from delivery.quiet_hours import STOCKHOLM
from foundation import signed_links
from foundation.database import read, write
from foundation.signed_links import Purpose
from foundation.web.forms import Posted, field
from subscriptions.matching.topics import CRISIS, EVERYTHING, choose, write_target
from subscriptions.model import Contact, ContactState, Frequency
from subscriptions.people import contacts, personal_data, signup
from subscriptions.people.contacts import Consent
from subscriptions.tables import contacts as contacts_table
from subscriptions.web.days import month_later, read_day
from subscriptions.web.following import HINTS, READ, TOO_OFTEN
from subscriptions.web.forms import FREQUENCIES, groups, read_targets
from subscriptions.web.leaving import dead_link, left_path
from subscriptions.web.service import Given, Service
from subscriptions.words.item import MONTHS

router = APIRouter(include_in_schema=False)
LONGEST_PAUSE = timedelta(days=366)
PAUSES: dict[str, tuple[str, Callable[[date], date]]] = {
    "2-veckor": ("2 veckor", lambda today: today + timedelta(days=14)),
    "1-manad": ("1 månad", month_later),
}
"""The pauses that most people want: what they are called, and their last day."""
NOTICES = {
    "val": "Dina val är sparade.",
    "paus": "Dina bevakningar är pausade.",
    "igen": "Dina bevakningar är igång igen.",
    "adress": "Vi har skrivit till den nya adressen. Bekräfta där, så flyttar vi bevakningarna.",
}


def holder(connection: Connection, service: Service, token: str) -> Contact | None:
    """The contact whose link this is; None where the link is false, too old, or its owner gone."""
    parsed = signed_links.parse(token)
    if parsed is None:
        return None
    since = select(contacts_table.c.created_at).where(contacts_table.c.id == parsed.subject)
    version = connection.execute(since).scalar()
    if version is None or not signed_links.is_valid(
        service.keys, Purpose.MANAGE, parsed, version, service.clock()
    ):
        return None
    found = contacts.read(connection, service.keys, parsed.subject)
    return found if found and found.state is ContactState.ACTIVE else None


@router.api_route("/prenumerera/hantera", methods=READ)
@router.api_route("/prenumerera/hantera/", methods=READ)
def show_ask(service: Given) -> Response:
    """Where a link is asked for."""
    return _ask(service, "", {})


@router.post("/prenumerera/hantera/")
def ask(request: Request, form: Posted, service: Given) -> Response:
    """Send the link, where there is anything to manage; the answer does not tell."""
    typed = field(form, "adress", 400)
    try:
        channel, address = normalise_either(typed, service.settings.sms_prefixes)
    except AddressError as error:
        text = str(error) if typed else "Skriv din e-postadress eller ditt mobilnummer"
        return _ask(service, typed, {"adress": text}, 422)
    if not service.may_ask(request):
        return service.pages.message("Försök igen senare", TOO_OFTEN, 429)
    signup.send_link(service.desk, channel, address, service.clock())
    return RedirectResponse("/prenumerera/hantera/skickat", 303)


def _ask(service: Service, value: str, errors: dict[str, str], status: int = 200) -> Response:
    return service.pages.page("ask_link.html", "Dina bevakningar", status, value=value, errors=errors)


@router.api_route("/prenumerera/hantera/skickat", methods=READ)
def link_sent(service: Given) -> Response:
    """What happens next."""
    return service.pages.page("link_sent.html", "Titta efter en länk")


@router.api_route("/prenumerera/hantera/{token}", methods=READ)
def show(token: str, service: Given, klart: str = "") -> Response:
    """Everything on one page."""
    with read(service.desk.engine) as connection:
        contact = holder(connection, service, token)
    return _page(service, token, contact, notice=NOTICES.get(klart, "")) if contact else dead_link(service)


def _page(
    service: Service,
    token: str,
    contact: Contact,
    *,
    notice: str = "",
    errors: dict[str, str] | None = None,
    till: str = "",
    typed: str = "",
) -> Response:
    now, offered = service.clock(), service.offered()
    followed = [choice.target for choice in contact.choices]
    paused = contact.paused_until if contact.paused_until and contact.paused_until > now else None
    general = {target: offered.names[target] for target in (CRISIS, EVERYTHING) if target not in followed}
    return service.pages.page(
        "manage.html", "Dina bevakningar", 422 if errors else 200, errors=errors or {}, notice=notice,
        base=f"/prenumerera/hantera/{token}", contact=contact, words=kinds.of(contact.channel).words,
        chosen=followed, general=general, groups=groups(offered, followed), crisis=CRISIS,
        frequencies={frequency.value: label for frequency, label in FREQUENCIES.items()},
        hints=HINTS, paused=last_day(paused) if paused else None, till=till, typed=typed,
        pauses=[(name, label, last(_today(now))) for name, (label, last) in PAUSES.items()],
        example=_example(_today(now)),
    )  # fmt: skip


def last_day(until: datetime) -> date:
    """The last whole day of a pause that ends at the midnight after it."""
    return (until.astimezone(STOCKHOLM) - timedelta(seconds=1)).date()


@router.post("/prenumerera/hantera/{token}/val")
def change(token: str, form: Posted, service: Given) -> Response:
    """Follow what is ticked and nothing else."""
    now, names = service.clock(), service.offered().names
    wanted = read_targets(form)
    new = _frequency(field(form, "hur"), Frequency.IMMEDIATE)
    with write(service.desk.engine) as connection:
        contact = holder(connection, service, token)
        if contact is None:
            return dead_link(service)
        # What the site no longer offers may be kept by whoever follows it already.
        known = {choice.target: choice for choice in contact.choices}
        kept = [
            replace(
                choice, frequency=_frequency(field(form, f"hur-{write_target(target)}"), choice.frequency)
            )
            for target, choice in known.items()
            if target in wanted
        ]
        added = choose(names, [target for target in wanted if target not in known], new, {})
        contacts.replace_choices(connection, contact.id, [*kept, *added], Consent("manage"), now)
    if not kept and not added:
        return RedirectResponse(left_path(contact.channel), 303)
    return RedirectResponse(f"/prenumerera/hantera/{token}?klart=val", 303)


def _frequency(text: str, otherwise: Frequency) -> Frequency:
    return Frequency(text) if text in Frequency.__members__.values() else otherwise


@router.post("/prenumerera/hantera/{token}/paus")
def pause(token: str, form: Posted, service: Given) -> Response:
    """Send nothing up to and including a day; without a day, go on."""
    typed, length = field(form, "till", 40), field(form, "lange", 20)
    now = service.clock()
    day = PAUSES[length][1](_today(now)) if length in PAUSES else read_day(typed, _today(now))
    with write(service.desk.engine) as connection:
        contact = holder(connection, service, token)
        if contact is None:
            return dead_link(service)
        if not typed and not length and contact.paused_until:
            contacts.pause(connection, contact.id, None)
            return RedirectResponse(f"/prenumerera/hantera/{token}?klart=igen", 303)
        until = pause_until(day, now) if day else None
        if until is not None:
            contacts.pause(connection, contact.id, until)
    if until is None:
        text = f"Skriv en dag inom ett år, till exempel {_example(_today(now))}"
        return _page(service, token, contact, errors={"till": text}, till=typed)
    return RedirectResponse(f"/prenumerera/hantera/{token}?klart=paus", 303)


def _today(now: datetime) -> date:
    return now.astimezone(STOCKHOLM).date()


def _example(today: date) -> str:
    """A day as one may write it: 14 december."""
    day = today + timedelta(days=14)
    return f"{day.day} {MONTHS[day.month - 1]}"


def pause_until(day: date, now: datetime) -> datetime | None:
    """The midnight after the day, in Stockholm; None where it is no day from today and a year on."""
    try:
        until = datetime.combine(day + timedelta(days=1), time(), STOCKHOLM)
    except (ValueError, OverflowError):
        return None
    return until if now < until <= now + LONGEST_PAUSE else None


@router.post("/prenumerera/hantera/{token}/adress")
def change_address(request: Request, token: str, form: Posted, service: Given) -> Response:
    """Ask the new address whether it is its owner's wish."""
    typed = field(form, "adress", 400)
    with read(service.desk.engine) as connection:
        contact = holder(connection, service, token)
    if contact is None:
        return dead_link(service)
    try:
        address = normalise(contact.channel, typed, service.settings.sms_prefixes)
    except AddressError as error:
        return _page(service, token, contact, errors={"adress": str(error)}, typed=typed)
    if not service.may_ask(request):
        return service.pages.message("Försök igen senare", TOO_OFTEN, 429)
    code = signup.change_address(service.desk, contact.id, contact.channel, address, service.clock())
    if kinds.of(contact.channel).proof is Proof.CODE:
        return RedirectResponse(f"/prenumerera/kod?anmalan={code}", 303)
    return RedirectResponse(f"/prenumerera/hantera/{token}?klart=adress", 303)


@router.api_route("/prenumerera/hantera/{token}/export", methods=READ)
def export(token: str, service: Given) -> Response:
    """All that is stored, as a file."""
    with read(service.desk.engine) as connection:
        contact = holder(connection, service, token)
        if contact is None:
            return dead_link(service)
        data = personal_data.export(connection, service.keys, contact.id)
    headers = {"Content-Disposition": 'attachment; filename="mina-bevakningar.json"'}
    text = json.dumps(data, ensure_ascii=False, indent=1)
    return Response(text, media_type="application/json", headers=headers)


QUESTIONS = {
    "avsluta": (
        "Avsluta alla bevakningar?", "Då får du inga fler {here}, inte heller vid en kris.",
        "Avsluta alla bevakningar",
    ),
    "radera": (
        "Radera dig ur registret?", "Då glömmer vi adressen och allt som hör till. Det går inte att ångra.",
        "Radera allt om mig",
    ),
}  # fmt: skip


@router.api_route("/prenumerera/hantera/{token}/avsluta", methods=READ)
@router.api_route("/prenumerera/hantera/{token}/radera", methods=READ)
def show_question(request: Request, token: str, service: Given) -> Response:
    """Ask once more before everything ends."""
    with read(service.desk.engine) as connection:
        contact = holder(connection, service, token)
    if contact is None:
        return dead_link(service)
    title, text, button = QUESTIONS[request.url.path.rpartition("/")[2]]
    back = f"/prenumerera/hantera/{token}"
    return service.pages.page(
        "ask.html", title, text=text.format(here=kinds.of(contact.channel).words.here), button=button,
        warning=button.startswith("Radera"), back=back,
    )  # fmt: skip


@router.post("/prenumerera/hantera/{token}/avsluta")
def leave(token: str, service: Given) -> Response:
    """Leave everything."""
    with write(service.desk.engine) as connection:
        contact = holder(connection, service, token)
        if contact is None:
            return dead_link(service)
        contacts.leave(connection, contact.id, service.clock())
    return RedirectResponse(left_path(contact.channel), 303)


@router.post("/prenumerera/hantera/{token}/radera")
def erase(token: str, service: Given) -> Response:
    """Be forgotten."""
    with write(service.desk.engine) as connection:
        contact = holder(connection, service, token)
        if contact is None:
            return dead_link(service)
        personal_data.erase(connection, service.keys, contact.id, "self", service.clock())
    return RedirectResponse("/prenumerera/raderat", 303)


@router.api_route("/prenumerera/raderat", methods=READ)
def erased(service: Given) -> Response:
    """It is done."""
    text = "Din adress och allt som hör till den är raderat hos oss."
    return service.pages.page("done.html", "Du är raderad", text=text, manage="")
