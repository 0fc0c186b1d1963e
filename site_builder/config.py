"""The site's settings are read from mkdocs.yml here; stamps cover the code that shapes every page."""

import os
import re
import sys
from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches
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
    security_contact: str = ""
    """Where weaknesses are reported (RFC 9116): addresses as URIs, with spaces between; empty: unfilled."""
    supported_until: str = ""
    """The last day on which weaknesses are mended, ISO 8601; empty: unfilled."""


NAMES = {"site_name": "name", "site_url": "base", "site_description": "description"}
"""MkDocs' own names of our fields."""

EXTRA = tuple(field for field in Config._fields if field not in NAMES.values())
"""What stands below ``extra:``, by our names."""


class ConfigError(Exception):
    """The settings are wrong; the message says which and how to mend it, in Swedish."""


def read(path: Path = SETTINGS, own: Path | None = None) -> Config:
    """The settings of mkdocs.yml, and over them those of a municipality's own file.

    `own` holds the same names, as many as it likes; an unknown one is refused: it would be lost in silence.
    Raises ConfigError, and OSError where the first cannot be read.
    """
    data = _load(path)
    found = from_mkdocs(data, data.get("extra") or {})
    if own is None:
        return found
    try:
        mine = _load(own)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{own} går inte att läsa: {error}") from error
    extra = mine.pop("extra", None) or {}
    if not isinstance(extra, dict):
        raise ConfigError(f"{own}: under extra ska det stå namn och värden.")
    _refuse_unknown(own, mine, NAMES)
    _refuse_unknown(own, extra, EXTRA)
    return from_mkdocs(mine, extra, found)


def from_mkdocs(data: Mapping[str, Any], extra: Mapping[str, Any], default: Config | None = None) -> Config:
    """The settings as MkDocs names them; what is left out is as `default` has it. Raises ConfigError."""
    values = (default or Config())._asdict()
    values |= {field: str(data[name]) for name, field in NAMES.items() if data.get(name) is not None}
    values |= {name: extra[name] for name in EXTRA if extra.get(name) is not None}
    values = {name: value if name == "demonstration" else str(value) for name, value in values.items()}
    found = Config(**values | {"base": values["base"].rstrip("/")})
    _prove(found)
    return found


def _load(path: Path) -> dict[str, Any]:
    try:
        data = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise ConfigError(f"{path} är inte riktig YAML: {error}") from error
    if not isinstance(data or {}, dict):
        raise ConfigError(f"{path}: det ska stå namn och värden.")
    return data or {}


def _refuse_unknown(path: Path, given: Mapping[str, Any], known: Iterable[str]) -> None:
    for name in given:
        if name not in known:
            near = get_close_matches(str(name), list(known), 1)
            hint = f" Menade du {near[0]}?" if near else f" De som finns: {', '.join(known)}."
            raise ConfigError(f"{path}: inställningen {name} finns inte.{hint}")


def _prove(found: Config) -> None:
    """What would be wrong on every page, or in a file that others read, is refused."""
    if not isinstance(found.demonstration, bool):
        raise ConfigError("demonstration ska vara true eller false.")
    if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", found.base):
        raise ConfigError("site_url ska vara webbplatsens adress, som https://www.kommun.se/")
    for contact in found.security_contact.split():
        if not re.fullmatch(r"(mailto:[^\s@]+@[^\s@]+|https://\S+|tel:\+[0-9-]+)", contact):
            raise ConfigError(
                f"security_contact: {contact} ska börja med mailto:, https:// eller tel:+ (RFC 9116, 2.5.3)"
            )
    try:
        if found.supported_until:
            date.fromisoformat(found.supported_until)
    except ValueError as error:
        raise ConfigError("supported_until ska vara en dag, som 2028-12-31") from error


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
