"""The marks `Ref` and `Vocabulary` of a model tell where a record's fields point."""

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, NamedTuple, get_args, get_origin

from pydantic import BaseModel

from site_builder.content.fields import Ref, Vocabulary
from site_builder.reading.front_matter import Path

Mark = Ref | Vocabulary


class _Place(NamedTuple):
    """A field that holds marked texts, or parts that do."""

    name: str
    alias: str
    mark: Mark | None
    parts: bool


@cache
def _places(model: type[BaseModel]) -> tuple[_Place, ...]:
    found = []
    for name, info in model.model_fields.items():
        mark = _mark(info.metadata) or _mark_inside(info.annotation)
        parts = _part_inside(info.annotation)
        if mark or parts:
            found.append(_Place(name, info.alias or name, mark, parts))
    return tuple(found)


def _mark(metadata: Any) -> Mark | None:
    return next((item for item in metadata if isinstance(item, Mark)), None)


def _mark_inside(kind: Any) -> Mark | None:
    if get_origin(kind) is Annotated:
        return _mark(get_args(kind)[1:]) or _mark_inside(get_args(kind)[0])
    return next((mark for item in get_args(kind) if (mark := _mark_inside(item))), None)


def _part_inside(kind: Any) -> bool:
    if isinstance(kind, type) and get_origin(kind) is None:
        return issubclass(kind, BaseModel) and any(_places(kind))
    return any(_part_inside(item) for item in get_args(kind))


def marked(record: BaseModel, path: Path = ()) -> Iterator[tuple[Path, str, str, Mark]]:
    """Every marked text: its path in Swedish, its outermost attribute, its value and its mark."""
    for place in _places(type(record)):
        value = getattr(record, place.name)
        if not value:
            continue
        here = (*path, place.alias)
        many = value if isinstance(value, list) else None
        for index, item in enumerate(many if many is not None else [value]):
            spot = (*here, index) if many is not None else here
            if place.parts:
                for inner, _, text, mark in marked(item, spot):
                    yield inner, place.name, text, mark
            elif place.mark is not None and item:
                yield spot, place.name, item, place.mark
