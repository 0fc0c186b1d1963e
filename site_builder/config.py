"""The site's settings, read from mkdocs.yml, and the stamp of everything that shapes every page."""

import sys
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

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


def read(path: Path = SETTINGS) -> Config:
    """The settings of mkdocs.yml; raises OSError and yaml.YAMLError where it cannot be read."""
    data = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    return Config(
        data["site_name"],
        data["site_url"].rstrip("/"),
        data["site_description"],
        bool(data.get("extra", {}).get("demonstration", True)),
        str(data.get("extra", {}).get("switchboard", "")),
    )


def reading_stamp() -> str:
    """Changes whenever a file might be read otherwise than before: code and libraries."""
    libraries = ["markdown", "pydantic", "pyyaml"]
    return _digest(_code("*.py", "content/*.py", "data/*"), libraries, sys.version)


def rendering_stamp(config: Config) -> str:
    """Changes whenever every page might come out otherwise than before: code, theme, libraries, settings."""
    theme = [path for path in sorted(THEME.rglob("*")) if path.is_file()]
    libraries = ["markdown", "pydantic", "pyyaml", "jinja2", "feedgen", "mkdocs-material"]
    return _digest([*_code("*.py", "content/*.py", "data/*"), *theme], libraries, repr((config, sys.version)))


def theme_digest() -> str:
    """Of the theme alone: an accessibility run holds for the theme that it was made with."""
    return _digest([path for path in sorted(THEME.rglob("*")) if path.is_file()], [])[:16]


def _code(*patterns: str) -> list[Path]:
    return [path for pattern in patterns for path in sorted(HERE.glob(pattern)) if path.is_file()]


def _digest(files: list[Path], libraries: list[str], more: str = "") -> str:
    digest = blake2b(digest_size=24)
    for path in files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    named = [f"{name}={version(name)}" for name in libraries]
    digest.update(" ".join([*named, more]).encode())
    return digest.hexdigest()
