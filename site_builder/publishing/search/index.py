"""The index below /sok/index/ is kept up to date page by page, after the pages are live.

core.json      what one comes to do: number, title, address and what people call it; the groups
ord/N.json     word → how many pages have it, then number and weight of each
sidor/N.json   number → what a hit shows, eight pages a file
amnen.json     topic → numbers

A page's number says its group (kind, committee, year, language): group × SLOTS + place. What was indexed of
each page is kept in a SQLite file; without it, or where it is of another index, all is made anew.
"""

import json
import os
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from hashlib import blake2b
from pathlib import Path
from secrets import token_hex
from typing import Any, NamedTuple

from site_builder.publishing.publish import published
from site_builder.publishing.search.page import KNOWN, NAME, SearchPage, read_page
from site_builder.publishing.search.terms import FILES, file_of
from site_builder.publishing.site_lock import site_lock

FOLDER = "sok/index"
SLOTS = 4096
"""Places in a group; a full one is followed by another of the same name."""
TOGETHER = 8
"""Pages in a file of what hits show."""
MOST = 1000
"""Of a word that more pages have, those where it weighs most, the latest of them, are told."""
MANY = 300
"""From so many pages on, reading pays for processes of its own."""
VERSION = 3

_SCHEMA = """
CREATE TABLE pages (path TEXT PRIMARY KEY, key TEXT NOT NULL, number INTEGER, shown TEXT, terms TEXT);
CREATE INDEX pages_number ON pages (number);
CREATE INDEX pages_key ON pages (path, key);
CREATE INDEX pages_done ON pages (path) WHERE number IS NOT NULL AND NOT shown ->> 'said';
CREATE TABLE groups (
    id INTEGER PRIMARY KEY, kind TEXT, body TEXT, year TEXT, lang TEXT, used INTEGER NOT NULL
);
CREATE TABLE terms (
    file INTEGER NOT NULL, term TEXT NOT NULL, pages TEXT NOT NULL, written TEXT NOT NULL,
    PRIMARY KEY (file, term)
) WITHOUT ROWID;
CREATE TABLE state (stamp TEXT NOT NULL);
"""


class SearchError(Exception):
    """The index could not be made; the pages are published, and the search answers with the index before."""


class _Change(NamedTuple):
    """A page whose file differs from what is indexed; `page` is None where it is no longer to be found."""

    path: str
    key: str
    page: SearchPage | None


def index(site: Path, cache: Path) -> bool:
    """Bring the index of `site` up to date with its published pages; True where anything changed.

    In the folder `cache` stands what is indexed already. One at a time: another waits, and sees what is left.
    Raises SearchError.
    """
    name = blake2b(str(site.absolute()).encode(), digest_size=8).hexdigest()
    try:
        with site_lock(site / FOLDER), closing(_opened(cache / f"sok-{name}.sqlite3", site / FOLDER)) as kept:
            keys = {path: key for path, key in published(site).items() if path.endswith("index.html")}
            known = dict(kept.execute("SELECT path, key FROM pages"))
            todo = [path for path, key in keys.items() if known.get(path) != key]
            gone = [path for path in known if path not in keys]
            if not todo and not gone and (site / FOLDER / "core.json").exists():
                return False
            changes = list(_read(site, todo, keys)) + [_Change(path, "", None) for path in gone]
            _update(site / FOLDER, kept, changes)
    except (OSError, ValueError, sqlite3.Error) as failure:
        raise SearchError(f"Sökindexet gick inte att bygga: {failure}") from failure
    return True


def _opened(state: Path, folder: Path) -> sqlite3.Connection:
    """What is indexed; begun anew where it is not of the index that is published, or not of this version."""
    state.parent.mkdir(parents=True, exist_ok=True)
    try:
        core = json.loads((folder / "core.json").read_text(encoding="utf-8"))
        kept = sqlite3.connect(f"file:{state.absolute()}?mode=rw", uri=True, isolation_level=None)
        stamp = kept.execute("SELECT stamp FROM state").fetchone()
        if core["version"] == VERSION and stamp == (core["stamp"],):
            return kept
        kept.close()
    except (OSError, ValueError, KeyError, sqlite3.Error):
        pass  # nothing is indexed yet, or nobody knows what: all is made anew
    for ending in ("", "-wal", "-shm", "-journal"):
        Path(f"{state}{ending}").unlink(missing_ok=True)
    kept = sqlite3.connect(state, isolation_level=None)
    kept.execute("PRAGMA synchronous = OFF")
    kept.executescript(_SCHEMA)
    return kept


