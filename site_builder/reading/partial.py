"""A record some of whose fields cannot be read is judged by the others, so that all its faults show at once.

In the place of a wrong value stands another, of which there are two sets, far apart: what is wrong with both
hangs on neither of them.
"""

import copy
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Literal, NamedTuple, get_args, get_origin

from pydantic import ValidationError

from site_builder.content import Record
from site_builder.content.shapes import fields_of, group_at, plain
from site_builder.problems import Problem
from site_builder.reading.front_matter import Path, dotted

_STAND_INS: tuple[tuple[Any, Any], ...] = (
    ("1900-01-01", "2199-12-30"),
    ("1", "9"),
    ("00000000-0000-4000-8000-000000000000", "00000000-0000-4000-8000-000000000001"),
    ("https://a.example/", "https://b.example/"),
    ({}, {}),
    ([], []),
)
"""Tried in turn until the field takes them: the first and the last of its kind."""


class Partial(NamedTuple):
    """What is left of a record, twice, and which of its fields do not count."""

    first: Record
    last: Record
    bad: frozenset[str]
    """As editors read them, such as `kanaler.2.mål`."""

    def counts(self, field: str) -> bool:
        """Whether the field's value is the editor's own."""
        return not any(f"{field}.".startswith(f"{name}.") for name in self.bad)

    def hangs_on_bad(self, field: str) -> bool:
        """Whether anything in it is not."""
        return not self.counts(field) or any(name.startswith(f"{field}.") for name in self.bad)


def rest(model: type[Record], data: Mapping[str, Any], lost: Collection[str] = ()) -> Partial | None:
    """The record without what is wrong; None where too much is. YAML could not read the fields `lost`."""
    bad = set(lost)
    first, last = (_mended(model, data, which, bad) for which in (0, 1))
    return Partial(first, last, frozenset(bad)) if first and last else None


def in_both(partial: Partial, first: Collection[Problem], last: Collection[Problem]) -> Iterator[Problem]:
    """The problems of both records that are about fields which count."""
    known = {(problem.code, problem.field) for problem in first}
    for problem in last:
        if (problem.code, problem.field) in known and not partial.hangs_on_bad(problem.field):
            yield problem


def _mended(model: type[Record], data: Mapping[str, Any], which: int, bad: set[str]) -> Record | None:
    values = copy.deepcopy(dict(data))
    tried: dict[Path, int] = {}
    for _ in range(2 * len(_STAND_INS)):
        try:
            return model.model_validate(values)
        except ValidationError as failure:
            for item in failure.errors(include_url=False):
                path: Path = tuple(item["loc"])
                path = path if _is_there(values, path) else path[:1]
                bad.add(dotted(path))
                if not _replace(model, values, path, which, tried):
                    return None
    return None


def _is_there(values: Any, path: Path) -> bool:
    """Whether what holds `path` is written as such: one value may stand where a list is meant."""
    for step in path[:-1]:
        values = values.get(step) if isinstance(values, dict) else _item(values, step)
    return isinstance(values, dict) or _item(values, path[-1]) is not None


def _replace(model: type[Record], values: Any, path: Path, which: int, tried: dict[Path, int]) -> bool:
    """Put another value at `path`, or none where it needs none; False where that cannot be done."""
    for step in path[:-1]:
        values = values.get(step) if isinstance(values, dict) else _item(values, step)
    group, name = group_at(model, path[:-1]), path[-1]
    info = fields_of(group).get(str(name)) if group and isinstance(name, str) else None
    if isinstance(values, dict) and (info is None or not info.is_required()):
        return values.pop(name, None) is not None
    if not isinstance(values, dict) and _item(values, name) is None:
        return False
    kind = plain(info.annotation, [])[0] if info else None
    number = tried[path] = tried.get(path, -1) + 1
    if get_origin(kind) is Literal:
        values[name] = get_args(kind)[-which]
        return number == 0
    if number == len(_STAND_INS):
        return False
    values[name] = _STAND_INS[number][which]
    return True


def _item(values: Any, index: Any) -> Any:
    """An item of a list; None where there is none."""
    return values[index] if isinstance(values, list) and index in range(len(values)) else None
