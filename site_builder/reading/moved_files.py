"""Where files below `filer/` have gone: the table `flyttade-filer.yml`, since a file cannot say so itself."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import yaml

from site_builder.media.asset import address_of
from site_builder.problems import Problem, error

FILE = "flyttade-filer.yml"
GONE = "borttagen"
_HINT = f"Skriv en rad om filen: `/filer/gammal.pdf: /filer/ny.pdf`, eller `/filer/gammal.pdf: {GONE}`."


class MovedFile(NamedTuple):
    """One row of the table."""

    old: str
    new: str
    """Empty where the file is gone for good."""
    file: str
    line: int


def read(roots: Iterable[Path]) -> tuple[list[MovedFile], list[Problem]]:
    """The rows of all roots, and what is wrong with them."""
    rows: list[MovedFile] = []
    problems: list[Problem] = []
    for path in (root / FILE for root in roots):
        if path.exists():
            for found in _rows(path):
                if isinstance(found, MovedFile):
                    rows.append(found)
                else:
                    problems.append(found)
    return rows, problems


def _rows(path: Path) -> Iterator[MovedFile | Problem]:
    file = str(path)
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
    except (OSError, UnicodeDecodeError):
        yield error("unreadable", file, 0, "", "Filen går inte att läsa.", "Spara den som UTF-8.")
        return
    except yaml.YAMLError as failure:
        mark = getattr(failure, "problem_mark", None)
        yield _wrong(file, mark.line + 1 if mark else 1)
        return
    if node is None:
        return
    if not isinstance(node, yaml.MappingNode):
        yield _wrong(file, 1)
        return
    seen = set()
    for key, value in node.value:
        line = key.start_mark.line + 1
        old, new = address_of(str(key.value)), address_of(str(value.value))
        good = old.startswith("/filer/") and (
            new == GONE or (new.startswith("/") and not new.startswith("//"))
        )
        if not good or old in seen:
            yield _wrong(file, line)
            continue
        seen.add(old)
        yield MovedFile(old, "" if new == GONE else new, file, line)


def _wrong(file: str, line: int) -> Problem:
    return error("moved-file-row", file, line, "", "Raden går inte att läsa, eller står två gånger.", _HINT)
