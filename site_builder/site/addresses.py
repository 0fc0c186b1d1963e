"""This module lists the addresses of pages made from several records, now and at other times."""

from collections.abc import Callable, Collection
from functools import cached_property
from typing import Literal


class Addresses:
    """Lists, registers, topics and the like; not records' own pages, nor withdrawn and moved ones.

    What is not there now is found out only where something leads there: it costs as much as listing all.
    """

    def __init__(
        self, now: Collection[str], other: Callable[[Literal["later", "ever"]], Collection[str]]
    ) -> None:
        self.now = now
        self._other = other

    @cached_property
    def later(self) -> Collection[str]:
        """Those that are made from what is public now or later."""
        return self._other("later")

    @cached_property
    def ever(self) -> Collection[str]:
        """Those that are made from what has been public, is, or will be."""
        return self._other("ever")
