"""What delivery must know of a channel, whatever it is: each folder here says it of its own, in ``KIND``."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from foundation.limits import Limit


class Proof(StrEnum):
    """How somebody proves that an address is theirs: a link that is followed, or a code that is typed in."""

    LINK = "link"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Addresses:
    """A channel's addresses.

    ``normalise`` gives what somebody typed its one spelling (raises ``AddressError``); it is told which
    numbers may be used. ``looks_like``: whether what was typed may be one. ``domain``: who answers for it,
    empty where that means nothing. ``limits``: what one address and all together may be made to receive.
    """

    normalise: Callable[[str, Iterable[str]], str]
    looks_like: Callable[[str], bool]
    domain: Callable[[str], str]
    limits: Callable[[str], list[tuple[Limit, str]]]


@dataclass(frozen=True, slots=True)
class ChannelWords:
    """What people read about a channel, in Swedish.

    ``address``: what its addresses are called; ``new_address``: a new one; ``here``: what comes to the one
    at hand; ``full``: nothing more leaves by it for an hour. ``field`` names the form's field, ``input`` is
    its kind in HTML.
    """

    address: str
    new_address: str
    here: str
    full: str
    field: str
    input: str


@dataclass(frozen=True, slots=True)
class ChannelKind:
    """One way to reach somebody; ``name`` is what rows of the outbox and contacts say.

    ``marks_copies``: all copies of a message bear one mark, by which its recipient can tell them.
    ``keeps_quiet_hours``: it wakes people, so what is not urgent waits for the morning.
    ``joins_news``: several news for one person travel in one message.
    ``bounces``: a refusal while sending is judged as what comes back later is; else it is final.
    ``costs``: each message costs money, so none is sent that nobody needs.
    """

    name: str
    words: ChannelWords
    addresses: Addresses
    proof: Proof
    marks_copies: bool
    keeps_quiet_hours: bool
    joins_news: bool
    bounces: bool
    costs: bool


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


def is_known(name: str) -> bool:
    """Whether there is a channel of that name."""
    return name in _kinds


def of(name: str) -> ChannelKind:
    """The channel of that name. KeyError: nobody knows it."""
    return _kinds[name]
