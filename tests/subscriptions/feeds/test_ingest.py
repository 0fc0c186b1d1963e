"""From feeds over real HTTP to items: known once, judged by rule, and untouched by whatever breaks."""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from threading import Barrier, Event
from typing import Any

import pytest
from sqlalchemy import Engine, select

from delivery.model import Lane
from foundation import database
from foundation.tables import audit_log
from subscriptions.feeds import fetching, ingest
from subscriptions.feeds import items as items_module
from subscriptions.feeds.reader_pool import ReaderPool
from subscriptions.operations import approval
from subscriptions.operations.worker import Worker
from subscriptions.settings import Settings, load_settings
from subscriptions.tables import feeds, item_targets, items, supersessions, targets
from tests.subscriptions.web_server import Site, serve

NOW = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
Part = tuple[str, datetime | None, str]


def atom(*entries: Part, before: str = "") -> str:
    """A feed of entries (id, updated, further elements), with an archive page before it."""
    inside = "".join(
        f"<entry><id>{name}</id><title>Om {name}</title>"
        + (f"<updated>{updated.isoformat()}</updated>" if updated else "")
        + f"{more}</entry>"
        for name, updated, more in entries
    )
    link = f"<link rel='prev-archive' href='{before}'/>" if before else ""
    return (
        "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:cap='urn:oasis:names:tc:emergency:cap:1.2'>"
        f"<title>x</title>{link}{inside}</feed>"
    )


def cap(expires: datetime, kind: str = "Alert", status: str = "Actual", more: str = "") -> str:
    return (
        f"<cap:msgType>{kind}</cap:msgType><cap:status>{status}</cap:status>"
        f"<cap:expires>{expires.isoformat()}</cap:expires>{more}"
    )


class World:
    """A site with a news feed and a crisis feed, and a service that reads them."""

    def __init__(self, engine: Engine, site: Site, client: fetching.Client) -> None:
        self.engine, self.site, self.client = engine, site, client
        self.settings: Settings = load_settings(
            environment="development",
            feed_urls=f"{site.address}/alla",
            crisis_feed_urls=f"{site.address}/kris",
            hold_above=3,
            feed_timeout=30,
            feed_max_bytes=3_000_000,
        )
        site.answers |= {"/alla": atom(("first", NOW - DAY, "")), "/kris": atom()}
        ingest.register(engine, self.settings)
        self.poll(NOW - HOUR)

    def poll(self, now: datetime) -> int:
        """Both feeds; the crisis feed is read last, as when it is unlucky."""
        return sum(
            ingest.poll_due(self.engine, self.client, self.settings, now, crisis=crisis)
            for crisis in (False, True)
        )

    def publish(self, *entries: Part, now: datetime = NOW, path: str = "/alla", before: str = "") -> int:
        self.site.answers[path] = atom(*entries, before=before)
        return self.poll(now)

    def states(self) -> dict[str, str]:
        """State by entry; the last revision's."""
        return {row.entry_id: f"{row.state} {row.reason}".strip() for row in self.rows()}

    def rows(self) -> Sequence[Any]:
        with database.read(self.engine) as connection:
            return connection.execute(select(items).order_by(items.c.revision, items.c.id)).all()

    def feed(self, path: str = "/alla") -> Any:
        with database.read(self.engine) as connection:
            return connection.execute(select(feeds).where(feeds.c.url == self.site.address + path)).one()


@pytest.fixture(scope="module")
def readers() -> Iterator[ReaderPool]:
    """Processes take a while to start."""
    pool = ReaderPool()
    yield pool
    pool.close()


@pytest.fixture
def world(engine: Engine, readers: ReaderPool) -> Iterator[World]:
    with serve() as site, fetching.open_client(30) as client:
        own, client.readers = client.readers, readers
        yield World(engine, site, client)
        client.readers = own


def test_the_first_sight_is_a_baseline_and_what_comes_after_is_news(world: World) -> None:
    assert world.publish(("first", NOW - DAY, ""), ("new", NOW, "")) == 1
    assert world.states() == {"first": "baseline", "new": "released"}
    assert world.poll(NOW + MINUTE) == 0


def test_a_new_revision_is_news_and_replaces_the_old(world: World) -> None:
    world.publish(("first", NOW, "<summary>ändrad</summary>"))
    assert [row.state for row in world.rows()] == ["baseline", "released"]
    with database.read(world.engine) as connection:
        pairs = [(row.item_id, row.earlier_id) for row in connection.execute(select(supersessions))]
    assert pairs == [(world.rows()[1].id, world.rows()[0].id)]
    assert world.publish(("first", NOW - DAY, ""), now=NOW + MINUTE) == 0  # an old copy from a cache


