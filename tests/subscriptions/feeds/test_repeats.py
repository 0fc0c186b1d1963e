"""What says nothing new is not told again, and a long archive delays nothing."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from foundation import database
from subscriptions.feeds import fetching, ingest
from subscriptions.tables import items, supersessions
from tests.subscriptions.feeds.test_ingest import DAY, HOUR, MINUTE, NOW, World, atom, cap
from tests.subscriptions.web_server import serve

RSS = (
    '<rss version="2.0"><channel><title>x</title><link>https://x.example/</link><description>x</description>'
    "<item><guid>a</guid><title>Ett</title><link>https://x.example/a</link><pubDate>{0}</pubDate>"
    "<description>&lt;p&gt;Avstängt.&lt;/p&gt;&lt;p&gt;Koka vattnet.&lt;/p&gt;</description></item>"
    "<item><guid>https://x.example/b</guid><title>Två</title><link>https://x.example/b</link>"
    "<pubDate>{0}</pubDate></item></channel></rss>"
)


@pytest.fixture(scope="module")
def client() -> Iterator[fetching.Client]:
    with fetching.open_client(30) as opened:
        yield opened


@pytest.fixture
def world(engine: Engine, client: fetching.Client) -> Iterator[World]:
    with serve() as site:
        client.gaps.clear()
        client.stepwise = False
        yield World(engine, site, client)


def told(world: World) -> list[Any]:
    """The alerts that went out, in the order of their telling."""
    rows = [row for row in world.rows() if row.lane == 0 and row.state == "released"]
    return sorted(rows, key=lambda row: row.released_at)


def kris(world: World, now: datetime, *parts: tuple[str, datetime | None, str], title: str = "Koka") -> int:
    """Publish and read the crisis feed alone; every entry has the same title."""
    text = atom(*parts)
    for name, *_ in parts:
        text = text.replace(f"<title>Om {name}</title>", f"<title>{title}</title>")
    world.site.answers["/kris"] = text
    return ingest.poll_due(world.engine, world.client, world.settings, now, crisis=True)


def test_what_the_version_before_had_told_is_not_told_again_after_the_upgrade(world: World) -> None:
    world.site.answers["/alla"] = RSS.format("Mon, 01 Jun 2026 10:00:00 GMT")
    kris(world, NOW, ("alert", NOW, cap(NOW + HOUR)))
    world.poll(NOW)
    prints = [row.fingerprint for row in world.rows()]
    assert len(prints) == 4
    url = world.engine.url.render_as_string(hide_password=False)
    with database.write(world.engine) as connection:  # the version before lost the seams between paragraphs
        connection.execute(update(items).values(fingerprint=b"of the version before"))
        connection.execute(
            update(items).where(items.c.summary.contains("\n")).values(summary="Avstängt.Koka vattnet.")
        )
    world.engine.dispose()
    database.migrate(url, "0004", is_back=True)
    database.migrate(url)
    assert [row.fingerprint for row in world.rows()] == prints


def test_a_link_that_counts_its_readers_is_no_news_and_one_to_another_page_is(world: World) -> None:
    for minute, page in enumerate(("a?t=0&amp;utm=rss", "a?t=1", "a", "c?t=1")):
        now = NOW + minute * MINUTE
        dated = RSS.format(f"{now:%a, %d %b %Y %H:%M:%S} GMT")
        world.site.answers["/alla"] = dated.replace("example/a</link>", f"example/{page}</link>")
        world.poll(now)
    told = [row.link for row in world.rows() if row.entry_id == "a"]
    assert told == ["https://x.example/a?t=0&utm=rss", "https://x.example/c?t=1"]


@pytest.mark.parametrize("renamed", [False, True])
def test_an_end_that_moves_at_each_reading_is_told_once_for_each_end_that_was_told(
    world: World, renamed: bool
) -> None:
    for hour in range(24):
        now = NOW + hour * HOUR
        name = f"alert-{hour}" if renamed else "alert"
        kris(world, now, (name, now, cap(now + 6 * HOUR)))
    assert [(row.seen_at - NOW) / HOUR for row in told(world)] == [0, 5, 10, 15, 20]


def test_a_short_end_that_moves_is_told_once_an_hour(world: World) -> None:
    for part in range(0, 240, 5):
        now = NOW + part * MINUTE
        kris(world, now, ("alert", now, cap(now + 30 * MINUTE)))
    assert [(row.seen_at - NOW) / HOUR for row in told(world)] == [0, 1, 2, 3]


@pytest.mark.parametrize("end", [NOW + HOUR, None])
def test_an_earlier_end_and_one_that_is_left_out_are_told_at_once(world: World, end: datetime | None) -> None:
    kris(world, NOW, ("alert", NOW, cap(NOW + 6 * HOUR)))
    again = cap(end) if end else "<cap:msgType>Alert</cap:msgType><cap:status>Actual</cap:status>"
    kris(world, NOW + MINUTE, ("alert", NOW + MINUTE, again))
    assert [row.expires_at for row in told(world)] == [
        NOW + 6 * HOUR,
        end or NOW + MINUTE + world.settings.crisis_lifetime,
    ]


def test_a_later_end_that_waits_is_told_in_time_though_the_feed_stays_as_it_is(world: World) -> None:
    kris(world, NOW, ("alert", NOW, cap(NOW + 6 * HOUR)))
    body = atom(("alert", NOW + MINUTE, cap(NOW + 12 * HOUR))).replace("Om alert", "Koka").encode()

    def answer(handler: Any) -> None:
        known = handler.headers.get("If-None-Match") == '"2"'
        handler.send_response(304 if known else 200)
        handler.send_header("ETag", '"2"')
        handler.send_header("Content-Length", "0" if known else str(len(body)))
        handler.end_headers()
        if not known:
            handler.wfile.write(body)

    world.site.answers["/kris"] = answer
    for minutes in (1, 60, 299, 300, 301):
        world.poll(NOW + minutes * MINUTE)
    assert [row.seen_at - NOW for row in told(world)] == [timedelta(0), 300 * MINUTE]
    assert world.feed("/kris").etag == '"2"'


def test_an_alert_without_an_end_that_stood_until_it_was_renamed_is_not_told_again(world: World) -> None:
    real = "<cap:msgType>Alert</cap:msgType><cap:status>Actual</cap:status>"
    for hour in (0, 12, 24, 36, 48):
        kris(world, NOW + hour * HOUR, ("a", NOW, real))
    kris(world, NOW + 60 * HOUR, ("b", NOW + 60 * HOUR, real))
    for hour in (66, 108):  # unchanged, so that nothing is read
        world.site.answers["/kris"] = (304, {}, b"")
        world.poll(NOW + hour * HOUR)
    kris(world, NOW + 109 * HOUR, ("c", NOW + 109 * HOUR, real))
    assert [row.entry_id for row in told(world)] == ["a"]
    kris(world, NOW + 110 * HOUR)
    kris(world, NOW + 135 * HOUR, ("d", NOW + 135 * HOUR, real))  # it was gone for a day
    assert [row.entry_id for row in told(world)] == ["a", "d"]


def test_the_end_of_an_alert_is_tied_by_the_last_name_that_it_had(world: World) -> None:
    for hour in range(3):
        now = NOW + hour * HOUR
        more = f"<cap:identifier>nr-{hour}</cap:identifier>"
        kris(world, now, (f"a-{hour}", now, cap(now + 6 * HOUR, more=more)))
    end = cap(NOW + 9 * HOUR, "Cancel", more="<cap:references>s,nr-2,2026-03-02T13:00:00Z</cap:references>")
    kris(world, NOW + 3 * HOUR, ("end", NOW + 3 * HOUR, end), title="Drick")
    first, last = told(world)
    with database.read(world.engine) as connection:
        pairs = {(row.item_id, row.earlier_id) for row in connection.execute(select(supersessions))}
    assert (last.id, first.id) in pairs


@pytest.mark.parametrize(("words", "count"), [("<summary>Koka vattnet i Bollmora.</summary>", 1), ("", 2)])
def test_a_renamed_alert_whose_link_holds_its_name_says_the_same_if_it_says_more_than_a_title(
    world: World, words: str, count: int
) -> None:
    for minute, name in enumerate(("urn:oid:2.49.1", "urn:oid:2.49.2")):
        link = f"<link href='https://vma.example/{name.rpartition(':')[2]}/'/>"
        now = NOW + minute * MINUTE
        kris(world, now, (name, now, cap(NOW + HOUR, more=words + link)))
    assert len(told(world)) == count


def pages(world: World) -> None:
    """Two archive pages behind the crisis feed's current document; "known" was read before."""
    kris(world, NOW - HOUR / 2, ("known", NOW - DAY, cap(NOW + DAY)), title="K")
    world.site.answers |= {
        "/1": atom(("known", NOW - DAY, ""), ("one", NOW - 3 * MINUTE, cap(NOW + HOUR))),
        "/2": atom(("two", NOW - 2 * MINUTE, cap(NOW + HOUR)), before="/1"),
        "/kris": atom(("now", NOW - MINUTE, cap(NOW + HOUR)), before="/2"),
    }


