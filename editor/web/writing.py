"""A record as a form: changed, checked, previewed, kept as a draft, published."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from editor.forms.fields import BODY, Field, order_of
from editor.forms.merging import Difference, Merged, chosen, differences, merge
from editor.forms.posted import Values, changes, posted, pressed
from editor.forms.view import body_control, control_name, controls_of
from editor.repository.git import GitError
from editor.repository.publication import ChangedMeanwhileError
from editor.texts.cleaning import cleaned
from editor.texts.record_text import UnreadableTextError, changed_text
from editor.web import opening
from editor.web.desk import MAY_PUBLISH, MAY_WRITE, PREVIEW_CSP, AtDesk, Desk, Sent, author_of, may, require
from editor.web.opening import Opened
from editor.workspace import stamps
from editor.workspace.judging import Judgement, judge, preview
from site_builder.editing.new import find_type
from site_builder.problems import Problem

router = APIRouter()


class Form(NamedTuple):
    """What the form shows beside its values."""

    told: str = ""
    """What happened: a word that the template knows, or a sentence."""
    problems: list[Problem] | None = None
    judgement: Judgement | None = None
    preview: str = ""
    focus: str = ""
    kind: str = ""
    note: str = ""
    later: str = ""
    """The moment at which a new record is to be shown first; empty for now."""
    conflicts: tuple[Difference, ...] = ()
    """What another has written in a field that is changed here too: theirs, and mine."""
    from_others: tuple[str, ...] = ()
    """The labels of the fields that another has changed meanwhile."""


class Wanted(NamedTuple):
    """What a form asks for."""

    one: Opened
    """As it is now."""
    target: Opened
    """What a publication changes."""
    values: Values
    form: Form


@router.get("/redigera/forhandsgranskning/{word}/")
def show_preview(word: str, desk: AtDesk) -> Response:
    """A page with unsaved text, to stand in a frame of the form."""
    html = desk.previews.get(word)
    if html is None:
        raise HTTPException(404, "Förhandsgranskningen är för gammal. Kontrollera texten igen.")
    headers = {"Content-Security-Policy": PREVIEW_CSP, "X-Frame-Options": "SAMEORIGIN"}
    return HTMLResponse(html, headers=headers)


@router.get("/redigera/ny/{kind}/")
def begin(kind: str, request: Request, desk: AtDesk) -> Response:
    """The empty form of a type."""
    require(request, *MAY_WRITE)
    one = _new(desk, kind)
    return form_page(request, desk, one, one.values, Form())


@router.post("/redigera/ny/{kind}/")
def create(kind: str, request: Request, desk: AtDesk, sent: Sent) -> Response:
    """What one of the buttons of a new record's form does."""
    require(request, *MAY_WRITE)
    one = _new(desk, kind, cleaned(str(sent.get("titel", ""))), str(sent.get("nyckel", "")))
    done = desk.held.now().site.find(one.id, ())
    if done is not None and desk.held.file_of(one.model.info.folder, done.slug):
        return RedirectResponse(f"/redigera/{one.model.info.folder}/{done.slug}/?klart=publicerat", 303)
    return pressed_button(request, desk, one, one, sent)


@router.get("/redigera/{folder}/{slug}/")
def show(
    folder: str,
    slug: str,
    request: Request,
    desk: AtDesk,
    forslag: str = "",
    klart: str = "",
    version: str = "",
) -> Response:
    """The record as a form: as it is published, as a proposal has it, or as an older version had it."""
    one = opening.proposal(desk, forslag) if forslag else opening.published(desk, folder, slug)
    told = klart if klart in ("publicerat", "sparat", "väntar") else ""
    if version:
        return form_page(request, desk, one, opening.as_it_was(desk, one, version), Form(told="version"))
    problems = [problem for problem in desk.held.now().problems if problem.file == str(one.file)]
    return form_page(request, desk, one, one.values, Form(told, problems=None if forslag else problems))


@router.post("/redigera/{folder}/{slug}/")
def change(folder: str, slug: str, request: Request, desk: AtDesk, sent: Sent, forslag: str = "") -> Response:
    """What one of the form's buttons does."""
    require(request, *MAY_WRITE)
    base = str(sent.get("bas", ""))
    if forslag:
        made_from, now = opening.proposal(desk, forslag, base), opening.proposal(desk, forslag)
    else:
        made_from, now = opening.published(desk, folder, slug, base), opening.published(desk, folder, slug)
    return pressed_button(request, desk, made_from, now, sent)


