"""The site's feeds have their names and titles here, and each page the feeds that it links to."""

from typing import NamedTuple

from site_builder.content import TYPES
from site_builder.reading.indexed_record import IndexedRecord
from site_builder.site.site import Site


class Feed(NamedTuple):
    """A feed that a page links to."""

    name: str
    title: str


ALL = Feed("alla", "Allt nytt")
CRISIS = Feed("kris", "Kris och allvarliga störningar")
BOARD = Feed("anslagstavla", "Anslagstavlan")
OWN = {feed.name: feed for feed in (CRISIS, BOARD)}
"""What `TypeInfo.feed` may name."""
TYPE = {
    model.info.name: Feed(f"typ-{model.info.slug}", model.info.swedish_plural.capitalize()) for model in TYPES
}


def topic(site: Site, slug: str) -> Feed:
    """The feed of a topic."""
    return Feed(f"amne-{slug}", site.topics[slug].name)


def body(one: IndexedRecord) -> Feed:
    """The feed of a body."""
    return Feed(f"organ-{one.slug}", one.title)


def feeds(site: Site) -> list[Feed]:
    """Every feed of the site."""
    found = [ALL, *OWN.values(), *TYPE.values()]
    found += [topic(site, slug) for slug in site.topics]
    found += [body(one) for one in site.of_type("body")]
    found += [Feed(f"omrade-{term.slug}", term.name) for term in site.areas.values()]
    return found


def in_english(site: Site, feed: Feed) -> Feed:
    """As an English page names it, with an English name where there is one."""
    term = site.topics.get(feed.name.removeprefix("amne-"))
    known = {ALL.name: "All news", CRISIS.name: "Crises and serious disruptions"}
    name = term.name_en if term else known.get(feed.name, "")
    return Feed(feed.name, f"{name or feed.title} (in Swedish)")