def test_an_entry_without_a_date_is_known_by_its_id(world: World) -> None:
    world.publish(("undated", None, ""))
    world.publish(("undated", None, "<summary>ändrad</summary>"), now=NOW + MINUTE)
    assert [row.state for row in world.rows()] == ["released", "baseline"]


def test_old_future_and_many_are_held(world: World) -> None:
    world.publish(("old", NOW - 3 * DAY, ""), ("future", NOW + 2 * DAY, ""), ("soon", NOW + HOUR, ""))
    assert world.states() == {
        "first": "baseline",
        "old": "held too-old",
        "future": "held future",
        "soon": "released",
    }
    many: list[Part] = [(f"n{number}", NOW, "") for number in range(4)]
    world.publish(*many, now=NOW + MINUTE)
    assert {world.states()[name] for name, _, _ in many} == {"held burst"}


def test_a_date_in_the_future_hides_no_later_gap(world: World) -> None:
    world.publish(("future", NOW + 2 * DAY, ""))
    assert world.feed().newest == NOW


def test_a_date_in_the_future_silences_no_later_revision(world: World) -> None:
    """Nor when that date has come and the correction was dated before it."""
    wrong: Part = ("a", NOW + 2 * DAY, "")
    world.publish(wrong)
    assert world.states()["a"] == "held future"
    world.publish(("a", NOW - HOUR, "<summary>rätt</summary>"), wrong, now=NOW + MINUTE)
    assert [f"{row.state} {row.reason}".strip() for row in world.rows() if row.entry_id == "a"] == [
        "released",
        "discarded outdated",
    ]
    assert approval.held(world.engine) == []
    world.publish(("a", NOW + DAY, "<summary>ännu rättare</summary>"), now=NOW + 3 * DAY)
    assert [row.state for row in world.rows() if row.entry_id == "a"] == ["released", "released", "discarded"]


@pytest.mark.parametrize("name", ["a", "b"])
def test_the_end_of_an_alert_dated_in_the_future_replaces_it(world: World, name: str) -> None:
    world.publish(("a", NOW + HOUR, cap(NOW + DAY)), path="/kris")
    ends = "<cap:references>a</cap:references>"
    world.publish((name, NOW + MINUTE, cap(NOW + DAY, "Cancel", more=ends)), now=NOW + MINUTE, path="/kris")
    end, alert = (row for row in world.rows() if row.entry_id != "first")
    assert (end.state, alert.state) == ("released", "released")
    with database.read(world.engine) as connection:
        pairs = [(row.item_id, row.earlier_id) for row in connection.execute(select(supersessions))]
    assert pairs == [(end.id, alert.id)]


def test_what_is_withdrawn_and_comes_back_is_told_once(world: World) -> None:
    entry: Part = ("new", NOW, "")
    assert world.publish(entry) == 1
    assert world.publish(now=NOW + MINUTE) == 0  # an empty feed: everything is withdrawn
    assert world.publish(entry, now=NOW + 2 * MINUTE) == 0
    assert world.states() == {"first": "baseline", "new": "released"}


def test_ids_that_churn_are_held(world: World) -> None:
    link = "<link href='https://example.se/a'/>"
    world.publish(("a", NOW, f"<title>Samma</title>{link}"))
    entry = atom(("b", NOW, link)).replace("Om b", "Om a")
    world.site.answers["/alla"] = entry
    world.poll(NOW + MINUTE)
    assert world.states()["b"] == "held same-text-other-id"


@pytest.mark.parametrize("path", ["/alla", "/kris"])
@pytest.mark.parametrize("more", ["", cap(NOW + DAY)])
def test_a_newer_date_alone_is_no_news_however_often_it_is_read(world: World, path: str, more: str) -> None:
    def effective(now: datetime) -> str:
        return f"{more}<cap:effective>{now.isoformat()}</cap:effective>" if more else ""

    for hours in (0, 1, 2, 20, 30, 31, 60):
        now = NOW + hours * HOUR
        stored = world.publish(("a", now, effective(now)), now=now, path=path)
        assert stored == (hours == 0)
    assert world.publish(("a", NOW + 3 * DAY, "<summary>nytt</summary>"), now=NOW + 3 * DAY, path=path) == 1