def pressed_button(request: Request, desk: Desk, made_from: Opened, now: Opened, sent: FormData) -> Response:
    """What a button does to what was sent; `made_from` is what the form was made from."""
    values = posted(now.fields, sent, made_from.values, desk.held.now().titles)
    button = str(sent.get("gör", "kontrollera"))
    form = Form(
        kind=str(sent.get("slag!", "")), note=cleaned(str(sent.get("not!", ""))),
        later=" ".join(filter(None, (str(sent.get("senare.dag", "")), str(sent.get("senare.kl", ""))))),
    )  # fmt: skip
    if ":" in button:
        values, focus = pressed(now.fields, values, button)
        return form_page(request, desk, made_from, values, form._replace(focus=focus))
    merged = merge(made_from.values, now.values, values)
    merged, left = _choose(merged, now.values, sent)
    target = now
    if now.proposal and not left:
        target = opening.target(now)
        second = merge(opening.begun_at(desk, now).values, target.values, merged.values)
        second, left = _choose(second, target.values, sent)
        merged = Merged(second.values, second.conflicts, [*merged.theirs, *second.theirs])
    form = _told_of_others(desk, now, target, merged, left, form)
    wanted = Wanted(now, target, merged.values, form)
    if left:
        return form_page(request, desk, now, merged.values, form._replace(told="konflikt"))
    if button == "spara":
        return _keep(request, desk, wanted)
    return _check_or_publish(request, desk, wanted, button)


def _choose(merged: Merged, theirs: Values, sent: FormData) -> tuple[Merged, list[str]]:
    """With what was chosen where two had changed the same field; and the fields still to be chosen."""
    names = dict.fromkeys([*merged.conflicts, *map(str, sent.getlist("tvist"))])
    picks = {name: str(sent.get(f"val.{name}", "")) for name in names}
    values = chosen(merged.values, theirs, [name for name, pick in picks.items() if pick == "andras"])
    return merged._replace(values=values), [name for name, pick in picks.items() if not pick]


def _told_of_others(
    desk: Desk, now: Opened, target: Opened, merged: Merged, left: list[str], form: Form
) -> Form:
    look = desk.held.now().titles
    rows = differences(now.fields, target.values, merged.values, look)
    names = {field.name: field.label for field in now.fields} | {BODY: "Text"}
    return form._replace(
        conflicts=tuple(row for row in rows if row.name in left),
        from_others=tuple(dict.fromkeys(names.get(name, name) for name in merged.theirs if name not in left)),
    )


def _keep(request: Request, desk: Desk, wanted: Wanted) -> Response:
    """Save as a proposal: nothing that is public changes, and it may have problems."""
    one = wanted.one
    proposals = desk.publisher.proposals
    try:
        if one.proposal:
            text = changed_text(one.text, *changes(one.values, wanted.values), order_of(one.model))
        else:
            text = changed_text(
                wanted.target.text, *changes(wanted.target.values, wanted.values), order_of(one.model)
            )
        if text == one.text and one.base:
            return form_page(request, desk, one, wanted.values, wanted.form._replace(told="oförändrat"))
        path = desk.publisher.repository.path_of(one.file)
        title = str(wanted.values.fields.get("titel") or one.title)
        key = proposals.save(
            one.proposal.key if one.proposal else "", path, text.encode(), author_of(request), title
        )
    except (GitError, OSError, UnreadableTextError) as failure:
        return form_page(
            request,
            desk,
            one,
            wanted.values,
            wanted.form._replace(told=f"Det gick inte att spara: {failure}"),
        )
    return RedirectResponse(
        f"/redigera/{one.model.info.folder}/{one.file.stem}/?forslag={key}&klart=sparat", 303
    )


