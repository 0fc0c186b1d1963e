"""The site is held in memory between requests, and read again where its files have changed."""

import os
import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from glob import escape
from pathlib import Path
from typing import NamedTuple

from editor.settings import EditorSettings
from editor.workspace.titles import Titles
from site_builder import config as site_settings
from site_builder.content import BY_FOLDER
from site_builder.content.vocabulary import Vocabularies
from site_builder.pages import SitePages
from site_builder.problems import Problem
from site_builder.publishing import manifest
from site_builder.publishing.build import Options, judged, read
from site_builder.site.site import Site

Clock = Callable[[], datetime]


class Place(NamedTuple):
    """Where the site is: what it is made of, and where it is published."""

    roots: Sequence[Path]
    """The first is edited."""
    site: Path
    published: Path | None
    cache: Path
    config: site_settings.Config
    remote: str = ""
    """Of Git: what every publication is sent to; empty for none."""


def place_of(settings: EditorSettings) -> Place:
    """The place that the settings name. Raises ConfigError and OSError."""
    config = site_settings.read(own=Path(settings.config) if settings.config else None)
    published = Path(settings.published) if settings.published else None
    roots = [Path(root) for root in settings.content]
    return Place(roots, Path(settings.site), published, Path(settings.cache), config, settings.remote)


class Held(NamedTuple):
    """The site as the files have it."""

    site: Site
    pages: SitePages
    problems: list[Problem]
    titles: Titles

    @property
    def vocabularies(self) -> Vocabularies:
        """Terms by the name of their vocabulary."""
        return self.site.content.vocabularies


class HeldSite:
    """Reads the content folders, and keeps what it read."""

    def __init__(self, place: Place, clock: Clock) -> None:
        self.place = place
        self.clock = clock
        self.lock = threading.RLock()
        """Held while files are read together or written."""
        self._held: Held | None = None
        self._seen: object = None

    @property
    def root(self) -> Path:
        """The folder whose records are edited."""
        return self.place.roots[0]

    @property
    def config(self) -> site_settings.Config:
        """What holds for the whole site."""
        return self.place.config

    def options(self) -> Options:
        """How the site is built at this moment."""
        place = self.place
        return Options(
            place.roots, place.site, self.clock(), place.published, cache=place.cache, config=place.config
        )

    def now(self) -> Held:
        """The site as its files are at this moment."""
        with self.lock:
            seen = _seen(self.place.roots)
            if self._held is None or seen != self._seen:
                options = self.options()
                before = manifest.read(options.manifest)
                withdrawn = manifest.overridden(before)
                site, pages, _ = read(
                    options.roots, options.now, options.cache, self.config, withdrawn=withdrawn
                )
                site.content.save()
                problems = judged(site, pages, before)
                self._held, self._seen = Held(site, pages, problems, Titles(site)), seen
            return self._held

    def file_of(self, folder: str, slug: str) -> Path | None:
        """The file of a record, also where it cannot be read; None where there is none that may be edited."""
        if folder not in BY_FOLDER or not slug or slug != Path(slug).name or slug.startswith("."):
            return None
        return next(iter(sorted((self.root / folder).rglob(f"{escape(slug)}.md"))), None)


def _seen(roots: Iterable[Path]) -> object:
    """What the file system says of every file below the roots."""
    found: list[tuple[str, int, int]] = []
    folders = [str(root) for root in roots]
    while folders:
        with os.scandir(folders.pop()) as listing:
            for entry in listing:
                if entry.name.startswith((".", "~", "#")):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    stat = entry.stat(follow_symlinks=False)
                    found.append((entry.path, stat.st_mtime_ns, stat.st_size))
    return sorted(found)
