"""Data: the records as JSON with English keys, JSON Schemas, topics, alerts."""

import json
from collections.abc import Iterator
from typing import Any

from site_builder.content import TYPES
from site_builder.load import Entry
from site_builder.pages import feeds_of
from site_builder.site import Site


def files(site: Site, base: str) -> Iterator[tuple[str, bytes]]:
    """Every file below `/api/v1/`, with its path from the site's root."""
    names = {}
    for model in TYPES:
        plural = model.info.plural
        names[plural] = f"{base}/api/v1/{plural}.json"
        records = [as_json(entry, base) for entry in site.of_type(model.info.name)]
        yield f"api/v1/{plural}.json", dump({"demonstration": True, "count": len(records), plural: records})
        yield f"api/v1/schemas/{model.info.name}.json", dump(model.model_json_schema(by_alias=False))
    for entry in site.public:
        yield f"api/v1/{entry.record.info.plural}/{entry.record.id}.json", dump(as_json(entry, base))
    yield "api/v1/topics.json", dump(_topics(site, base))
    alerts = [as_json(entry, base) for entry in site.active_alerts()]
    yield "api/v1/alerts.json", dump({"alerts": alerts})
    yield (
        "api/v1/index.json",
        dump({"demonstration": True, "collections": names, "topics": f"{base}/api/v1/topics.json"}),
    )


def as_json(entry: Entry, base: str) -> dict[str, Any]:
    """One record as data; withheld contact fields are left out, and editors' search words too."""
    record: Any = entry.record
    data = record.model_dump(mode="json", exclude={"keywords", "withheld"})
    aliases = {info.alias or name: name for name, info in type(record).model_fields.items()}
    for alias in getattr(record, "withheld", ()):
        data.pop(aliases.get(alias, alias), None)
    return {"type": record.info.name, "url": base + entry.address, **data}


def _topics(site: Site, base: str) -> dict[str, Any]:
    tops = [term for term in site.topics.values() if not term.parent]
    return {
        "types": [
            {"slug": model.info.folder, "name": model.info.swedish_plural.capitalize()} for model in TYPES
        ],
        "topics": [
            {
                "slug": top.slug,
                "name": top.name,
                "children": [
                    {"slug": t.slug, "name": t.name} for t in site.topics.values() if t.parent == top.slug
                ],
            }
            for top in tops
        ],
        "bodies": [{"slug": entry.slug, "name": entry.record.title} for entry in site.of_type("body")],
        "areas": [{"slug": term.slug, "name": term.name} for term in site.areas.values()],
        "feeds": [{"name": feed.name, "url": f"{base}/floden/{feed.name}.atom"} for feed in feeds_of(site)],
    }


def dump(data: Any) -> bytes:
    """Stable, readable UTF-8."""
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()
