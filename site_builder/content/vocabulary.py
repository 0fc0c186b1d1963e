"""The controlled vocabularies hold topics (two levels), areas and audiences, each a small YAML file."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import yaml

from site_builder.problems import Problem, error

FILES = {"topics": "ämnen.yml", "areas": "områden.yml", "audiences": "målgrupper.yml"}
_KEYS = {"slug", "namn", "namn_en", "beskrivning", "synonymer", "under"}


class Term(NamedTuple):
    """A term of a vocabulary."""

    slug: str
    name: str
    name_en: str
    description: str
    synonyms: tuple[str, ...]
    parent: str


Terms = dict[str, Term]
Vocabularies = dict[str, Terms]


def read(roots: Iterable[Path]) -> tuple[Vocabularies, list[Problem]]:
    """The vocabularies of all roots together; a term of a later root wins."""
    found: Vocabularies = {name: {} for name in FILES}
    problems: list[Problem] = []
    for root in roots:
        for name, file in FILES.items():
            path = root / file
            if path.exists():
                terms, wrong = _terms(path)
                found[name].update((term.slug, term) for term in terms)
                problems += wrong
    return found, problems


def _terms(path: Path) -> tuple[list[Term], list[Problem]]:
    terms: list[Term] = []
    problems: list[Problem] = []
    try:
        text = path.read_text(encoding="utf-8")
        data = yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506 - strings only
    except (OSError, UnicodeDecodeError):
        return [], [error("unreadable", str(path), 0, "", "Filen går inte att läsa.", "Spara den som UTF-8.")]
    except yaml.YAMLError as failure:
        mark = getattr(failure, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        message = "Ordlistan går inte att läsa."
        return [], [
            error("vocabulary-syntax", str(path), line, "", message, "Se över indrag och citattecken.")
        ]
    for term, wrong in _walk(data, "", 0):
        line = text[: max(0, text.find(f"slug: {term.slug}"))].count("\n") + 1 if term else 1
        if wrong:
            hint = f"Fälten är {', '.join(sorted(_KEYS))}; slug och namn måste finnas."
            problems.append(error("vocabulary-term", str(path), line, "", wrong, hint))
        elif term and any(term.slug == other.slug for other in terms):
            message = f"”{term.slug}” finns två gånger."
            problems.append(error("vocabulary-duplicate", str(path), line, "", message, "Ta bort den ena."))
        elif term:
            terms.append(term)
    return terms, problems


Wrong = Annotated[str, "what is wrong, in Swedish; empty when nothing is"]


def _walk(items: Any, parent: str, depth: int) -> Iterator[tuple[Term | None, Wrong]]:
    if not isinstance(items, list):
        yield None, "Här ska det stå en lista av termer."
        return
    for item in items:
        if not isinstance(item, dict) or not item.get("slug") or not item.get("namn"):
            yield None, "En term saknar slug eller namn."
            continue
        synonyms = item.get("synonymer", [])
        term = Term(
            str(item["slug"]),
            str(item["namn"]),
            str(item.get("namn_en", "")),
            str(item.get("beskrivning", "")),
            tuple(map(str, synonyms)) if isinstance(synonyms, list) else (str(synonyms),),
            parent,
        )
        unknown = sorted(set(item) - _KEYS)
        yield term, f"Okänt fält ”{unknown[0]}”." if unknown else ""
        if item.get("under") and depth:
            yield term, "Ämnen har högst två nivåer."
        elif item.get("under"):
            yield from _walk(item["under"], term.slug, depth + 1)
