"""Check: what is wrong between records, and inside their texts."""

import difflib
import re
from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel

from site_builder import personnummer
from site_builder.content.fields import Ref, Vocabulary
from site_builder.front_matter import Path, dotted, line_of
from site_builder.load import Content, Entry
from site_builder.problems import Problem, error, warning
from site_builder.site import Site

_VAGUE = {"klicka här", "här", "läs mer", "mer", "länk"}
_NAMES = {"topics": "ämnen.yml", "areas": "områden.yml", "audiences": "målgrupper.yml"}


def check(content: Content, site: Site) -> list[Problem]:
    """Every problem of every file, sorted by file and line."""
    problems = list(content.problems)
    problems += _duplicates(content.entries)
    for entry in content.entries:
        problems += _fields(entry)
        problems += _references(entry, content, site)
        problems += _texts(entry, site)
    problems += _cycles(content.entries, site)
    return sorted(problems, key=lambda problem: (problem.file, problem.line, problem.code))


def marked(value: Any, model: Any, path: Path = ()) -> Iterator[tuple[Path, str, Any]]:
    """Every text that is marked `Ref` or `Vocabulary`: its Swedish path, its value and its mark."""
    if isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            mark = next((item for item in info.metadata if isinstance(item, (Ref, Vocabulary))), None)
            yield from _inside(getattr(value, name), info.annotation, (*path, info.alias or name), mark)
    else:
        yield from _inside(value, model, path, None)


def _inside(value: Any, kind: Any, path: Path, mark: Any) -> Iterator[tuple[Path, str, Any]]:
    if get_origin(kind) is Annotated:
        mark = next((item for item in get_args(kind)[1:] if isinstance(item, (Ref, Vocabulary))), mark)
        yield from _inside(value, get_args(kind)[0], path, mark)
    elif isinstance(value, list):
        inner = get_args(kind)[0] if get_args(kind) else Any
        for index, item in enumerate(value):
            yield from _inside(item, inner, (*path, index), mark)
    elif isinstance(value, BaseModel):
        yield from marked(value, None, path)
    elif isinstance(value, str):
        for option in get_args(kind):
            if get_origin(option) is Annotated:
                mark = next(
                    (item for item in get_args(option)[1:] if isinstance(item, (Ref, Vocabulary))), mark
                )
        if mark is not None:
            yield path, value, mark


def _duplicates(entries: list[Entry]) -> Iterator[Problem]:
    seen: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        for code, key, what in (
            ("duplicate-id", entry.record.id, "Id:t"),
            ("duplicate-slug", f"{entry.record.info.name}/{entry.slug}", "Filnamnet"),
            ("duplicate-address", entry.address, f"Adressen {entry.address}"),
        ):
            first = seen.setdefault((code, key), entry)
            if first is not entry:
                line = line_of(entry.lines, ("id",)) if code == "duplicate-id" else 0
                yield error(
                    code, entry.file, line, "", f"{what} används redan i {first.file}.", "Ändra i en av dem."
                )


def _fields(entry: Entry) -> Iterator[Problem]:
    record = entry.record
    aliases = {name: info.alias or name for name, info in type(record).model_fields.items()}
    for code, attribute, message in record.problems():
        alias = aliases[attribute]
        yield error(code, entry.file, line_of(entry.lines, (alias,)), alias, message)
    severity = warning if record.sources else error
    for attribute in record.info.required:
        if getattr(record, attribute) in (None, "", []):
            alias = aliases[attribute]
            yield severity(
                "required-field-empty",
                entry.file,
                1,
                alias,
                f"Fältet {alias} saknar värde.",
                "Fyll i det om det är känt.",
            )
    for attribute, limit in (("title", 65), ("summary", 200)):
        if len(getattr(record, attribute)) > limit:
            alias = aliases[attribute]
            text = f"{alias} är {len(getattr(record, attribute))} tecken; helst högst {limit}."
            yield warning("too-long", entry.file, line_of(entry.lines, (alias,)), alias, text, "Korta.")
    for index, change in enumerate(record.changes):
        if change.kind == "stor" and not change.note:
            path = ("ändringar", index)
            yield error(
                "change-without-note",
                entry.file,
                line_of(entry.lines, path),
                dotted(path),
                "En stor ändring behöver en not.",
            )


