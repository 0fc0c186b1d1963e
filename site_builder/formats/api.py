"""The records are published as JSON with English keys, with their schemas, topics, alerts and words."""

import json
from collections.abc import Iterable
from functools import cache
from hashlib import blake2b
from typing import Any

from site_builder.content import BY_NAME, TYPES, Record
from site_builder.formats import catalog
from site_builder.formats.calendars import calendars
from site_builder.formats.feed_names import feeds
from site_builder.formats.registry import Format, RecordFormat, always, single
from site_builder.reading.indexed_record import IndexedRecord, RecordTexts
from site_builder.site.alerts import coming, in_force, over
from site_builder.site.card import Card
from site_builder.site.site import Site

HIDDEN = {"keywords", "withheld", "accepts"}
"""Fields that are for editors and for the search, never for readers."""


def record_json(site: Site, one: IndexedRecord, record: Record, texts: RecordTexts) -> bytes:
    """One record in full; withheld contact fields are left out, and editors' search words too."""
    fields = {info.alias or name: name for name, info in type(record).model_fields.items()}
    hidden = {fields.get(alias, alias) for alias in getattr(record, "withheld", ())}
    data = record.model_dump(mode="json", exclude=HIDDEN | hidden)
    head = {
        "type": one.type,
        "url": site.config.base + one.address,
        "demonstration": site.config.demonstration,
    }
    return dump(head | data | {"text": texts.text_html})


def collection(site: Site, name: str, plural: str, cards: Iterable[Card]) -> bytes:
    """Every listed record of a type in short, with where the whole of it is."""
    rows = [summary(site, card, plural) for card in cards]
    return dump({"demonstration": site.config.demonstration, "type": name, "count": len(rows), plural: rows})


def summary(site: Site, card: Card, plural: str) -> dict[str, Any]:
    """A record in short."""
    base = site.config.base
    facts = {key: value for key, value in card.facts.items() if key not in ("sms", "past", "state")}
    return {
        "id": card.id,
        "url": base + card.address,
        "data": f"{base}/api/v1/{plural}/{card.id}.json",
        "title": card.title,
        "summary": card.summary,
        "language": card.lang,
        "example": card.example,
        **({"when": card.when} if card.when else {}),
        **facts,
    }


def index(site: Site) -> bytes:
    """What there is to fetch."""
    base = f"{site.config.base}/api/v1"
    return dump(
        {
            "demonstration": site.config.demonstration,
            "collections": {model.info.plural: f"{base}/{model.info.plural}.json" for model in TYPES},
            "schemas": {model.info.name: f"{base}/schemas/{model.info.name}.json" for model in TYPES},
            "topics": f"{base}/topics.json",
            "titles": f"{base}/titles.json",
            "alerts": f"{base}/alerts.json",
            "feeds": f"{site.config.base}/floden/alla.opml",
            "calendars": {one.name: site.config.base + one.address for one in calendars(site)},
            "catalog": site.config.base + catalog.ADDRESS,
        }
    )


