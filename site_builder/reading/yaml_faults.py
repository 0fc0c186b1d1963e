"""Why front matter cannot be read, told to an editor: the line that is wrong, and how to write it instead."""

import re

import yaml

from site_builder.problems import Problem, error

FIRST_LINE = 2
"""Front matter begins on the file's second line."""

_KNOWN = {
    "mapping values are not allowed": "Ett kolon står där det inte får stå.",
    "could not find expected ':'": "Ett kolon saknas efter fältets namn.",
    "did not find expected key": "Raden är fel indragen, eller text står efter ett avslutat citattecken.",
    "did not find expected '-' indicator": "En rad i listan är fel indragen.",
    "found unexpected end of stream": "Ett citattecken öppnas men stängs aldrig.",
    "found unexpected document indicator": "Ett citattecken öppnas men stängs aldrig.",
    "found character that cannot start any token": "Värdet börjar med ett tecken som kräver citattecken.",
    "did not find expected alphabetic or numeric": "Värdet börjar med * eller &, som kräver citattecken.",
    "did not find expected ',' or ']'": "En hakparentes stängs aldrig.",
    "did not find expected ',' or '}'": "En klammer stängs aldrig.",
    "did not find expected node content": "En hakparentes eller klammer stängs aldrig.",
    "found unknown escape character": "Ett omvänt snedstreck (\\) står inom citattecken.",
    "did not find expected whitespace or line break": "Efter > eller | får inget mer stå på raden.",
    "did not find expected comment or line break": "Efter > eller | får inget mer stå på raden.",
    "did not find expected <document start>": "Ovanför står en rad med bara ... eller med % först.",
    "but found another document": "En rad börjar med --- mitt bland fälten.",
    "block sequence entries are not allowed": "Ett streck står där ingen lista kan börja.",
    "did not find URI escape": "Värdet börjar med !, som kräver citattecken.",
    "did not find expected tag": "Värdet börjar med !, som kräver citattecken.",
}

_FIELD = re.compile(r"^(?P<start> *(?:- +)*)(?P<key>[^\s:\"'\[{#-][^:]*): +(?P<value>.*\S)\s*$")
_DASH = re.compile(r"^ *-(?![\s-])")
"""A list's dash with no blank after it."""

_ITEM = re.compile(r"^ *- +\S")
_TOP = re.compile(r"^[^\s#-][^:]*:")

_CLOSE = re.compile(r"^ *(?:- +)*[^\W\d][\w-]*:(?![\s/])\S")
"""A field whose colon has no blank after it; a web address is none."""


def explain(file: str, head: str, failure: yaml.YAMLError) -> Problem:
    """The problem behind what libyaml says of `head`."""
    lines = head.split("\n")
    close = _no_blank(lines)
    if close is not None:
        return missing_blank(file, lines, close)
    said = str(getattr(failure, "problem", None) or failure)
    message = next(
        (swedish for english, swedish in _KNOWN.items() if english in said), "Raden går inte att tolka."
    )
    index = min(_index(failure), len(lines) - 1)
    if "expected key" in said or "document indicator" in said:
        index = _open_quote(lines, index)
    hint = _suggestion(lines[index])
    item = _out_of_line(lines, index)
    if item is not None:
        index, above = item
        message = "Punkten har ett annat indrag än punkten ovanför."
        hint = f"Skriv `{above}{lines[index].strip()}`, med lika många mellanslag först."
        return error("yaml-syntax", file, index + FIRST_LINE, "", message, hint)
    dash = next((number for number in (index, index - 1) if number >= 0 and _DASH.match(lines[number])), None)
    if dash is not None:
        index, message = dash, "Efter strecket i en lista ska det stå ett mellanslag."
        hint = f"Skriv `- {lines[dash].strip()[1:]}`."
    elif "block sequence" in said:
        hint = "Skriv listan på egna rader under fältet, med `  - ` först på varje rad."
    elif "mapping values" in said and lines[index].startswith(" ") and lines[index].count(": ") == 1:
        message = "Raden är indragen, men fältet ovanför har redan ett värde."
        hint = "Ta bort indraget. Hör raden till texten ovanför: skriv `>-` efter kolonet, och texten under."
    elif "document start" in said:
        hint = "Ta bort den raden."
    return error("yaml-syntax", file, index + FIRST_LINE, "", message, hint)


def _out_of_line(lines: list[str], index: int) -> tuple[int, str] | None:
    """An item near `index` that is not indented as the one above it: its line, and that one's blanks."""
    for number in (index, index - 1, index + 1):
        if not 0 < number < len(lines) or not _ITEM.match(lines[number]):
            continue
        above = next((row for row in reversed(lines[:number]) if _ITEM.match(row) or _TOP.match(row)), "")
        begin, other = (row[: len(row) - len(row.lstrip(" "))] for row in (lines[number], above))
        if _ITEM.match(above) and begin != other:
            return number, other
    return None


def not_fields(file: str, head: str) -> Problem:
    """Front matter that is a text or a list."""
    lines = head.split("\n")
    close = _no_blank(lines)
    if close is not None:
        return missing_blank(file, lines, close)
    message = "Mellan raderna --- ska det stå fält, ett på varje rad."
    return error(
        "front-matter-not-mapping", file, FIRST_LINE, "", message, "Skriv till exempel `titel: Snöröjning`."
    )


def missing_blank(file: str, lines: list[str], index: int) -> Problem:
    """A field whose colon has no blank after it."""
    line = lines[index].strip()
    key, _, value = line.partition(":")
    message = f"Ett mellanslag saknas efter kolonet i ”{line[:40]}”."
    return error("yaml-syntax", file, index + FIRST_LINE, "", message, f"Skriv `{key}: {value}`.")


def _no_blank(lines: list[str]) -> int | None:
    return next((index for index, line in enumerate(lines) if _CLOSE.match(line)), None)


def _index(failure: yaml.YAMLError) -> int:
    """The line, from 0: where a token that never ended began, otherwise where the parser stopped."""
    context = str(getattr(failure, "context", None) or "")
    before, after = getattr(failure, "context_mark", None), getattr(failure, "problem_mark", None)
    mark = (
        (before or after) if context.startswith("while scanning") or "flow" in context else (after or before)
    )
    return int(mark.line) if mark else 0


def _suggestion(line: str) -> str:
    field = _FIELD.match(line)
    if field is None:
        return "Skriv `fält: värde`, med samma indrag som fälten omkring, och svåra texter inom citattecken."
    value = field["value"]
    if value[0] in "\"'" and value.count(value[0]) == 1:
        return f"Sätt {value[0]} också sist i värdet."
    if value[0] in "\"'" and value[0] == value[-1]:
        value = value[1:-1]
    quoted = value.replace("\\", "\\\\").replace('"', "”")
    start = field["start"].strip()
    return f'Sätt texten inom citattecken: `{start}{" " * bool(start)}{field["key"]}: "{quoted[:60]}"`.'


def _open_quote(lines: list[str], index: int) -> int:
    """The nearest line at or above `index` whose value begins with a quotation mark that never ends."""
    for number in range(index, -1, -1):
        field = _FIELD.match(lines[number])
        if field and field["value"][0] in "\"'" and field["value"].count(field["value"][0]) == 1:
            return number
    return index
