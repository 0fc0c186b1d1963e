"""The site's settings, read from mkdocs.yml, and the stamp of everything that shapes every page."""

import os
import sys
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

import yaml

HERE = Path(__file__).parent
THEME = HERE.parent / "theme"
SETTINGS = HERE.parent / "mkdocs.yml"


class Config(NamedTuple):
    """What holds for the whole site."""

    name: str = "Tyresö kommun"
    base: str = "https://www.tyreso.se"
    """The public address, without a slash at the end."""
    description: str = "Tjänster, beslut, driftinformation och kontakt i Tyresö."
    demonstration: bool = True
    """Historical data: said on every page, and kept out of search engines."""
    switchboard: str = ""
    """The number that answers all questions, on every page; left out where it is empty."""
    switchboard_hours: str = "på kontorstid"
    """When the switchboard answers, as in `Ring … på kontorstid`."""
    duty_phone: str = ""
    """The number for what is urgent when the switchboard is closed; left out where it is empty."""
    data_license: str = "http://creativecommons.org/publicdomain/zero/1.0/"
    """The licence of the open data, as an address."""
    data_contact: str = ""
    """The contact that answers for the open data, by its file's name; left out where it is empty."""


def read(path: Path = SETTINGS) -> Config:
    """The settings of mkdocs.yml; raises OSError and yaml.YAMLError where it cannot be read."""
    data = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    return of(data["site_name"], data["site_url"], data["site_description"], data.get("extra") or {})


def of(name: str, base: str, description: str, extra: Mapping[str, Any]) -> Config:
    """The settings from MkDocs' own and from those of `extra`."""
    return Config(
        name,
        base.rstrip("/"),
        description,
        bool(extra.get("demonstration", True)),
        str(extra.get("switchboard", "")),
        str(extra.get("switchboard_hours", Config.switchboard_hours)),
        str(extra.get("duty_phone", "")),
        str(extra.get("data_license", Config.data_license)),
        str(extra.get("data_contact", "")),
    )


def reading_stamp() -> str:
    """Changes whenever a file might be read otherwise than before: code and libraries."""
    return _digest(_code(), _libraries())


def rendering_stamp(config: Config) -> str:
    """Changes whenever every page might come out otherwise than before: code, theme, libraries, settings."""
    return _digest([*_code(), *_theme()], f"{_libraries()}{config}")


def theme_digest() -> str:
    """Of the theme alone: an accessibility run holds for the theme that it was made with."""
    return _digest(_theme())[:16]


def _code() -> list[Path]:
    """Every module and every data file beside them."""
    files = (path for path in sorted(HERE.rglob("*")) if path.is_file())
    return [path for path in files if path.parent.name != "__pycache__"]


def _theme() -> list[Path]:
    return [path for path in sorted(THEME.rglob("*")) if path.is_file()]


def _libraries() -> str:
    """Python and all that is installed, with versions, by the names of pip's folders: quick to list."""
    folders = [folder for folder in sys.path if os.path.isdir(folder)]  # noqa: PTH112 - as quick
    names = {name for folder in folders for name in os.listdir(folder) if name.endswith(".dist-info")}  # noqa: PTH208 - as quick
    return f"{sys.version}{sorted(names)}"


def _digest(files: list[Path], more: str = "") -> str:
    digest = blake2b(digest_size=24)
    for path in files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    digest.update(more.encode())
    return digest.hexdigest()
