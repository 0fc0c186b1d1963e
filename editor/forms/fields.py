"""A form's fields follow from the model of a type: label, help, kind of control, choices, parts."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from site_builder.content import fields, placeholders
from site_builder.content.record import Record
from site_builder.content.shapes import is_listed, part_of, plain

Kind = Literal[
    "line", "text", "markdown", "lines", "markdowns", "choice", "yes_no", "date", "moment", "number", "email",
    "phone", "url", "reference", "references", "terms", "group", "groups",
]  # fmt: skip

SET_BY_BUTTONS = ("id", "status", "published", "changes", "publish_from", "unpublish_at", "accepts")
"""What an editor never sees: pressing a button sets it."""

RARE = (
    "areas", "audiences", "sources", "facts_as_of", "review_by", "replaces", "language", "translation_of",
    "example",
)  # fmt: skip
"""Common fields that are seldom needed: folded."""

BODY = "text"
"""The name of the control that holds the body."""


@dataclass(frozen=True)
class Field:
    """One field of a form."""

    name: str
    """As it stands in the file."""
    label: str
    help: str
    kind: Kind
    required: bool = False
    rare: bool = False
    choices: tuple[str, ...] = ()
    default: str = ""
    """What the model takes where nothing is written."""
    vocabulary: str = ""
    types: tuple[str, ...] = ()
    """Of the records that a reference may lead to; empty for any."""
    loose: bool = False
    """Whether a reference may also be something else."""
    most: int = 0
    """So many values at most; 0 where there is no bound."""
    parts: tuple["Field", ...] = ()


@cache
def form_of(model: type[Record]) -> tuple[Field, ...]:
    """The fields of a type in the order that they are filled in: what must be, what may be, what is rare."""
    made = [
        _field(name, info, model) for name, info in model.model_fields.items() if name not in SET_BY_BUTTONS
    ]
    names = {info.alias or name: name for name, info in model.model_fields.items()}
    own = [name for name in model.model_fields if name not in Record.model_fields]

    def place(field: Field) -> tuple[int, int]:
        name = names[field.name]
        first = ("title", "summary").index(name) if name in ("title", "summary") else 9
        return (first, 0 if name in own and field.required else 1 if name in own else 2)

    return tuple(sorted(made, key=place))


def order_of(model: type[Record]) -> list[str]:
    """The names of all fields as they stand in a file."""
    return [info.alias or name for name, info in model.model_fields.items()]


def _field(name: str, info: FieldInfo, model: type[BaseModel], owner: type[Record] | None = None) -> Field:
    alias = info.alias or name
    kind, marks = plain(info.annotation, list(info.metadata))
    owner = owner or (model if issubclass(model, Record) else None)
    required = info.is_required() or (owner is model and name in owner.info.required)
    default = info.default if isinstance(info.default, str) else ""
    made = Field(
        alias, alias.replace("_", " ").capitalize(), info.description or "", "text", required,
        name in RARE and not required, default=default,
    )  # fmt: skip
    part = part_of(kind)
    if part:
        parts = tuple(_field(inner, field, part, owner) for inner, field in part.model_fields.items())
        return replace(made, kind="groups" if is_listed(kind) else "group", parts=parts)
    if get_origin(kind) is list:
        inner_kind, inner_marks = plain(get_args(kind)[0], [])
        single = _single(replace(made, default=""), inner_kind, [*inner_marks, *marks], owner)
        most = next((mark.max_length for mark in marks if hasattr(mark, "max_length")), 0)
        listed: dict[str, Kind] = {"reference": "references", "terms": "terms", "markdown": "markdowns"}
        return replace(single, kind=listed.get(single.kind, "lines"), most=most)
    return _single(made, kind, marks, owner)


_NAMED: tuple[tuple[Any, Kind], ...] = (
    (fields.Phone, "phone"),
    (fields.Email, "email"),
    (fields.Whole, "number"),
    (fields.Number, "number"),
    (fields.Amount, "number"),
    (fields.Url, "url"),
    (fields.OldAddress, "line"),
    (fields.FuzzyDate, "line"),
    (fields.Dnr, "line"),
    (fields.Paragraph, "line"),
    (fields.Line, "line"),
)


def _single(made: Field, kind: Any, marks: list[Any], owner: type[Record] | None) -> Field:
    for mark in marks:
        if isinstance(mark, fields.Vocabulary):
            return replace(made, kind="terms", vocabulary=mark.name)
        if isinstance(mark, fields.Ref):
            types = () if mark.types == fields.ANY else mark.types or ((owner.info.name,) if owner else ())
            return replace(made, kind="reference", types=types, loose=mark.loose)
        if isinstance(mark, fields.Markdown):
            return replace(made, kind="markdown")
    for named, word in _NAMED:
        if get_args(named)[-1] in marks:
            return replace(made, kind=word)
    if get_origin(kind) is Literal:
        return replace(made, kind="choice", choices=tuple(str(choice) for choice in get_args(kind)))
    return replace(made, kind=_PLAIN.get(kind, "text"))


_PLAIN: dict[Any, Kind] = {bool: "yes_no", datetime: "moment", date: "date"}


def is_open(value: Any) -> bool:
    """Whether a value is what a new draft says where nothing is written yet."""
    return value in placeholders.ALL
