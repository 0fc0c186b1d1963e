"""Each module of this room declares in `FORMATS` which files it makes, and is found here.

A new format is one module here. Names that begin with an underscore are no formats of their own.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from site_builder import formats as room
from site_builder.reading.indexed_record import IndexedRecord
from site_builder.site.site import Site


@dataclass(frozen=True, kw_only=True)
class Format:
    """Files of one kind: what each is made from, where it lies, when it changes, and its bytes."""

    name: str
    """What it is called, such as `vcard`; no two have the same."""
    things: Callable[[Site], Iterable[Any]]
    """What there is a file of: records, calendars, feeds."""
    address: Callable[[Any], str]
    """The file's address, from a thing."""
    key: Callable[[Site, Any], str]
    """Changes whenever the file may come out otherwise; empty: the file is always made, and compared."""
    render: Callable[[Site, Any], bytes]


@dataclass(frozen=True, kw_only=True)
class RecordFormat:
    """A file of every public record of all types, made from the whole of it, just after its page."""

    name: str
    address: Callable[[IndexedRecord], str]
    key: Callable[[Site, IndexedRecord], str]
    render: Callable[..., bytes]
    """From the site, the indexed record, the record and its long texts."""


def single(name: str, address: str, render: Callable[[Site], bytes], key: Callable[[Site], str]) -> Format:
    """A format with one file for the whole site."""
    return Format(
        name=name,
        things=lambda _: (None,),
        address=lambda _: address,
        key=lambda site, _: key(site),
        render=lambda site, _: render(site),
    )


def always(*_: Any) -> str:
    """The key of a file that is always made, and compared with what is published."""
    return ""


def of_type(name: str) -> Callable[[Site], Iterable[IndexedRecord]]:
    """The listed records of a type."""
    return lambda site: site.of_type(name)


@cache
def all_formats() -> tuple[Format | RecordFormat, ...]:
    """Every format of this room, module by module."""
    names = sorted(module.name for module in iter_modules(room.__path__) if module.name[0] != "_")
    modules = [import_module(f"{room.__name__}.{name}") for name in names]
    return tuple(found for module in modules for found in getattr(module, "FORMATS", ()))
