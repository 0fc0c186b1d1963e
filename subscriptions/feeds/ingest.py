"""A poll turns a feed into items: what is new is stored once, and released, held or left alone by rule.

A poll is: claim, fetch, follow the archive over a gap, judge, store in one transaction. Whatever goes wrong
before the last step leaves everything known untouched; a crash after it loses nothing.
"""

import logging
import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Engine, Update, and_, or_, select, update

from foundation import database
from subscriptions.feeds import fetching, items
from subscriptions.feeds.archives import gap_of
from subscriptions.feeds.feed import Document
from subscriptions.feeds.fetching import Answer, FeedError
from subscriptions.feeds.reader_process import READING
from subscriptions.feeds.release_rules import Rules
from subscriptions.model import Entry
from subscriptions.settings import Settings
from subscriptions.tables import feeds

log = logging.getLogger(__name__)

MAX_AT_ONCE = 8
LONGEST_PAUSE = timedelta(minutes=10)
"""Between readings of a feed that fails."""
CLOCKS_APART = timedelta(minutes=1)
"""Machines whose clocks differ by less agree on whose turn a feed is."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed to read and what is remembered of the last time."""

    id: int
    url: str
    publisher: str
    crisis: bool
    etag: str | None
    last_modified: str | None
    newest: datetime | None
    baseline_at: datetime | None
    changed_at: datetime | None
    failures: int


def register(engine: Engine, settings: Settings) -> None:
    """Know every feed of the settings; one that stands in both lists is a crisis feed."""
    with database.write(engine) as connection:
        for url in dict.fromkeys([*settings.crisis_feed_urls, *settings.feed_urls]):
            crisis = url in settings.crisis_feed_urls
            connection.execute(
                database.upsert(
                    connection,
                    feeds,
                    ["url"],
                    {"crisis": crisis},
                    url=url,
                    publisher=publisher(url),
                    crisis=crisis,
                )
            )


def publisher(url: str) -> str:
    """Who answers for a feed's entry ids: its host. The same entry in two feeds of a host is one."""
    return urlsplit(url).netloc.rpartition("@")[2].lower()[:200]


def poll_due(
    engine: Engine,
    client: fetching.Client,
    settings: Settings,
    now: datetime,
    *,
    crisis: bool,
    only: str = "",
) -> int:
    """Read every feed of one kind, or ``only`` one, whose time has come; how many new items were stored.

    Crisis feeds are asked for apart, and feeds at the same time, so that a slow one delays no other.
    """
    urls = [only] if only else settings.crisis_feed_urls if crisis else settings.feed_urls
    with database.read(engine) as connection:
        due = connection.scalars(
            select(feeds.c.id)
            .where(feeds.c.url.in_(urls), feeds.c.crisis == crisis)
            .where(_is_due(settings, crisis, now))
            .order_by(feeds.c.next_check_at, feeds.c.id)
        ).all()
    if not due:
        return 0
    with ThreadPoolExecutor(min(len(due), MAX_AT_ONCE), "feed") as pool:
        return sum(pool.map(lambda feed_id: poll(engine, client, feed_id, settings, now), due))


def poll(engine: Engine, client: fetching.Client, feed_id: int, settings: Settings, now: datetime) -> int:
    """Read one feed if its time has come and nobody else is at it; the number of new items."""
    source = _claim(engine, feed_id, settings, now)
    if source is None:
        return 0
    try:
        answer = _fetch(client, source.url, settings, source)
        if answer is None:
            with database.write(engine) as connection:
                connection.execute(_success(source, now))
            return 0
        document = _parse(client, answer)
    except FeedError as error:
        _record_failure(engine, source, settings, now, str(error))
        return 0
    if document.unnamed:
        details = {"feed": source.id, "entries": len(document.unnamed), "titles": document.unnamed[:5]}
        log.warning("entries without guid and link are not read", extra=details)
    return _take(engine, client, source, answer, document, settings, now)


def _take(
    engine: Engine,
    client: fetching.Client,
    source: Feed,
    answer: Answer,
    document: Document,
    settings: Settings,
    now: datetime,
) -> int:
    """Store the current document and, over a gap, what its archive holds.

    A crisis feed's current entries go first, and each step of the archive when it is read. Of other feeds all
    is stored together: what came at once is counted for all of it.
    """
    gap = gap_of(client.gaps, source.id, source.newest, document)
    if gap is None:
        return _store(engine, source, answer, [*document.entries], settings, now)
    new, problem = 0, ""
    if source.crisis:
        new = _store(engine, source, None, [*gap.entries, *document.entries], settings, now)
    pause = settings.crisis_poll_interval if source.crisis else settings.poll_interval
    try:
        gap.read_on(
            lambda page: _archive(client, page, settings),
            pause.total_seconds() if client.stepwise else math.inf,
        )
    except FeedError as error:
        problem = str(error)
    if gap.page is None or problem:
        client.gaps.pop(source.id, None)
    if gap.page is None or problem or source.crisis:
        # A validator is remembered only when all of a gap was read: else the next answer is "unchanged".
        whole = answer if gap.page is None and not problem else None
        new += _store(engine, source, whole, [*gap.entries, *document.entries], settings, now)
    if problem:
        _record_failure(engine, source, settings, now, problem)
    return new


