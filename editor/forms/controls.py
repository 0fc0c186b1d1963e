"""A value as the browser shows it, and what the browser sent as a value again.

What comes back as it was shown is the value that stood there, sign by sign: a form that is opened and sent
changes nothing.
"""

import re
from collections.abc import Mapping
from typing import Any, Protocol

from editor.forms.fields import Field, is_open
from editor.texts.cleaning import cleaned, one_line

Value = Any
"""As in a file: a text, a list, or a dict by field; None where nothing is written."""

ORIGIN = "_"
"""In a repeated part: its number in the file, so that it is known again after it has moved."""

_YES = ("ja", "true")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CLOCK = re.compile(r"\d{2}:\d{2}(:\d{2})?")


class Lookup(Protocol):
    """Knows the records by the titles that editors see."""

    def title(self, reference: str, types: tuple[str, ...]) -> str:
        """How a reference is shown."""

    def reference(self, text: str, types: tuple[str, ...]) -> str:
        """What a title that was written refers to; the text itself where nothing has it."""


class Sent(Protocol):
    """What a form sent, as Starlette's FormData has it."""

    def get(self, key: str, /) -> Any:
        """The last value of a name."""

    def getlist(self, key: str, /) -> list[Any]:
        """All values of a name."""

    def __contains__(self, key: Any, /) -> bool: ...


def items(value: Value) -> list[Value]:
    """A value that may be written without a list, as one."""
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]


def text_of(value: Value) -> str:
    """What a control of text shows."""
    return "" if not isinstance(value, str) or is_open(value) else cleaned(value)


def has_lines(value: Value) -> bool:
    """Whether each item of a list fits in a line of its own."""
    return all(
        isinstance(item, str) and "\n" not in item.strip("\n") and item.strip() for item in items(value)
    )


def moment_parts(value: Value) -> tuple[str, str]:
    """Day and clock of a moment; a value that is none is all day."""
    day, _, clock = text_of(value).replace("T", " ").partition(" ")
    if not _DAY.fullmatch(day) or (clock and not _CLOCK.fullmatch(clock)):
        return text_of(value), ""
    return day, clock


def is_yes(value: Value) -> bool:
    """Whether a box is ticked."""
    return isinstance(value, str) and value.lower() in _YES


def read(field: Field, sent: Sent, name: str, old: Value, look: Lookup) -> Value:
    """The value that a form sent for a field; `old` is what the form was made from."""
    made = _READERS[field.kind](field, sent, name, old, look)
    if made in (None, "", [], {}):
        return old if _is_nothing(field, old) else None
    return made


def _is_nothing(field: Field, old: Value) -> bool:
    """Whether a value shows as an empty control: it may stand as it is."""
    if field.kind in ("group", "groups"):
        return not isinstance(old, (dict if field.kind == "group" else list, dict)) or not old
    if field.kind == "yes_no":
        return not is_yes(old)
    return not any(text_of(item).strip() for item in items(old))


def _text(_: Field, sent: Sent, name: str, old: Value, __: Lookup) -> Value:
    text = cleaned(_word(sent, name))
    return old if text == text_of(old) else text.rstrip()


def _line(_: Field, sent: Sent, name: str, old: Value, __: Lookup) -> Value:
    text = one_line(_word(sent, name))
    return old if text == one_line(text_of(old)) else text


def _number(_: Field, sent: Sent, name: str, old: Value, __: Lookup) -> Value:
    text = one_line(_word(sent, name))
    if text == one_line(text_of(old)):
        return old
    bare = re.sub(r"\s|kr$|kronor$", "", text, flags=re.IGNORECASE).replace(",", ".")
    return bare if re.fullmatch(r"-?\d+(\.\d+)?", bare) else text


def _choice(field: Field, sent: Sent, name: str, old: Value, _: Lookup) -> Value:
    word = _word(sent, name)
    if word == (text_of(old) or field.default):
        return old
    return None if word == field.default else word