def test_what_is_current_in_a_crisis_feed_goes_before_its_archive_is_read(world: World) -> None:
    pages(world)
    page = world.site.answers["/2"]
    seen: list[str] = []

    def answer(handler: Any) -> None:
        seen.extend(row.entry_id for row in told(world))
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n" + str(page).encode())

    world.site.answers["/2"] = answer
    world.poll(NOW)
    assert "now" in seen
    assert {row.entry_id for row in told(world)} == {"known", "one", "two", "now"}


def test_a_long_archive_is_read_step_by_step_and_what_comes_meanwhile_goes_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("subscriptions.feeds.archives.monotonic", iter(range(0, 1000, 100)).__next__)
    world.client.stepwise = True
    pages(world)
    world.poll(NOW)
    assert {row.entry_id for row in told(world)} == {"known", "two", "now"}
    world.site.answers["/kris"] = atom(
        ("now", NOW - MINUTE, cap(NOW + HOUR)), ("new", NOW, cap(NOW + HOUR)), before="/2"
    )
    world.poll(NOW + MINUTE)
    assert {row.entry_id for row in told(world)} == {"known", "one", "two", "now", "new"}
    assert [path for path, _ in world.site.asked].count("/2") == 1
    assert world.client.gaps == {}


def test_what_the_archive_holds_of_an_ended_alert_is_not_told_and_its_chain_is_ended(world: World) -> None:
    more = "<cap:identifier>first</cap:identifier>"
    kris(world, NOW - HOUR / 2, ("first", NOW - HOUR, cap(NOW + DAY, more=more)), title="K")
    update = "<cap:identifier>second</cap:identifier><cap:references>s,first,x</cap:references>"
    second = ("second", NOW - 2 * MINUTE, cap(NOW + DAY, "Update", more=update))
    cancel = cap(NOW + DAY, "Cancel", more="<cap:references>s,second,x</cap:references>")
    world.site.answers |= {
        "/1": atom(("first", NOW - HOUR, ""), second),
        "/kris": atom(("end", NOW - MINUTE, cancel), before="/1"),
    }
    world.poll(NOW)
    assert world.states()["second"] == "discarded outdated"
    first, end = told(world)
    with database.read(world.engine) as connection:
        pairs = {(row.item_id, row.earlier_id) for row in connection.execute(select(supersessions))}
    assert (end.id, first.id) in pairs