# -- reading -----------------------------------------------------------------------------------------------


def _read(site: Path, paths: list[str], keys: dict[str, str]) -> Iterator[_Change]:
    if len(paths) < MANY:
        for path in paths:
            yield _Change(path, keys[path], _page(site, path))
        return
    from concurrent.futures import ProcessPoolExecutor  # 20 ms: only where needed
    from functools import partial
    from multiprocessing import get_context

    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("fork")) as pool:
        for path, page in zip(paths, pool.map(partial(_page, site), paths, chunksize=50), strict=True):
            yield _Change(path, keys[path], page)


def _page(site: Path, path: str) -> SearchPage | None:
    return read_page("/" + path.removesuffix("index.html"), (site / path).read_bytes())


# -- updating ----------------------------------------------------------------------------------------------


def _update(folder: Path, kept: sqlite3.Connection, changes: list[_Change]) -> None:
    """Write the files that change, those that lead to them last, and then what is indexed.

    Until then nothing counts as indexed: whatever ends this half-way, the next time makes all anew.
    """
    anew = kept.execute("SELECT 1 FROM pages").fetchone() is None
    kept.execute("DELETE FROM state")
    kept.execute("BEGIN IMMEDIATE")
    # A new index has every file, also where no word is: what an older one left behind must not be found.
    postings: dict[int, list[tuple[str, int, int]]] = {number: [] for number in range(FILES if anew else 0)}
    """File → (term, number, weight); the weight 0 takes the page out."""
    shown: set[int] = set()
    regrouped = [_replace(kept, change, postings, shown) for change in changes]
    for number, rows in postings.items():
        _write(folder / "ord" / f"{number}.json", _file(kept, number, rows))
    for number in shown:
        _write(folder / "sidor" / f"{number}.json", _shown(kept, number))
    if anew or any(regrouped):
        _write(folder / "amnen.json", _topics(kept))
    stamp = token_hex(8)
    _write(folder / "core.json", _core(kept, stamp))
    if anew:
        _remove(folder / "sidor", shown)
    kept.execute("INSERT INTO state VALUES (?)", (stamp,))
    kept.execute("COMMIT")


def _remove(folder: Path, wanted: set[int]) -> None:
    """Remove what an older index said of its pages: some may have been withdrawn."""
    for path in folder.glob("*.json"):
        if not path.stem.isdecimal() or int(path.stem) not in wanted:
            path.unlink()


