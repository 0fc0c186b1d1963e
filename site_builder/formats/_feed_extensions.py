"""feedgen does not know the `cap:` elements of alerts, nor RFC 5005's mark of an archive: they are here."""

from typing import Any

from feedgen.ext.base import BaseEntryExtension, BaseExtension
from lxml import etree

from site_builder.formats.cap import NAMESPACE as CAP

SMS = "sms"
"""The name of the one parameter: the text of the alert's SMS."""
HISTORY = "http://purl.org/syndication/history/1.0"


class CapFeed(BaseExtension):  # type: ignore[misc]
    """The prefix of CAP's words."""

    def extend_ns(self) -> dict[str, str]:
        """The prefix."""
        return {"cap": CAP}


class CapEntry(BaseEntryExtension):  # type: ignore[misc]
    """CAP 1.2's words inside an entry, each an element of its own."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, str]] = []
        self._address = ""

    def lies_at(self, address: str) -> None:
        """Where the whole message is; feedgen's own links in an entry lose their type."""
        self._address = address

    def add(self, name: str, value: str) -> None:
        """One element."""
        self._rows.append((name, value))

    def _extend(self, entry: Any) -> Any:
        for name, value in self._rows:
            element = etree.SubElement(entry, f"{{{CAP}}}{name}")
            if name == "parameter":  # CAP 1.2, 3.2.2: a name and a value
                etree.SubElement(element, f"{{{CAP}}}valueName").text = SMS
                etree.SubElement(element, f"{{{CAP}}}value").text = value
            else:
                element.text = value
        return entry

    def extend_atom(self, entry: Any) -> Any:
        """Into Atom."""
        if self._address:
            etree.SubElement(entry, "link", rel="alternate", type="application/cap+xml", href=self._address)
        return self._extend(entry)

    def extend_rss(self, entry: Any) -> Any:
        """Into RSS."""
        return self._extend(entry)


class HistoryExtension(BaseExtension):  # type: ignore[misc]
    """`fh:archive` (RFC 5005, 4)."""

    def __init__(self) -> None:
        self._archive = False

    def extend_ns(self) -> dict[str, str]:
        """The prefix."""
        return {"fh": HISTORY}

    def archive(self) -> None:
        """Mark the document as an archive."""
        self._archive = True

    def extend_atom(self, feed: Any) -> Any:
        """Into Atom."""
        if self._archive:
            feed.insert(0, etree.Element(f"{{{HISTORY}}}archive"))
        return feed

    def extend_rss(self, feed: Any) -> Any:
        """RSS has no archives here."""
        return feed