def _references(entry: Entry, content: Content, site: Site) -> Iterator[Problem]:
    for path, value, mark in marked(entry.record, None):
        line = line_of(entry.lines, path)
        if isinstance(mark, Vocabulary):
            terms = content.vocabularies[mark.name]
            if value not in terms:
                near = difflib.get_close_matches(value, terms, 1)
                hint = f"Menade du ”{near[0]}”?" if near else f"Välj ur {_NAMES[mark.name]}."
                yield error(
                    "unknown-term",
                    entry.file,
                    line,
                    dotted(path),
                    f"”{value}” finns inte i {_NAMES[mark.name]}.",
                    hint,
                )
        elif site.find(value, mark.types) is None:
            near = difflib.get_close_matches(value.rpartition("/")[2], site.slugs(mark.types), 1)
            hint = f"Menade du ”{near[0]}”?" if near else "Se efter vad filen heter."
            yield error("missing-reference", entry.file, line, dotted(path), f"”{value}” finns inte.", hint)


def _texts(entry: Entry, site: Site) -> Iterator[Problem]:
    for start in personnummer.find(entry.text):
        line = entry.text[:start].count("\n") + 1
        yield error(
            "personnummer",
            entry.file,
            line,
            "",
            "Här står ett personnummer.",
            "Ta bort det. Det får inte publiceras.",
        )
    if any(personnummer.find(entry.file)):
        yield error(
            "personnummer", entry.file, 0, "", "Filens namn innehåller ett personnummer.", "Döp om filen."
        )
    level = 1
    for depth, _, text in entry.body.headings:
        if depth == 1 or depth > level + 1:
            yield error(
                "skipped-heading",
                entry.file,
                _line(entry, text),
                "",
                f"Rubriken ”{text}” hoppar över en nivå.",
                f"Börja den med {'#' * max(2, level + 1)}.",
            )
        level = depth
    for address, alt, title in entry.body.images:
        if not alt and title != "dekorativ":
            yield error(
                "missing-alt-text",
                entry.file,
                _line(entry, address),
                "",
                f"Bilden {address} saknar alternativtext.",
                'Skriv ![Vad bilden visar](…), eller titeln "dekorativ".',
            )
    for address, text in entry.body.links:
        if text.strip().lower().rstrip(".!") in _VAGUE:
            yield error(
                "vague-link-text",
                entry.file,
                _line(entry, address),
                "",
                f"Länktexten ”{text}” säger inte vart den leder.",
                "Skriv målets namn.",
            )
        yield from _link(entry, address, site)


def _link(entry: Entry, address: str, site: Site) -> Iterator[Problem]:
    if re.match(r"https?://|mailto:|tel:", address):
        return
    path, _, anchor = address.partition("#")
    if path.startswith("/") and not path.startswith("//"):
        if not site.has_address(path):
            near = difflib.get_close_matches(path, site.addresses(), 1)
            hint = f"Menade du {near[0]}?" if near else "Se efter sidans adress."
            yield error(
                "broken-link", entry.file, _line(entry, address), "", f"Sidan {path} finns inte.", hint
            )
    elif path:
        yield error(
            "unsafe-link",
            entry.file,
            _line(entry, address),
            "",
            f"Länken {address} går inte att använda.",
            "Länka med https:// eller adressen från webbplatsens rot, som /kontakt/vaxel/.",
        )
    elif anchor and anchor not in {heading[1] for heading in entry.body.headings}:
        yield error(
            "broken-anchor", entry.file, _line(entry, address), "", f"Rubriken #{anchor} finns inte på sidan."
        )


def _line(entry: Entry, needle: str) -> int:
    start = entry.text.find(needle)
    return entry.text[:start].count("\n") + 1 if start >= 0 else entry.body_line


def _cycles(entries: list[Entry], site: Site) -> Iterator[Problem]:
    for entry in entries:
        seen, here = {entry.record.id}, entry
        while parent := getattr(here.record, "parent", None):
            above = site.find(parent, ("body",))
            if above is None:
                break
            if above.record.id in seen:
                text = f"Organet ligger under sig självt, via {above.record.title}."
                yield error(
                    "cyclic-body",
                    entry.file,
                    line_of(entry.lines, ("överordnad",)),
                    "överordnad",
                    text,
                    "Ändra överordnad i ett av dem.",
                )
                break
            seen.add(above.record.id)
            here = above
