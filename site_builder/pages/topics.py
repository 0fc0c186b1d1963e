"""The pages of topics: what one can do, then news, then more; and lists grouped by topic."""

from collections.abc import Iterator, Sequence

from site_builder.content import BY_NAME
from site_builder.formats import feed_names
from site_builder.pages.listing import Intros, listing, offered, paged
from site_builder.pages.page import Group, Page
from site_builder.reading.indexed_record import IndexedRecord
from site_builder.site.site import Site

SHORT = 5
"""So many of a type are on a topic's page."""
SHORTER = 3
"""The same where the topic has others below it, which lead further."""


def by_topic(site: Site, records: Sequence[IndexedRecord]) -> list[Group]:
    """Each record once, under the topmost topic of its first topic; those without one last."""
    groups: dict[str, list[IndexedRecord]] = {term.slug: [] for term in site.children("")}
    rest: list[IndexedRecord] = []
    for one in records:
        term = next((site.topics[slug] for slug in one.topics if slug in site.topics), None)
        (groups[term.parent or term.slug] if term else rest).append(one)
    found = [Group(site.topics[slug].name, site.cards(ones)) for slug, ones in groups.items() if ones]
    return [*found, Group("Övrigt", site.cards(rest))] if rest else found


def topic_pages(site: Site, intros: Intros) -> Iterator[Page]:
    """All topics on a page, a page for each, and lists of what is too much for it."""
    tops = [(term, site.children(term.slug)) for term in site.children("")]
    yield listing(
        intros, "/amnen/", "Ämnen", "Allt som kommunen gör, ämne för ämne.", "topics.html", topics=tops
    )
    for term in site.topics.values():
        parent = site.topics.get(term.parent)
        above = [("/amnen/", "Ämnen"), *([(f"/amnen/{parent.slug}/", parent.name)] if parent else [])]
        address = f"/amnen/{term.slug}/"
        links = (feed_names.topic(site, term.slug), feed_names.ALL)
        groups, short = [], SHORT if parent else SHORTER
        for name, model in BY_NAME.items():
            info = model.info
            records = offered(site.topic_type(term.slug, name))
            if len(records) > short:
                more = f"{address}{info.slug}/"
                groups.append(Group(info.listed_as, site.cards(records[:short]), more, len(records)))
                title = f"{term.name}: {info.listed_as[0].lower()}{info.listed_as[1:]}"
                yield from paged(
                    site,
                    intros,
                    more,
                    title,
                    records,
                    links,
                    above=(*above, (address, term.name)),
                    subscribe=f"amne={term.slug}",
                )
            elif records:
                groups.append(Group(info.listed_as, site.cards(records)))
        yield listing(
            intros, address, term.name, term.description, "topic.html", above, links, f"amne={term.slug}",
            topic=term, children=site.children(term.slug), groups=groups,
        )  # fmt: skip
