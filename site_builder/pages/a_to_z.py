"""A–Ö: every title, and the everyday words of topics, which lead to the topic; a page a letter if many."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping

from site_builder.content import BY_NAME, TYPES
from site_builder.pages.listing import Intros, listing, offered
from site_builder.pages.page import Page
from site_builder.reading.indexed_record import IndexedRecord
from site_builder.site.site import Site
from site_builder.site.sorting import swedish

ADDRESS, TITLE = "/a-o/", "A–Ö"
WHOLE = 200
"""So many rows are on one page; more are divided by their letter."""
_OWN = {"Å": "aa", "Ä": "ae", "Ö": "oe"}
FIGURES = "0–9"
_OWN_KINDS = ("body", "case_category")

Row = tuple[str, str, str]
"""Title, address, and what it is."""


def a_to_z_pages(site: Site, intros: Intros) -> Iterator[Page]:
    """The page with everything, or with the letters, and then a page for each."""
    rows = _rows(site)
    whole, ways = _is_whole(rows), _letters(rows)
    yield listing(
        intros, ADDRESS, TITLE, "Allt på webbplatsen i bokstavsordning.", "a-to-z.html",
        letters=ways,
        parts=[(letter, _anchor(letter), found) for letter, found in rows.items()] if whole else [],
        topics=[] if whole else site.children(""),
    )  # fmt: skip
    for letter, found in {} if whole else rows.items():
        yield listing(
            intros, _address(letter), f"{TITLE}: {letter}", "", "a-to-z.html", [(ADDRESS, TITLE)],
            letters=ways, parts=[("", "", found)], topics=[], known=None,
        )  # fmt: skip


def letters(site: Site) -> list[tuple[str, str]]:
    """Each letter with its address: for who cannot search."""
    return _letters(_rows(site))


def _letters(rows: Mapping[str, list[Row]]) -> list[tuple[str, str]]:
    whole = _is_whole(rows)
    return [(letter, f"{ADDRESS}#{_anchor(letter)}" if whole else _address(letter)) for letter in rows]


def _is_whole(rows: Mapping[str, list[Row]]) -> bool:
    return sum(map(len, rows.values())) <= WHOLE


def _rows(site: Site) -> dict[str, list[Row]]:
    found: set[Row] = {
        (one.title, one.address, _kind(one))
        for model in TYPES
        if model.info.a_to_z
        for one in offered(site.of_type(model.info.name))
    }
    for term in site.topics.values():
        address = f"/amnen/{term.slug}/"
        words = [f"{word[0].upper()}{word[1:]}" for word in term.synonyms if word]
        found |= {(term.name, address, "ämne"), *((word, address, f"se {term.name}") for word in words)}
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(found, key=lambda row: (swedish(row[0]), row)):
        if row[0]:
            rows[letter_of(row[0])].append(row)
    return rows


def letter_of(title: str) -> str:
    """Under which letter a title stands: å, ä and ö are letters of their own, é is an e."""
    letter = title[0].upper()[0]
    if letter not in _OWN:
        letter = unicodedata.normalize("NFKD", letter)[0].upper()
    return letter if letter.isalpha() else FIGURES


def _address(letter: str) -> str:
    return f"{ADDRESS}{_name(letter)}/"


def _anchor(letter: str) -> str:
    return f"_bokstav-{_name(letter)}"


def _name(letter: str) -> str:
    if letter == FIGURES:
        return "0-9"
    return _OWN.get(letter) or (letter.lower() if letter.isascii() else f"u{ord(letter):x}")


def _kind(one: IndexedRecord) -> str:
    """What it is, as people say it: a body is a board, a company or a unit."""
    return str(one.facts["kind"]) if one.type in _OWN_KINDS else BY_NAME[one.type].info.swedish