@cache
def schema(model: type[Record]) -> bytes:
    """The JSON Schema of a record as the API gives it."""
    made = model.model_json_schema(by_alias=False, mode="serialization")
    for name in HIDDEN:
        made["properties"].pop(name, None)
    extra = {
        "type": {"const": model.info.name},
        "url": {"type": "string", "format": "uri"},
        "text": {"type": "string"},
    }
    made["properties"] = {**extra, "demonstration": {"type": "boolean"}, **made["properties"]}
    made["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return dump(made)


def topics(site: Site) -> bytes:
    """What can be followed: the subscription service's form is made from it."""
    base = site.config.base
    return dump(
        {
            "types": [
                {"slug": model.info.slug, "name": _capital(model.info.swedish_plural)} for model in TYPES
            ],
            "topics": [
                {
                    "slug": top.slug,
                    "name": top.name,
                    "children": [{"slug": term.slug, "name": term.name} for term in site.children(top.slug)],
                }
                for top in site.children("")
            ],
            "bodies": [{"slug": one.slug, "name": one.title} for one in site.of_type("body")],
            "areas": [{"slug": term.slug, "name": term.name} for term in site.areas.values()],
            "feeds": [{"name": feed.name, "url": f"{base}/floden/{feed.name}.atom"} for feed in feeds(site)],
        }
    )


def titles(site: Site) -> bytes:
    """The title of every page by its record's id: what the subscription service calls a page to follow."""
    return dump({one.id: one.title for one in site.public})


def alerts(site: Site) -> bytes:
    """The alerts in force, most severe first, then those to come: readers compare with their own clock.

    `over` are those that say, until `over_until`, that another is over.
    `earlier` says only where the rest is, since every page reads this file.
    """
    base = f"{site.config.base}/api/v1/alerts"
    told = {one.id: one for one in [*in_force(site), *coming(site)]}
    ends = {one.id: one for one in over(site)}
    rows, all_clears = (
        [summary(site, card, "alerts") for card in site.cards(group.values())] for group in (told, ends)
    )
    earlier = [f"{base}/{one.id}.json" for one in site.of_type("alert") if one.id not in told | ends]
    head = {"demonstration": site.config.demonstration, "alerts": rows}
    return dump(head | {"over": all_clears, "earlier": earlier})


def search_phrases(site: Site) -> bytes:
    """What the search knows beside its index: the table of expressions, everyday words, topics in English."""
    synonyms: dict[str, list[str]] = {}
    for term in (*site.topics.values(), *site.areas.values(), *site.audiences.values()):
        for word in term.synonyms:
            synonyms.setdefault(word.lower(), []).append(term.name)
    topics = [(term.name_en, f"/amnen/{term.slug}/") for term in site.topics.values() if term.name_en]
    phrases = [row._asdict() for row in site.content.phrases]
    return dump({"phrases": phrases, "synonyms": synonyms, "topics_en": topics})


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def dump(data: Any) -> bytes:
    """Stable UTF-8 on one line: Python writes indented JSON ten times slower."""
    return (json.dumps(data, ensure_ascii=False) + "\n").encode()


def _collection_key(site: Site, model: type[Record]) -> str:
    cards = site.cards(site.of_type(model.info.name))
    return blake2b("".join(card.digest for card in cards).encode(), digest_size=12).hexdigest()


def _collection(site: Site, model: type[Record]) -> bytes:
    name, plural = model.info.name, model.info.plural
    return collection(site, name, plural, site.cards(site.of_type(name)))


def _titles_key(site: Site) -> str:
    rows = [(one.id, one.title) for one in site.public]
    return blake2b(f"{rows}".encode(), digest_size=12).hexdigest()


FORMATS = (
    RecordFormat(
        name="json",
        address=lambda one: f"/api/v1/{BY_NAME[one.type].info.plural}/{one.id}.json",
        key=lambda _, one: f"{one.digest}{one.address}",
        render=record_json,
    ),
    Format(
        name="collection",
        things=lambda _: (model for model in TYPES if model.info.name != "alert"),  # `alerts` is its own
        address=lambda model: f"/api/v1/{model.info.plural}.json",
        key=_collection_key,
        render=_collection,
    ),
    Format(
        name="schema",
        things=lambda _: TYPES,
        address=lambda model: f"/api/v1/schemas/{model.info.name}.json",
        key=lambda _, model: model.info.name,
        render=lambda _, model: schema(model),
    ),
    single("index", "/api/v1/index.json", index, always),
    single("topics", "/api/v1/topics.json", topics, always),
    single("titles", "/api/v1/titles.json", titles, _titles_key),
    single("alerts", "/api/v1/alerts.json", alerts, always),
    single("search-phrases", "/api/v1/search-phrases.json", search_phrases, always),
)
