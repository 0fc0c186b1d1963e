"""Build: read, check, derive, write. With errors nothing is written.

What is made again is decided file by file: each output has a key over all that it shows, and is made only
where the key differs from that of the last publication. There is no other rule for incremental builds.
"""

import gc
import json
import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from site_builder import config as settings
from site_builder.formats import catalog
from site_builder.pages import Book, book, faulty_pages
from site_builder.problems import Problem, has_errors
from site_builder.publishing import keys, manifest
from site_builder.publishing.outputs import Output, outputs
from site_builder.publishing.publish import RECORD, begin, clear, commit, complete, published, write_aside
from site_builder.publishing.rendering import Renderer
from site_builder.publishing.site_lock import no_wait, site_lock
from site_builder.publishing.template_cache import TemplateCache
from site_builder.reading.load import Tell, load, no_tell
from site_builder.site.checks import check
from site_builder.site.due import due
from site_builder.site.site import Site

CACHE = Path(".cache/site-builder")
MANY = 300
"""From so many files on, rendering pays for processes of its own."""


class Options(NamedTuple):
    """What a build is asked to do."""

    roots: Sequence[Path]
    site: Path
    now: datetime
    published: Path | None = None
    """The manifest of what the public last saw; beside the site where nothing else is said."""
    full: bool = False
    strict: bool = False
    override: tuple[str, str] | None = None
    """(id, reason): a notice that must leave before its time."""
    preview: bool = False
    """For editors: drafts and what is yet to come are shown, and errors stop only the page they belong to."""
    cache: Path = CACHE
    config: settings.Config | None = None

    @property
    def manifest(self) -> Path:
        """Where the manifest is."""
        return self.published or self.site.with_name(f"{self.site.name}.publicerat.json")


class Result(NamedTuple):
    """What a build did."""

    problems: list[Problem]
    files: int = 0
    made: int = 0
    """So many files were made again."""
    changed: int = 0
    """So many came out otherwise than before, or were removed."""
    seconds: float = 0.0
    due: datetime | None = None
    """When something in the content next begins or ends by itself."""


Live = Callable[[Result], None]


def read(
    roots: Iterable[Path],
    now: datetime,
    cache: Path = CACHE,
    config: settings.Config | None = None,
    tell: Tell = no_tell,
    *,
    save: bool = False,
    withdrawn: Collection[str] = (),
) -> tuple[Site, Book, list[Problem]]:
    """Read and check: the site, its pages, and every problem; `withdrawn` are ids that must not be public.

    With `save`, what was read is being saved beside the checks: finish `site.content.saving` afterwards.
    """
    with no_collection():
        options = Options(list(roots), Path(), now, cache=cache, config=config)
        site = _read(options, tell, save=save, withdrawn=withdrawn)
        pages = book(site)
        return site, pages, check(site, _addresses(site, pages))


def _read(options: Options, tell: Tell, *, save: bool = False, withdrawn: Collection[str] = ()) -> Site:
    cache = options.cache / _name("lästa", *options.roots)
    content = load(options.roots, cache, settings.reading_stamp(), tell)
    if save:
        content = content._replace(saving=content.saving.begun())
    config = options.config or settings.read()
    return Site(content, options.now, config, preview=options.preview, withdrawn=withdrawn)


def _addresses(site: Site, pages: Book) -> set[str]:
    return pages.addresses() | {one.address for one in site.all} | {f"{catalog.ADDRESS}/"}


def no_live(result: Result) -> None:
    """Say nothing."""


def build(
    options: Options, tell: Tell = no_tell, live: Live = no_live, wait: Callable[[], None] = no_wait
) -> Result:
    """Build the whole site at the moment `options.now`; on errors the previous site is left as it was.

    `live` is told as soon as all is published; what was read is saved for the next run after that. Where
    another build of the site is under way, `wait` is told, and this one comes after it, at a moment that is
    as much later. Raises ManifestError and PublicationError.
    """
    with site_lock(options.site, wait) as waited, no_collection():
        return _build(options._replace(now=options.now + timedelta(seconds=waited)), tell, live)


