"""A gap in a feed closed by its archive pages (RFC 5005, section 4), a few at each poll."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic

from subscriptions.feeds.feed import Document
from subscriptions.feeds.fetching import FeedError
from subscriptions.model import Entry

MAX_PAGES = 60
"""Archive pages of one gap: five years of months."""


@dataclass(slots=True)
class Gap:
    """How far a gap has been read. Kept between polls: a long archive delays nothing that is current."""

    since: datetime
    """The newest entry of the last time that nothing was missing."""
    page: str | None = None
    """The next archive page; None where nothing is missing any more."""
    entries: list[Entry] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def turn(self, document: Document) -> None:
        """Go on to the page before the document, if there may be something that is not known."""
        further = _is_gap(self.since, document.entries) and len(self.seen) < MAX_PAGES
        self.page = document.previous if further else None

    def read_on(self, read: Callable[[str], Document], seconds: float) -> None:
        """Read one page at least, and no new one after so many seconds. Raises FeedError."""
        end = monotonic() + seconds
        while self.page:
            if self.page in self.seen:
                raise FeedError("arkivsidorna går runt i en cirkel")
            try:
                document = read(self.page)
            except FeedError as error:
                raise FeedError(f"arkivsidan {self.page} {error}") from error
            self.seen.add(self.page)
            self.entries = [*document.entries, *self.entries]
            self.turn(document)
            if monotonic() >= end:
                return


def gap_of(gaps: dict[int, Gap], feed_id: int, newest: datetime | None, document: Document) -> Gap | None:
    """The gap before the current document: the one being read, or a new one; None where there is none."""
    gap = gaps.get(feed_id)
    if newest is None or (gap and gap.since == newest):
        return gap if newest else None
    gap = Gap(newest)
    gap.turn(document)
    gaps.pop(feed_id, None)
    if gap.page is None:
        return None
    gaps[feed_id] = gap
    return gap


def _is_gap(since: datetime, entries: Iterable[Entry]) -> bool:
    """True where the oldest entry is later than what was last known: something may lie between."""
    dates = [entry.updated for entry in entries if entry.updated]
    return not dates or min(dates) > since
