"""Who changed a record, when, and what, field by field; an older version is taken back."""

from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from editor.forms.merging import Difference, differences
from editor.forms.posted import Values, opened
from editor.repository.git import Commit, GitError
from editor.texts.record_text import UnreadableTextError, changed_text, fields_and_body
from editor.web import opening
from editor.web.desk import MAY_PUBLISH, AtDesk, Desk, Sent, require
from editor.web.opening import Opened
from editor.web.writing import Form, Wanted, form_page, publish
from editor.workspace import stamps
from editor.workspace.judging import judge

router = APIRouter()
MOST = 30
NOTHING = Values({}, "")


class Version(NamedTuple):
    """One commit of a record."""

    commit: Commit
    rows: list[Difference]
    is_first: bool


@router.get("/redigera/{folder}/{slug}/historik/")
def show(folder: str, slug: str, request: Request, desk: AtDesk) -> Response:
    """Every version, the latest first."""
    one = opening.published(desk, folder, slug)
    return desk.page(
        request, "history.html", f"Historik: {one.title}", one=one, versions=_versions(desk, one)
    )


@router.post("/redigera/{folder}/{slug}/dra-tillbaka/")
def withdraw(folder: str, slug: str, request: Request, desk: AtDesk, sent: Sent) -> Response:
    """Take the page down now: its address says that it is gone. A notice on the board stays (the law)."""
    require(request, *MAY_PUBLISH)
    one = opening.published(desk, folder, slug)
    if not sent.get("säker"):
        return RedirectResponse(f"{one.address}#dra-tillbaka", 303)
    gone = stamps.withdrawn(desk.held.clock())
    text = changed_text(one.text, gone)
    judgement = judge(desk.held, one.file, text)
    form = Form(told="stoppat", problems=judgement.problems, judgement=judgement)
    if judgement.stops:
        return form_page(request, desk, one, one.values, form)
    return publish(request, desk, Wanted(one, one, one.values, Form(note="Borttagen från webbplatsen")), text)


def _versions(desk: Desk, one: Opened) -> list[Version]:
    repository = desk.publisher.repository
    path = repository.path_of(one.file)
    commits = repository.history(path, most=MOST + 1)
    values = [_values(desk, one, path, commit.id) for commit in commits] + [NOTHING]
    look = desk.held.now().titles
    return [
        Version(
            commit,
            differences(one.fields, values[number + 1], values[number], look),
            number == len(commits) - 1,
        )
        for number, commit in enumerate(commits[:MOST])
    ]


def _values(desk: Desk, one: Opened, path: str, commit: str) -> Values:
    """What the file had in a commit; nothing where it cannot be read."""
    repository = desk.publisher.repository
    try:
        data = repository.blob(repository.blob_at(path, commit)).decode()
        return opened(one.fields, *fields_and_body(data))
    except (GitError, UnicodeDecodeError, UnreadableTextError):
        return NOTHING
