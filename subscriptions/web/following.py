"""Sign up, confirm, the SMS code. GET shows a button; only POST changes anything."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from delivery.channels import kinds
from delivery.channels.kinds import Proof
from delivery.model import Channel
from foundation import limits
from foundation.database import read
from foundation.encryption import Keys
from foundation.signed_links import Purpose, manage_path
from foundation.web.forms import Posted, field
from subscriptions.matching.topics import CRISIS, EVERYTHING, PAGE_NAME, choose
from subscriptions.model import Frequency, Target
from subscriptions.people import contacts, signup
from subscriptions.people.signup import Answer, Confirmed
from subscriptions.web.first_news import first_news
from subscriptions.web.forms import FREQUENCIES, Signup, from_query, groups, read_targets
from subscriptions.web.sent_to import SentTo, opened, seal
from subscriptions.web.service import Given, Service, asker

router = APIRouter(include_in_schema=False)
READ = ["GET", "HEAD"]

TOO_OFTEN = (
    "Det har kommit många frågor från ditt nät. Många kan dela på ett, till exempel på ett bibliotek eller "
    "i mobilnätet. Försök igen om en stund eller från ett annat nät, eller kontakta oss."
)
FROM_HERE = "Sidan du kom ifrån"
HINTS = {
    CRISIS: "Går alltid ut direkt, dygnet runt. Ersätter inte VMA: vid fara, lyssna på Sveriges Radio P4."
}
"""What must be known of a choice before it is made, wherever it stands."""
WRONG_CODE = "Koden stämmer inte. Läs den igen i ditt sms"
OLD_CODE = "En kod gäller i en timme. Fyll i formuläret igen för en ny."
OWN_PROOF = "Tryck också på länken i mejlet, om du inte redan har gjort det. Annars får du inga mejl."
DEAD_LINK = (
    "Länken gäller inte. Den kan vara använd, för gammal eller avklippt. Fyll i formuläret igen för en ny."
)


@router.api_route("/prenumerera", methods=READ)
def without_slash(request: Request) -> Response:
    """The address that people write."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/prenumerera/{query}", 308)


@router.api_route("/prenumerera/", methods=READ)
def show_form(request: Request, service: Given) -> Response:
    """The form, filled in by the link that led here."""
    return _form(service, from_query(request.query_params), {})


@router.post("/prenumerera/")
def sign_up(request: Request, form: Posted, service: Given) -> Response:
    """Send the proofs. The answer does not tell whether an address is known."""
    typed = Signup(
        targets=read_targets(form),
        frequency=field(form, "hur"),
        typed={kind.name: field(form, kind.words.field, 400) for kind in kinds.known()},
    )
    typed.beside = [target for target in read_targets(form, "forslag") if target not in typed.targets]
    names = service.offered().names
    pages = service.page_names(typed.targets)
    addresses, errors = typed.check({**names, **pages}, service.settings.sms_prefixes, service.channels())
    if errors:
        return _form(service, typed, errors, 422)
    if not service.may_sign_up(request, addresses):
        return service.pages.message("Försök igen senare", TOO_OFTEN, 429)
    chosen = choose(names, typed.targets, Frequency(typed.frequency), pages)
    now = service.clock()
    tokens = {
        channel: signup.sign_up(service.desk, channel, address, chosen, "form", now)
        for channel, address in addresses.items()
    }
    by_code = [channel for channel in tokens if kinds.of(channel).proof is Proof.CODE]
    by_link = [channel for channel in tokens if channel not in by_code]
    if not by_code:
        sent_to = SentTo(by_link[0], addresses[by_link[0]], Frequency(typed.frequency), now)
        return RedirectResponse(f"/prenumerera/skickat?anmalan={seal(service.keys, sent_to)}", 303)
    query = {"anmalan": tokens[by_code[0]]} | ({"mejl": "1"} if by_link else {})
    return RedirectResponse(f"/prenumerera/kod?{urlencode(query)}", 303)


def _form(service: Service, typed: Signup, errors: dict[str, str], status: int = 200) -> Response:
    offered = service.offered()
    # Whoever comes from a page knows which it is, also where we do not.
    pages = {
        page: FROM_HERE if name == PAGE_NAME else name
        for page, name in service.page_names([*typed.targets, *typed.beside]).items()
    }

    def labels(wanted: list[Target]) -> dict[Target, str]:
        found = choose(offered.names, wanted, Frequency.IMMEDIATE, pages)
        return {choice.target: choice.label for choice in found}

    shown, beside = labels(typed.targets), labels(typed.beside)
    return service.pages.page(
        "signup.html", "Bevaka", status, errors=errors, form=typed, shown=shown, beside=beside,
        names=offered.names, groups=groups(offered, shown | beside), crisis=CRISIS, everything=EVERYTHING,
        hints=HINTS, suggested=[target for target in shown | beside if target not in (CRISIS, EVERYTHING)],
        frequencies={frequency.value: label for frequency, label in FREQUENCIES.items()},
        sms=Channel.SMS in service.channels(),
    )  # fmt: skip


