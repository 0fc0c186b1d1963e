"""All files of the content folders are loaded, and read again only where they have changed."""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from site_builder.content import search_phrases, vocabulary
from site_builder.content.search_phrases import Phrase
from site_builder.content.vocabulary import Vocabularies
from site_builder.media.asset import Asset, address_of
from site_builder.problems import Problem, error, warning
from site_builder.reading import moved_files
from site_builder.reading.assets import read_assets
from site_builder.reading.cache import Fresh, Kept, ReadingCache, Stat
from site_builder.reading.indexed_record import IndexedRecord, from_json, to_json
from site_builder.reading.limits import each_within_limits
from site_builder.reading.moved_files import MovedFile

ASSETS = "filer"
"""The folder of pictures and documents, which are published below `/filer/`."""

Tell = Callable[[str, int, int], None]
"""Told of progress: what is being done, how much is done, and of how much."""


class Content(NamedTuple):
    """All that was read."""

    records: list[IndexedRecord]
    vocabularies: Vocabularies
    assets: dict[str, Asset]
    """Pictures and documents by their address below `/filer/`."""
    problems: list[Problem]
    cache: ReadingCache
    """Has the long texts of what was read, now or in an earlier run."""
    save: Callable[[], None]
    """Keeps what was read for the next run."""
    roots: tuple[Path, ...]
    phrases: Sequence[Phrase] = ()
    """What queries are about, by the expressions in them."""
    faulty: Sequence[IndexedRecord] = ()
    """What could be read of the files that are no records, because fields of them are wrong."""
    moved: Sequence[MovedFile] = ()
    """Where files below `/filer/` have gone."""


_Job = tuple[Path, str, Stat]
"""A file to be read: its root, its path, and what the file system says of it."""


def no_tell(what: str, done: int, total: int) -> None:
    """Show no progress."""


def load(roots: Iterable[Path], cache: Path | None = None, stamp: str = "", tell: Tell = no_tell) -> Content:
    """Read the vocabularies and every record below `roots`, in a stable order.

    `cache` is a folder that may hold what an earlier run read; it counts only where it was written under the
    same `stamp`.
    """
    folders = tuple(roots)
    vocabularies, problems = vocabulary.read(folders)
    phrases, wrong = search_phrases.read(folders)
    moved, unclear = moved_files.read(folders)
    problems += [*wrong, *unclear]
    saved = ReadingCache(cache, stamp)
    kept = saved.restore()
    now: dict[str, Kept] = {}
    todo: list[_Job] = []
    files: dict[str, Path] = {}
    for root in folders:
        for path, stat in _files(root, problems, files):
            known = kept.get(path)
            if known and known.stat == stat and known.root == str(root):
                now[path] = known
            else:
                todo.append((root, path, stat))
    _read(todo, now, saved, tell)
    here = {str(root) for root in folders}
    gone = [path for path, known in kept.items() if path not in now and known.root in here]
    assets = read_assets(files, here, saved)
    gone += assets.gone
    problems += assets.problems
    ordered = [now[file] for file in sorted(now)]
    problems += [problem for known in ordered for problem in known.problems]
    records = [known.record for known in ordered if known.record]
    found, faulty = [one for one in records if not one.faulty], [one for one in records if one.faulty]
    save = partial(saved.save, now, gone)
    return Content(found, vocabularies, assets.assets, problems, saved, save, folders, phrases, faulty, moved)


def _read(todo: list[_Job], now: dict[str, Kept], cache: ReadingCache, tell: Tell) -> None:
    if not todo:
        return
    from site_builder.reading.record_file import prepare, read_file  # the models and Markdown cost 0.2 s

    prepare(*todo[0][:2])

    def read(job: _Job) -> _Answer:
        indexed, texts, problems = read_file(job[0], Path(job[1]))
        if indexed is None:
            return Fresh("", "", ""), problems
        kept = json.dumps(texts, ensure_ascii=False) if texts else ""
        return Fresh(to_json(indexed), indexed.digest, kept), problems

    for done, ((root, path, stat), (fresh, problems)) in enumerate(
        zip(todo, each_within_limits(read, todo, _lost), strict=True), start=1
    ):
        record = from_json(fresh.record) if fresh.record else None
        now[path] = Kept(str(root), stat, record, tuple(problems))
        cache.fresh[path] = fresh
        if done % 50 == 0 or done == len(todo):
            tell("läser", done, len(todo))


_Answer = tuple[Fresh, list[Problem]]


def _lost(job: _Job, failure: str) -> _Answer:
    if failure:
        message, hint = f"Filen gick inte att läsa: {failure}.", "Det är ett fel i programmet. Anmäl det."
        return Fresh("", "", ""), [error("read-failure", job[1], 0, "", message, hint)]
    message = "Texten tar för lång tid eller för mycket minne att läsa."
    hint = "Står samma tecken eller rad väldigt många gånger? Ta bort dem, eller dela upp texten."
    return Fresh("", "", ""), [error("text-too-heavy", job[1], 0, "", message, hint)]


def _files(root: Path, problems: list[Problem], assets: dict[str, Path]) -> Iterator[tuple[str, Stat]]:
    """Every Markdown file below `root`; pictures and documents go to `assets`, oddities to `problems`."""
    folders = [str(root)]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError:
            problems.append(_unreadable(folder))
            continue
        for entry in entries:
            if entry.name.startswith((".", "~", "#")):
                continue
            if entry.is_symlink() and not Path(entry.path).resolve().is_relative_to(root.resolve()):
                message = "Länken leder ut ur innehållsmappen."
                problems.append(error("symlink-out", entry.path, 0, "", message, "Lägg filen i mappen."))
            elif entry.is_dir(follow_symlinks=False):
                folders.append(entry.path)
            elif entry.name.endswith(".md") and folder != str(root):
                try:
                    found = entry.stat()
                except OSError:
                    problems.append(_unreadable(entry.path))
                else:
                    yield entry.path, (found.st_size, found.st_mtime_ns, found.st_ino)
            else:
                _other(root, Path(entry.path), problems, assets)


def _other(root: Path, path: Path, problems: list[Problem], assets: dict[str, Path]) -> None:
    """A file that is no record: published as it is, a vocabulary, or astray."""
    if path.is_relative_to(root / ASSETS):
        assets[address_of("/" + path.relative_to(root).as_posix())] = path
    elif path.parent != root or path.name not in (
        *vocabulary.FILES.values(),
        search_phrases.FILE,
        moved_files.FILE,
    ):
        problems.append(_stray(path))


def _stray(path: Path) -> Problem:
    message = "Filen hör inte hit och läses inte."
    hint = f"Poster slutar på .md och ligger i en typs mapp. Bilder och dokument ligger i {ASSETS}/."
    return warning("stray-file", str(path), 0, "", message, hint)


def _unreadable(path: str) -> Problem:
    message = "Mappen eller filen går inte att läsa."
    return error("unreadable", path, 0, "", message, "Se över rättigheterna.")
