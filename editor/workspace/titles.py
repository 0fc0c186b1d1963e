"""Records are known to editors by their titles; this module knows which record has which."""

import difflib
from collections import defaultdict

from site_builder.content import BY_NAME
from site_builder.reading.indexed_record import IndexedRecord
from site_builder.site.site import Site

MOST = 300
"""So many titles a field may offer as a list; where there are more, one writes and is told."""


class Titles:
    """The titles of one site; several records of one title are told apart by their addresses."""

    def __init__(self, site: Site) -> None:
        self.site = site
        named: dict[str, list[IndexedRecord]] = defaultdict(list)
        for one in site.all:
            named[one.title].append(one)
        self._shown = {
            one.file: title if len(records) == 1 else f"{title} ({one.address})"
            for title, records in named.items()
            for one in records
        }
        self._by_shown = {shown.casefold(): file for file, shown in self._shown.items()}
        self._named = {title.casefold(): records for title, records in named.items()}

    def title(self, reference: str, types: tuple[str, ...]) -> str:
        """How a reference is shown; as it is where it leads to no record."""
        one = self.site.find(reference, types or tuple(BY_NAME)) if reference else None
        return self._shown[one.file] if one else reference

    def reference(self, text: str, types: tuple[str, ...]) -> str:
        """What a title that was written refers to; the text itself where none or several have it."""
        file = self._by_shown.get(text.casefold())
        found = [self.site.by_file[file]] if file else self._named.get(text.casefold(), [])
        fits = [one for one in found if not types or one.type in types]
        if len(fits) != 1:
            return text
        return f"{BY_NAME[fits[0].type].info.folder}/{fits[0].slug}"

    def offered(self, types: tuple[str, ...]) -> list[str]:
        """The titles of these types, in order; none where there are too many."""
        found = [
            self._shown[one.file] for one in self.site.all if one.type in types and one.status != "arkiverad"
        ]
        return sorted(found, key=str.casefold) if len(found) <= MOST else []

    def near(self, title: str, but: str = "") -> list[IndexedRecord]:
        """Records whose titles are much like this one, the nearest first; the file `but` does not count."""
        near = difflib.get_close_matches(title.casefold(), self._named, n=5, cutoff=0.75)
        return [one for name in near for one in self._named[name] if one.file != but][:5]
