"""The first page: what there is to do, and search over everything."""

from collections.abc import Iterator
from itertools import islice

from fastapi import APIRouter, Request
from fastapi.responses import Response

from editor.repository.proposals import STATES, Proposal
from editor.web.desk import AtDesk, Desk, edit_address
from foundation.staff.gate import member_of
from foundation.staff.members import StaffMember
from site_builder.content import BY_NAME, TYPES
from site_builder.problems import Problem
from site_builder.reading.indexed_record import IndexedRecord

router = APIRouter()
MOST = 50
FAULTS = 20
LATEST = 10


@router.get("/redigera/")
def show(request: Request, desk: AtDesk, q: str = "", typ: str = "", klart: str = "") -> Response:
    """Tasks, proposals and faults; search by title, address, id, diary number and words; filters by type."""
    held = desk.held.now()
    root = str(desk.held.root)
    own = [one for one in held.site.all if one.file.startswith(f"{root}/")]
    found = [one for one in own if (not typ or one.type == typ) and _fits(one, q.casefold().split())]
    found.sort(key=lambda one: (q.casefold() not in one.title.casefold(), -one.modified, one.title))
    first = not (q or typ)
    rows = [(one, BY_NAME[one.type].info, edit_address(one)) for one in found[: LATEST if first else MOST]]
    tasks = [(f"/redigera/ny/{model.info.folder}/", model.info.task) for model in TYPES if model.info.task]
    return desk.page(
        request, "overview.html", "Översikt", q=q, typ=typ, rows=rows, count=len(found), tasks=tasks,
        proposals=_proposals(desk, member_of(request)) if first else [], states=STATES, told=klart,
        faulty=list(_faulty(desk)) if first else [], new=BY_NAME[typ].info if typ in BY_NAME else None,
        unsent=desk.publisher.pusher.failure,
    )  # fmt: skip


def _proposals(desk: Desk, member: StaffMember) -> list[tuple[str, str, list[Proposal]]]:
    """Those that wait, by what there is to do with them."""
    every = desk.publisher.proposals.all()
    mine = [one for one in every if one.author.email == member.email]
    waiting = [one for one in every if one.state == "granskning" and one not in mine]
    rest = [one for one in every if one not in mine and one not in waiting]
    return [
        ("mina", "Mina förslag", mine),
        ("granska", "Väntar på granskning", waiting),
        ("andras", "Andras förslag", rest),
    ]


def _faulty(desk: Desk) -> Iterator[tuple[str, str, Problem]]:
    """Errors that stop every publication, each with where it is mended."""
    held = desk.held.now()
    errors = (problem for problem in held.problems if problem.severity == "error")
    for problem in islice(errors, FAULTS):
        one = held.site.by_file.get(problem.file)
        yield edit_address(one) if one else "", one.title if one else problem.file, problem


def _fits(one: IndexedRecord, words: list[str]) -> bool:
    parts = (one.title, one.summary, one.address, one.id, str(one.facts.get("reference", "")), *one.keywords)
    text = " ".join(parts).casefold()
    return all(word in text for word in words)
