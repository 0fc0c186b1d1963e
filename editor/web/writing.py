"""A record as a form: changed, checked, previewed, published."""

from pathlib import Path
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from editor.forms.fields import BODY, form_of, order_of
from editor.forms.posted import Values, changes, opened, posted, pressed
from editor.forms.view import body_control, control_name, controls_of
from editor.repository.git import GitError, blob_id
from editor.repository.publication import ChangedMeanwhileError
from editor.texts.cleaning import cleaned
from editor.texts.record_text import UnreadableTextError, changed_text, fields_and_body
from editor.web.desk import PREVIEW_CSP, Desk, author_of, desk_of
from editor.workspace import stamps
from editor.workspace.judging import Judgement, judge, preview
from site_builder.content import BY_FOLDER, Record
from site_builder.problems import Problem

router = APIRouter()
MAX_FIELDS = 5000
MAX_TEXT = 1_000_000


async def _form(request: Request) -> FormData:
    return await request.form(max_files=0, max_fields=MAX_FIELDS, max_part_size=MAX_TEXT)


Sent = Annotated[FormData, Depends(_form)]
AtDesk = Annotated[Desk, Depends(desk_of)]


class Opened(NamedTuple):
    """A record that is being written: its file, its type, the text that the form was made from."""

    file: Path
    model: type[Record]
    text: str
    base: str
    """The blob of that text."""
    values: Values

    @property
    def address(self) -> str:
        """Where it is edited."""
        return f"/redigera/{self.model.info.folder}/{self.file.stem}/"


class Form(NamedTuple):
    """What the form shows beside its values."""

    judgement: Judgement | None = None
    problems: list[Problem] | None = None
    preview: str = ""
    focus: str = ""
    told: str = ""
    kind: str = ""
    note: str = ""


@router.get("/redigera/forhandsgranskning/{word}/")
def show_preview(word: str, desk: AtDesk) -> Response:
    """A page with unsaved text, to stand in a frame of the form."""
    html = desk.previews.get(word)
    if html is None:
        raise HTTPException(404, "Förhandsgranskningen är för gammal. Kontrollera texten igen.")
    headers = {"Content-Security-Policy": PREVIEW_CSP, "X-Frame-Options": "SAMEORIGIN"}
    return HTMLResponse(html, headers=headers)


@router.get("/redigera/{folder}/{slug}/")
def show(folder: str, slug: str, request: Request, desk: AtDesk) -> Response:
    """The record as a form."""
    one = _open(desk, folder, slug)
    problems = [problem for problem in desk.held.now().problems if problem.file == str(one.file)]
    told = "publicerat" if request.query_params.get("klart") else ""
    return _page(request, desk, one, one.values, Form(problems=problems, told=told))


@router.post("/redigera/{folder}/{slug}/")
def change(folder: str, slug: str, request: Request, desk: AtDesk, sent: Sent) -> Response:
    """What one of the form's buttons does."""
    one = _open(desk, folder, slug, str(sent.get("bas", "")))
    fields = form_of(one.model)
    values = posted(fields, sent, one.values, desk.held.now().titles)
    form = Form(kind=str(sent.get("slag", "")), note=cleaned(str(sent.get("not", ""))))
    button = str(sent.get("gör", "kontrollera"))
    if ":" in button:
        values, focus = pressed(fields, values, button)
        return _page(request, desk, one, values, form._replace(focus=focus))
    text, judgement = _judged(desk, one, values, form if button == "publicera" else None)
    form = form._replace(judgement=judgement, problems=judgement.problems)
    if button != "publicera" or judgement.stops:
        html = preview(judgement, desk.held.clock())
        form = form._replace(
            preview=desk.keep_preview(html) if html else "",
            told="stoppat" if button == "publicera" else "kontrollerat",
        )
        return _page(request, desk, one, values, form)
    return _publish(request, desk, one, values, text, form)


def _publish(request: Request, desk: Desk, one: Opened, values: Values, text: str, form: Form) -> Response:
    title = str(values.fields.get("titel", one.file.stem))
    try:
        done = desk.publisher.publish(
            one.file, text, one.base, author_of(request), f"{title}\n\n{form.note}".strip()
        )
    except ChangedMeanwhileError:
        return _page(request, desk, one, values, form._replace(told="ändrat"))
    except (GitError, OSError) as failure:
        return _page(request, desk, one, values, form._replace(told=f"Det gick inte att spara: {failure}"))
    return RedirectResponse(f"{one.address}?klart={done.commit[:12]}", 303)


def _judged(desk: Desk, one: Opened, values: Values, form: Form | None) -> tuple[str, Judgement]:
    """The text with what the form holds, and what check says of it; `form` where it is to be published."""
    fields, body = changes(one.values, values)
    if form is not None and (fields or body is not None or not stamps.is_published(one.values.fields)):
        kind: Any = form.kind if form.kind in ("liten", "stor") else ""
        fields |= stamps.published(one.values.fields, desk.held.clock(), kind, form.note)
    text = changed_text(one.text, fields, body, order_of(one.model))
    return text, judge(desk.held, one.file, text)


def _open(desk: Desk, folder: str, slug: str, base: str = "") -> Opened:
    """The record as its file is, or as it was at `base`, which the form was made from."""
    file = desk.held.file_of(folder, slug)
    if file is None:
        raise HTTPException(404, "Det finns ingen sådan sida att redigera.")
    data = file.read_bytes()
    if base and base != blob_id(data):
        try:
            data = desk.publisher.repository.blob(base)
        except GitError as failure:
            raise HTTPException(409, "Sidan har ändrats. Öppna den på nytt.") from failure
    model = BY_FOLDER[folder]
    try:
        text = data.decode()
        fields, body = fields_and_body(text)
    except (UnicodeDecodeError, UnreadableTextError) as failure:
        raise HTTPException(422, f"Filen går inte att läsa: {failure}") from failure
    return Opened(file, model, text, blob_id(data), opened(form_of(model), fields, body))


def _page(request: Request, desk: Desk, one: Opened, values: Values, form: Form) -> HTMLResponse:
    held = desk.held.now()
    fields = form_of(one.model)
    placed, general = _placed(form.problems or [], {field.name for field in fields})
    controls = controls_of(fields, values, held.titles, held.vocabularies, placed)
    title = str(values.fields.get("titel") or "Utan titel")
    kinds = {field.types for field in _references(fields) if field.types}
    record = held.site.by_file.get(str(one.file))
    return desk.page(
        request, "write.html", title, one=one, controls=controls, body=body_control(values, placed),
        form=form, general=general, published=stamps.is_published(one.values.fields), record=record,
        lists={types: held.titles.offered(types) for types in kinds}, kind=one.model.info.swedish,
        errors=[problem for problem in form.problems or [] if problem.severity == "error"],
        near=held.titles.near(title, str(one.file)) if not record else [],
    )  # fmt: skip


def _references(fields: Any) -> Any:
    for field in fields:
        yield field
        yield from _references(field.parts)


def _placed(problems: list[Problem], names: set[str]) -> tuple[dict[str, list[Problem]], list[Problem]]:
    """By the name of a control, what is wrong there; and what belongs to no control."""
    placed: dict[str, list[Problem]] = {}
    general = []
    for problem in problems:
        path = problem.field.split(".") if problem.field else []
        if path and path[0] in names:
            placed.setdefault(control_name(problem.field), []).append(problem)
        elif not path and problem.line > 1:
            placed.setdefault(BODY, []).append(problem)
        else:
            general.append(problem)
    return placed, general
