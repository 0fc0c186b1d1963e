"""The first page: what there is to do, and search over everything."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from editor.web.desk import AtDesk, edit_address
from site_builder.content import BY_NAME
from site_builder.reading.indexed_record import IndexedRecord

router = APIRouter()
MOST = 50


@router.get("/redigera/")
def show(request: Request, desk: AtDesk, q: str = "", typ: str = "") -> Response:
    """Search by title, address, id, diary number and words; filters by type."""
    held = desk.held.now()
    root = str(desk.held.root)
    own = [one for one in held.site.all if one.file.startswith(f"{root}/")]
    found = [one for one in own if (not typ or one.type == typ) and _fits(one, q.casefold().split())]
    found.sort(key=lambda one: (q.casefold() not in one.title.casefold(), -one.modified, one.title))
    rows = [(one, BY_NAME[one.type].info, edit_address(one)) for one in found[:MOST]]
    return desk.page(request, "overview.html", "Översikt", q=q, typ=typ, rows=rows, count=len(found))


def _fits(one: IndexedRecord, words: list[str]) -> bool:
    parts = (one.title, one.summary, one.address, one.id, str(one.facts.get("reference", "")), *one.keywords)
    text = " ".join(parts).casefold()
    return all(word in text for word in words)
