"""Every page of the service gets its templates, its style sheet and its links from here."""

from fastapi import APIRouter, Response

from foundation.kept_document import Fetched
from foundation.web.shell import Pages, style_sheet
from subscriptions.matching.topics import write_target
from subscriptions.settings import Settings
from subscriptions.words.item import swedish_date

STYLE = "/prenumerera/stil.css"
SIGN_UP = ("/prenumerera/", "Till bevakningar")
LINKS = (
    ("/prenumerera/", "Bevaka"),
    ("/prenumerera/integritet", "Personuppgifter i bevakningar"),
    ("/prenumerera/tillganglighet", "Anmäl en brist i tillgängligheten"),
)
router = APIRouter(include_in_schema=False)


def make_pages(settings: Settings, shell: Fetched[str]) -> Pages:
    """The pages of one application."""
    return Pages(
        "subscriptions.web", shell, site_name=settings.site_name, demonstration=settings.demonstration,
        style=STYLE, home=SIGN_UP, links=LINKS, key=write_target, written=swedish_date,
    )  # fmt: skip


@router.api_route(STYLE, methods=["GET", "HEAD"])
def style() -> Response:
    """The sheet of the forms."""
    return style_sheet()
