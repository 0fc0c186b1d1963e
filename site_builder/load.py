"""Read: every Markdown file of the content folders becomes an entry, or problems."""

import difflib
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import yaml
from pydantic import ValidationError

from site_builder import front_matter, markdown
from site_builder.content import BY_FOLDER, Record
from site_builder.front_matter import Document, dotted, line_of
from site_builder.problems import Problem, error


class Entry(NamedTuple):
    """One valid record with the place it was read from."""

    record: Record
    slug: str
    file: str
    lines: dict[front_matter.Path, int]
    body: markdown.Rendered
    body_line: int
    text: str
    """The file's whole text, for checks of words and numbers."""

    @property
    def address(self) -> str:
        """The record's address on the site."""
        return self.record.address(self.slug)


class Term(NamedTuple):
    """A term of a vocabulary."""

    slug: str
    name: str
    description: str
    synonyms: tuple[str, ...]
    parent: str


class Content(NamedTuple):
    """All that was read."""

    entries: list[Entry]
    vocabularies: dict[str, dict[str, Term]]
    problems: list[Problem]


_MESSAGES = {
    "missing": "Fältet saknas.",
    "string_too_short": "Fältet får inte vara tomt.",
    "too_long": "För många värden; högst tre ämnen.",
    "string_type": "Här ska det stå en text.",
    "list_type": "Här ska det stå en lista.",
    "model_type": "Här ska det stå flera fält under varandra.",
    "model_attributes_type": "Här ska det stå flera fält under varandra.",
}


def load(roots: Iterable[Path]) -> Content:
    """Read the vocabularies and every record below `roots`, in a stable order."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    vocabularies: dict[str, dict[str, Term]] = {"topics": {}, "areas": {}, "audiences": {}}
    for root in roots:
        for name, file in (
            ("topics", "ämnen.yml"),
            ("areas", "områden.yml"),
            ("audiences", "målgrupper.yml"),
        ):
            path = root / file
            if path.exists():
                vocabularies[name].update((term.slug, term) for term in _terms(path))
        for path in _files(root, problems):
            entry, found = read_entry(root, path)
            problems += found
            if entry:
                entries.append(entry)
    return Content(entries, vocabularies, problems)


def _files(root: Path, problems: list[Problem]) -> Iterator[Path]:
    def unreadable(failure: OSError) -> None:
        where = failure.filename or str(root)
        problems.append(
            error(
                "unreadable", where, 0, "", "Mappen eller filen går inte att läsa.", "Se över rättigheterna."
            )
        )

    for folder, folders, files in os.walk(root, onerror=unreadable):
        folders.sort()
        for name in sorted(files):
            path = Path(folder, name)
            if name.endswith(".md"):
                if path.is_symlink() and not path.resolve().is_relative_to(root.resolve()):
                    problems.append(
                        error(
                            "symlink-out",
                            str(path),
                            0,
                            "",
                            "Länken leder ut ur content/.",
                            "Lägg filen i mappen.",
                        )
                    )
                    continue
                yield path


def _terms(path: Path) -> Iterator[Term]:
    def walk(items: list[dict[str, Any]], parent: str) -> Iterator[Term]:
        for item in items:
            yield Term(
                item["slug"],
                item["namn"],
                item.get("beskrivning", ""),
                tuple(item.get("synonymer", ())),
                parent,
            )
            yield from walk(item.get("under", []), item["slug"])

    yield from walk(yaml.load(path.read_bytes(), Loader=yaml.CBaseLoader), "")  # noqa: S506 - strings only


def read_entry(root: Path, path: Path) -> tuple[Entry | None, list[Problem]]:
    """Read one file; its problems tell what must be mended."""
    file = str(path)
    folder = path.relative_to(root).parts[0]
    model = BY_FOLDER.get(folder)
    if model is None:
        near = difflib.get_close_matches(folder, BY_FOLDER, 1)
        hint = f"Menade du {near[0]}/?" if near else f"Mapparna är {', '.join(BY_FOLDER)}."
        return None, [error("unknown-folder", file, 0, "", f"Mappen {folder}/ är ingen typ.", hint)]
    try:
        if path.stat().st_size > 4 * front_matter.MAX_BYTES:
            raw = b"x" * (front_matter.MAX_BYTES + 1)
        else:
            raw = path.read_bytes()
    except OSError:
        return None, [
            error("unreadable", file, 0, "", "Filen går inte att läsa.", "Se över filens rättigheter.")
        ]
    document, problems = front_matter.read(file, raw)
    if document is None:
        return None, problems
    slug = path.stem
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug):
        hint = f"Döp om den till {markdown.slugify(slug)}.md."
        problems.append(
            error("invalid-slug", file, 0, "", "Filnamnet får bara ha a–z, 0–9 och bindestreck.", hint)
        )
    record, found = validate(model, document, file)
    problems += found
    if record is None:
        return None, problems
    body = markdown.render(document.body)
    return Entry(record, slug, file, document.lines, body, document.body_line, raw.decode("utf-8")), problems


def validate(model: type[Record], document: Document, file: str) -> tuple[Record | None, list[Problem]]:
    """Hold one document against its model; every fault becomes a problem on its own line."""
    try:
        return model.model_validate(document.data), []
    except ValidationError as failure:
        return None, [
            _problem(model, document, file, dict(item)) for item in failure.errors(include_url=False)
        ]


def _problem(model: type[Record], document: Document, file: str, item: dict[str, Any]) -> Problem:
    path: front_matter.Path = tuple(item["loc"])
    line, field, kind = line_of(document.lines, path), dotted(path), item["type"]
    if kind == "extra_forbidden":
        known = [info.alias or name for name, info in model.model_fields.items()]
        near = difflib.get_close_matches(str(path[-1]), known, 1) if len(path) == 1 else []
        hint = f"Menade du ”{near[0]}”?" if near else "Ta bort fältet."
        return error("unknown-field", file, line, field, f"Okänt fält ”{path[-1]}”.", hint)
    if kind == "literal_error":
        allowed = item["ctx"]["expected"].replace(" or ", " eller ").replace("'", "")
        return error("invalid-choice", file, line, field, f"”{item['input']}” går inte. Välj {allowed}.")
    if kind == "missing":
        hint = f"Klistra in: id: {uuid4()}" if path == ("id",) else f"Lägg till raden `{path[-1]}: …`."
        return error("missing-field", file, line, field, "Fältet saknas.", hint)
    code = kind if "_" not in kind else "invalid-value"
    return error(code, file, line, field, _MESSAGES.get(kind, item["msg"]))
