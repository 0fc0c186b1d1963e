"""A whole form: its values from the file, what was posted, and what its buttons do to repeated parts."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from editor.forms.controls import ORIGIN, Lookup, Sent, Value, items, read
from editor.forms.fields import BODY, Field
from editor.texts.cleaning import cleaned

SHOWN = "visat"
"""The name under which a form says which fields it has shown."""


class Values(NamedTuple):
    """What a form holds."""

    fields: dict[str, Value]
    body: str


def opened(fields: Iterable[Field], data: Mapping[str, Value], body: str) -> Values:
    """The values of a file, its repeated parts numbered."""
    made = dict(data)
    for field in fields:
        if field.kind == "groups":
            parts = [part for part in items(made.get(field.name)) if isinstance(part, dict)]
            if len(parts) == len(items(made.get(field.name))):
                made[field.name] = [{**part, ORIGIN: str(number)} for number, part in enumerate(parts)]
    return Values(made, body)


def posted(fields: Iterable[Field], sent: Sent, base: Values, look: Lookup) -> Values:
    """The values that a form sent, which was made from the file `base`."""
    made = dict(base.fields)
    shown = set(sent.getlist(SHOWN))
    for field in fields:
        if field.name in shown:
            made[field.name] = read(field, sent, field.name, base.fields.get(field.name), look)
    body = base.body
    if BODY in sent:
        text = cleaned(str(sent.get(BODY)))
        body = base.body if text == cleaned(base.body) else text.rstrip()
    return Values({name: value for name, value in made.items() if value is not None}, body)


def changes(base: Values, now: Values) -> tuple[dict[str, Value | None], str | None]:
    """What differs: fields (None where they are gone), and the body where that differs."""
    before, after = _bare(base.fields), _bare(now.fields)
    names = [*before, *(name for name in after if name not in before)]
    found = {name: after.get(name) for name in names if before.get(name) != after.get(name)}
    return found, (now.body if now.body != base.body else None)


def _bare(fields: Mapping[str, Value]) -> dict[str, Value]:
    """Without the marks of repeated parts, and without parts that nothing is written in."""
    made: dict[str, Value] = {}
    for name, value in fields.items():
        if isinstance(value, list) and any(isinstance(item, dict) and ORIGIN in item for item in value):
            bare = [{key: one for key, one in item.items() if key != ORIGIN} for item in value]
            value = [item for item, marked in zip(bare, value, strict=True) if item or marked[ORIGIN]]
        elif isinstance(value, list):
            value = [item for item in value if item != ""]
        if value not in (None, []):
            made[name] = value
    return made


def pressed(fields: Iterable[Field], values: Values, button: str) -> tuple[Values, str]:
    """What a button of a repeated part does: `lägg-till:kanaler`, `ta-bort:kanaler.1`, `upp:…`, `ner:…`.

    Returns the values, and the name of the part that the focus goes to.
    """
    what, _, where = button.partition(":")
    name, _, place = where.partition(".")
    listed = list(items(values.fields.get(name)))
    number = int(place) if place.isdecimal() else len(listed)
    if what == "lägg-till":
        listed.append({ORIGIN: ""} if any(it.name == name and it.kind == "groups" for it in fields) else "")
        number = len(listed) - 1
    elif what == "ta-bort" and number < len(listed):
        del listed[number]
        number = max(0, number - 1)
    elif what in ("upp", "ner") and number < len(listed):
        other = number - 1 if what == "upp" else number + 1
        if 0 <= other < len(listed):
            listed[number], listed[other] = listed[other], listed[number]
            number = other
    focus = f"{name}.{number}" if listed else name
    return Values({**values.fields, name: listed}, values.body), focus