def _yes_no(_: Field, sent: Sent, name: str, old: Value, __: Lookup) -> Value:
    ticked = bool(_word(sent, name))
    if ticked == is_yes(old):
        return old
    return "ja" if ticked else None


def _moment(_: Field, sent: Sent, name: str, old: Value, __: Lookup) -> Value:
    parts = (one_line(_word(sent, f"{name}.dag")), one_line(_word(sent, f"{name}.kl")).replace(".", ":"))
    return old if parts == moment_parts(old) else " ".join(filter(None, parts))


def _reference(field: Field, sent: Sent, name: str, old: Value, look: Lookup) -> Value:
    text = one_line(_word(sent, name))
    if not text or text == one_line(look.title(text_of(old), field.types)):
        return old if text else ""
    return look.reference(text, field.types)


def _references(field: Field, sent: Sent, name: str, old: Value, look: Lookup) -> Value:
    before = {one_line(look.title(text_of(item), field.types)): item for item in items(old)}
    texts = [one_line(_word(sent, f"{name}.{number}")) for number in _numbers(sent, name)]
    made = [before[text] if text in before else look.reference(text, field.types) for text in texts if text]
    return old if made == items(old) else made


def _terms(field: Field, sent: Sent, name: str, old: Value, _: Lookup) -> Value:
    if field.most:
        made = [_word(sent, f"{name}.{number}") for number in _numbers(sent, name)]
        made = list(dict.fromkeys(word for word in made if word))
    else:
        ticked = [str(word) for word in sent.getlist(name)]
        made = [item for item in items(old) if item in ticked]
        made += [word for word in ticked if word not in made]
    return old if made == items(old) else made


def _lines(field: Field, sent: Sent, name: str, old: Value, look: Lookup) -> Value:
    if name not in sent:
        return _texts(field, sent, name, old, look)
    before = {one_line(text_of(item)): item for item in items(old)}
    lines = [one_line(line) for line in cleaned(_word(sent, name)).split("\n")]
    made = [before.get(line, line) for line in lines if line]
    return old if made == items(old) else made


def _texts(_: Field, sent: Sent, name: str, old: Value, __: Lookup) -> Value:
    before = {text_of(item): item for item in items(old)}
    texts = [cleaned(_word(sent, f"{name}.{number}")) for number in _numbers(sent, name)]
    made = [before.get(text, text.rstrip()) for text in texts if text.strip()]
    return old if made == items(old) else made


def _group(field: Field, sent: Sent, name: str, old: Value, look: Lookup) -> Value:
    before: Mapping[str, Value] = old if isinstance(old, dict) else {}
    read_parts = {
        part.name: read(part, sent, f"{name}.{part.name}", before.get(part.name), look)
        for part in field.parts
    }
    made = {key: read_parts.get(key, value) for key, value in before.items()} | read_parts
    return {key: value for key, value in made.items() if value is not None}


def _groups(field: Field, sent: Sent, name: str, old: Value, look: Lookup) -> Value:
    before = old if isinstance(old, list) else items(old)
    made = []
    for number in _numbers(sent, name):
        origin = _word(sent, f"{name}.{number}.{ORIGIN}")
        was = before[int(origin)] if origin.isdecimal() and int(origin) < len(before) else None
        made.append({**_group(field, sent, f"{name}.{number}", was, look), ORIGIN: origin})
    return made


_READERS = {
    "line": _line, "email": _line, "phone": _line, "url": _line, "date": _line, "number": _number,
    "text": _text, "markdown": _text, "lines": _lines, "markdowns": _texts, "choice": _choice,
    "yes_no": _yes_no, "moment": _moment, "reference": _reference, "references": _references,
    "terms": _terms, "group": _group, "groups": _groups,
}  # fmt: skip


def _word(sent: Sent, name: str) -> str:
    value = sent.get(name)
    return value if isinstance(value, str) else ""


def _numbers(sent: Sent, name: str) -> range:
    """The places of a repeated control, which the form counts."""
    told = _word(sent, f"{name}.antal")
    return range(min(int(told), 500) if told.isdecimal() else 0)
