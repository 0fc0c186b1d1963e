"""The warnings that an editor lets stand (`godtar`) are told as accepted, wherever they come from."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from site_builder.problems import Problem, warning
from site_builder.site.site import Site

COME_AND_GO = (
    "copied-file",
    "hidden-reference",
    "link-to-hidden",
    "nobody-told",
    "notice-changed",
    "other-day",
    "published-far-ahead",
    "similar-title",
)
"""Warnings that hang on the moment or on other files: accepting one of these is never for nothing."""


def accepting(problems: Iterable[Problem], site: Site) -> Iterator[Problem]:
    """The problems, with the accepted warnings marked."""
    accepts = {one.file: one.accepts for one in (*site.all, *site.content.faulty) if one.accepts}
    for problem in problems:
        lets = problem.severity == "warning" and problem.code in accepts.get(problem.file, ())
        yield problem._replace(accepted=True) if lets else problem


def for_nothing(problems: Iterable[Problem], site: Site) -> Iterator[Problem]:
    """What is accepted although no problem of the file has that code."""
    found: dict[str, set[str]] = defaultdict(set)
    for problem in problems:
        found[problem.file].add(problem.code)
    for one in site.all:
        for code in sorted(set(one.accepts) - found[one.file] - {*COME_AND_GO}):
            message = f"Ingen varning i filen har koden ”{code}”."
            yield warning("accepts-nothing", one.file, 0, "godtar", message, "Ta bort koden.")