def test_a_newer_date_in_another_feed_is_no_news_but_may_make_it_a_crisis(world: World) -> None:
    assert world.publish(("a", NOW, cap(NOW + DAY))) == 1
    assert world.publish(("a", NOW + MINUTE, cap(NOW + DAY)), now=NOW + MINUTE, path="/kris") == 0
    assert [(row.entry_id, row.lane) for row in world.rows()] == [("first", 2), ("a", 0)]


def test_an_alert_that_has_ended_and_is_dated_anew_stays_ended(world: World) -> None:
    for minute in range(4):
        now = NOW + minute * MINUTE
        alert: Part = ("a", now, cap(NOW + DAY))
        end: Part = ("b", now, cap(NOW + DAY, "Cancel", more="<cap:references>a</cap:references>"))
        world.publish(alert, *([end] if minute else []), now=now, path="/kris")
    assert [row.entry_id for row in world.rows()] == ["first", "a", "b"]


def test_what_was_at_first_sight_and_gets_a_newer_date_is_no_news(world: World) -> None:
    assert world.publish(("first", NOW, "")) == 0


@pytest.mark.parametrize("answer", [None, "discard"])
def test_ids_that_churn_ask_once(world: World, answer: str | None) -> None:
    def read(name: str, now: datetime) -> None:
        entry = atom((name, now, "<link href='https://example.se/a'/>")).replace(f"Om {name}", "Samma")
        world.site.answers["/alla"] = entry
        world.poll(now)

    read("a", NOW)
    read("b", NOW + MINUTE)
    if answer:
        (waiting,) = approval.held(world.engine)
        approval.discard(world.engine, waiting.id, NOW + MINUTE, "test")
    read("c", NOW + 2 * MINUTE)
    assert [row.entry_id for row in world.rows()] == ["first", "a", "b"]


def test_what_waits_for_its_date_waits_once_and_goes_out_when_the_date_is_right(world: World) -> None:
    for minute in range(3):
        now = NOW + minute * MINUTE
        world.publish(("a", now - 3 * DAY, ""), now=now)
    assert [row.entry_id for row in world.rows()].count("a") == 1
    world.publish(("a", NOW + HOUR, ""), now=NOW + HOUR)
    assert world.states()["a"] == "released"


def rss(*items: str) -> str:
    inside = "".join(f"<item>{item}</item>" for item in items)
    return f"<rss version='2.0'><channel><title>x</title>{inside}</channel></rss>"


@pytest.mark.parametrize(
    "guid", ["<guid>N/A</guid>", "<guid isPermaLink='false'>nyhet</guid>", "<guid/>", ""]
)
@pytest.mark.parametrize(
    "link", ["", "<link>https://example.se/{n}</link>", "<link>https://example.se/</link>"]
)
def test_items_that_share_a_guid_are_items_of_their_own_reading_after_reading(
    world: World, caplog: pytest.LogCaptureFixture, guid: str, link: str
) -> None:
    items_ = [f"<title>Nyhet {n}</title>{guid}{link.format(n=n)}" for n in range(3)]
    for minute in range(2):
        world.site.answers["/alla"] = rss(*items_)
        world.poll(NOW + minute * MINUTE)
    read = [row.title for row in world.rows() if row.state == "released"]
    named = "N/A" in guid or "nyhet" in guid or link
    assert sorted(read) == (["Nyhet 0", "Nyhet 1", "Nyhet 2"] if named else [])
    logged = [record for record in caplog.records if "guid and link" in record.message]
    assert bool(logged) != bool(named)
    assert all(record.__dict__["titles"][0] == "Nyhet 0" for record in logged)


def test_revisions_of_an_atom_entry_in_one_document_are_one_entry(world: World) -> None:
    world.publish(("a", NOW - MINUTE, "<title>Förr</title>"), ("a", NOW, "<title>Nu</title>"))
    assert {row.entry_id for row in world.rows()} == {"first", "a"}


def test_an_exercise_and_what_has_expired_are_never_sent(world: World) -> None:
    world.publish(
        ("test", NOW, cap(NOW + DAY, status="Test")),
        ("exercise", NOW, cap(NOW + DAY, status="Exercise")),
        ("late", NOW - HOUR, cap(NOW - MINUTE)),
        path="/kris",
    )
    assert world.states() == {
        "first": "baseline",
        "test": "discarded exercise",
        "exercise": "discarded exercise",
        "late": "discarded expired",
    }


