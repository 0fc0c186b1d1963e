"""What the search makes of an expression in a query: the table `sökfraser.yml`, which editors extend.

A row says what queries with an expression are after (kinds of pages, words, pages to put first), or what
an everyday word or an English word is called here.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from site_builder.problems import Problem, error

FILE = "sökfraser.yml"
_KEYS = {
    "fraser": "phrases", "engelska": "english",
    "slag": "kinds", "ord": "words", "först": "first", "betyder": "means",
}  # fmt: skip
_HINT = (
    "En rad har fraser eller engelska, och betyder eller slag, ord och först; "
    "alla är listor, som [vad kostar, pris]."
)


class Phrase(NamedTuple):
    """A row: a query with one of `phrases` means `means` too, or is best answered by the rest."""

    phrases: tuple[str, ...] = ()
    """In lower case, the longest first."""
    english: tuple[str, ...] = ()
    """The same in English, for what `means` says in Swedish."""
    kinds: tuple[str, ...] = ()
    """Kinds of pages as they are called in Swedish, such as `Tjänst`."""
    words: tuple[str, ...] = ()
    """Words that a good page has too."""
    first: tuple[str, ...] = ()
    """Addresses of the site."""
    means: tuple[str, ...] = ()
    """What the site says instead; each is searched for too."""


def read(roots: Iterable[Path]) -> tuple[list[Phrase], list[Problem]]:
    """The rows of all roots, in the order written, and what is wrong with them."""
    rows: list[Phrase] = []
    problems: list[Problem] = []
    for path in (root / FILE for root in roots):
        if path.exists():
            for row, wrong in _rows(path):
                if row:
                    rows.append(row)
                if wrong:
                    problems.append(wrong)
    return rows, problems


def _rows(path: Path) -> Iterator[tuple[Phrase | None, Problem | None]]:
    try:
        text = path.read_text(encoding="utf-8")
        data = yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506 - strings only
    except (OSError, UnicodeDecodeError):
        yield None, error("unreadable", str(path), 0, "", "Filen går inte att läsa.", "Spara den som UTF-8.")
        return
    except yaml.YAMLError as failure:
        mark = getattr(failure, "problem_mark", None)
        message = "Tabellen med sökfraser går inte att läsa."
        line = mark.line + 1 if mark else 1
        yield (
            None,
            error("vocabulary-syntax", str(path), line, "", message, "Se över indrag och citattecken."),
        )
        return
    for number, item in enumerate(data if isinstance(data, list) else [data], start=1):
        row = _row(item)
        message = f"Rad {number} i tabellen är inte som den ska."
        yield row, None if row else error("search-phrase", str(path), 1, "", message, _HINT)


def _row(item: Any) -> Phrase | None:
    if not isinstance(item, dict) or not item.keys() <= _KEYS.keys():
        return None
    if not all(
        isinstance(value, list) and all(isinstance(one, str) for one in value) for value in item.values()
    ):
        return None
    row = Phrase(**{_KEYS[key]: tuple(value) for key, value in item.items()})
    aims = any((row.kinds, row.words, row.first))
    if not (row.phrases or row.english) or (row.english and not row.means) or (row.means and aims):
        return None
    return row._replace(phrases=_longest_first(row.phrases), english=_longest_first(row.english))


def _longest_first(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted((text.lower() for text in texts), key=lambda text: (-len(text), text)))
