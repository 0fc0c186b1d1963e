"""A problem that hangs on several records is known by its field: here it gets its line."""

from collections.abc import Iterable
from pathlib import Path

from site_builder.problems import Problem


def located(problems: Iterable[Problem]) -> list[Problem]:
    """The problems sorted by file and line, each with the line of its field where the file has one."""
    found = [_located(problem) if problem.field and not problem.line else problem for problem in problems]
    return sorted(found, key=lambda problem: (problem.file, problem.line, problem.code))


def _located(problem: Problem) -> Problem:
    try:
        rows = Path(problem.file).read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError):  # it has changed since it was read
        return problem
    name = f"{problem.field.partition('.')[0]}:"
    line = next((number for number, row in enumerate(rows, start=1) if row.startswith(name)), 0)
    return problem._replace(line=line)
