"""What the search knows of one page, read from its HTML as the public gets it.

A page that may be found has an element with `data-search`: `do` where one comes to do something (services,
questions, contacts …), `said` for what was said once (decisions, meetings, news …).
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from lxml import html

from site_builder.publishing.search.terms import references, words

NAME, KNOWN, SUMMARY, HEADING, TEXT = 10, 8, 4, 3, 1
"""How much a word weighs by where it stands: js/search-engine.js multiplies with these."""

_HEADINGS = frozenset(("h2", "h3", "h4"))
_UNSEEN = frozenset(("script", "style", "svg", "template", "noscript"))


class SearchPage(NamedTuple):
    """One page that may be found."""

    address: str
    title: str
    summary: str
    kind: str
    """As the page says it, such as `Tjänst`; empty for lists."""
    said: bool
    lang: str
    body: str
    """The committee or unit that it belongs to, by title."""
    topics: tuple[str, ...]
    date: str
    """The day that matters, as ISO text; empty where none does."""
    known: tuple[str, ...]
    """What people call it, beside its title."""
    terms: dict[str, int]
    """Each word with the weight of the best place where it stands."""


def read_page(address: str, data: bytes) -> SearchPage | None:
    """The page as the search knows it; None for one that is not to be found."""
    root = html.document_fromstring(data, parser=html.HTMLParser(encoding="utf-8"))
    main: Any = next((one for one in root.iter("article", "div") if one.get("data-search")), None)
    if main is None:
        return None
    heading = next(main.iter("h1"), None)
    title = _text(heading) if heading is not None else ""
    meta = _meta(root)
    summary = meta.get("description", [""])[0]
    known = tuple(heading.get("data-words", "").split("|")) if heading is not None else ()
    known = tuple(word for word in known if word)
    terms: dict[str, int] = {}
    _walk(main, terms, TEXT)
    _add(terms, words(summary), SUMMARY)
    _add(terms, (word for phrase in known for word in words(phrase)), KNOWN)
    _add(terms, words(title), NAME)
    date = meta.get("mf:datum", [""])[0]
    _add(terms, [date.replace("-", "")] if date else [], KNOWN)
    _add(terms, references(" ".join((title, *meta.get("mf:dnr", [])))), NAME)
    return SearchPage(
        address,
        title,
        "" if summary == title else summary,
        meta.get("mf:typ", [""])[0],
        main.get("data-search") == "said",
        root.get("lang", "sv"),
        meta.get("mf:organ", [""])[0],
        tuple(meta.get("mf:amne", [])),
        date,
        known,
        terms,
    )


def _meta(root: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in root.iter("meta"):
        name = one.get("property") or one.get("name")
        if name:
            found.setdefault(name, []).append(one.get("content", ""))
    return found


def _text(element: Any) -> str:
    return " ".join(element.text_content().split())


def _walk(element: Any, terms: dict[str, int], weight: int) -> None:
    """Add the words of an element and of what is in it, but not of what the search is told to pass over."""
    if (
        not isinstance(element.tag, str)
        or element.tag in _UNSEEN
        or element.get("data-search-skip") is not None
    ):
        return
    inside = HEADING if element.tag in _HEADINGS else weight
    if element.text:
        _add(terms, words(element.text), inside)
    for child in element:
        _walk(child, terms, inside)
        if child.tail:
            _add(terms, words(child.tail), inside)


def _add(terms: dict[str, int], found: Iterable[str], weight: int) -> None:
    for word in found:
        if terms.get(word, 0) < weight and len(word) <= 40:
            terms[word] = weight
