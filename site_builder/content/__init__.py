"""Each type of record that an informatör can write is a module here.

A new type is one module here, one template in `theme/types/` and one folder in `content/`. Every module here
that holds a `Record` is found; the types stand in the order of `TypeInfo.rank`.

Beside them:

record, site_view    what all types have in common; what a type may ask of the whole site
fields, shapes       kinds of value; what a model's fields consist of
happening            what types share that are at a time and a place
notice_board, legal_dates  from when to when a notice is up; the days that the law counts
vocabulary, search_phrases  topics, areas, audiences; expressions that a query may hold
placeholders, suggestions  what a draft says at first; what an editor may have meant
invisible, sms       signs that do not show; what an SMS holds
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
