"""This module tells all problems: as text for people, as GitHub annotations or as JSON."""

import json
from collections.abc import Sequence

from site_builder.problems import Problem
from site_builder.text.counts import counted

_KINDS = {"error": "fel", "warning": "varning"}


def report(problems: Sequence[Problem], style: str, count: int | None) -> str:
    """The problems in one of the styles `text`, `github` and `json`; `count` records were read."""
    if style == "json":
        return json.dumps([problem._asdict() for problem in problems], ensure_ascii=False, indent=1)
    if style == "github":
        return "\n".join(map(_annotation, problems))
    lines = [line for problem in problems for line in _lines(problem)]
    errors = sum(problem.severity == "error" for problem in problems)
    accepted = sum(problem.accepted for problem in problems)
    total = f"{errors} fel, {counted(len(problems) - errors - accepted, 'varning', 'varningar')}"
    total += f", {counted(accepted, 'godtagen', 'godtagna')}" if accepted else ""
    lines.append(total if count is None else f"{counted(count, 'post', 'poster')}, {total}")
    return "\n".join(lines)


def _lines(problem: Problem) -> list[str]:
    where = f"{problem.file}:{problem.line}" if problem.line else problem.file or "(hela webbplatsen)"
    field = f"{problem.field}: " if problem.field else ""
    kind = "godtagen varning" if problem.accepted else _KINDS[problem.severity]
    line = f"{where}: {kind}: {field}{problem.message} [{problem.code}]"
    return [line, *([f"    → {problem.suggestion}"] if problem.suggestion and not problem.accepted else [])]


def _annotation(problem: Problem) -> str:
    """GitHub's workflow command; its own separators are escaped as its toolkit does."""
    text = _escape(f"{problem.message} {problem.suggestion}".rstrip())
    file = _escape(problem.file).replace(":", "%3A").replace(",", "%2C")
    return f"::{problem.severity} file={file},line={problem.line or 1},title={problem.code}::{text}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
