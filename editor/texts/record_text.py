"""Fields and body of a record's file are changed here; what is not changed keeps every byte.

The lines of a changed field are written anew, by ruamel.yaml from what stood there: the order, comments and
quotes inside it stay as well.
"""

import difflib
import io
import re
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import yaml as pyyaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import (
    DoubleQuotedScalarString,
    FoldedScalarString,
    LiteralScalarString,
    SingleQuotedScalarString,
)

from site_builder.reading import front_matter

WIDTH = 98
"""Characters of a line where a long text is folded; a text of more than this is."""

Value = Any
"""A text, a list of values, or a dict of values by field, as `front_matter` reads them."""


class UnreadableTextError(Exception):
    """The file has no fields that can be read; the message says why, in Swedish."""


def fields_and_body(text: str) -> tuple[dict[str, Value], str]:
    """The fields of a file, and its body without the empty lines around it. Raises UnreadableTextError."""
    document = _document(text)
    return document.data, document.markdown.strip("\n")


def changed_text(
    text: str, changes: Mapping[str, Value | None], body: str | None = None, order: Sequence[str] = ()
) -> str:
    """The text with these fields changed, added or (None) removed, and another body where one is given.

    `order` has the names of all fields: a new one is put after those that come before it. Raises
    UnreadableTextError, also where the fields stand in a way that cannot be changed line by line.
    """
    document = _document(text)
    changes = {key: value for key, value in changes.items() if document.data.get(key) != value}
    head = text[: len(text) - len(document.markdown)]
    if changes:
        head = _changed_head(head, document, changes, order)
    rest = document.markdown if body is None else _changed_body(document.markdown, body)
    made = head + rest
    expected = {**document.data, **changes}
    found = _document(made)
    if found.data != {key: value for key, value in expected.items() if value is not None}:
        raise UnreadableTextError("Fälten står på ett sätt som bara kan ändras i en textredigerare.")
    return made


def _document(text: str) -> front_matter.Document:
    document, problems = front_matter.read("", text.encode())
    if document is None or not text.endswith(document.markdown):
        raise UnreadableTextError(problems[0].message if problems else "Filen går inte att läsa.")
    return document


def _changed_body(old: str, new: str) -> str:
    if old.strip("\n") == new.strip("\n"):
        return old
    before = old[: len(old) - len(old.lstrip("\n"))] if old.strip("\n") else "\n"
    return f"{before}{new.strip(chr(10))}\n" if new.strip("\n") else ""


def _changed_head(
    head: str, document: front_matter.Document, changes: Mapping[str, Value | None], order: Sequence[str]
) -> str:
    lines = head.split("\n")
    end = max(number for number, line in enumerate(lines) if line.startswith("---"))
    if end < len(lines) - 2 or (end == 0):
        raise UnreadableTextError("Raden `---` efter fälten saknas.")
    spans = _spans(lines, document, end)
    blocks: dict[str, list[str]] = {}
    for key, value in changes.items():
        begin, stop = spans.get(key, (0, 0))
        snippet = "\n".join(lines[begin:stop]) + "\n" if key in spans else ""
        blocks[key] = [] if value is None else _written(key, snippet, document.data.get(key), value)
    added = _places([key for key in blocks if key not in spans], spans, order, end)
    made: list[str] = []
    skip_to = 0
    starts = {begin: (key, stop) for key, (begin, stop) in spans.items()}
    for number, line in enumerate(lines):
        for key in added.get(number, ()):
            made += blocks[key]
        if number in starts and starts[number][0] in blocks:
            key, skip_to = starts[number]
            made += blocks[key]
        if number >= skip_to:
            made.append(line)
    return "\n".join(made)


def _spans(lines: list[str], document: front_matter.Document, end: int) -> dict[str, tuple[int, int]]:
    """By field: its first line and the line after its last, without comments before the next field."""
    tops = sorted((line - 1, str(path[0])) for path, line in document.lines.items() if len(path) == 1)
    starts = [line for line, _ in tops]
    if len(set(starts)) != len(starts):
        raise UnreadableTextError("Flera fält står på samma rad.")
    spans = {}
    for (begin, key), stop in zip(tops, [*starts[1:], end], strict=True):
        while stop > begin + 1 and (not lines[stop - 1].strip() or lines[stop - 1].startswith("#")):
            stop -= 1
        spans[key] = (begin, stop)
    return spans


