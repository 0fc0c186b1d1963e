"""What a publication would do, worked out before anything leaves: the same functions as the build's own."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from editor.workspace.held import Place
from site_builder import config as site_settings
from site_builder.content import BY_NAME
from site_builder.content.notice import UNDECIDED
from site_builder.pages import SitePages, site_pages
from site_builder.publishing import manifest
from site_builder.publishing.outputs import Output, outputs
from site_builder.publishing.publish import published
from site_builder.publishing.rendering import Renderer
from site_builder.reading.indexed_record import IndexedRecord
from site_builder.site.news_reach import moments, reach
from site_builder.site.site import Site


class Plan(NamedTuple):
    """What differs from what the public sees now."""

    new: list[str]
    """Files of the site, such as `nyheter/2026/x/index.html`."""
    changed: list[str]
    gone: list[str]
    redirects: list[tuple[str, str]]
    """Old addresses that will lead on, and where to."""
    news: list[tuple[str, str]]
    """The title and type of what those who follow are told."""
    told: int
    held: list[str]
    """What nobody is told, each with its reason."""
    notices: list[tuple[str, str]]
    """The title of each new notice, and its last day."""
    sms: list[tuple[str, str]]
    """The SMS of each alert that is news, and how many parts it takes."""

    @property
    def pages(self) -> dict[str, list[str]]:
        """Addresses of pages that are new, changed and gone."""
        kinds = {"new": self.new, "changed": self.changed, "gone": self.gone}
        return {kind: [_address(path) for path in paths if _is_page(path)] for kind, paths in kinds.items()}

    @property
    def feeds(self) -> int:
        """How many feeds change."""
        return sum(
            path.startswith("floden/") and path.endswith(".atom") for path in (*self.new, *self.changed)
        )


def plan(place: Place, site: Site, pages: SitePages | None = None) -> Plan:
    """What publishing this site now would do to what is published at the place."""
    before = manifest.read(place.published or place.site.with_name(f"{place.site.name}.publicerat.json"))
    was = published(place.site)
    stamp = site_settings.rendering_stamp(site.config)
    wanted = list(outputs(site, pages or site_pages(site), Renderer(site), stamp))
    new = sorted(one.path for one in wanted if one.path not in was)
    changed = sorted(one.path for one in wanted if one.path in was and _differs(place.site, one, was))
    gone = sorted(was.keys() - {one.path for one in wanted})
    told = reach(site, before.addresses, before.news)
    fresh = [one for one in site.public if _is_news(site, one, before)] if before != manifest.EMPTY else []
    held = {one.one.id for one in told.held}
    said = [one for one in fresh if one.id not in held]
    return Plan(
        new, changed, gone, _redirects(site, place.site),
        [(one.title, BY_NAME[one.type].info.swedish) for one in said], len(said),
        [f"{one.one.title}: {one.reason}" for one in told.held] if fresh else [],
        [(one.title, _last_day(one.facts)) for one in site.board if one.id not in before.notices],
        [site.sms(one) for one in said if one.type == "alert"],
    )  # fmt: skip


def _is_news(site: Site, one: IndexedRecord, before: manifest.Manifest) -> bool:
    seen = before.news.get(one.id)
    if one.example or one.status == "arkiverad" or (seen is None and one.address in before.addresses):
        return False
    return any(moment not in (seen or ()) for moment in moments(one, site))


def _last_day(facts: Mapping[str, object]) -> str:
    day = str(facts["last_day"])
    return "" if day == UNDECIDED.isoformat() else day


def _differs(site: Path, one: Output, was: Mapping[str, str]) -> bool:
    """Whether the file would come out otherwise: made, where its key does not say so already."""
    if one.key and was.get(one.path) == one.key:
        return False
    try:
        return (site / one.path).read_bytes() != one.data()
    except FileNotFoundError:
        return True


def _redirects(site: Site, folder: Path) -> list[tuple[str, str]]:
    """Those that are not there yet."""
    try:
        there = {
            line.split()[0] for line in (folder / "redirects.map").read_text(encoding="utf-8").splitlines()
        }
    except FileNotFoundError:
        there = set()
    return sorted((old, one.address) for one in site.public for old in one.replaces if old not in there)


def _is_page(path: str) -> bool:
    return path.endswith(".html")


def _address(path: str) -> str:
    return "/" + path.removesuffix("index.html")
