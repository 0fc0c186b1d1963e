"""A proposal is looked over: what it changes in words, what it would do, remarks, approval, publication."""

from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from editor.forms.merging import differences, merge
from editor.repository.git import Author
from editor.repository.proposals import STATES, Step
from editor.texts.cleaning import cleaned, one_line
from editor.web import opening
from editor.web.desk import MAY_PUBLISH, MAY_WRITE, AtDesk, Desk, Sent, author_of, may, require
from editor.web.opening import Opened
from editor.web.writing import Form, Wanted, form_page, judged_text, publish
from editor.workspace import stamps
from editor.workspace.judging import Judgement, preview
from editor.workspace.planning import Plan, plan
from foundation import signed_links
from foundation.signed_links import Purpose

router = APIRouter()
LINK_LASTS = timedelta(days=7)
GUEST = "utan.konto@invalid"
"""The address of whoever remarks by a signed link: nobody's."""
LONGEST_REMARK = 5000


@router.get("/redigera/plan/{key}/")
def show(key: str, request: Request, desk: AtDesk, klart: str = "") -> Response:
    """What the proposal changes, and what publishing it now would do."""
    one, wanted, left = _wanted(desk, key, Form())
    told = klart if klart in ("sagt", "granskning", "godkänt", "tillbaka") else ""
    return _page(request, desk, one, wanted, left, told)


@router.post("/redigera/plan/{key}/")
def act(key: str, request: Request, desk: AtDesk, sent: Sent) -> Response:
    """A remark, a step on the way, the publication, or the end of it."""
    require(request, *MAY_WRITE)
    form = Form(kind=str(sent.get("slag!", "")), note=cleaned(str(sent.get("not!", ""))))
    one, wanted, left = _wanted(desk, key, form)
    assert one.proposal is not None
    button, text = str(sent.get("gör", "")), cleaned(str(sent.get("anmärkning", "")))[:LONGEST_REMARK]
    proposals = desk.publisher.proposals
    if button in ("godkänt", "tillbaka", "publicera"):
        require(request, *MAY_PUBLISH)
    if button == "publicera":
        return _publish(request, desk, wanted, left)
    if button == "ge-upp":
        proposals.finish(one.proposal)
        return RedirectResponse("/redigera/?klart=borttaget", 303)
    if button == "dela":
        return _page(request, desk, one, wanted, left, "länk", link=_link(desk, key))
    steps: dict[str, Step] = {
        "anmärk": "anmärkning", "granskning": "granskning", "godkänt": "godkänt", "tillbaka": "tillbaka",
    }  # fmt: skip
    if button not in steps or (button == "anmärk" and not text):
        return RedirectResponse(f"/redigera/plan/{key}/", 303)
    proposals.say(one.proposal, steps[button], text, author_of(request))
    return RedirectResponse(f"/redigera/plan/{key}/?klart={'sagt' if button == 'anmärk' else button}", 303)


@router.get("/redigera/dela/{token}/")
def show_guest(token: str, request: Request, desk: AtDesk, klart: str = "") -> Response:
    """The proposal for somebody without an account."""
    key = _shared(desk, token)
    _, wanted, _ = _wanted(desk, key, Form())
    _, judgement = judged_text(desk, wanted)
    html = preview(judgement, desk.held.clock())
    word = desk.keep_preview(html) if html else ""
    title = str(wanted.values.fields.get("titel", ""))
    return desk.page(request, "shared.html", title, preview=word, token=token, thanked=klart == "ja")


@router.post("/redigera/dela/{token}/")
def remark_guest(token: str, desk: AtDesk, sent: Sent) -> Response:
    """A remark from somebody without an account."""
    key = _shared(desk, token)
    found = desk.publisher.proposals.find(key)
    text = cleaned(str(sent.get("anmärkning", "")))[:LONGEST_REMARK]
    name = one_line(str(sent.get("namn", "")))[:100] or "Någon med länken"
    if found is not None and text:
        desk.publisher.proposals.say(found, "anmärkning", text, Author(f"{name} (utan konto)", GUEST))
    return RedirectResponse(f"/redigera/dela/{token}/?klart=ja", 303)


def _link(desk: Desk, key: str) -> str:
    until = desk.held.clock() + LINK_LASTS
    return (
        f"/redigera/dela/{signed_links.sign(desk.keys, Purpose.REVIEW, int(key, 16), None, expires=until)}/"
    )


def _shared(desk: Desk, token: str) -> str:
    """The proposal that a link leads to. Raises HTTPException."""
    found = signed_links.parse(token)
    if not found or not signed_links.is_valid(desk.keys, Purpose.REVIEW, found, None, desk.held.clock()):
        raise HTTPException(404, "Länken gäller inte längre. Be om en ny.")
    return f"{found.subject:012x}"


def _wanted(desk: Desk, key: str, form: Form) -> tuple[Opened, Wanted, list[str]]:
    """The proposal on what is published now; and the fields that another has changed too."""
    one = opening.proposal(desk, key)
    target = opening.target(one)
    merged = merge(opening.begun_at(desk, one).values, target.values, one.values)
    return one, Wanted(one, target, merged.values, form), merged.conflicts


def _publish(request: Request, desk: Desk, wanted: Wanted, left: list[str]) -> Response:
    text, judgement = judged_text(desk, wanted)
    if left or judgement.stops:
        form = wanted.form._replace(told="stoppat", problems=judgement.problems, judgement=judgement)
        return form_page(request, desk, wanted.one, wanted.values, form)
    return publish(request, desk, wanted, text)


def _page(
    request: Request, desk: Desk, one: Opened, wanted: Wanted, left: list[str], told: str, link: str = ""
) -> Response:
    _, judgement = judged_text(desk, wanted)
    html = preview(judgement, desk.held.clock())
    assert one.proposal is not None
    rows = differences(one.fields, wanted.target.values, wanted.values, desk.held.now().titles)
    return desk.page(
        request, "plan.html", f"Granska: {one.proposal.title}", one=one, proposal=one.proposal, rows=rows,
        states=STATES, plan=_plan(desk, judgement), judgement=judgement, left=left, told=told, link=link,
        preview=desk.keep_preview(html) if html else "", may_publish=may(request, *MAY_PUBLISH),
        may_write=may(request, *MAY_WRITE), published=stamps.is_published(wanted.target.values.fields),
        lasts=LINK_LASTS.days,
    )  # fmt: skip


def _plan(desk: Desk, judgement: Judgement) -> Plan | None:
    return None if judgement.stops else plan(desk.held.place, judgement.site)
