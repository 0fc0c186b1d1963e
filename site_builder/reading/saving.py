"""Saving: what was read is kept for the next run, by a caller in a hurry last of all."""

from collections.abc import Callable
from typing import NamedTuple

from site_builder.reading.background import beside


def nothing() -> None:
    """Save nothing."""


class Saving(NamedTuple):
    """What is left to save: the records, and their long texts."""

    records: Callable[[], None] = nothing
    texts: Callable[[], None] = nothing

    def begun(self) -> "Saving":
        """The same, the records being saved beside what this process does from now on."""
        return self if self.records is nothing else self._replace(records=beside(self.records))

    def finish(self) -> None:
        """Save what is not saved; all is saved when this returns."""
        self.texts()
        self.records()
