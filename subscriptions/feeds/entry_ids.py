"""An entry is known by its id, by its link where it has none, and by its words where several share that."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from subscriptions.feeds.plain_text import html_line

MAX_ENTRY_ID = 500
NO_ID = frozenset((
    "n/a", "na", "n.a.", "none", "null", "nil", "undefined", "nan", "unknown", "false", "true", "guid", "id",
    "uid", "-", "--", "#", "0", "saknas", "okänd", "okänt",
))  # fmt: skip
"""What programs write where they have no id."""


def names(entries: Iterable[dict[str, Any]], *, revisions: bool) -> list[str]:
    """The id of each entry, empty where it has neither an id nor a link, or one that is too long.

    Entries of one document that share an id and differ in title or link are different entries, unless the
    document may hold ``revisions`` of an entry (RFC 4287, 4.1.1: then their dates differ).
    """
    found = [(entry, _own(entry)) for entry in entries]
    sharing: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    for entry, name in found:
        sharing[name, _date(entry, revisions)].add(_face(entry))
    shared = NO_ID | {name for (name, _), faces in sharing.items() if len(faces) > 1}
    return [
        _by_words(name, *_face(entry)) if name and not shared.isdisjoint((name, name.casefold())) else name
        for entry, name in found
    ]


def _own(entry: dict[str, Any]) -> str:
    """The id as the publisher wrote it, or the link, or what stands where the id should be."""
    names = [html_line(str(entry.get(key) or ""), MAX_ENTRY_ID + 1) for key in ("id", "link")]
    said = [name for name in names if name.casefold() not in NO_ID] or names
    name = next((name for name in said if name), "")
    return name if len(name) <= MAX_ENTRY_ID else ""


def _date(entry: dict[str, Any], revisions: bool) -> str:
    return str(entry.get("updated") or entry.get("published") or "") if revisions else ""


def _face(entry: dict[str, Any]) -> tuple[str, str]:
    return str(entry.get("title") or ""), str(entry.get("link") or "")


def _by_words(name: str, title: str, link: str) -> str:
    words = json.dumps([name, title, link])
    return f"urn:sha256:{hashlib.sha256(words.encode()).hexdigest()}"