def test_unexpired_alerts_of_a_crisis_feed_are_never_held(world: World) -> None:
    world.publish(*((f"k{n}", NOW - 5 * DAY, cap(NOW + n * HOUR)) for n in range(1, 9)), path="/kris")
    rows = [row for row in world.rows() if row.entry_id != "first"]
    assert {(row.state, row.lane) for row in rows} == {("released", 0)}
    assert rows[0].expires_at == NOW + HOUR


def test_a_crisis_entry_without_an_end_has_its_lifetime_and_is_held_when_older(world: World) -> None:
    world.publish(("now", NOW - HOUR, ""), ("old", NOW - 7 * HOUR, ""), path="/kris")
    assert world.states() == {"first": "baseline", "now": "released", "old": "held too-old"}


def test_a_crisis_feed_that_says_the_same_again_floods_nobody(world: World) -> None:
    for minute in range(3):  # a feed that dates and names its entries anew at every reading
        at = NOW + minute * MINUTE
        world.site.answers["/kris"] = atom((f"k{minute}", at, cap(NOW + HOUR))).replace(
            f"Om k{minute}", "Storm"
        )
        world.poll(at)
    assert [row.entry_id for row in world.rows()] == ["first", "k0"]


def test_an_alert_that_was_replaced_is_told_again_and_so_is_its_second_end(world: World) -> None:
    def say(name: str, hour: int, kind: str = "Alert", ends: str = "") -> int:
        more = f"<title>{kind}</title>" + (f"<cap:references>{ends}</cap:references>" if ends else "")
        text = atom((name, NOW + hour * HOUR, cap(NOW + DAY, kind, more=more))).replace(f"Om {name}", kind)
        world.site.answers["/kris"] = text
        return world.poll(NOW + hour * HOUR)

    assert [say("a", 0), say("b", 1, "Cancel", "a"), say("c", 2), say("d", 3, "Cancel", "c")] == [1, 1, 1, 1]
    assert set(world.states().values()) == {"baseline", "released"}
    assert [say("e", 4, "Cancel", "c"), say("f", 5), say("g", 6)] == [0, 1, 0]  # said and standing


def test_an_alert_that_came_with_the_end_of_the_one_before_is_told(world: World) -> None:
    def alert(name: str, at: datetime, kind: str = "Alert", more: str = "") -> Part:
        return (name, at, cap(NOW + DAY, kind, more=f"<link href='https://example.se/x'/>{more}"))

    first = alert("a", NOW)
    world.site.answers["/kris"] = atom(first).replace("Om a", "Utrym")
    world.poll(NOW)
    end = alert("b", NOW + HOUR, "Cancel", "<cap:references>a</cap:references>")
    again = alert("c", NOW + 2 * HOUR)
    world.site.answers["/kris"] = atom(end, again).replace("Om c", "Utrym")
    world.poll(NOW + 2 * HOUR)
    assert world.states()["c"] == "released"


def test_the_same_entry_in_two_feeds_is_one_item_and_a_crisis(world: World) -> None:
    alert: Part = ("k", NOW, cap(NOW + HOUR))
    world.site.answers |= {"/alla": atom(alert), "/kris": atom(alert)}
    world.poll(NOW)
    assert [(row.entry_id, row.lane, row.state) for row in world.rows()] == [
        ("first", 2, "baseline"),
        ("k", 0, "released"),
    ]
    with database.read(world.engine) as connection:
        kinds = connection.scalars(
            select(targets.c.kind)
            .join(item_targets, item_targets.c.target_id == targets.c.id)
            .where(item_targets.c.item_id == world.rows()[1].id)
        ).all()
    assert sorted(kinds) == ["all", "crisis"]


def test_of_an_alert_and_its_end_in_one_reading_only_the_end_counts(world: World) -> None:
    ends = "<cap:references>k1</cap:references>"
    world.publish(
        ("k1", NOW - HOUR, cap(NOW + HOUR)),
        ("k2", NOW, cap(NOW + HOUR, "Cancel", more=ends)),
        path="/kris",
    )
    assert world.states() == {"first": "baseline", "k1": "discarded outdated", "k2": "released"}


