"""What begins, ends and is to be looked over, day by day."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import Response

from editor.web.desk import AtDesk
from site_builder.content import BY_NAME
from site_builder.content.fields import STOCKHOLM
from site_builder.reading.indexed_record import IndexedRecord

router = APIRouter()
AHEAD = timedelta(days=92)
Row = tuple[str, str, IndexedRecord]
"""The clock, what happens, and to what."""


@router.get("/redigera/kalender/")
def show(request: Request, desk: AtDesk) -> Response:
    """The coming quarter, and what should have been looked over already."""
    held = desk.held.now()
    now = desk.held.clock()
    root = f"{desk.held.root}/"
    days: dict[str, list[Row]] = defaultdict(list)
    late = []
    for one in held.site.all:
        if one.example or one.status == "arkiverad" or not one.file.startswith(root):
            continue
        begins = max(one.published, one.publish_from)
        for moment, what in ((begins, "Visas"), (one.unpublish_at, "Tas bort")):
            if now.timestamp() < moment < (now + AHEAD).timestamp():
                local = datetime.fromtimestamp(moment, UTC).astimezone(STOCKHOLM)
                days[local.date().isoformat()].append((f"{local:%H.%M}", what, one))
        if BY_NAME[one.type].info.said or not held.site.is_public(one):
            continue
        if one.review_by < held.site.today.isoformat():
            late.append(one)
        elif one.review_by < (held.site.today + AHEAD).isoformat():
            days[one.review_by].append(("", "Ska ses över senast", one))
    late.sort(key=lambda one: (one.review_by, one.title))
    ordered = [
        (day, sorted(rows, key=lambda row: (row[0], row[2].title))) for day, rows in sorted(days.items())
    ]
    return desk.page(request, "calendar.html", "Kalender", days=ordered, late=late)
