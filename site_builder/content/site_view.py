"""What a type may ask of the whole site: its records as they hang together at one moment.

Records are `IndexedRecord` and `Card` of the rooms above, which this one may not import.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Protocol


class SiteView(Protocol):
    """The site as its types see it; `site_builder.site.site.Site` is one."""

    now: datetime
    preview: bool
    today: date

    def find(self, reference: str, types: tuple[str, ...]) -> Any:
        """The record that a slug, `folder/slug` or id refers to, public or not; None where there is none."""

    def is_public(self, one: Any) -> bool:
        """True where the public may see this record now."""

    def card(self, one: Any) -> Any:
        """A record as other pages show it."""

    def cards(self, records: Iterable[Any]) -> list[Any]:
        """The same for several."""

    def to(self, one: Any, attribute: str) -> list[Any]:
        """The cards of the public records that an attribute refers to, in the order written."""

    def targets(self, one: Any) -> list[tuple[Any, Any]]:
        """Each reference of a record with the record that it leads to, or None."""

    def back(self, one: Any, kind: str, attribute: str) -> list[Any]:
        """The listed records of type `kind` whose `attribute` refers to this one."""

    def same_topic(self, one: Any, kind: str) -> list[Any]:
        """The cards of a few records of a type that have this one's first topic."""

    def same_matter(self, one: Any) -> list[Any]:
        """The cards of the decisions of the same case (dnr), without this one."""

    def opening_hours(self, number: str) -> str:
        """When a number answers; empty where nobody says so, and where it always does."""

    def area_text(self, alert: Any) -> str:
        """Where an alert applies, in words; empty where it is the whole municipality."""

    def alert_state(self, alert: Any) -> Mapping[str, Any]:
        """Whether an alert is in force, to come or over, and since when."""

    def sms(self, alert: Any) -> tuple[str, str]:
        """An alert's SMS, and in words how many parts it takes."""

    def alert_ending(self, alert: Any) -> Any:
        """The card of the alert that ends this one; None where none has."""
