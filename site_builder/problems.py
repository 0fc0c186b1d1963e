"""Problems are data: everything wrong with the content, gathered and shown at once.

A problem never stops the reading of other files; exceptions are for bugs and I/O.
Codes are stable and English; messages are Swedish and written to the editor.
"""

from collections.abc import Iterable
from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]


class Problem(NamedTuple):
    """One thing wrong in one place: where, what, and how to mend it."""

    code: str
    severity: Severity
    file: str
    line: int
    """1-based line in the file; 0 when the whole file is meant."""
    field: str
    """The front matter key as the editor writes it, such as `kanaler.2.mål`; empty for the body."""
    message: str
    suggestion: str = ""
    accepted: bool = False
    """A warning that an editor has looked at and let stand (`godtar`): told, and no reason to stop."""


def error(code: str, file: str, line: int, field: str, message: str, suggestion: str = "") -> Problem:
    """A problem that stops publication."""
    return Problem(code, "error", file, line, field, message, suggestion)


def warning(code: str, file: str, line: int, field: str, message: str, suggestion: str = "") -> Problem:
    """A problem that is shown but does not stop publication (unless `--strict`)."""
    return Problem(code, "warning", file, line, field, message, suggestion)


def has_errors(problems: Iterable[Problem], *, strict: bool = False) -> bool:
    """True when these problems must stop a publication."""
    return any(problem.severity == "error" or (strict and not problem.accepted) for problem in problems)
