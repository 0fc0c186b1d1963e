"""A file below `filer/` gets another name: it moves, its old address leads on, and links to it are mended."""

import os
import re
from pathlib import Path
from urllib.parse import quote

from site_builder.editing.rename import RenameError
from site_builder.files import replace_file
from site_builder.media.asset import address_of
from site_builder.reading.load import ASSETS
from site_builder.reading.moved_files import FILE
from site_builder.site.site import Site


def is_asset(site: Site, path: Path) -> bool:
    """Whether a path lies below a content folder's `filer/`."""
    return _root(site, path) is not None


def rename_asset(site: Site, old: Path, new: Path) -> list[str]:
    """Move the file; returns the other files that were mended. Raises RenameError and OSError.

    The new file is there before anything leads to it, and the old one is removed last.
    """
    root = _root(site, old)
    if root is None or root != _root(site, new):
        raise RenameError(f"Filen kan bara byta namn inom {ASSETS}/.")
    if not old.is_file():
        raise RenameError(f"{old} finns inte.")
    if new.exists():
        raise RenameError(f"{new} finns redan. Välj ett annat namn.")
    if new.suffix.lower() != old.suffix.lower():
        raise RenameError(f"Namnet ska sluta på {old.suffix}: slutet säger vad filen är.")
    before, after = (
        address_of("/" + _plain(path).relative_to(_plain(root)).as_posix()) for path in (old, new)
    )
    texts: dict[Path, str] = {}
    for path in (Path(one.file) for one in site.all):
        was = path.read_bytes().decode("utf-8")
        text = _mended(was, before, after)
        if text != was:
            texts[path] = text
    table = root / FILE
    rows = table.read_bytes().decode("utf-8") if table.exists() else ""
    new.parent.mkdir(parents=True, exist_ok=True)
    os.link(old, new)
    for path, text in texts.items():
        replace_file(path, text.encode(), path.stat().st_mode & 0o777)
    replace_file(table, _with_row(rows, before, after).encode())
    old.unlink()
    return sorted(map(str, texts))


def _root(site: Site, path: Path) -> Path | None:
    return next(
        (root for root in site.content.roots if _plain(path).is_relative_to(_plain(root / ASSETS))), None
    )


def _plain(path: Path) -> Path:
    """From the root, without `..`."""
    return Path(os.path.normpath(path.absolute()))


def _mended(text: str, old: str, new: str) -> str:
    """The text with links to the new address, written as the old one was; other hosts' are not ours."""
    for before, after in ((old, new), (quote(old), quote(new))):
        link = rf"(?<![\w/.:%-]){re.escape(before)}(?=[)#?>\s\"'\]]|$)"
        text = re.sub(link, after.replace("\\", r"\\"), text, flags=re.MULTILINE)
    return text


def _with_row(rows: str, old: str, new: str) -> str:
    """The table with one row more; what led to the old name leads to the new one, and nothing to itself."""
    kept = []
    for row in rows.splitlines():
        left, colon, right = row.partition(": ")
        if colon and address_of(left.strip("'\" ")) == new:
            continue
        kept.append(f"{left}: {_quoted(new)}" if colon and address_of(right.strip("'\" ")) == old else row)
    return "".join(f"{row}\n" for row in [*kept, f"{_quoted(old)}: {_quoted(new)}"])


def _quoted(address: str) -> str:
    return address if re.fullmatch(r"[\w/.-]+", address) else f'"{address}"'