def _check_or_publish(request: Request, desk: Desk, wanted: Wanted, button: str) -> Response:
    one, form = wanted.one, wanted.form
    try:
        text, judgement = judged_text(desk, wanted)
    except UnreadableTextError as failure:
        return form_page(request, desk, one, wanted.values, form._replace(told=str(failure)))
    form = form._replace(judgement=judgement, problems=judgement.problems)
    if button == "publicera" and not may(request, *MAY_PUBLISH):
        raise HTTPException(403, "Du får skriva men inte publicera. Spara som förslag och be om granskning.")
    if button != "publicera" or judgement.stops:
        html = preview(judgement, desk.held.clock())
        told = "stoppat" if button == "publicera" else "kontrollerat"
        word = desk.keep_preview(html) if html else ""
        return form_page(request, desk, one, wanted.values, form._replace(preview=word, told=told))
    return publish(request, desk, wanted, text)


def judged_text(desk: Desk, wanted: Wanted) -> tuple[str, Judgement]:
    """The text as it would be published, and what check says of it. Raises UnreadableTextError."""
    target, form = wanted.target, wanted.form
    fields, body = changes(target.values, wanted.values)
    if fields or body is not None or not stamps.is_published(target.values.fields):
        kind: Any = form.kind if form.kind in ("liten", "stor") else ""
        fields |= stamps.published(target.values.fields, desk.held.clock(), kind, form.note, form.later)
    text = changed_text(target.text, fields, body, order_of(target.model))
    return text, judge(desk.held, target.file, text)


def publish(request: Request, desk: Desk, wanted: Wanted, text: str) -> Response:
    """Write, commit and build; the page that follows says how it went."""
    one, form = wanted.one, wanted.form
    title = str(wanted.values.fields.get("titel") or one.title)
    try:
        done = desk.publisher.publish(
            one.file, text, wanted.target.base, author_of(request), f"{title}\n\n{form.note}".strip()
        )
        if one.proposal:
            desk.publisher.proposals.finish(one.proposal)
    except ChangedMeanwhileError:
        return form_page(request, desk, one, wanted.values, form._replace(told="ändrat"))
    except (GitError, OSError) as failure:
        return form_page(
            request, desk, one, wanted.values, form._replace(told=f"Det gick inte att spara: {failure}")
        )
    told = "publicerat" if done.is_live else "väntar"
    return RedirectResponse(f"/redigera/{one.model.info.folder}/{one.file.stem}/?klart={told}", 303)


def _new(desk: Desk, kind: str, title: str = "", key: str = "") -> Opened:
    model = find_type(kind)
    if model is None:
        raise HTTPException(404, "Det finns ingen sådan sort.")
    return opening.new(desk, model, title, key)


def form_page(
    request: Request,
    desk: Desk,
    one: Opened,
    values: Values,
    form: Form,
    template: str = "write.html",
    **more: Any,
) -> HTMLResponse:
    """The form with these values, and what is told of them."""
    held = desk.held.now()
    placed, general = _placed(form.problems or [], {field.name for field in one.fields})
    kinds = {field.types for field in _every(one.fields) if field.types}
    record = held.site.by_file.get(str(one.file)) if not one.id else None
    title = str(values.fields.get("titel") or one.title)
    return desk.page(
        request, template, title, one=one, form=form, general=general, record=record,
        controls=controls_of(one.fields, values, held.titles, held.vocabularies, placed),
        body=body_control(values, placed), kind=one.model.info.swedish,
        published=stamps.is_published(one.values.fields) and not one.id,
        lists={types: held.titles.offered(types) for types in kinds},
        errors=[problem for problem in form.problems or [] if problem.severity == "error"],
        near=held.titles.near(title, str(one.file)) if one.id and title else [],
        may_publish=may(request, *MAY_PUBLISH), **more,
    )  # fmt: skip


def _every(fields: Iterable[Field]) -> Iterable[Field]:
    for field in fields:
        yield field
        yield from _every(field.parts)


def _placed(problems: list[Problem], names: set[str]) -> tuple[dict[str, list[Problem]], list[Problem]]:
    """By the name of a control, what is wrong there; and what belongs to no control."""
    placed: dict[str, list[Problem]] = {}
    general = []
    for problem in problems:
        top = problem.field.partition(".")[0]
        if top in names:
            placed.setdefault(control_name(problem.field), []).append(problem)
        elif not top and problem.line > 1:
            placed.setdefault(BODY, []).append(problem)
        else:
            general.append(problem)
    return placed, general