def _places(
    new: list[str], spans: Mapping[str, tuple[int, int]], order: Sequence[str], end: int
) -> dict[int, list[str]]:
    """The line before which each new field goes."""
    rank = {key: number for number, key in enumerate(order)}
    found: dict[int, list[str]] = {}
    for key in sorted(new, key=lambda key: rank.get(key, len(rank))):
        before = [other for other in spans if rank.get(other, len(rank)) < rank.get(key, len(rank))]
        nearest = max(before, key=lambda other: rank[other], default=None)
        found.setdefault(spans[nearest][1] if nearest else end, []).append(key)
    return found


def _written(key: str, snippet: str, old: Value | None, new: Value) -> list[str]:
    """A field's lines, made from those it has."""
    writer = YAML()
    writer.preserve_quotes = True
    writer.width = 1_000_000
    writer.indent(mapping=2, sequence=4, offset=2)
    try:
        loaded = writer.load(snippet) if snippet else CommentedMap()
        node = loaded.get(key) if isinstance(loaded, CommentedMap) else None
        made = CommentedMap() if not isinstance(loaded, CommentedMap) else loaded
        made[key] = _fresh(new) if node is None or old is None else _merged(node, old, new)
        stream = io.StringIO()
        writer.dump(made, stream)
    except (ValueError, TypeError, pyyaml.YAMLError) as failure:
        raise UnreadableTextError(f"Fältet {key} går inte att ändra: {failure}") from failure
    return stream.getvalue().rstrip("\n").split("\n")


def _merged(node: Any, old: Value, new: Value) -> Any:
    """The node of `old` made to hold `new`; what is the same in both stays as it is written."""
    if old == new:
        return node
    if isinstance(node, CommentedMap) and isinstance(old, dict) and isinstance(new, dict):
        for key in [key for key in node if key in old and key not in new]:
            del node[key]
        for key, value in new.items():
            node[key] = _merged(node[key], old[key], value) if key in node and key in old else _fresh(value)
        return node
    if isinstance(node, CommentedSeq) and isinstance(old, list) and isinstance(new, list):
        return _merged_list(node, old, new)
    return _fresh(new, node)


def _merged_list(node: CommentedSeq, old: list[Value], new: list[Value]) -> CommentedSeq:
    matcher = difflib.SequenceMatcher(None, [repr(item) for item in old], [repr(item) for item in new], False)
    for kind, old_from, old_to, new_from, new_to in reversed(matcher.get_opcodes()):
        if kind == "equal":
            continue
        both = min(old_to - old_from, new_to - new_from)
        for number in reversed(range(old_from + both, old_to)):
            del node[number]
        for number in reversed(range(new_from + both, new_to)):
            node.insert(old_from + both, _fresh(new[number]))
        for step in range(both):
            place = old_from + step
            node[place] = _merged(node[place], old[place], new[new_from + step])
    return node


def _fresh(value: Value, like: Any = None) -> Any:
    """A value as it is written for the first time, or instead of `like`."""
    if isinstance(value, dict):
        made = CommentedMap()
        made.update({key: _fresh(item) for key, item in value.items()})
        return made
    if isinstance(value, list):
        return CommentedSeq(_fresh(item) for item in value)
    text = str(value)
    if "\n" in text:
        return LiteralScalarString(text)
    if isinstance(like, (DoubleQuotedScalarString, SingleQuotedScalarString)):
        return type(like)(text)
    if len(text) > WIDTH and text == " ".join(text.split()):
        return _folded(text)
    return _short(text)


def _folded(text: str) -> Any:
    folded = FoldedScalarString(text)
    lines = textwrap.wrap(text, WIDTH - 2, break_long_words=False, break_on_hyphens=False)
    place, places = -1, []
    for line in lines[:-1]:
        place += len(line) + 1
        places.append(place)
    folded.fold_pos = places  # where ruamel.yaml breaks the line
    return folded


def _short(text: str) -> str:
    """Plain where every reader of YAML takes it for the text that it is, otherwise in quotation marks."""
    try:
        plain = pyyaml.safe_load(f"k: {text}") == {"k": text}
    except (pyyaml.YAMLError, ValueError):
        plain = False
    if plain and not re.match(r"[+\d]", text) and text == text.strip() and text.lower() not in _WORDS:
        return text
    quoted: str = DoubleQuotedScalarString(text)
    return quoted


_WORDS = ("", "~", "null", "y", "n")
"""What some readers of YAML take for something else."""
