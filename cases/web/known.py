"""Known faults, for everybody: what is reported already, and whether it is mended. Each can be followed."""

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from cases.casework import following, known
from cases.web.service import Given, Service, asker
from delivery.addresses import AddressError
from delivery.channels.email.addresses import normalise
from foundation import limits
from foundation.database import read, write
from foundation.web.forms import Posted, field

router = APIRouter(include_in_schema=False)
READ = ["GET", "HEAD"]
ADDRESS = "/felanmalan/lista/"
SENT = "Tryck på länken i mejlet, så får du veta när det är åtgärdat. Utan det sparar vi inte din adress."


@router.api_route(ADDRESS, methods=READ)
def show(service: Given) -> Response:
    """The list."""
    with read(service.engine) as connection:
        rows = known.listed(connection, service.clock())
    return service.pages.page("known.html", "Kända fel", rows=rows, errors={})


@router.api_route("/felanmalan/lista/skickat/", methods=READ)
def sent(service: Given) -> Response:
    """What happens next."""
    return service.pages.message("Vi har skickat ett mejl", SENT, way=(ADDRESS, "Till kända fel"))


@router.api_route(ADDRESS + "{number}/", methods=READ)
def follow_form(number: int, service: Given) -> Response:
    """One of them, with the way to follow it."""
    return _one(service, number, {})


def _one(
    service: Service, number: int, errors: dict[str, str], email: str = "", status: int = 200
) -> Response:
    with read(service.engine) as connection:
        rows = [row for row in known.listed(connection, service.clock()) if row.id == number]
    if not rows:
        raise HTTPException(404, "Felet finns inte i listan. Det kan vara åtgärdat för länge sedan.")
    title = rows[0].category_name
    return service.pages.page("follow.html", title, status, row=rows[0], errors=errors, email=email)


@router.post(ADDRESS + "{number}/")
def follow(request: Request, number: int, form: Posted, service: Given) -> Response:
    """Ask for a mail when it is mended; nothing is stored until the address is proven."""
    typed = field(form, "epost", 400)
    try:
        email = normalise(typed)
    except AddressError as error:
        return _one(service, number, {"epost": str(error)}, typed, 422)
    asked = [(limits.CASE_IP_HOUR, limits.networks(asker(request))[0]), *limits.of_email(email)]
    if not service.may(asked):
        return _one(service, number, {"epost": "För många försök. Vänta en stund."}, typed, 429)
    with write(service.engine) as connection:
        is_there = following.ask(connection, service.keys, number, email, service.clock())
    if not is_there:
        raise HTTPException(404, "Felet finns inte i listan. Det kan vara åtgärdat för länge sedan.")
    return RedirectResponse(f"{ADDRESS}skickat/", 303)


@router.api_route("/arende/folj/{token}/", methods=READ)
def show_confirm(token: str, service: Given) -> Response:
    """The button that the mail's link leads to; programs that open links change nothing."""
    return service.pages.page("confirm_follow.html", "Följ ett känt fel", token=token[:200])


@router.post("/arende/folj/{token}/")
def confirm(token: str, service: Given) -> Response:
    """The address is proven: its owner gets a mail at the end."""
    with write(service.engine) as connection:
        done = following.confirm(connection, service.keys, token, service.clock())
    if not done:
        raise HTTPException(404, "Länken gäller inte. Den kan vara avklippt eller för gammal.")
    text = "Du får ett mejl när felet är åtgärdat. Sedan glömmer vi din adress."
    return service.pages.message("Du följer felet", text, way=(ADDRESS, "Till kända fel"))


@router.post("/arende/sluta/{token}/")
@router.api_route("/arende/sluta/{token}/", methods=["GET"])
def leave(request: Request, token: str, service: Given) -> Response:
    """Stop following; GET shows the button."""
    if request.method == "GET":
        return service.pages.page("leave_follow.html", "Sluta följa", token=token[:200])
    with write(service.engine) as connection:
        following.leave(connection, service.keys, token, service.clock())
    return service.pages.message("Du följer inte längre felet", "Vi har glömt din adress.")
