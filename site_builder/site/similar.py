"""This module finds records that may be one and the same, and dates that belong together and differ."""

import re
from collections.abc import Iterator

from site_builder.content import BY_NAME
from site_builder.problems import Problem, warning
from site_builder.reading.indexed_record import IndexedRecord
from site_builder.site.site import Site

_COPY = re.compile(r"(?P<first>.+?)-(?:kopia|copy|konflikt|conflict(?:ed)?(?:-copy)?|(?:desktop|laptop|pc|mac)-\w+)(?:-\d+)?")
"""What file managers and synchronised folders call the second of two."""
_SHORTEST = 8
"""Of fewer letters, two different words are often one letter apart."""


def check(site: Site) -> Iterator[Problem]:
    """Copies, titles that cannot be told apart, and decisions whose day is not their meeting's."""
    yield from _copies(site)
    yield from _titles(site)
    yield from _days(site)


def _copies(site: Site) -> Iterator[Problem]:
    slugs = {(one.type, one.slug): one for one in site.all}
    for one in site.all:
        named = _COPY.fullmatch(one.slug)
        first = slugs.get((one.type, named["first"])) if named else None
        if first:
            message = f"Filen ser ut att vara en kopia av {first.file}, och båda blir sidor."
            hint = "Behåll den ena. Ska båda finnas: döp om filen till det som den handlar om."
            yield warning("copied-file", one.file, 0, "", message, hint)


def _titles(site: Site) -> Iterator[Problem]:
    """Of what people come for; news, meetings and decisions often have the title of an earlier one."""
    seen: dict[tuple[str, str, str], IndexedRecord] = {}
    for one in site.listed:
        if BY_NAME[one.type].info.said:
            continue
        parts = re.findall(r"\w+", one.title.casefold())
        words, fixed = "".join(parts), "".join(("x" if len(part) < 3 else "-") * len(part) for part in parts)
        spellings = {words}
        if len(words) >= _SHORTEST:  # `avdelning A` and `avdelning B`, `etapp 1` and `etapp 2` are told apart
            spellings |= {
                words[:at] + words[at + 1 :]
                for at in range(len(words))
                if not words[at].isdigit() and fixed[at] == "-"
            }
        keys = [(one.type, one.lang, spelling) for spelling in spellings]
        first = next((seen[key] for key in keys if key in seen), None)
        if first:
            message = f"Titeln ”{one.title}” går knappt att skilja från ”{first.title}” i {first.file}."
            hint = "Är det samma sak: behåll den ena. Annars: säg i titeln vad som skiljer dem."
            yield warning("similar-title", one.file, 0, "titel", message, hint)
        for key in keys:
            seen.setdefault(key, one)


def _days(site: Site) -> Iterator[Problem]:
    for one in site.of_type("decision"):
        for reference, meeting in site.targets(one):
            if meeting and reference.attribute == "meeting" and meeting.type == "meeting":
                day, begun = one.facts["date"], meeting.facts["start"][:10]
                if not begun.startswith(day):
                    message = f"Beslutet är daterat {day}, men mötet var {begun} ({meeting.file})."
                    hint = "Rätta `datum`, eller `möte`."
                    yield warning("other-day", one.file, 0, "datum", message, hint)