def _claim(engine: Engine, feed_id: int, settings: Settings, now: datetime) -> Feed | None:
    """Take the feed's turn by moving its next one: two workers never poll the same feed at once."""
    with database.write(engine) as connection:
        row = connection.execute(
            update(feeds)
            .where(feeds.c.id == feed_id)
            .where(
                or_(*(and_(feeds.c.crisis == kind, _is_due(settings, kind, now)) for kind in (True, False)))
            )
            .values(next_check_at=now + settings.poll_interval)
            .returning(*(feeds.c[name] for name in Feed.__slots__))
        ).one_or_none()
        if row is None:
            return None
        source = Feed(*row)
        if source.crisis:
            connection.execute(
                update(feeds)
                .where(feeds.c.id == feed_id)
                .values(next_check_at=now + settings.crisis_poll_interval)
            )
        return source


def _is_due(settings: Settings, crisis: bool, now: datetime) -> ColumnElement[bool]:
    """A turn that has come, or lies further ahead than any can: then the clock was ahead when it was set."""
    longest = settings.crisis_poll_interval if crisis else max(settings.poll_interval, LONGEST_PAUSE)
    turn = feeds.c.next_check_at
    return or_(turn.is_(None), turn <= now, turn > now + longest + CLOCKS_APART)


def _fetch(
    client: fetching.Client, url: str, settings: Settings, source: Feed | None = None
) -> Answer | None:
    return fetching.fetch(
        client,
        url,
        etag=source.etag if source else None,
        last_modified=source.last_modified if source else None,
        max_bytes=settings.feed_max_bytes,
        seconds=settings.feed_timeout,
    )


def _parse(client: fetching.Client, answer: Answer) -> Document:
    """Read the document in a process of its own (reader_process). Raises FeedError."""
    try:
        reply = client.readers.ask(answer.url, answer.content_type, answer.content)
    except EOFError as error:
        raise FeedError("gick inte att tolka inom gränserna för tid och minne") from error
    reading = READING.validate_json(reply)
    if reading.document is None:
        raise FeedError(reading.problem)
    return reading.document


def _archive(client: fetching.Client, url: str, settings: Settings) -> Document:
    answer = _fetch(client, url, settings)
    if answer is None:
        raise FeedError("svarade 304 utan att vara frågad")
    return _parse(client, answer)


def _store(
    engine: Engine,
    source: Feed,
    whole: Answer | None,
    entries: list[Entry],
    settings: Settings,
    now: datetime,
) -> int:
    """The number of new items. ``whole``: the answer, where nothing of the feed is missing any more."""
    rules = Rules(
        crisis=source.crisis,
        baseline=source.baseline_at is None,
        hold_above=settings.hold_above,
        hold_older_than=settings.hold_older_than,
        crisis_lifetime=settings.crisis_lifetime,
        last_read=source.changed_at,
    )
    with database.write(engine) as connection:
        stored = items.store_new(connection, source.id, source.publisher, entries, rules, now)
        values: dict[str, object] = {}
        if whole:
            # A date in the future must not make every later entry look old.
            dates = [min(entry.updated, now) for entry in entries if entry.updated]
            values = {
                # What waits for its time is read again then, also where the feed is unchanged.
                "etag": None if stored.withheld else whole.etag,
                "last_modified": None if stored.withheld else whole.last_modified,
                "newest": max([*dates, *([source.newest] if source.newest else [])], default=now),
                "baseline_at": source.baseline_at or now,
                "changed_at": now,
            }
        connection.execute(_success(source, now).values(**values))
    return stored.new


def _success(source: Feed, now: datetime) -> Update:
    return update(feeds).where(feeds.c.id == source.id).values(checked_at=now, failures=0, problem="")


def _record_failure(engine: Engine, source: Feed, settings: Settings, now: datetime, problem: str) -> None:
    """An ordinary feed that keeps failing is asked more seldom; a crisis feed as often as ever."""
    log.warning("feed failed", extra={"feed": source.id, "problem": problem})
    values: dict[str, object] = {"failures": source.failures + 1, "problem": problem}
    if not source.crisis:
        patience = max(settings.poll_interval, LONGEST_PAUSE)
        values["next_check_at"] = now + min(settings.poll_interval * 2 ** min(source.failures, 10), patience)
    with database.write(engine) as connection:
        connection.execute(update(feeds).where(feeds.c.id == source.id).values(**values))
