"""New: a valid, commented draft of any type, made from its model."""

from datetime import date
from typing import Any, get_args

from site_builder.content import TYPES, Record
from site_builder.content.record import Record as Base
from site_builder.markdown import slugify

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


def find_type(word: str) -> type[Record] | None:
    """The type that an editor means: by its folder, or by its Swedish or English name."""
    names = {
        name: model for model in TYPES for name in (model.info.folder, model.info.swedish, model.info.name)
    }
    return names.get(word.lower().strip("/"))


def new_record(model: type[Record], title: str, today: date, key: str) -> tuple[str, str]:
    """The path below the content folder, and the text of a draft: required fields, the rest as comments."""
    slug = slugify(title)
    year = f"{today.year}/" if model.info.fresh else ""
    quoted = title.replace("\\", "\\\\").replace('"', '\\"')
    head = [
        f"id: {key}",
        f'titel: "{quoted}"',
        "ingress: Skriv en eller två meningar som säger det viktigaste.",
        "status: utkast",
        f'publicerad: "{today}"',
    ]
    common: list[str] = []
    own: list[str] = []
    for name, info in model.model_fields.items():
        if name in _GIVEN or name in _LATER:
            continue
        rows = common if name in Base.model_fields else own
        rows.append(_line(name, info, today))
    text = [
        "---",
        *head,
        "",
        "# Det här har alla sidor:",
        *common,
        "",
        f"# Det här har just {model.info.swedish}:",
        *own,
        "---",
    ]
    return f"{model.info.folder}/{year}{slug}.md", "\n".join(
        [*text, "", "Skriv texten här, eller ta bort raden.", ""]
    )


def _line(name: str, info: Any, today: date) -> str:
    alias = info.alias or name
    about = f"  # {info.description}" if info.description else ""
    if info.is_required():
        return f"{alias}: {_value(alias, info.annotation, today)}{about}"
    return f"# {alias}: {about.strip().removeprefix('# ')}"


def _value(alias: str, kind: Any, today: date) -> str:
    choices = [choice for choice in get_args(kind) if isinstance(choice, str)]
    if choices:
        return choices[0]
    if alias in ("start", "gäller_från"):
        return f'"{today} 18:00"'
    if alias == "upphör":
        return f'"{today} 23:59"'
    if alias in ("datum", "tillkännagivet"):
        return f'"{today}"'
    return "organ/kommunstyrelsen" if alias == "organ" else "Fyll i"
