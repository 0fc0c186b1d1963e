"""This module says when the next build must run: something begins, ends or changes by itself."""

from collections.abc import Iterator
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
    for one in site.all:
        if has_its_time(one):
            news = [moment for moment, _ in one.events]
            for seconds in (*news, one.publish_from, one.unpublish_at):
                if 0 < seconds < float("inf"):
                    yield datetime.fromtimestamp(seconds, UTC)
            for seconds in news[1:]:
                yield from _after(datetime.fromtimestamp(seconds, STOCKHOLM).date(), CHANGE_SHOWN)
            for day, shown in BY_NAME[one.type].lasting(one.facts):
                yield from _after(day, shown)
            yield from _of(one.facts)
            yield from _of(one.review_by)


def _after(day: date, shown: timedelta) -> Iterator[datetime]:
    """The first moment after what is told on `day` and so many whole days after it."""
    with suppress(OverflowError):  # the end of all days
        after = datetime.combine(day + shown + timedelta(days=1), time(), tzinfo=STOCKHOLM)
        yield after.astimezone(UTC)


def _of(value: Any) -> Iterator[datetime]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from _of(item)
    elif isinstance(value, str) and value[:4].isdigit() and value[4:5] in ("", "-"):
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
