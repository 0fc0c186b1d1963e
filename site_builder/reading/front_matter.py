"""A file's bytes become plain strings, lists and dicts here, each with its line.

YAML is composed by libyaml and never interpreted: `0701234567` keeps its zero and `18:00` stays a time
(YAML 1.1 would make them 117782903 and 1080). Duplicate keys, anchors and aliases are problems.
"""

import re
from typing import Any, NamedTuple

import yaml

from site_builder.problems import Problem, error
from site_builder.reading import yaml_faults
from site_builder.reading.decoding import CONTROL, UnreadableError, code_point, decode

Path = tuple[str | int, ...]
"""Where a value stands, such as `("kanaler", 2, "mål")`."""

MAX_HEAD = 100_000
"""Front matter of more characters than this is no front matter."""

MAX_DEPTH = 20
"""So many lists and groups may stand inside each other; libyaml composes without a bound of its own."""

_COMPACT = re.compile(r"(?:[-?:][ \n]+){20}")
"""Lists begun inside each other on one line."""


class Document(NamedTuple):
    """One Markdown file split in its front matter and the Markdown after it."""

    data: dict[str, Any]
    lines: dict[Path, int]
    markdown: str
    markdown_line: int
    """The 1-based line on which the Markdown begins."""
    lost: frozenset[str] = frozenset()
    """The fields that could not be read: the problems say why."""


MOST_FAULTS = 20
"""So many faults of one file's front matter are told at once."""

_FIELD = re.compile(r"([^\s#:\"'-][^:\n]*?) *:")
"""Where a field begins at the top."""
_OPENING = re.compile(r"---[ \t]*\n")
_CLOSING = re.compile(r"\n---[ \t]*(?:\n|$)")
_NEARLY = re.compile(r"\n[ \t]*(?:[-–—]{2,6}|—)[ \t]*(?:\n|$)")
_CONFLICT = re.compile(r"^[ \t]*(?:<{7}|>{7}|\|{7})(?: .*)?$", re.MULTILINE)
_MARKS = re.compile(r"[&*!](?<![^\s\[{,:?-].)")  # where a value may begin; quick, as few texts hold the signs
_HARD_BLANK = re.compile(r"^(?:[ \u00a0]*(?:-[ \u00a0]+)*)(?:[^\W\d][\w-]*:[ \u00a0]+)?", re.MULTILINE)
"""Where YAML has blanks of its own; others come with pasted text and mean the same."""
_NOTHING = ("", "~", "null", "Null", "NULL")
"""What YAML has for no value."""


def read(file: str, raw: bytes) -> tuple[Document | None, list[Problem]]:
    """Split `raw` and read its front matter; without a document, the problems say why."""
    problems: list[Problem] = []
    try:
        text = decode(file, raw, problems)
        _merged(file, text)
        head, markdown, line = _split(file, text, problems)
        _bounded(file, head)
        node, lost = _compose(file, head, problems)
        reader = _Reader(file, problems)
        data = reader.mapping(node, ())
    except UnreadableError as bad:
        return None, [*problems, *bad.problems]
    return Document(data, reader.lines, markdown, line, frozenset(lost)), problems


def _compose(file: str, head: str, problems: list[Problem]) -> tuple[yaml.MappingNode, set[str]]:
    """The fields that can be read, and the names of those that cannot; each fault is added to `problems`."""
    lost: set[str] = set()
    rows = head.split("\n")
    for _ in range(MOST_FAULTS):
        found: tuple[Problem, ...]
        left = "\n".join(rows)
        try:
            _unmarked(file, left)
            node = yaml.compose(left, Loader=yaml.CBaseLoader)
            if isinstance(node, yaml.MappingNode):
                return node, lost
            found = (yaml_faults.not_fields(file, left),) if node or not lost else ()
        except UnreadableError as bad:
            found = bad.problems
        except yaml.YAMLError as failure:
            found = (yaml_faults.explain(file, left, failure),)
        problems += found
        names = {_take_out(rows, problem.line - yaml_faults.FIRST_LINE) for problem in found}
        if not found or "" in names:
            break
        lost |= names
    raise UnreadableError


def _take_out(rows: list[str], index: int) -> str:
    """Empty the rows of the field that row `index` belongs to; its name, or nothing where there is none."""
    begin = min(index, len(rows) - 1)
    while begin > 0 and not _FIELD.match(rows[begin]):
        begin -= 1
    name = _FIELD.match(rows[begin])
    if name is None:
        return ""
    end = begin + 1
    while end < len(rows) and (end <= index or not _FIELD.match(rows[end])):
        end += 1
    rows[begin:end] = [""] * (end - begin)
    return name[1]


def _split(file: str, text: str, problems: list[Problem]) -> tuple[str, str, int]:
    """(front matter, Markdown, the Markdown's line); the lines `---` may have blanks after them."""
    begin = _OPENING.match(text)
    if begin is None:
        message = "Filen börjar inte med en rad `---`."
        hint = "Skriv `---` på första raden, sedan fälten, sedan en rad `---` till."
        raise UnreadableError(error("front-matter-missing", file, 1, "", message, hint))
    end = _CLOSING.search(text, begin.end() - 1) or _nearly_closed(file, text, begin.end() - 1, problems)
    head, markdown = text[begin.end() : end.start() + 1], text[end.end() :]
    if "\u00a0" in head:
        head = _HARD_BLANK.sub(lambda blanks: blanks[0].replace("\u00a0", " "), head)
    tab = head.find("\t")
    if tab != -1:
        line = head[:tab].count("\n") + 2
        message = "Bland fälten står en tabb, som ser ut som mellanslag."
        problems.append(error("tab", file, line, "", message, "Byt tabben mot två mellanslag."))
        head = head.replace("\t", "  ")
    return head, markdown, text[: end.end()].count("\n") + 1


