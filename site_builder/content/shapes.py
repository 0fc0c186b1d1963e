"""This module says what a model's fields consist of: groups of fields inside them, lists or not."""

from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo


def plain(kind: Any, metadata: list[Any]) -> tuple[Any, list[Any]]:
    """The kind without `| None` and `Annotated`, and the marks that they carried."""
    while True:
        if get_origin(kind) is Annotated:
            kind, *more = get_args(kind)
            metadata = [*metadata, *more]
        elif type(None) in get_args(kind):
            kind = next(item for item in get_args(kind) if item is not type(None))
        else:
            return kind, metadata


def part_of(kind: Any) -> type[BaseModel] | None:
    """The group of fields that a value, or each of its items, consists of."""
    if isinstance(kind, type) and get_origin(kind) is None:
        return kind if issubclass(kind, BaseModel) else None
    return next((part for item in get_args(kind) if (part := part_of(item))), None)


def is_listed(kind: Any) -> bool:
    """Whether a field holds several values."""
    return get_origin(plain(kind, [])[0]) is list


def fields_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields by the names that editors write."""
    return {info.alias or name: info for name, info in model.model_fields.items()}


def group_at(model: type[BaseModel], path: tuple[str | int, ...]) -> type[BaseModel] | None:
    """The model of the group of fields at `path`, such as `("kanaler", 2)`; None where there is none."""
    here: type[BaseModel] | None = model
    for name in path:
        if isinstance(name, str) and here is not None:
            info = fields_of(here).get(name)
            here = part_of(info.annotation) if info else None
    return here
