"""The parts of the editors' documents that follow from the models: the tables of fields and the glossary.

`make docs` writes them anew between their markers; a test fails where they differ.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from site_builder.content import BY_NAME, TYPES, fields
from site_builder.content.record import Record
from site_builder.content.shapes import is_listed, part_of, plain

DOCS = Path(__file__).parents[2] / "docs"

_NAMED: tuple[tuple[Any, str], ...] = (
    (fields.Phone, "telefonnummer"),
    (fields.Email, "e-postadress"),
    (fields.Url, "webbadress"),
    (fields.OldAddress, "gammal adress"),
    (fields.FuzzyDate, "datum, eller bara år eller månad"),
    (fields.Dnr, "diarienummer"),
    (fields.Whole, "heltal"),
    (fields.Paragraph, "heltal, eller heltal och en bokstav"),
    (fields.Number, "tal"),
    (fields.Amount, "tal"),
)


def guide_tables() -> str:
    """One section a type: its folder, what must be filled in, and a table of its own fields."""
    parts = ["### Gemensamt för alla sorter", "", *_table(Record, ())]
    for model in TYPES:
        own = [name for name in model.model_fields if name not in Record.model_fields]
        heading = f"### {model.info.swedish.capitalize()}"
        parts += ["", heading, "", f"Mapp: `content/{model.info.folder}/`", ""]
        parts += _table(model, model.info.required, own) if own else ["Har bara de gemensamma fälten."]
    return "\n".join(parts)


def glossary_tables() -> str:
    """The Swedish names of types and fields beside the English ones of code, API and tables."""
    parts = [
        "## Types",
        "",
        "| Swedish | folder | English | in the API |",
        "| --- | --- | --- | --- |",
    ]
    for model in TYPES:
        info = model.info
        parts.append(f"| {info.swedish} | `{info.folder}/` | `{info.name}` | `{info.plural}` |")
    for title, part, names in _groups():
        parts += ["", f"## {title}", "", "| Swedish | English |", "| --- | --- |"]
        parts += [f"| `{path}` | `{attributes}` |" for path, attributes, _ in _rows(part, names)]
    return "\n".join(parts)


def _groups() -> Iterator[tuple[str, type[BaseModel], list[str] | None]]:
    yield "Fields of every record", Record, None
    for model in TYPES:
        own = [name for name in model.model_fields if name not in Record.model_fields]
        if own:
            yield f"{model.info.name.capitalize()} ({model.info.swedish})", model, own


def _table(model: type[BaseModel], required: tuple[str, ...], names: list[str] | None = None) -> list[str]:
    rows = ["| Fält | Vad det är | Så skriver du |", "| --- | --- | --- |"]
    for path, attributes, info in _rows(model, names):
        must = "**Ska fyllas i.** " if attributes in required else ""
        must = "**Måste finnas.** " if info.is_required() else must
        about = (info.description or "").replace("|", "/")
        rows.append(f"| `{path}` | {must}{about} | {kind_of(info)} |")
    return rows


def _rows(model: type[BaseModel], names: list[str] | None = None) -> Iterator[tuple[str, str, FieldInfo]]:
    """(path in Swedish, path in English, the field) of every field and of those inside; `[]` marks a list."""
    for name, info in model.model_fields.items():
        if names is not None and name not in names:
            continue
        part = part_of(info.annotation)
        several = "[]" if part and is_listed(info.annotation) else ""
        yield f"{info.alias or name}{several}", name, info
        if part:
            for path, attributes, inner in _rows(part):
                yield f"{info.alias or name}{several}.{path}", f"{name}.{attributes}", inner


def kind_of(info: FieldInfo) -> str:
    """How a field's value is written, in Swedish."""
    kind, metadata = plain(info.annotation, list(info.metadata))
    if part_of(kind):
        return "en lista; varje post har fälten nedan" if is_listed(kind) else "fälten nedan, indragna"
    if get_origin(kind) is list:
        inner, more = plain(get_args(kind)[0], [])
        return f"en eller flera: {_word(inner, more or metadata)}"
    return _word(kind, metadata)


def _word(kind: Any, metadata: list[Any]) -> str:
    for mark in metadata:
        if isinstance(mark, fields.Vocabulary):
            file = {"topics": "ämnen.yml", "areas": "områden.yml", "audiences": "målgrupper.yml"}[mark.name]
            return f"ord ur `{file}`"
        if isinstance(mark, fields.Ref):
            return _reference(mark)
        if isinstance(mark, fields.Markdown):
            return "text med Markdown"
    for named, word in _NAMED:
        if get_args(named)[-1] in metadata:
            return word
    if get_origin(kind) is Literal:
        return "ett av: " + ", ".join(f"`{choice}`" for choice in get_args(kind))
    words = {bool: "`ja` eller `nej`", date: '`"2026-05-29"`', datetime: '`"2026-05-29 08:00"`'}
    return words.get(kind, "text")


def _reference(mark: fields.Ref) -> str:
    folders = [f"`{BY_NAME[name].info.folder}/`" for name in mark.types if name in BY_NAME]
    where = "vilken mapp som helst" if mark.types == fields.ANY else " eller ".join(folders) or "samma mapp"
    return f"namnet på en fil i {where}" + (", eller fri text" if mark.loose else "")


def with_block(text: str, block: str) -> str:
    """`text` with what stands between its two markers replaced; raises ValueError where it has none."""
    pattern = re.compile(r"(<!-- ur modellerna -->\n).*?(<!-- /ur modellerna -->)", re.DOTALL)
    new, count = pattern.subn(lambda match: f"{match[1]}\n{block}\n\n{match[2]}", text)
    if count != 1:
        raise ValueError("markers missing")
    return new


BLOCKS = {"redaktorsguide.md": guide_tables, "glossary.md": glossary_tables}
"""Document → what stands between its markers."""


def main() -> None:
    """Write the generated parts anew."""
    for name, block in BLOCKS.items():
        path = DOCS / name
        path.write_text(with_block(path.read_text(encoding="utf-8"), block()), encoding="utf-8")


if __name__ == "__main__":
    main()
