"""Front matter: from a file's bytes to plain strings, lists and dicts, each with its line.

YAML is composed by libyaml and never interpreted: `0701234567` keeps its zero and `18:00` stays a time
(YAML 1.1 would make them 117782903 and 1080). Duplicate keys, anchors and aliases are problems.
"""

import re
import unicodedata
from typing import Any, NamedTuple

import yaml

from site_builder.problems import Problem, error

Path = tuple[str | int, ...]
"""Where a value stands, such as `("kanaler", 2, "mål")`."""

MAX_BYTES = 1_000_000
"""A text file larger than this is a mistake (a pasted picture, a log), not a record."""


MAX_HEAD = 100_000
"""Front matter of more characters than this is no front matter."""

MAX_DEPTH = 20
"""So many lists and groups may stand inside each other; libyaml composes without a bound of its own."""

_COMPACT = re.compile(r"(?:[-?:][ \n]+){20}")
"""Lists begun inside each other on one line."""


class Document(NamedTuple):
    """One Markdown file split in its front matter and its body."""

    data: dict[str, Any]
    lines: dict[Path, int]
    body: str
    body_line: int
    """The 1-based line on which the body begins."""


class _UnreadableError(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def read(file: str, raw: bytes) -> tuple[Document | None, list[Problem]]:
    """Split `raw` and read its front matter; without a document, the problems say why."""
    try:
        text, problems = _decode(file, raw)
        head, body, body_line = _split(file, text)
        _bounded(file, head)
        node = yaml.compose(head, Loader=yaml.CBaseLoader)
    except _UnreadableError as bad:
        return None, [bad.problem]
    except yaml.YAMLError as failure:
        return None, [_yaml_problem(file, failure)]
    if not isinstance(node, yaml.MappingNode):
        return None, [
            error("front-matter-not-mapping", file, 2, "", "Sidhuvudet ska bestå av rader som `titel: …`.")
        ]
    reader = _Reader(file, problems)
    data = reader.mapping(node, ())
    return Document(data, reader.lines, body, body_line), problems


def _decode(file: str, raw: bytes) -> tuple[str, list[Problem]]:
    if not raw.strip():
        raise _UnreadableError(
            error("empty-file", file, 0, "", "Filen är tom.", "Fyll i den eller ta bort den.")
        )
    if len(raw) > MAX_BYTES:
        size = len(raw) / 1_000_000
        raise _UnreadableError(
            error(
                "file-too-large",
                file,
                0,
                "",
                f"Filen är {size:.1f} MB; en textfil får vara högst 1 MB.",
                "Lägg bilder och bilagor som egna filer i stället.",
            )
        )
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as failure:
        line = raw[: failure.start].count(b"\n") + 1
        raise _UnreadableError(
            error(
                "not-utf-8",
                file,
                line,
                "",
                "Filen är inte sparad som UTF-8.",
                "Spara om filen med teckenkodningen UTF-8.",
            )
        ) from None
    problems: list[Problem] = []
    if text.startswith("\ufeff"):
        problems.append(
            error(
                "byte-order-mark",
                file,
                1,
                "",
                "Filen börjar med ett osynligt BOM-tecken.",
                "Spara som UTF-8 utan BOM.",
            )
        )
        text = text[1:]
    if "\r" in text:
        line = text[: text.index("\r")].count("\n") + 1
        problems.append(
            error(
                "crlf",
                file,
                line,
                "",
                "Filen har Windows-radslut (CRLF).",
                "Välj radslut LF (Unix) i din textredigerare och spara om.",
            )
        )
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not unicodedata.is_normalized("NFC", text):
        composed = unicodedata.normalize("NFC", text)
        lines = zip(text.split("\n"), composed.split("\n"), strict=False)
        line = next((number for number, (old, new) in enumerate(lines, start=1) if old != new), 1)
        problems.append(
            error(
                "decomposed-letters",
                file,
                line,
                "",
                "Bokstäver som å, ä och ö är sparade i två delar, så de hittas inte i sökningar.",
                "Kör `site-builder check --fix`.",
            )
        )
        text = composed
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise _UnreadableError(
            error("control-character", file, line, "", "Filen innehåller ett nolltecken.", "Ta bort tecknet.")
        )
    return text, problems


def _split(file: str, text: str) -> tuple[str, str, int]:
    if not text.startswith("---\n"):
        raise _UnreadableError(
            error(
                "front-matter-missing",
                file,
                1,
                "",
                "Filen saknar sidhuvud.",
                "Börja filen med en rad `---`, sedan fälten, sedan en rad `---`.",
            )
        )
    end = text.find("\n---\n", 3)
    if end == -1 and text.rstrip("\n").endswith("\n---"):
        end = text.rstrip("\n").rindex("\n---")
    if end == -1:
        raise _UnreadableError(
            error(
                "front-matter-unclosed",
                file,
                1,
                "",
                "Sidhuvudet tar aldrig slut.",
                "Avsluta det med en rad som bara innehåller `---`.",
            )
        )
    head = text[4 : end + 1]
    body = text[end + 5 :]
    tab = head.find("\t")
    if tab != -1:
        line = head[:tab].count("\n") + 2
        raise _UnreadableError(
            error("tab", file, line, "", "Sidhuvudet innehåller en tabb.", "Byt tabben mot mellanslag.")
        )
    return head, body, text[: end + 5].count("\n") + 1


def _bounded(file: str, head: str) -> None:
    """Refuse what would take the parser minutes, or more memory than its stack has."""
    depth = deepest = 0
    for sign in re.findall(r"[\[\]{}]", head):
        depth += 1 if sign in "[{" else -1
        deepest = max(deepest, depth)
    if len(head) > MAX_HEAD or deepest > MAX_DEPTH or _COMPACT.search(head):
        raise _UnreadableError(
            error(
                "front-matter-too-deep",
                file,
                1,
                "",
                "Sidhuvudet är för stort, eller har för många listor inuti varandra.",
                "Flytta texten till sidans brödtext, eller ta bort hakparenteser och klamrar.",
            )
        )


def _yaml_problem(file: str, failure: yaml.YAMLError) -> Problem:
    mark = getattr(failure, "problem_mark", None) or getattr(failure, "context_mark", None)
    line = mark.line + 2 if mark else 2
    what = str(getattr(failure, "problem", None) or failure)
    return error(
        "yaml-syntax",
        file,
        line,
        "",
        f"Sidhuvudet går inte att läsa: {_in_swedish(what)}",
        "Sätt texten inom citattecken om den innehåller kolon, #, [, { eller börjar med ett specialtecken.",
    )


def _in_swedish(what: str) -> str:
    known = {
        "mapping values are not allowed": "ett kolon står där det inte får stå.",
        "could not find expected ':'": "ett kolon saknas efter fältets namn.",
        "did not find expected key": "raden är fel indragen eller ett citattecken saknas.",
        "did not find expected '-' indicator": "en rad i listan är fel indragen.",
        "found unexpected end of stream": "ett citattecken saknas.",
        "found character that cannot start any token": "raden börjar med ett tecken som kräver citattecken.",
        "did not find expected ',' or ']'": "en hakparentes stängs aldrig.",
        "did not find expected ',' or '}'": "en klammer stängs aldrig.",
    }
    return next((swedish for english, swedish in known.items() if english in what), what + ".")


class _Reader:
    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file = file
        self.problems = problems
        self.lines: dict[Path, int] = {}
        self._seen: set[int] = set()

    def value(self, node: yaml.Node, path: Path) -> Any:
        if id(node) in self._seen:  # an alias is composed to the very node of its anchor
            line = self.lines.get(path, node.start_mark.line + 2)
            self.problems.append(
                error(
                    "yaml-alias", self.file, line, dotted(path), "Ankare och alias (&, *) får inte användas."
                )
            )
            return ""
        self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            items = []
            for index, child in enumerate(node.value):
                self.lines[(*path, index)] = child.start_mark.line + 2
                items.append(self.value(child, (*path, index)))
            return items
        return node.value

    def mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            line = key_node.start_mark.line + 2
            here = (*path, key)
            if key in data:
                first = self.lines[here]
                self.problems.append(
                    error(
                        "duplicate-key",
                        self.file,
                        line,
                        dotted(here),
                        f"Fältet ”{key}” finns redan på rad {first}.",
                        "Behåll ett av dem.",
                    )
                )
                continue
            self.lines[here] = line
            value = self.value(value_node, here)
            if value != "" or (isinstance(value_node, yaml.ScalarNode) and value_node.style):
                data[key] = value
        return data


def dotted(path: Path) -> str:
    """A path as editors read it: lists are counted from 1."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in path)


def line_of(lines: dict[Path, int], path: Path) -> int:
    """The line of `path`, or of its nearest known parent, or 1."""
    while path:
        if path in lines:
            return lines[path]
        path = path[:-1]
    return 1
