"""Pictures and documents are inspected within limits of time and memory, and again only when they change."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple

from site_builder.media.asset import Asset
from site_builder.problems import Problem, error
from site_builder.reading.cache import KeptAsset, ReadingCache
from site_builder.reading.limits import each_within_limits


class ReadAssets(NamedTuple):
    """What was found below `filer/`."""

    assets: dict[str, Asset]
    """By address."""
    problems: list[Problem]
    gone: list[str]
    """Paths that the cache may forget."""


def read_assets(found: Mapping[str, Path], roots: Collection[str], cache: ReadingCache) -> ReadAssets:
    """Look at every file; `found` has them by address, `roots` are the folders that were looked through."""
    kept = cache.restore_assets()
    now: dict[str, KeptAsset] = {}
    todo: list[Path] = []
    problems = []
    for path in found.values():
        try:
            stat = path.stat()
        except OSError:
            problems.append(_unreadable(path))
            continue
        marks = (stat.st_size, stat.st_mtime_ns, stat.st_ino)
        known = kept.get(str(path))
        if known and known.stat == marks:
            now[str(path)] = known
        else:
            now[str(path)] = KeptAsset(marks, None, ())
            todo.append(path)
    _inspect(todo, now, cache)
    assets = {address: asset for address, path in found.items() if (asset := _asset(now, path))}
    problems += [problem for path in sorted(now) for problem in now[path].problems]
    gone = [
        path for path in kept if path not in now and any(Path(path).is_relative_to(root) for root in roots)
    ]
    return ReadAssets(assets, problems, gone)


def _asset(now: Mapping[str, KeptAsset], path: Path) -> Asset | None:
    known = now.get(str(path))
    return known.asset if known else None


def _inspect(todo: list[Path], now: dict[str, KeptAsset], cache: ReadingCache) -> None:
    if not todo:
        return
    from site_builder.media import inspect  # Pillow costs 0.1 s: only where there is a new picture

    def look(path: Path) -> inspect.Inspected:
        try:
            return inspect.inspect(path)
        except OSError:
            return inspect.Inspected(Asset(str(path), 0, "", "refused"), [_unreadable(path)])

    def lost(path: Path, failure: str) -> inspect.Inspected:
        return inspect.lost(str(path), now[str(path)].stat[0], failure)

    for path, (asset, problems) in zip(
        todo, each_within_limits(look, todo, lost, seconds=inspect.SECONDS), strict=True
    ):
        now[str(path)] = cache.fresh_assets[str(path)] = now[str(path)]._replace(
            asset=asset, problems=tuple(problems)
        )


def _unreadable(path: Path) -> Problem:
    return error("unreadable", str(path), 0, "", "Filen går inte att läsa.", "Se över filens rättigheter.")
