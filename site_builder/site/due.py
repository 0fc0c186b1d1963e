"""This module says when the next build must run: something begins, ends or changes by itself."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from site_builder.content import BY_NAME
from site_builder.content.fields import STOCKHOLM
from site_builder.site.lifetime import CHANGE_SHOWN, has_its_time
from site_builder.site.site import Site


def due(site: Site) -> datetime | None:
    """The first moment after `site.now` at which the site may look otherwise; None when there is none.

    A little too often is harmless (such a build changes nothing), too seldom is not: so every date that a
    record shows of itself counts, both where the day begins and where it ends.
    """
    return min((moment for moment in _moments(site) if moment > site.now), default=None)


def _moments(site: Site) -> Iterator[datetime]:
    """Every moment that is to come; of those that are past, nearly all are passed over before they are read."""
    now = site.now.timestamp()
    past = site.today - timedelta(days=3)
    """A day that is over, whatever the time zone."""
    past_text = past.isoformat()
    for one in site.all:
        if has_its_time(one):
            news = [moment for moment, _ in one.events]
            for seconds in (*news, one.publish_from, one.unpublish_at):
                if now < seconds < float("inf"):
                    yield datetime.fromtimestamp(seconds, UTC)
            for seconds in news[1:]:
                yield from _after(datetime.fromtimestamp(seconds, STOCKHOLM).date(), CHANGE_SHOWN, past)
            for day, shown in BY_NAME[one.type].lasting(one.facts):
                yield from _after(day, shown, past)
            yield from _of((one.facts, one.review_by), past_text)


def _after(day: date, shown: timedelta, past: date) -> Iterator[datetime]:
    """The first moment after what is told on `day` and so many whole days after it."""
    with suppress(OverflowError):  # the end of all days
        first = day + shown + timedelta(days=1)
        if first > past:
            yield datetime.combine(first, time(), tzinfo=STOCKHOLM).astimezone(UTC)


def _of(values: Iterable[Any], past: str) -> Iterator[datetime]:
    """Where each date among `values` begins and ends; of those before the day `past` none."""
    for value in values:
        if isinstance(value, str):
            if past[: len(value)] <= value[:10] and value[:4].isdigit() and value[4:5] in ("", "-"):
                yield from _told(value)
        elif isinstance(value, dict):
            yield from _of(value.values(), past)
        elif isinstance(value, list):
            yield from _of(value, past)


def _told(value: str) -> Iterator[datetime]:
    try:
        if len(value) in (4, 7):  # a year or a month: it ends where the next begins
            year, month = int(value[:4]), int(value[5:7] or 12)
            day = date(year + month // 12, month % 12 + 1, 1)
            yield datetime.combine(day, time(), tzinfo=STOCKHOLM).astimezone(UTC)
        elif len(value) == 10:
            day = date.fromisoformat(value)
            for begins in (day, day + timedelta(days=1)):
                yield datetime.combine(begins, time(), tzinfo=STOCKHOLM).astimezone(UTC)
        elif len(value) > 10:
            yield datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):  # some other text, or the end of all days
        return