@pytest.mark.parametrize(
    "broken",
    [
        (500, {}, b"fel"),
        (200, {}, b""),
        (200, {}, atom(("evil", NOW, "")).encode()[:-12]),
        (200, {}, b"<html><body>Logga in</body></html>"),
        (302, {"Location": "https://example.org/feed"}, b""),
        (200, {}, b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + atom(("evil", NOW, "")).encode()),
        (200, {}, b" " * 4_000_000),
    ],
)
def test_a_broken_feed_leaves_what_is_known_and_says_why(world: World, broken: Any) -> None:
    before = world.feed()
    world.site.answers["/alla"] = broken
    assert world.poll(NOW) == 0
    assert world.states() == {"first": "baseline"}
    after = world.feed()
    assert (after.failures, after.newest, after.etag) == (1, before.newest, before.etag)
    assert after.problem
    assert world.publish(("first", NOW - DAY, ""), ("new", NOW, ""), now=NOW + HOUR) == 1
    assert (world.feed().failures, world.feed().problem) == (0, "")


def test_a_crisis_feed_that_fails_is_asked_again_as_soon_as_ever(world: World) -> None:
    world.site.answers |= {"/alla": (500, {}, b""), "/kris": (500, {}, b"")}
    for minute in range(20):
        world.poll(NOW + minute * MINUTE)
    now = NOW + 19 * MINUTE
    assert world.feed("/kris").next_check_at == now + timedelta(seconds=5)
    assert now < world.feed("/alla").next_check_at <= now + 10 * MINUTE


def test_a_feed_is_asked_with_its_validator_and_by_one_worker_at_a_time(world: World) -> None:
    body = atom(("new", NOW, "")).encode()
    world.site.answers["/alla"] = (200, {"ETag": '"1"'}, body)
    world.poll(NOW)
    asked = len(world.site.asked)
    assert ingest.poll(world.engine, world.client, world.feed().id, world.settings, NOW) == 0
    assert len(world.site.asked) == asked
    world.site.answers["/alla"] = (304, {}, b"")
    world.poll(NOW + MINUTE)
    assert world.site.asked[-2][1]["if-none-match"] == '"1"'
    assert world.feed().checked_at == NOW + MINUTE


@pytest.mark.parametrize("path", ["/alla", "/kris"])
def test_a_clock_that_was_ahead_and_is_set_right_stops_no_feed(world: World, path: str) -> None:
    world.poll(NOW + HOUR)
    asked = len(world.site.asked)
    world.poll(NOW)
    assert path in [each for each, _ in world.site.asked[asked:]]
    assert world.feed(path).checked_at == NOW


def test_machines_whose_clocks_differ_by_seconds_share_the_turns(world: World) -> None:
    asked = len(world.site.asked)
    world.poll(NOW)
    world.poll(NOW - timedelta(seconds=30))
    assert len(world.site.asked) == asked + 2


