"""Publication writes new files beside the old, then a journal, then renames one by one; no file is ever half.

`write_aside` puts a new version beside its place; `commit` lists in a journal what is to be renamed and
removed, and does it. A crash before the journal leaves the old site; after it, `complete` finishes the job.
Whoever calls these holds the lock on the site.
"""

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from site_builder.files import replace_file

JOURNAL = ".publication.json"
INTENT = ".publication.begun.json"
"""What was about to be written aside: after a crash before the journal, the leavings are cleared away."""
ASIDE = ".new"
RECORD = ".publicerat.json"
"""Inside the site: which files are ours, so that no other is ever removed, each with its key."""
FEW = 200
"""So many files are flushed to disk one by one; more of them all at once."""


class PublicationError(Exception):
    """Something written aside was gone when its turn came: what is published is not what was made."""


def published(site: Path) -> dict[str, str]:
    """The published files with their keys, as the site itself tells; empty where it does not."""
    try:
        found: dict[str, str] = json.loads((site / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def begin(site: Path, paths: Iterable[str]) -> None:
    """Say what will be written aside, so that nothing of it is left lying if this is as far as it gets."""
    site.mkdir(parents=True, exist_ok=True)
    (site / INTENT).write_text(json.dumps(list(paths)), encoding="utf-8")


def write_aside(site: Path, path: str, data: bytes) -> bool:
    """Put the new version of `path` beside it; False (and nothing written) where it is the same already."""
    target = os.path.join(site, path)  # noqa: PTH118 - twenty thousand times: Path costs 20 µs each
    if _same(target, data):
        return False
    try:
        stream = open(target + ASIDE, "wb")  # noqa: PTH123, SIM115 - as above
    except (FileNotFoundError, NotADirectoryError):
        _make_way(site, target)
        os.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH103, PTH120 - as above
        stream = open(target + ASIDE, "wb")  # noqa: PTH123, SIM115 - as above
    with stream:
        stream.write(data)
    return True


def _make_way(site: Path, target: str) -> None:
    """Remove a published file where a folder is to be: it would be removed anyway."""
    for folder in Path(target).parents:
        if folder == site:
            break
        if folder.is_file():
            folder.unlink(missing_ok=True)


def _same(target: str, data: bytes) -> bool:
    try:
        with open(target, "rb") as stream:  # noqa: PTH123 - as above
            return stream.read() == data
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return False


def commit(
    site: Path, changed: Iterable[str], removed: Iterable[str], beside: Mapping[Path, bytes] | None = None
) -> None:
    """Publish what was written aside and remove `removed`, all or nothing across a crash.

    `beside` are files outside the site that must change in the same step, such as the manifest. Raises
    PublicationError.
    """
    site.mkdir(parents=True, exist_ok=True)
    plan = {"rename": sorted(changed), "remove": sorted(removed), "beside": []}
    for target, data in (beside or {}).items():
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.with_name(target.name + ASIDE)
        aside.write_bytes(data)
        _flush(aside)
        plan["beside"].append(str(target.absolute()))
    if len(plan["rename"]) > FEW:
        os.sync()
    else:
        for path in plan["rename"]:
            with suppress(FileNotFoundError):  # told below
                _flush(site / (path + ASIDE))
    replace_file(site / JOURNAL, json.dumps(plan).encode())
    lost = _carry_out(site, plan, resumed=False)
    if lost:
        raise PublicationError(
            f"{len(lost)} filer var borta när de skulle publiceras, bland dem {lost[0]}. Bygg igen."
        )


def complete(site: Path) -> list[str]:
    """Finish a publication whose journal was written; returns the files of the site that are lost.

    What is lost is not counted as published, so that the next build makes it. Raises PublicationError where
    it is a file beside the site, which no build can make again.
    """
    journal = site / JOURNAL
    try:
        plan = json.loads(journal.read_text(encoding="utf-8"))
    except FileNotFoundError:
        clear(site)
        return []
    return _carry_out(site, plan, resumed=True)


def _carry_out(site: Path, plan: dict[str, list[str]], *, resumed: bool) -> list[str]:
    """Do what the journal says, in its order; after a crash (`resumed`) the first of it may be done."""
    renamed = set(plan["rename"])
    in_the_way = [path for path in plan["remove"] if renamed.intersection(map(str, Path(path).parents))]
    for path in in_the_way:  # a file takes the place of its folder
        _remove(site, path)
    lost = []
    for path in plan["rename"]:
        found = _rename(f"{site}/{path}")
        resumed = resumed and not found  # after the first that is still to be done, all are
        if not (found or (resumed and (site / path).is_file())):
            lost.append(path)
    for path in plan["remove"]:
        _remove(site, path)
    for path in plan["beside"]:
        if not (_rename(path) or (resumed and Path(path).is_file())):
            raise PublicationError(f"{path} är borta. Ta tillbaka filen ur en säkerhetskopia och bygg igen.")
    if lost:
        keys = published(site)
        replace_file(site / RECORD, json.dumps(keys | dict.fromkeys(lost, "")).encode())
    (site / JOURNAL).unlink()
    (site / INTENT).unlink(missing_ok=True)
    return lost


def clear(site: Path) -> None:
    """Remove what a publication that came to no journal has left beside the files."""
    for path in site.glob(f".{JOURNAL}.*.tmp"):
        path.unlink()
    try:
        text = (site / INTENT).read_text(encoding="utf-8")
    except FileNotFoundError:
        return
    try:
        paths = json.loads(text)
    except ValueError:  # it did not even get to write this
        paths = []
    for path in paths:
        (site / (path + ASIDE)).unlink(missing_ok=True)
    (site / INTENT).unlink()


def _rename(target: str) -> bool:
    """Give the new version its place; False where there is no new version."""
    try:
        os.rename(target + ASIDE, target)  # noqa: PTH104 - as above
    except FileNotFoundError:
        return False
    except (IsADirectoryError, NotADirectoryError):
        os.rmdir(target)  # noqa: PTH106 - an empty folder in the place of a file
        os.rename(target + ASIDE, target)  # noqa: PTH104 - as above
    return True


def _remove(site: Path, path: str) -> None:
    """Remove a file and the folders that are empty without it; done already where a crash came after it."""
    target = site / path
    with suppress(FileNotFoundError, IsADirectoryError, NotADirectoryError):
        target.unlink()
    for folder in target.parents:
        if folder == site:
            break
        try:
            folder.rmdir()
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:  # not empty
            break


def _flush(path: Path) -> None:
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