@router.api_route("/prenumerera/skickat", methods=READ)
def sent(service: Given, anmalan: str = "") -> Response:
    """What happens next, by mail; with a token also where it went, which nobody else can read from it."""
    now = service.clock()
    typed = opened(service.keys, anmalan, now)
    return service.pages.page(
        "sent.html", "Vi har skickat ett mejl", address=typed.address if typed else "",
        first=first_news([typed.frequency], service.settings, now) if typed else "",
    )  # fmt: skip


@router.api_route("/prenumerera/kod", methods=READ)
def show_code(request: Request, service: Given) -> Response:
    """Where the SMS's code is typed in."""
    query = request.query_params
    return _code(service, query.get("anmalan", ""), bool(query.get("mejl")), {})


def _code(service: Service, token: str, mail: bool, errors: dict[str, str], status: int = 200) -> Response:
    title = "Skriv koden från ditt sms"
    return service.pages.page("code.html", title, status, token=token[:200], mail=mail, errors=errors)


@router.post("/prenumerera/kod")
def check_code(request: Request, form: Posted, service: Given) -> Response:
    """Confirm by code."""
    token, mail = field(form, "anmalan", 200), bool(field(form, "mejl"))
    code = field(form, "kod", 20)
    if not code:
        return _code(service, token, mail, {"kod": "Skriv koden från ditt sms"}, 422)
    if not service.may_ask(request, code_limit(request)):
        return service.pages.message("Försök igen senare", TOO_OFTEN, 429)
    done = signup.confirm_code(service.desk, token, code, service.clock())
    service.has_proven(request, done)
    if done.answer is Answer.WRONG:
        return _code(service, token, mail, {"kod": WRONG_CODE}, 422)
    if done.answer is Answer.TOO_MANY:
        text = "Koden har skrivits fel för många gånger. Fyll i formuläret igen för en ny kod."
        return service.pages.message("För många försök", text, 429)
    if done.answer is Answer.EXPIRED:
        return service.pages.message("Koden är för gammal", OLD_CODE, 410)
    return _confirmed(service, done, mail=mail)


def code_limit(request: Request) -> tuple[limits.Limit, str]:
    """How many codes one connection may try."""
    return (limits.CODE_IP_HOUR, limits.networks(asker(request))[0])


@router.api_route("/prenumerera/bekrafta/{token}", methods=READ)
def show_confirm(token: str, service: Given) -> Response:
    """The button that the mail's link leads to; programs that open links change nothing."""
    now = service.clock()
    with read(service.desk.engine) as connection:
        row = signup.read_link(connection, service.desk, token, Purpose.CONFIRM, now)
    if row is None:
        return service.pages.message("Länken gäller inte", DEAD_LINK, 404)
    if row.confirmed_at is not None:
        return _confirmed(service, Confirmed(Answer.ALREADY))
    if row.expires_at <= now:
        return service.pages.message("Länken är för gammal", DEAD_LINK, 410)
    moves = row.purpose == "change_address"
    title = "Bekräfta din nya adress" if moves else "Bekräfta din bevakning"
    labels = [choice["label"] for choice in row.choices]
    return service.pages.page("confirm.html", title, moves=moves, labels=labels)


@router.post("/prenumerera/bekrafta/{token}")
def confirm(request: Request, token: str, service: Given) -> Response:
    """Confirm by link."""
    done = service.has_proven(request, signup.confirm(service.desk, token, service.clock()))
    if done.answer is Answer.WRONG:
        return service.pages.message("Länken gäller inte", DEAD_LINK, 404)
    return _confirmed(service, done)


def _confirmed(service: Service, done: Confirmed, *, mail: bool = False) -> Response:
    """``mail``: a code was typed by somebody who was sent a mail too, which needs its own proof."""
    if done.answer is Answer.EXPIRED:
        return service.pages.message("Det gäller inte längre", DEAD_LINK, 410)
    if done.answer is Answer.ALREADY:
        text = "Du har redan bekräftat. Du behöver inte göra något mer."
        return service.pages.page("done.html", "Redan bekräftat", text=text, manage="/prenumerera/hantera/")
    title, text = "Bevakningen är bekräftad", _first_news(service, done)
    if mail:
        title, text = "Mobilnumret är bekräftat", f"{text} {OWN_PROOF}"
    return service.pages.page("done.html", title, text=text, manage=_manage(service.keys, done, service))


def _first_news(service: Service, done: Confirmed) -> str:
    with read(service.desk.engine) as connection:
        contact = contacts.read(connection, service.keys, done.contact_id or 0)
    wanted = [choice.frequency for choice in contact.choices] if contact else []
    return first_news(wanted, service.settings, service.clock())


def _manage(keys: Keys, done: Confirmed, service: Service) -> str:
    assert done.contact_id is not None
    assert done.since is not None
    return manage_path(keys, done.contact_id, done.since, service.clock())