def _replace(
    kept: sqlite3.Connection,
    change: _Change,
    postings: dict[int, list[tuple[str, int, int]]],
    shown: set[int],
) -> bool:
    """Put the page in as it is; only what is otherwise than before goes to `postings` and `shown`.

    True where another number stands for the page, or its topics are others.
    """
    asked = "SELECT number, terms, shown FROM pages WHERE path = ?"
    before, terms, told = kept.execute(asked, (change.path,)).fetchone() or (None, None, None)
    page = change.page
    number = _number(kept, page, before) if page else None
    if change.key:
        row = (_told(page), _json(page.terms)) if page else (None, None)
        kept.execute("REPLACE INTO pages VALUES (?, ?, ?, ?, ?)", (change.path, change.key, number, *row))
    else:
        kept.execute("DELETE FROM pages WHERE path = ?", (change.path,))
    if before != number or (page and told != _told(page)):
        shown.update(place // TOGETHER for place in (before, number) if place is not None)
    old = _weights(before, json.loads(terms) if terms else {})
    new = _weights(number, page.terms if page else {})
    for (term, place), weight in (dict.fromkeys(old, 0) | new).items():
        if old.get((term, place)) != weight:
            postings.setdefault(file_of(term), []).append((term, place, weight))
    topics = json.loads(told)["topics"] if told else []
    return before != number or topics != list(page.topics if page else ())


def _weights(number: int | None, terms: dict[str, int]) -> dict[tuple[str, int], int]:
    return {(term, number): weight for term, weight in terms.items()} if number is not None else {}


def _told(page: SearchPage) -> str:
    return _json(page._replace(terms={})._asdict())


def _number(kept: sqlite3.Connection, page: SearchPage, before: int | None) -> int:
    """The page's own number while its group is the same; else the next of its group."""
    name = (page.kind, page.body, page.date[:4], page.lang)
    if before is not None:
        group = kept.execute("SELECT kind, body, year, lang FROM groups WHERE id = ?", (before // SLOTS,))
        if group.fetchone() == name:
            return before
    asked = "SELECT id, used FROM groups WHERE kind = ? AND body = ? AND year = ? AND lang = ? AND used < ?"
    found = kept.execute(asked, (*name, SLOTS)).fetchone()
    if found is None:
        found = kept.execute(
            "INSERT INTO groups VALUES (NULL, ?, ?, ?, ?, 0) RETURNING id, used", name
        ).fetchone()
    kept.execute("UPDATE groups SET used = used + 1 WHERE id = ?", (found[0],))
    return int(found[0] * SLOTS + found[1])


def _file(kept: sqlite3.Connection, number: int, rows: Iterable[tuple[str, int, int]]) -> str:
    """A file of words with these changes; only the words that change are packed again."""
    changed: dict[str, dict[str, int]] = defaultdict(dict)
    for term, page, weight in rows:
        changed[term][str(page)] = weight
    for term, weights in changed.items():
        told = kept.execute("SELECT pages FROM terms WHERE file = ? AND term = ?", (number, term)).fetchone()
        before: dict[str, int] = json.loads(told[0]) if told else {}
        pages = {page: weight for page, weight in (before | weights).items() if weight}
        if pages:
            row = (number, term, _json(pages), f"{_json(term)}:{_json(_packed(pages))}")
            kept.execute("REPLACE INTO terms VALUES (?, ?, ?, ?)", row)
        else:
            kept.execute("DELETE FROM terms WHERE file = ? AND term = ?", (number, term))
    written = kept.execute("SELECT written FROM terms WHERE file = ? ORDER BY term", (number,))
    return "{" + ",".join(text for (text,) in written) + "}"


def _packed(pages: dict[str, int]) -> list[int]:
    """How many pages have the word, then for each the distance from the number before, and its weight."""
    told = sorted((int(number), weight) for number, weight in pages.items())
    if len(told) > MOST:
        told = sorted(sorted(told, key=lambda one: (-one[1], -one[0]))[:MOST])
    packed, last = [len(pages)], 0
    for number, weight in told:
        packed += (number - last, weight)
        last = number
    return packed


def _shown(kept: sqlite3.Connection, number: int) -> str:
    asked = "SELECT number, shown FROM pages WHERE number >= ? AND number < ?"
    rows = kept.execute(asked, (number * TOGETHER, (number + 1) * TOGETHER))
    found = {}
    for place, text in rows:
        told = json.loads(text)
        found[place] = [told["title"], told["address"], told["summary"], told["date"]]
    return _json(found)


def _topics(kept: sqlite3.Connection) -> str:
    found: dict[str, list[int]] = defaultdict(list)
    asked = "SELECT number, shown ->> 'topics' FROM pages WHERE number IS NOT NULL ORDER BY number"
    for number, topics in kept.execute(asked):
        for topic in json.loads(topics):
            found[topic].append(number)
    apart = {
        topic: [n - last for last, n in zip([0, *all_], all_, strict=False)] for topic, all_ in found.items()
    }
    return _json(dict(sorted(apart.items())))


def _core(kept: sqlite3.Connection, stamp: str) -> str:
    groups = {id_: row for id_, *row in kept.execute("SELECT id, kind, body, year, lang FROM groups")}
    asked = "SELECT number, shown FROM pages WHERE number IS NOT NULL AND NOT shown ->> 'said' ORDER BY path"
    rows: list[list[Any]] = []
    for number, text in kept.execute(asked):
        told = json.loads(text)
        rows.append([number, told["title"], told["address"], "|".join(told["known"])])
    (total,) = kept.execute("SELECT count(*) FROM pages WHERE number IS NOT NULL").fetchone()
    core = {
        "version": VERSION, "stamp": stamp, "pages": total, "slots": SLOTS, "together": TOGETHER,
        "weights": {"name": NAME, "known": KNOWN}, "groups": groups, "rows": rows,
    }  # fmt: skip
    return _json(core)


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _write(path: Path, data: str) -> None:
    """Write aside and rename, so that every served file is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.new")
    aside.write_text(data, encoding="utf-8")
    os.replace(aside, path)  # noqa: PTH105 - the same call, and its name is the point
