"""`site-builder new` writes a valid, commented draft of any type, made from its model."""

from collections.abc import Iterator
from datetime import datetime

from pydantic.fields import FieldInfo

from site_builder.content import TYPES, Record, placeholders
from site_builder.content.record import Record as Base
from site_builder.content.shapes import is_listed, part_of
from site_builder.editing.documentation import kind_of
from site_builder.text.markdown import slugify

_GIVEN = ("id", "title", "summary", "status", "published")
_LATER = (
    "changes",
    "publish_from",
    "unpublish_at",
    "example",
    "replaces",
    "language",
    "accepts",
    "translation_of",
    "sources",
    "facts_as_of",
)
"""Common fields that a new record seldom needs."""


_LONGEST = 80
"""A file's name, and so an address, has at most so many characters."""


def find_type(word: str) -> type[Record] | None:
    """The type that an editor means: by its folder, or by a Swedish or English name, hyphen or no hyphen."""
    names = {
        name.replace("-", ""): model
        for model in TYPES
        for name in (model.info.folder, model.info.swedish, model.info.swedish_plural, model.info.name)
    }
    return names.get(word.lower().strip("/").replace("-", ""))


def new_record(model: type[Record], title: str, now: datetime, key: str) -> tuple[str, str]:
    """The path below the content folder, and the text of a draft: required fields, the rest as comments.

    `now` is the moment in Sweden; it gives the folder of the year.
    """
    quoted = title.replace("\\", "\\\\").replace('"', '\\"')
    head = [
        f"id: {key}",
        f'titel: "{quoted}"',
        f"ingress: {placeholders.SUMMARY}",
        "status: utkast",
        f"publicerad: {placeholders.VALUE}  # {_about(model.model_fields['published'])}",
    ]
    common: list[str] = []
    own: list[str] = []
    for name, info in model.model_fields.items():
        if name in _GIVEN or name in _LATER:
            continue
        rows = common if name in Base.model_fields else own
        rows += _lines(name, info)
    text = [
        "---",
        *head,
        "",
        "# En rad som börjar med # läses inte. Ta bort # för att använda fältet, och skriv efter kolonet.",
        "# Det här har alla sidor:",
        *common,
        "",
        f"# Det här har just {model.info.swedish}:",
        *own,
        "---",
    ]
    return path_of(model, title, now), "\n".join([*text, "", placeholders.BODY, ""])


def path_of(model: type[Record], title: str, now: datetime) -> str:
    """The path below the content folder of a record that is new `now`, the moment in Sweden."""
    year = f"{now.year}/" if model.info.fresh else ""
    return f"{model.info.folder}/{year}{_short(slugify(title))}.md"


def _short(slug: str) -> str:
    """As many whole words of a slug as an address has room for."""
    if len(slug) <= _LONGEST:
        return slug
    return slug[: _LONGEST + 1].rpartition("-")[0] or slug[:_LONGEST]


def _lines(name: str, info: FieldInfo) -> Iterator[str]:
    """A field with its explanation; one that may be left out is a comment, ready to be used.

    Nothing is chosen for the editor: what is forgotten must be seen, not believed.
    """
    alias = info.alias or name
    if info.is_required():
        yield f"{alias}: {placeholders.VALUE}  # {_about(info)}"
        return
    yield f"# {alias}:  # {_about(info)}"
    part = part_of(info.annotation)
    if part:
        several = is_listed(info.annotation)
        for index, (inner, field) in enumerate(part.model_fields.items()):
            indent = ("- " if index == 0 else "  ") if several else ""
            yield f"#   {indent}{field.alias or inner}:  # {_about(field)}"


def _about(info: FieldInfo) -> str:
    """What the field is, and how it is written where that is not said already."""
    about, kind = info.description or "", kind_of(info).replace("`", "")
    choices = kind.removeprefix("ett av: ").split(", ")
    if kind == "en eller flera: text":
        more = "Flera värden: en rad för varje, med - först."
    elif kind.startswith(("text", "en lista", "fälten nedan")) or all(
        word in about.lower() for word in choices
    ):
        more = ""
    elif kind.startswith('"'):
        more = f"Skrivs {kind}."
    else:
        more = f"{kind[0].upper()}{kind[1:]}."
    return f"{about} {more}".strip()