def test_a_document_that_costs_too_much_costs_its_process_and_nothing_else(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("subscriptions.feeds.reader_pool.PATIENCE", 0.5)
    entries = "<entry/>" * 300_000
    world.site.answers["/alla"] = f"<feed xmlns='http://www.w3.org/2005/Atom'>{entries}</feed>"
    world.poll(NOW)
    assert "gränserna för tid och minne" in world.feed().problem
    monkeypatch.undo()
    assert world.publish(("new", NOW, ""), now=NOW + HOUR) == 1
    assert world.feed().problem == ""


def test_a_reader_that_is_killed_is_replaced(world: World) -> None:
    for process in world.client.readers._idle:
        process.kill()
        process.wait()
    assert world.publish(("new", NOW, "")) == 1


def test_a_crisis_feed_that_stands_still_stops_no_other(world: World) -> None:
    free = Event()

    def stand(handler: Any) -> None:
        free.wait(30)
        handler.send_error(503)

    urls = [f"{world.site.address}/{name}" for name in ("still", "kris")]
    settings = load_settings(environment="development", crisis_feed_urls=",".join(urls), feed_timeout=60)
    ingest.register(world.engine, settings)
    world.site.answers |= {"/still": stand, "/kris": atom(("k", NOW, cap(NOW + HOUR)))}
    tasks = [
        task
        for task in Worker(settings, world.engine, lambda: NOW)._tasks(world.client)
        if task.name == "crisis-feeds"
    ]
    with ThreadPoolExecutor(len(tasks)) as pool:
        done = [pool.submit(task.once) for task in tasks]
        try:
            assert done[1].result(30)
            assert world.states()["k"] == "released"
            assert not done[0].done()
        finally:
            free.set()


def test_feeds_are_read_at_the_same_time(world: World) -> None:
    together = Barrier(2)

    def meet(handler: Any) -> None:
        together.wait(30)  # breaks unless the other is asked for meanwhile
        handler.send_error(503)

    urls = [f"{world.site.address}/{name}" for name in "xy"]
    settings = load_settings(environment="development", crisis_feed_urls=",".join(urls), feed_timeout=60)
    ingest.register(world.engine, settings)
    world.site.answers |= {"/x": meet, "/y": meet}
    ingest.poll_due(world.engine, world.client, settings, NOW, crisis=True)
    assert {world.feed(path).problem for path in ("/x", "/y")} == {"svarade 503"}


def test_a_gap_is_closed_by_the_archive(world: World) -> None:
    world.site.answers |= {
        "/2026-01": atom(("ancient", NOW - 50 * DAY, "")),
        "/2026-02": atom(("first", NOW - DAY, ""), ("a", NOW - 20 * HOUR, ""), before="/2026-01"),
    }
    world.publish(("b", NOW, ""), before="/2026-02")
    assert world.states() == {"first": "baseline", "a": "released", "b": "released"}
    assert "/2026-01" not in [path for path, _ in world.site.asked]


def test_a_gap_that_could_not_be_closed_is_tried_again_and_delays_nothing(world: World) -> None:
    world.publish(("b", NOW, ""), before="/2026-02")
    assert world.states() == {"first": "baseline", "b": "released"}
    assert "arkivsidan" in world.feed().problem
    world.site.answers["/2026-02"] = atom(("first", NOW - DAY, ""), ("a", NOW - 20 * HOUR, ""))
    world.poll(NOW + HOUR)
    assert world.states() == {"first": "baseline", "a": "released", "b": "released"}
    assert world.feed().problem == ""


def test_archive_pages_in_a_circle_end(world: World) -> None:
    world.site.answers["/x"] = atom(("a", NOW, ""), before="/x")
    world.publish(("b", NOW, ""), before="/x")
    assert "cirkel" in world.feed().problem


def test_what_is_held_and_then_replaced_needs_no_answer(world: World) -> None:
    world.publish(("a", NOW - 3 * DAY, ""))
    assert world.states()["a"] == "held too-old"
    world.publish(("a", NOW, ""), now=NOW + MINUTE)
    assert [row.state for row in world.rows()] == ["discarded", "baseline", "released"]
    assert approval.held(world.engine) == []


def test_ten_thousand_new_entries_at_once_are_held(world: World) -> None:
    assert world.publish(*((f"n{number}", NOW, "") for number in range(10_000))) == 10_000
    assert set(world.states().values()) == {"baseline", "held burst"}


def test_an_operator_approves_and_discards_what_is_held(world: World) -> None:
    world.publish(("a", NOW - 3 * DAY, ""), ("b", NOW - 3 * DAY, ""))
    first, second = approval.held(world.engine)
    assert (first.title, first.reason) == ("Om a", "too-old")
    assert approval.approve(world.engine, first.id, world.settings, NOW, "test")
    assert approval.discard(world.engine, second.id, NOW, "test")
    assert not approval.approve(world.engine, second.id, world.settings, NOW, "test")
    assert world.states() == {"a": "released too-old", "b": "discarded too-old", "first": "baseline"}
    assert next(row for row in world.rows() if row.entry_id == "a").released_at == NOW
    with database.read(world.engine) as connection:
        assert connection.scalars(select(audit_log.c.action).order_by(audit_log.c.id)).all() == [
            "approve",
            "discard",
        ]


@pytest.mark.parametrize(
    "database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)  # SQLite has one writer at a time
def test_an_alert_that_two_feeds_bring_at_once_is_one_though_each_dates_it_anew(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seconds, path in enumerate(("/alla", "/kris")):
        world.site.answers[path] = atom(("alert", NOW + timedelta(seconds=seconds), cap(NOW + HOUR)))
    insert = items_module._insert
    others: list[Future[int]] = []

    def meanwhile(*parts: Any) -> int:
        if not others:
            others.append(pool.submit(poll, crisis=False))
            wait(others, 1)
        return insert(*parts)

    def poll(*, crisis: bool) -> int:
        return ingest.poll_due(world.engine, world.client, world.settings, NOW, crisis=crisis)

    monkeypatch.setattr(items_module, "_insert", meanwhile)
    with ThreadPoolExecutor(1) as pool:
        assert poll(crisis=True) == 1
        assert others[0].result(30) == 0
    (row,) = [row for row in world.rows() if row.entry_id == "alert"]
    assert (row.lane, row.state) == (Lane.CRISIS, "released")
    with database.read(world.engine) as connection:
        kinds = select(targets.c.kind).join(item_targets).where(item_targets.c.item_id == row.id)
        assert set(connection.scalars(kinds)) == {"all", "crisis"}
