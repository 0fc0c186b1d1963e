"""What is told to everybody: how well it goes, as data that any page anywhere may read."""

from datetime import timedelta

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from cases.web.service import Given

router = APIRouter(include_in_schema=False)
READ = ["GET", "HEAD"]
ADDRESS = "/arenden/statistik.json"
ANYWHERE = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=3600"}


@router.api_route(ADDRESS, methods=READ)
def figures(service: Given) -> Response:
    """Median and 90th percentile, promises kept, answered directly."""
    head = {"demonstration": service.shared.demonstration}
    return JSONResponse(head | service.nightly.get(service.engine, service.clock()), headers=ANYWHERE)


@router.api_route("/arende/personuppgifter", methods=READ)
def privacy(service: Given) -> Response:
    """What is stored about whoever reports, how long and why."""
    days = service.settings.retention // timedelta(days=1)
    return service.pages.page("privacy.html", "Personuppgifter i ärenden", days=days)
