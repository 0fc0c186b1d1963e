"""The alert's form, for a phone: what, where, until when, what to do; publish, update, end."""

import time
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from editor.forms.fields import order_of
from editor.forms.posted import Values, changes
from editor.repository.git import GitError
from editor.repository.publication import ChangedMeanwhileError
from editor.texts.cleaning import cleaned, one_line
from editor.texts.record_text import changed_text
from editor.web import opening
from editor.web.desk import MAY_ALERT, AtDesk, Desk, Sent, author_of, require
from editor.web.opening import Opened
from editor.workspace import stamps
from editor.workspace.judging import Judgement, judge, preview
from site_builder.content import BY_NAME
from site_builder.content.fields import STOCKHOLM
from site_builder.reading.indexed_record import IndexedRecord
from site_builder.site.site import Site

router = APIRouter()
HOURS = (1, 2, 4, 8, 24, 72)
"""For how long an alert may be said to hold."""
SEVERITIES = ("extrem", "allvarlig", "måttlig", "mindre")
KINDS = ("störning", "drift", "kris", "övning")
OVER = 1
"""Hours that the message of an end stands."""


class Written(NamedTuple):
    """What was written in the form."""

    title: str = ""
    instruction: str = ""
    area: str = ""
    areas: tuple[str, ...] = ()
    severity: str = ""
    kind: str = "störning"
    hours: int = 4
    sms: str = ""
    updates: str = ""
    ends: str = ""
    key: str = ""


@router.get("/redigera/larm/")
def show(
    request: Request, desk: AtDesk, uppdaterar: str = "", avslutar: str = "", klart: str = ""
) -> Response:
    """What is in force, and the form; filled in from the alert that is updated or ended."""
    require(request, *MAY_ALERT)
    old = _alert(desk.held.now().site, uppdaterar or avslutar)
    written = Written()
    if old is not None:
        facts = old.facts
        title = f"{old.title} är över" if avslutar else old.title
        written = Written(
            title, str(facts["instruction"]) if not avslutar else "", str(facts["area_text"]), old.areas,
            str(facts["severity"]), str(facts["kind"]), OVER if avslutar else 4,
            updates=old.slug if uppdaterar else "", ends=old.slug if avslutar else "",
        )  # fmt: skip
    return _page(request, desk, written, seconds=klart if klart.replace(".", "").isdecimal() else "")


@router.post("/redigera/larm/")
def act(request: Request, desk: AtDesk, sent: Sent) -> Response:
    """Show how it becomes, or send it out."""
    require(request, *MAY_ALERT)
    begun = time.perf_counter()
    written = _written(sent)
    one = opening.new(desk, BY_NAME["alert"], written.title, written.key)
    written = written._replace(key=one.id)
    done = desk.held.now().site.find(one.id, ())
    if done is not None:  # sent twice by an impatient finger
        return RedirectResponse("/redigera/larm/?klart=0", 303)
    text = _text(desk, one, written)
    judgement = judge(desk.held, one.file, text)
    if sent.get("gör") != "skicka" or any(problem.severity == "error" for problem in judgement.problems):
        return _page(request, desk, written, judgement, stopped=sent.get("gör") == "skicka")
    try:
        desk.publisher.publish(one.file, text, "", author_of(request), written.title)
    except (ChangedMeanwhileError, GitError, OSError) as failure:
        return _page(request, desk, written, judgement, failure=str(failure))
    return RedirectResponse(f"/redigera/larm/?klart={time.perf_counter() - begun:.1f}", 303)


def _written(sent: Sent) -> Written:
    hours = str(sent.get("timmar", "4"))
    return Written(
        one_line(str(sent.get("titel", ""))), cleaned(str(sent.get("instruktion", ""))),
        one_line(str(sent.get("område", ""))), tuple(str(area) for area in sent.getlist("områden")),
        str(sent.get("allvar", "")), str(sent.get("slag", "störning")),
        int(hours) if hours.isdecimal() and int(hours) in HOURS else 4, one_line(str(sent.get("sms", ""))),
        str(sent.get("uppdaterar", "")), str(sent.get("avslutar", "")), str(sent.get("nyckel", "")),
    )  # fmt: skip


def _text(desk: Desk, one: Opened, written: Written) -> str:
    """The alert's file: what was written, what it takes over, and what the button sets."""
    now = desk.held.clock()
    old = _alert(desk.held.now().site, written.updates or written.ends)
    fields = {
        "titel": written.title, "ingress": written.instruction.replace("\n", " ") or written.title,
        "händelse": str(old.facts["event"]) if old else written.title, "slag": written.kind,
        "allvar": written.severity, "brådska": "förbi" if written.ends else "omedelbar",
        "säkerhet": "observerad", "kategori": str(old.facts["category"]) if old else "",
        "områden": list(written.areas), "område": written.area, "gäller_från": _said(now),
        "upphör": _said(now + timedelta(hours=written.hours)), "instruktion": written.instruction,
        "uppdaterar": f"driftinfo/{written.updates}" if written.updates else "",
        "avslutar": f"driftinfo/{written.ends}" if written.ends else "", "sms": written.sms,
    }  # fmt: skip
    filled = {name: value for name, value in fields.items() if value}
    wanted, _ = changes(one.values, Values({**one.values.fields, **filled}, ""))
    wanted |= stamps.published(one.values.fields, now, "", "")
    return changed_text(one.text, wanted, None, order_of(one.model))


def _said(moment: datetime) -> str:
    return f"{moment.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"


def _alert(site: Site, slug: str) -> IndexedRecord | None:
    one = site.find(f"driftinfo/{slug}", ()) if slug else None
    return one if one and one.type == "alert" else None


def _page(
    request: Request, desk: Desk, written: Written, judgement: Judgement | None = None, **told: Any
) -> Response:
    """`told`: whether it was `stopped`, the `failure`, the `seconds` that it took."""
    held = desk.held.now()
    problems = judgement.problems if judgement else []
    record = judgement.record if judgement else None
    html = preview(judgement, desk.held.clock()) if judgement else None
    now = [one for one in held.site.of_type("alert") if _holds(held.site, one, desk.held.clock())]
    return desk.page(
        request, "alarm.html", "Larm", written=written, problems=problems, hours=HOURS, alerts=now,
        areas=held.vocabularies["areas"], preview=desk.keep_preview(html) if html else "",
        sms=judgement.site.sms(record) if judgement and record else None,
        errors=[problem for problem in problems if problem.severity == "error"],
        severities=SEVERITIES, kinds=KINDS, told={"stopped": False, "failure": "", "seconds": ""} | told,
    )  # fmt: skip


def _holds(site: Site, one: IndexedRecord, now: datetime) -> bool:
    """Whether an alert is in force, or will be."""
    is_over = datetime.fromisoformat(str(one.facts["expires"])) <= now
    return not is_over and site.alert_ending(one) is None and not site.back(one, "alert", "updates")
