"""Who is told: which records are news to those who follow, and which are live although nobody hears of them.

The service that sends holds back what is older than two days when it first sees it, so that an old text never
goes out by mistake.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from site_builder.text.counts import counted
from site_builder.content.fields import STOCKHOLM
from site_builder.problems import Problem, warning
from site_builder.reading.indexed_record import IndexedRecord
from site_builder.site.lifetime import begins, has_its_time
from site_builder.site.site import Site

YEAR = 366 * 86400
"""Seconds; a day further ahead is mostly a mistyped year."""
HELD_AFTER = 48 * 3600
"""Seconds after which news is held back, as the subscription service is set up from the start."""


class Reach(NamedTuple):
    """How many pieces of news go out with a publication, and why the others do not."""

    told: int
    held: list[tuple[str, str]]
    """(title, why nobody is told); several may have one title."""

    def __str__(self) -> str:
        """For who publishes; empty where nothing is new."""
        if not self.told and not self.held:
            return ""
        text = f"{counted(self.told, 'nyhet', 'nyheter')} går ut"
        if self.held:
            reasons = "; ".join(f"”{title}”: {reason}" for title, reason in self.held[:5])
            more = f" och {len(self.held) - 5} till" if len(self.held) > 5 else ""
            text += f", {len(self.held)} gör det inte, därför att {reasons}{more}"
        return f"{text}."


def reach(site: Site, before: Mapping[str, str]) -> Reach:
    """What a publication tells; `before` has the addresses that the public has seen already."""
    told, now = 0, site.now.timestamp()
    held: list[tuple[str, str]] = []
    for one in site.public:
        if one.address in before or one.example or one.status == "arkiverad":
            continue
        last = one.news(now)[0]
        if now - last > HELD_AFTER:
            held.append((one.title, f"den är daterad {_said(last)}, mer än två dygn före {_said(now)}"))
        else:
            told += 1
    return Reach(told, held)


def check(site: Site) -> Iterator[Problem]:
    """What would be published without anybody being told, as long as it can still be mended."""
    now = site.now.timestamp()
    for one in site.all:
        if one.example or one.status == "arkiverad":
            continue
        if has_its_time(one) and begins(one) - now > YEAR:
            message = f"Sidan visas först {_said(begins(one))}, om mer än ett år. Är året rätt?"
            yield warning("published-far-ahead", one.file, 0, "publicerad", message, "Rätta dagen.")
        elif not has_its_time(one) and now - one.news(now)[0] > HELD_AFTER:
            message = (
                f"Publiceras sidan nu får ingen som bevakar veta det: {_said(one.news(now)[0])} är mer än "
                "två dygn sedan, och så gamla nyheter skickas inte."
            )
            hint = f'Skriv `publicerad: "{_said(now)}"`, eller dagen då den läggs ut.'
            yield warning("nobody-told", one.file, 0, "publicerad", message, hint)


def _said(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment, STOCKHOLM):%Y-%m-%d %H:%M}"
