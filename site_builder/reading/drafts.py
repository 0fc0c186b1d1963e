"""A record that still says "Fyll i" is a draft: it can be read and previewed, but never be published.

In the place of a choice or a day that is not made yet stands one that shapes nothing but the preview.
"""

from collections.abc import Mapping
from typing import Any, get_args

from pydantic import ValidationError

from site_builder.content import Record, placeholders
from site_builder.content.shapes import fields_of, plain

STATES = ("utkast", "granskas")
"""What `status` says of a record that is not for citizens yet."""

_SOME_DAY = "2100-01-01"
_DAYS = ("invalid-date", "invalid-moment")


def is_open(data: Mapping[str, Any]) -> bool:
    """Whether a field is still to be filled in."""
    return placeholders.VALUE in data.values()


def readable(model: type[Record], data: dict[str, Any]) -> dict[str, Any]:
    """The fields that a draft is read with: what "Fyll i" is no value of has another one."""
    if data.get("status") not in STATES or not is_open(data):
        return data
    try:
        model.model_validate(data)
    except ValidationError as failure:
        return {**data, **_stand_ins(model, failure)}
    return data


def _stand_ins(model: type[Record], failure: ValidationError) -> dict[str, Any]:
    found: dict[str, Any] = {}
    fields = fields_of(model)
    for item in failure.errors(include_url=False):
        if item["input"] == placeholders.VALUE and len(item["loc"]) == 1:
            name = str(item["loc"][0])
            if item["type"] == "literal_error":
                found[name] = get_args(plain(fields[name].annotation, [])[0])[0]
            elif item["type"] in _DAYS:
                found[name] = _SOME_DAY
    return found
