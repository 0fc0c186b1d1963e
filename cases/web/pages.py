"""Every page of the service gets its templates, its style sheet and its links from here."""

from datetime import timedelta
from importlib.resources import files

from fastapi import APIRouter, Response

from cases import words
from delivery.settings import DeliverySettings
from foundation.kept_document import Fetched
from foundation.web.shell import Pages, style_sheet

STYLE = "/felanmalan/ny/stil.css"
HOME = ("/felanmalan/", "Till felanmälan")
LINKS = (("/felanmalan/ny/", "Anmäl ett fel"), ("/kontakta-oss/", "Kontakta oss"))
router = APIRouter(include_in_schema=False)


def make_pages(settings: DeliverySettings, shell: Fetched[str]) -> Pages:
    """The pages of one application."""
    return Pages(
        "cases.web", shell, site_name=settings.site_name, demonstration=settings.demonstration, style=STYLE,
        home=HOME, links=LINKS, a_minute=timedelta(minutes=1), day=words.swedish_day,
        moment=words.swedish_moment, states=words.STATES, kinds=words.KINDS,
        outcomes=words.OUTCOMES, channels=words.CHANNELS, happened=words.EVENTS,
    )  # fmt: skip


@router.api_route(STYLE, methods=["GET", "HEAD"])
def style() -> Response:
    """The sheet of the forms, and what only cases have."""
    answer = style_sheet()
    own = files("cases.web").joinpath("arenden.css").read_bytes()
    return Response(
        bytes(answer.body) + own, media_type="text/css", headers={"Cache-Control": "public, max-age=300"}
    )
