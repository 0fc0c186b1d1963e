"""Each type of record that an informatör can write is a module here.

A new type is one module here, one template in `theme/types/` and one folder in `content/`. Every module here
that holds a `Record` is found; the types stand in the order of `TypeInfo.rank`.
"""

from importlib import import_module
from pkgutil import iter_modules

from site_builder.content.record import Record, TypeInfo


def _types() -> tuple[type[Record], ...]:
    found = []
    for name in sorted(module.name for module in iter_modules(__path__)):
        module = import_module(f"{__name__}.{name}")
        found += [
            value
            for value in vars(module).values()
            if isinstance(value, type)
            and issubclass(value, Record)
            and value is not Record
            and value.__module__ == module.__name__
        ]
    return tuple(sorted(found, key=lambda model: model.info.rank))


TYPES: tuple[type[Record], ...] = _types()
BY_FOLDER: dict[str, type[Record]] = {model.info.folder: model for model in TYPES}
BY_NAME: dict[str, type[Record]] = {model.info.name: model for model in TYPES}

__all__ = ["BY_FOLDER", "BY_NAME", "TYPES", "Record", "TypeInfo"]
