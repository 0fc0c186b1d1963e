"""What can be followed, as the site's topics.json tells it: groups of terms, each with its own name.

Reading is tolerant: what is missing or odd is left out, and new keys are no concern of ours.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from subscriptions.model import Choice, Frequency, Target, TargetKind

SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
PAGE_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MAX_CHOICES = 200
"""More than these nobody follows one by one."""

EVERYTHING = Target(TargetKind.ALL)
CRISIS = Target(TargetKind.CRISIS)
NAMES = {EVERYTHING: "Allt nytt på webbplatsen", CRISIS: "Kris och viktiga meddelanden"}
PAGE_NAME = "En enskild sida"


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to follow; ``depth`` 1 stands under the term of depth 0 before it."""

    target: Target
    name: str
    depth: int = 0


@dataclass(frozen=True)
class Topics:
    """The groups of the form, in the site's order."""

    topics: tuple[Term, ...] = ()
    bodies: tuple[Term, ...] = ()
    areas: tuple[Term, ...] = ()
    types: tuple[Term, ...] = ()

    @cached_property
    def names(self) -> dict[Target, str]:
        """Every target that can be chosen, but for single pages."""
        every = (*self.topics, *self.bodies, *self.areas, *self.types)
        return NAMES | {term.target: term.name for term in every}


def parse(text: str) -> Topics:
    """What topics.json says; raises ValueError where it is no JSON object with anything in it."""
    data = json.loads(text)
    if not isinstance(data, dict):
        raise ValueError("topics.json is no object")  # noqa: TRY004 - what `Fetched` expects
    found = Topics(
        topics=tuple(_terms(TargetKind.TOPIC, data.get("topics"))),
        bodies=tuple(_terms(TargetKind.BODY, data.get("bodies"))),
        areas=tuple(_terms(TargetKind.AREA, data.get("areas"))),
        types=tuple(_terms(TargetKind.TYPE, data.get("types"))),
    )
    if not (found.topics or found.bodies or found.areas or found.types):
        raise ValueError("topics.json has nothing to follow")
    return found


def parse_titles(text: str) -> dict[str, str]:
    """What titles.json calls each single page, by its id; raises ValueError where it is no JSON object."""
    data = json.loads(text)
    if not isinstance(data, dict):
        raise ValueError("titles.json is no object")  # noqa: TRY004 - what `Fetched` expects
    return {
        number: " ".join(title.split())[:200]
        for number, title in data.items()
        if PAGE_ID.fullmatch(number) and isinstance(title, str) and title.strip()
    }


def _terms(kind: TargetKind, rows: Any, depth: int = 0) -> Iterator[Term]:
    for row in rows if isinstance(rows, list) else []:
        if not isinstance(row, dict):
            continue
        slug, name = row.get("slug"), row.get("name")
        if isinstance(slug, str) and SLUG.fullmatch(slug) and isinstance(name, str) and name.strip():
            yield Term(Target(kind, slug), " ".join(name.split())[:200], depth)
            if depth == 0:
                yield from _terms(kind, row.get("children"), 1)


def write_target(target: Target) -> str:
    """A target as forms and addresses write it: ``topic:avfall``, ``crisis:``."""
    return f"{target.kind.value}:{target.value}"


def read_target(text: str) -> Target | None:
    """The target that ``write_target`` wrote; None for anything else."""
    kind, colon, value = text.partition(":")
    if not colon or kind not in TargetKind.__members__.values():
        return None
    found = Target(TargetKind(kind), value)
    if found.kind in (TargetKind.ALL, TargetKind.CRISIS):
        return found if not value else None
    return found if (PAGE_ID if found.kind is TargetKind.PAGE else SLUG).fullmatch(value) else None


def choose(
    names: dict[Target, str], wanted: Iterable[Target], frequency: Frequency, pages: dict[Target, str]
) -> list[Choice]:
    """The choices for what can be followed, each once; whatever the site does not offer is left out.

    ``pages``: the names of single pages, which the site's list does not hold.
    """
    known = names | pages
    unique = dict.fromkeys(wanted)
    return [Choice(target, frequency, known[target]) for target in unique if target in known][:MAX_CHOICES]
