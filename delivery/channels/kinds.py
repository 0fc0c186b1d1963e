"""What delivery must know of a channel, whatever it is: each folder here says it of its own, in ``KIND``."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChannelKind:
    """One way to reach somebody; ``name`` is what rows of the outbox and contacts say.

    ``marks_copies``: all copies of a message bear one mark, by which its recipient can tell them.
    ``keeps_quiet_hours``: it wakes people, so what is not urgent waits for the morning.
    ``joins_news``: several news for one person travel in one message.
    """

    name: str
    marks_copies: bool
    keeps_quiet_hours: bool
    joins_news: bool


_kinds: dict[str, ChannelKind] = {}


def register(kind: ChannelKind) -> ChannelKind:
    """Make a channel known. ValueError: its name is taken by another."""
    if _kinds.setdefault(kind.name, kind) != kind:
        raise ValueError(f"there is another channel called {kind.name}")
    return kind


def forget(kind: ChannelKind) -> None:
    """Take a channel back."""
    del _kinds[kind.name]


def known() -> list[ChannelKind]:
    """Every channel, in the order in which they were made known."""
    return list(_kinds.values())


def of(name: str) -> ChannelKind:
    """The channel of that name. KeyError: nobody knows it."""
    return _kinds[name]
