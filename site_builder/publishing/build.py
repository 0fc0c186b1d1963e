"""A build reads, checks, derives, writes. With errors nothing but alerts is written.

What is made again is decided file by file: each output has a key over all that it shows, and is made only
where the key differs from that of the last publication. There is no other rule for incremental builds.
"""

import gc
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple

from site_builder import config as settings
from site_builder.formats import catalog
from site_builder.pages import SitePages, faulty_pages, site_pages
from site_builder.problems import Problem, has_errors
from site_builder.publishing import manifest
from site_builder.publishing.ahead import work_ahead
from site_builder.publishing.alerts_alone import alerts_alone
from site_builder.publishing.locating import located
from site_builder.publishing.making import Place, publish_outputs
from site_builder.publishing.outputs import Output, outputs
from site_builder.publishing.publish import complete
from site_builder.publishing.rendering import Renderer
from site_builder.publishing.site_lock import no_wait, site_lock
from site_builder.reading.load import Tell, load, no_tell
from site_builder.site import first_publication
from site_builder.site.acceptance import accepting
from site_builder.site.addresses import Addresses
from site_builder.site.checks import check
from site_builder.site.due import due
from site_builder.site.lifetime import has_its_time, lasts
from site_builder.site.news_reach import reach, untold
from site_builder.site.site import Site

CACHE = Path(".cache/site-builder")


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
    """So many files the site has; 0 where errors stopped it, and only alerts were published, if any."""
    made: int = 0
    """So many files were made again."""
    changed: int = 0
    """So many came out otherwise than before, or were removed."""
    seconds: float = 0.0
    reach: str = ""
    """How many pieces of news go out, and why others do not; empty where nothing is new."""
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
    withdrawn: Collection[str] = (),
    published: Path | None = None,
) -> tuple[Site, SitePages, list[Problem]]:
    """Read and check: the site, its pages, and every problem; `withdrawn` are ids that must not be public.

    `published` is the manifest of what the public last saw, if it is to be considered. What was read is kept
    for the next run by `site.content.save()`. Raises ManifestError.
    """
    with no_collection():
        options = Options(list(roots), Path(), now, cache=cache, config=config)
        site = _read(options, tell, withdrawn=withdrawn)
        pages = site_pages(site)
        problems = check(site, _addresses(site, pages))
        before = manifest.read(published) if published else manifest.EMPTY
        return site, pages, located([*problems, *_untold(site, before)])


def _untold(site: Site, before: manifest.Manifest) -> Iterator[Problem]:
    """Nothing is news where the public has seen nothing yet: all of it is new."""
    if before != manifest.EMPTY:
        yield from accepting(untold(site, before.addresses, before.news), site)


def _read(options: Options, tell: Tell, *, withdrawn: Collection[str] = ()) -> Site:
    content = load(options.roots, options.cache, settings.reading_stamp(), tell)
    config = options.config or settings.read()
    return Site(content, options.now, config, preview=options.preview, withdrawn=withdrawn)


def judged(
    site: Site, pages: SitePages, before: manifest.Manifest, overrides: Sequence[manifest.Override] = ()
) -> list[Problem]:
    """Every problem of a site that is to follow the publication `before`, as `build` tells them."""
    problems = check(site, _addresses(site, pages))
    problems = [first_publication.judged(problem, site, before.notices) for problem in problems]
    problems += accepting(manifest.gate(site, before, overrides), site)
    problems += _untold(site, before)
    return located(problems)


def _addresses(site: Site, pages: SitePages) -> Addresses:
    def other(when: Literal["later", "ever"]) -> set[str]:
        counts = lasts if when == "later" else has_its_time
        if all(site.is_public(one) for one in site.all if counts(one, site.now.timestamp())):
            return pages.addresses()
        return site_pages(Site(site.content, site.now, site.config, counts=counts)).addresses()

    return Addresses({*pages.addresses(), f"{catalog.ADDRESS}/"}, other)


def no_live(result: Result) -> None:
    """Say nothing."""


def build(
    options: Options, tell: Tell = no_tell, live: Live = no_live, wait: Callable[[], None] = no_wait
) -> Result:
    """Build the whole site at the moment `options.now`; on errors only alerts are published.

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
    site = _read(options, tell, withdrawn=manifest.overridden(before, overrides))
    stamp = settings.rendering_stamp(site.config)
    wanted: list[Output] = []
    with work_ahead(site, stamp) as keys:
        pages = site_pages(site)
        if options.preview:
            problems = check(site, _addresses(site, pages))
            pages.generated.extend(faulty_pages(site, problems))
            problems = located(problems)
        else:
            problems = judged(site, pages, before, overrides)
        stopped = not options.preview and has_errors(problems, strict=options.strict)
        if not stopped:
            renderer = Renderer(site, problems if options.preview else (), preview=options.preview)
            wanted = list(outputs(site, pages, renderer, stamp, keys))
    place = Place(options.site, options.manifest)
    alerts = partial(alerts_alone, place, site, problems, before, stamp)
    if stopped:
        made, changed = alerts()
    else:
        try:
            after = manifest.publication(site, before, overrides)
            made, changed = publish_outputs(place, wanted, after, tell, full=options.full)
        except Exception:  # one record that cannot be rendered must not keep an alert from going out
            alerts()
            raise
    result = Result(problems, len(wanted), made, changed, time.perf_counter() - begun)
    if not stopped:
        first = options.preview or before == manifest.EMPTY  # all of it is new, and none of it is news
        result = result._replace(reach="" if first else str(reach(site, before.addresses, before.news)))
        live(result)
    site.content.save()
    return result._replace(due=due(site))
