"""Two have changed the same record: what can stand together does, the rest is for people to choose."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from editor.forms.controls import ORIGIN, Lookup, Value, is_yes, items, text_of
from editor.forms.fields import BODY, Field
from editor.forms.posted import Values, changes


class Merged(NamedTuple):
    """Two versions put together."""

    values: Values
    """With mine where both have changed the same field."""
    conflicts: list[str]
    """The names of the fields that both have changed, each in another way."""
    theirs: list[str]
    """The names of the fields that the other has changed."""


def merge(base: Values, theirs: Values, mine: Values) -> Merged:
    """`theirs` with what `mine` changes of `base`."""
    my_fields, my_body = changes(base, mine)
    their_fields, their_body = changes(base, theirs)
    fields = dict(theirs.fields)
    for name in my_fields:
        fields[name] = mine.fields.get(name)
    differ, body_differs = changes(theirs, mine)
    both = [name for name in my_fields if name in their_fields and name in differ]
    if my_body is not None and their_body is not None and body_differs is not None:
        both.append(BODY)
    values = Values(_there(fields), theirs.body if my_body is None else mine.body)
    return Merged(values, both, [*their_fields, *([BODY] if their_body is not None else [])])


def chosen(values: Values, theirs: Values, names: Iterable[str]) -> Values:
    """The values with the other's in these fields."""
    names = list(names)
    fields = {**values.fields, **{name: theirs.fields.get(name) for name in names if name != BODY}}
    return Values(_there(fields), theirs.body if BODY in names else values.body)


def _there(fields: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in fields.items() if value is not None}


class Difference(NamedTuple):
    """One field in two versions, in words."""

    name: str
    label: str
    before: str
    after: str


def differences(fields: Iterable[Field], before: Values, after: Values, look: Lookup) -> list[Difference]:
    """What differs, field by field, in the order of the form."""
    known = {field.name: field for field in fields}
    found, body = changes(before, after)
    rank = {name: number for number, name in enumerate(known)}
    made = [
        Difference(
            name, label(name, known), said(known.get(name), before.fields.get(name), look),
            said(known.get(name), after.fields.get(name), look),
        )
        for name in sorted(found, key=lambda name: rank.get(name, len(rank)))
    ]  # fmt: skip
    return [*made, *([Difference(BODY, "Text", before.body, after.body)] if body is not None else [])]


def label(name: str, known: Mapping[str, Field]) -> str:
    """What a field is called."""
    return (
        known[name].label
        if name in known
        else "Text"
        if name == BODY
        else name.replace("_", " ").capitalize()
    )


def said(field: Field | None, value: Value, look: Lookup) -> str:
    """A value in words; several are lines of their own."""
    if isinstance(value, dict):
        parts = {part.name: part for part in field.parts} if field else {}
        rows = (
            (label(key, parts), said(parts.get(key), one, look))
            for key, one in value.items()
            if key != ORIGIN
        )
        return ", ".join(f"{name}: {text}" for name, text in rows if text)
    if isinstance(value, list):
        return "\n".join(said(field, item, look) for item in items(value))
    text = text_of(value)
    if field and field.kind in ("reference", "references"):
        return look.title(text, field.types)
    if field and field.kind == "yes_no":
        return "ja" if is_yes(value) else "nej"
    return text