@contextmanager
def no_collection() -> Iterator[None]:
    """No search for garbage: it takes a third, among hundreds of thousands of values that live to the end.

    May lie in another: a command that ends with its work needs none afterwards either.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _build(options: Options, tell: Tell, live: Live) -> Result:
    begun = time.perf_counter()
    complete(options.site)
    before = manifest.read(options.manifest)
    overrides = [manifest.override(*options.override, options.now)] if options.override else []
    withdrawn = manifest.overridden(before, overrides)
    site = _read(options, tell, withdrawn=withdrawn)
    stamp = settings.rendering_stamp(site.config)
    with keys.of_records(site, stamp) as of_records:
        pages = book(site)
        problems = check(site, _addresses(site, pages))
        if options.preview:
            pages.generated.extend(faulty_pages(site, problems))
        else:
            problems += manifest.gate(site, before, overrides)
            if has_errors(problems, strict=options.strict):
                site.content.saving.finish()
                return Result(problems)
        templates = TemplateCache(options.cache / "mallar", stamp)
        renderer = Renderer(site, problems if options.preview else (), templates)
        after = manifest.dump(manifest.publication(site, before, overrides))
        wanted = list(outputs(site, pages, renderer, stamp, of_records))
    made_again, changed = _publish(options, wanted, after, tell)
    seconds = time.perf_counter() - begun
    result = Result(problems, len(wanted), made_again, changed, seconds, due(site))
    live(result)
    site.content.saving.finish()
    return result


def _publish(options: Options, wanted: list[Output], after: bytes, tell: Tell) -> tuple[int, int]:
    """Make what must be made, and publish it; returns how many files were made, and how many changed."""
    before = published(options.site)
    known = {} if options.full else before
    todo = [output for output in wanted if not output.key or known.get(output.path) != output.key]
    now = {output.path: output.key for output in wanted}
    removed = before.keys() - now.keys()
    changed = _make(todo, options.site, tell)
    if changed or removed or now != before or not _same(options.manifest, after):
        record = json.dumps(now, ensure_ascii=False).encode()
        commit(options.site, changed, removed, {options.manifest: after, options.site / RECORD: record})
    else:
        clear(options.site)
    return len(todo), len(changed) + len(removed)


# -- making ------------------------------------------------------------------------------------------------

_todo: list[Output] = []
_site = Path()


def _make(todo: list[Output], site: Path, tell: Tell) -> list[str]:
    """Write every output aside; returns the paths of those that differ from what is published."""
    global _todo, _site
    _todo, _site = todo, site
    begin(site, (output.path for output in todo))
    if len(todo) < MANY:
        return _make_some(range(len(todo)))
    changed: list[str] = []
    step = 50
    slices = [range(start, min(start + step, len(todo))) for start in range(0, len(todo), step)]
    from concurrent.futures import ProcessPoolExecutor  # 20 ms: only where needed
    from multiprocessing import get_context

    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("fork")) as pool:
        for done, paths in enumerate(pool.map(_make_some, slices), start=1):
            changed += paths
            tell("skriver", min(done * step, len(todo)), len(todo))
    return changed


def _make_some(numbers: range) -> list[str]:
    return [_todo[i].path for i in numbers if write_aside(_site, _todo[i].path, _todo[i].data())]


# -- what was published ------------------------------------------------------------------------------------


def _name(kind: str, *paths: Path) -> str:
    text = "\0".join(str(path.absolute()) for path in paths)
    return f"{kind}-{blake2b(text.encode(), digest_size=8).hexdigest()}"


def _same(path: Path, data: bytes) -> bool:
    try:
        return path.read_bytes() == data
    except FileNotFoundError:
        return False
