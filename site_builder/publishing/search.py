"""Search: Pagefind indexes the published pages, after they are live; an unchanged site keeps its index."""

import os
import shutil
import subprocess
import sys
from hashlib import blake2b
from pathlib import Path

from site_builder.publishing.publish import published
from site_builder.publishing.site_lock import site_lock

FOLDER = "pagefind"
ENTRY = "pagefind-entry.json"
"""Names the files of an index; it changes hands last, so that a search under way finds its files."""
KEY = "key"


class SearchError(Exception):
    """Pagefind failed; the pages are published, the search still answers with the index before."""


def index(site: Path) -> bool:
    """Index the published pages of `site` unless the index is of them already; True when there is a new one.

    One at a time: another waits, and sees what is left to do. Raises SearchError, with what Pagefind said.
    """
    folder = site / FOLDER
    with site_lock(folder):
        wanted = _wanted(site)
        if _key(folder) == wanted:
            return False
        aside = (
            site.absolute() / f".{FOLDER}.new"
        )  # within: whoever may write the site may not write beside it
        shutil.rmtree(aside, ignore_errors=True)
        command = [
            sys.executable,
            "-m",
            "pagefind",
            "--silent",
            "--site",
            str(site),
            "--output-path",
            str(aside),
        ]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
        if ran.returncode or not (aside / ENTRY).exists():
            raise SearchError(f"Sökindexet gick inte att bygga: {(ran.stderr or ran.stdout).strip()[-500:]}")
        (aside / KEY).write_text(wanted, encoding="ascii")
        _exchange(aside, folder)
    return True


def _wanted(site: Path) -> str:
    """Changes whenever a published page does."""
    digest = blake2b(digest_size=12)
    for path, key in sorted(published(site).items()):
        if path.endswith(".html"):
            digest.update(f"{path}{key}".encode())
    return digest.hexdigest()


def _key(folder: Path) -> str:
    try:
        return (folder / KEY).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return ""


def _exchange(new: Path, folder: Path) -> None:
    """Move every file of `new` into place, the entry and the key last; then remove the rest of the old."""
    files = [path.relative_to(new) for path in new.rglob("*") if path.is_file()]
    for path in sorted(files, key=lambda path: (path.name == KEY, path.name == ENTRY, str(path))):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        os.replace(new / path, folder / path)  # noqa: PTH105 - the same call, and its name is the point
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        if path.relative_to(folder) not in files:
            path.unlink()
    shutil.rmtree(new)