def _nearly_closed(file: str, text: str, begin: int, problems: list[Problem]) -> re.Match[str]:
    """The line that is meant to end the fields; refuses a text without one."""
    hint = "Avsluta fälten med en rad som bara innehåller `---`."
    nearly = _NEARLY.search(text, begin)
    if nearly:
        line = text[: nearly.start() + 1].count("\n") + 1
        hint = f"Rad {line} är nästan rätt; den ska vara exakt `---`."
    problem = error("front-matter-unclosed", file, 1, "", "Raden `---` efter fälten saknas.", hint)
    if nearly is None:
        raise UnreadableError(problem)
    problems.append(problem)
    return nearly


def _unmarked(file: str, head: str) -> None:
    """Refuse anchors, aliases and tags: `&Co AB` would lose its first word, and aliases may explode."""
    if not _MARKS.search(head):
        return
    found = []
    for event in yaml.parse(head, Loader=yaml.CBaseLoader):
        sign = "*" if isinstance(event, yaml.AliasEvent) else "&" if getattr(event, "anchor", None) else ""
        sign = sign or ("!" if getattr(event, "tag", None) else "")
        if sign:
            message = f"Värdet börjar med {sign}, som har en egen betydelse i sidhuvudet."
            hint = "Sätt hela värdet inom citattecken."
            line = event.start_mark.line + 2 if event.start_mark else 2
            found.append(error("yaml-alias", file, line, "", message, hint))
    if found:
        raise UnreadableError(*found)


def _merged(file: str, text: str) -> None:
    """Refuse what Git leaves where two have changed the same lines."""
    mark = _CONFLICT.search(text)
    if mark:
        message = "Här står två versioner av texten som inte har sammanfogats."
        hint = "Behåll den ena, och ta bort raderna som börjar med <<<<<<<, =======, ||||||| och >>>>>>>."
        line = text[: mark.start()].count("\n") + 1
        raise UnreadableError(error("merge-conflict", file, line, "", message, hint))


def _bounded(file: str, head: str) -> None:
    """Refuse what would take the parser minutes, or more memory than its stack has."""
    depth = deepest = 0
    for sign in re.findall(r"[\[\]{}]", head):
        depth += 1 if sign in "[{" else -1
        deepest = max(deepest, depth)
    if len(head) > MAX_HEAD or deepest > MAX_DEPTH or _COMPACT.search(head):
        raise UnreadableError(_too_deep(file, 1))


def _too_deep(file: str, line: int) -> Problem:
    message = "Sidhuvudet är för stort, eller har för många listor inuti varandra."
    hint = "Flytta texten till sidans brödtext, eller ta bort hakparenteser och klamrar."
    return error("front-matter-too-deep", file, line, "", message, hint)


class _Reader:
    def __init__(self, file: str, problems: list[Problem]) -> None:
        self.file = file
        self.problems = problems
        self.lines: dict[Path, int] = {}

    def value(self, node: yaml.Node, path: Path) -> Any:
        if len(path) > MAX_DEPTH:
            raise UnreadableError(_too_deep(self.file, node.start_mark.line + 2))
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            items = []
            for index, child in enumerate(node.value):
                self.lines[(*path, index)] = child.start_mark.line + 2
                items.append(self.value(child, (*path, index)))
            return items
        sign = CONTROL.search(node.value) if getattr(node, "style", "") == '"' else None
        if sign:  # written as an escape, such as "\x07"
            line = node.start_mark.line + 2
            message = f"Värdet innehåller ett osynligt tecken ({code_point(sign[0])})."
            self.problems.append(
                error("control-character", self.file, line, dotted(path), message, "Ta bort det.")
            )
            return ""
        return node.value

    def mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 2
            if not isinstance(key_node, yaml.ScalarNode) or not key_node.value:
                message = "Här saknas ett fältnamn före kolonet."
                self.problems.append(
                    error("yaml-syntax", self.file, line, dotted(path), message, "Skriv `fält: värde`.")
                )
                continue
            key = str(key_node.value)
            here = (*path, key)
            if key in data:
                first = self.lines[here]
                hint = "Behåll ett av dem."
                if isinstance(value_node, yaml.SequenceNode):
                    hint = f"Flytta raderna under till listan på rad {first}, och ta bort den här raden."
                self.problems.append(
                    error(
                        "duplicate-key",
                        self.file,
                        line,
                        dotted(here),
                        f"Fältet ”{key}” finns redan på rad {first}.",
                        hint,
                    )
                )
                continue
            self.lines[here] = line
            value = self.value(value_node, here)
            quoted = getattr(value_node, "style", None) in ("'", '"', "|", ">")
            if quoted or not isinstance(value, str) or value not in _NOTHING:
                data[key] = value
        return data


def without_blanks(data: dict[str, Any]) -> dict[str, Any]:
    """The fields that have a value: one of blanks alone, in quotes or not, is as good as left out."""
    kept: dict[str, Any] = {}
    for key, value in data.items():
        if isinstance(value, dict):
            kept[key] = without_blanks(value)
        elif isinstance(value, list):
            kept[key] = [without_blanks(item) if isinstance(item, dict) else item for item in value]
        elif not isinstance(value, str) or value.strip():
            kept[key] = value
    return kept


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
