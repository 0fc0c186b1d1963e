"""The types of record an informatör can write: one module each.

A new type is one module here, one template in `theme/` and one folder in `content/`.
"""

from importlib import import_module

from site_builder.content.record import Record, TypeInfo

MODULES = (
    "service",
    "responsibility",
    "body",
    "contact",
    "place",
    "meeting",
    "decision",
    "notice",
    "safety",
    "alert",
    "news",
    "audit",
    "question",
    "eservice",
    "page",
)


def _types() -> tuple[type[Record], ...]:
    found = []
    for name in MODULES:
        module = import_module(f"site_builder.content.{name}")
        found += [
            value
            for value in vars(module).values()
            if isinstance(value, type) and issubclass(value, Record) and value is not Record
        ]
    return tuple(found)


TYPES: tuple[type[Record], ...] = _types()
BY_FOLDER: dict[str, type[Record]] = {model.info.folder: model for model in TYPES}
BY_NAME: dict[str, type[Record]] = {model.info.name: model for model in TYPES}

__all__ = ["BY_FOLDER", "BY_NAME", "TYPES", "Record", "TypeInfo"]
