"""This module tells which records are news to those who follow, and which are live unheard of.

The service that sends holds back what is older than two days when it first sees it, so that an old text never
goes out by mistake.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from site_builder.content.fields import STOCKHOLM
from site_builder.problems import Problem, warning
from site_builder.reading.indexed_record import IndexedRecord
from site_builder.site.lifetime import begins, has_its_time
from site_builder.site.site import Site
from site_builder.text.counts import counted

FAR_AHEAD = 180 * 86400
"""Seconds; a day further ahead is mostly a mistyped year."""
HELD_AFTER = 48 * 3600
"""Seconds after which news is held back, as the subscription service is set up from the start."""
HISTORY = 400 * 86400
"""Seconds; what is older is dated so on purpose. A mistyped year is nearer."""


class Held(NamedTuple):
    """A piece of news that nobody is told."""

    one: IndexedRecord
    field: str
    moment: float
    reason: str
    hint: str


class Reach(NamedTuple):
    """How many pieces of news go out with a publication, and why the others do not."""

    told: int
    held: list[Held]

    def __str__(self) -> str:
        """For who publishes; empty where nothing is new."""
        if not self.told and not self.held:
            return ""
        text = f"{counted(self.told, 'nyhet', 'nyheter')} går ut"
        if self.held:
            reasons = "; ".join(f"”{held.one.title}”: {held.reason}" for held in self.held[:5])
            more = f" och {len(self.held) - 5} till" if len(self.held) > 5 else ""
            text += f", {len(self.held)} gör det inte, därför att {reasons}{more}"
        hints: dict[str, list[str]] = {}
        for held in self.held[:5]:
            hints.setdefault(held.hint, []).append(held.one.file)
        rows = [f"{hint} i {', '.join(files)}." for hint, files in hints.items() if hint]
        return "\n    → ".join([f"{text}.", *rows])


def moments(one: IndexedRecord, site: Site) -> list[int]:
    """When there was news of it, until now."""
    now = site.now.timestamp()
    return [int(moment) for moment, _ in one.events if moment <= now]


def reach(site: Site, addresses: Mapping[str, str], news: Mapping[str, Sequence[int]]) -> Reach:
    """What a publication tells.

    `addresses` and `news` (moments by id) are what the public has seen already; where a page has been seen, and
    nobody has written down when it was news, it is no news.
    """
    told, held = 0, []
    for one in site.public:
        seen = news.get(one.id)
        if one.example or one.status == "arkiverad" or (seen is None and one.address in addresses):
            continue
        new = [moment for moment in moments(one, site) if moment not in (seen or ())]
        if not new:
            continue
        reason = _reason(site, one, max(new), max(seen or [0]))
        if reason:
            held.append(reason)
        else:
            told += 1
    return Reach(told, held)


def _reason(site: Site, one: IndexedRecord, last: int, told: int) -> Held | None:
    """Why nobody is told of what happened at `last`, where the public was told something at `told`."""
    now = site.now.timestamp()
    change = last > begins(one)
    field, what = ("ändringar", "ändringen") if change else ("publicerad", "den")
    if one.type == "alert" and one.facts["kind"] == "övning":
        return Held(one, field, last, "en övning skickas aldrig ut", "")
    if one.type == "alert" and datetime.fromisoformat(one.facts["expires"]).timestamp() > now:
        return None
    reason = ""
    if now - last > HELD_AFTER:
        reason = f"{what} är daterad {_said(last)}, mer än två dygn före {_said(now)}"
    elif last < told:
        reason = f"{what} är daterad {_said(last)}, före den senaste ändringen, {_said(told)}"
    hint = f'Ska de som bevakar sidan få veta det? Skriv `{"när" if change else "publicerad"}: "{_said(now)}"`'
    return Held(one, field, last, reason, hint) if reason else None


def untold(site: Site, addresses: Mapping[str, str], news: Mapping[str, Sequence[int]]) -> Iterator[Problem]:
    """A warning for each piece of news that nobody would be told, as long as its moment can be mended."""
    for held in reach(site, addresses, news).held:
        if held.hint and site.now.timestamp() - held.moment < HISTORY:
            message = f"Ingen som bevakar sidan får veta det: {held.reason}."
            yield warning("nobody-told", held.one.file, 0, held.field, message, f"{held.hint}.")


def check(site: Site) -> Iterator[Problem]:
    """What would be published without anybody being told, as long as it can still be mended."""
    now = site.now.timestamp()
    for one in site.all:
        if one.example or one.status == "arkiverad":
            continue
        if has_its_time(one) and begins(one) - now > FAR_AHEAD:
            message = f"Sidan visas först {_said(begins(one))}, om mer än ett halvår. Är året rätt?"
            field = "publiceras_från" if one.publish_from > one.published else "publicerad"
            yield warning("published-far-ahead", one.file, 0, field, message, "Rätta dagen.")
        elif not has_its_time(one) and now - one.news(now)[0] > HELD_AFTER:
            message = (
                f"Publiceras sidan nu får ingen som bevakar veta det: {_said(one.news(now)[0])} är mer än "
                "två dygn sedan, och så gamla nyheter skickas inte."
            )
            hint = f'Skriv `publicerad: "{_said(now)}"`, eller dagen då den läggs ut.'
            yield warning("nobody-told", one.file, 0, "publicerad", message, hint)


def _said(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment, STOCKHOLM):%Y-%m-%d %H:%M}"
