"""Feeds are untrusted: what is read is bounded, whole, plain and harmless."""

import gzip
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Event
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscriptions.feeds import feed, fetching, plain_text
from subscriptions.feeds.fetching import Answer, FeedError
from subscriptions.model import Target, TargetKind
from tests.subscriptions.web_server import Site, serve

ATOM = '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:cap="urn:oasis:names:tc:emergency:cap:1.2">%s</feed>'
ENTRY = "<entry><id>urn:uuid:4a9b3f6e-0d3c-4b34-9c7f-0a3a7b2d9f10</id>%s</entry>"
XML = "application/atom+xml"


@pytest.fixture
def site() -> Iterator[Site]:
    with serve() as running:
        yield running


@pytest.fixture
def client() -> Iterator[fetching.Client]:
    with fetching.open_client(30) as opened:
        yield opened


def fetch(client: fetching.Client, site: Site, path: str = "/a", **values: Any) -> Answer | None:
    return fetching.fetch(client, site.address + path, **{"max_bytes": 50_000, "seconds": 30, **values})


def read(text: str, url: str = "https://example.se/floden/alla.atom") -> feed.Document:
    return feed.parse(Answer(url, text.encode(), XML, None, None))


def one(inside: str) -> Any:
    (entry,) = read(ATOM % (ENTRY % inside)).entries
    return entry


def test_a_feed_that_has_not_changed_is_not_sent_again(client: fetching.Client, site: Site) -> None:
    site.answers["/a"] = (304, {}, b"")
    assert fetch(client, site, etag='"x"', last_modified="Mon, 02 Mar 2026 11:00:00 GMT") is None
    assert site.asked[0][1]["if-none-match"] == '"x"'
    assert site.asked[0][1]["if-modified-since"] == "Mon, 02 Mar 2026 11:00:00 GMT"


def test_a_feed_comes_with_what_to_ask_with_next_time(client: fetching.Client, site: Site) -> None:
    site.answers["/a"] = (200, {"ETag": '"x"', "Content-Encoding": "gzip"}, gzip.compress(b"hej"))
    answer = fetch(client, site)
    assert answer is not None
    assert (answer.content, answer.etag, answer.last_modified) == (b"hej", '"x"', None)


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ((500, {}, b"oj"), "svarade 500"),
        ((200, {}, b"x" * 50_001), "är större än 50000 byte"),
        ((200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(200_000_000))), "är större än 50000 byte"),
        ((200, {"Content-Encoding": "gzip"}, gzip.compress(b"hej" * 999)[:-9]), "är avhugget"),
        ((200, {"Content-Encoding": "gzip"}, b"no gzip"), "gick inte att hämta"),
        ((200, {"Content-Encoding": "br"}, b"x"), "packat på ett okänt sätt"),
        ((302, {"Location": "http://example.org/"}, b""), "har flyttat till 'http://example.org/'"),
        ((302, {"Location": "file:///etc/passwd"}, b""), "har flyttat till 'file:///etc/passwd'"),
        ((302, {"Location": "/a"}, b""), "skickade vidare för många gånger"),
    ],
)
def test_what_cannot_be_trusted_is_refused(client: fetching.Client, site: Site, reply: Any, why: str) -> None:
    site.answers["/a"] = reply
    with pytest.raises(FeedError, match=why):
        fetch(client, site)


def test_a_redirect_within_the_host_is_followed(client: fetching.Client, site: Site) -> None:
    site.answers |= {"/a": (301, {"Location": "/b"}, b""), "/b": b"hej"}
    answer = fetch(client, site)
    assert answer is not None
    assert answer.url == site.address + "/b"


def test_a_server_that_drips_is_left(client: fetching.Client, site: Site) -> None:
    def drip(handler: Any) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            for _ in range(100):
                handler.wfile.write(b"x")
                handler.wfile.flush()
                time.sleep(0.05)
        except OSError:
            pass

    site.answers["/a"] = drip
    with pytest.raises(FeedError, match="tog för lång tid"):
        fetch(client, site, seconds=0.3)


def test_a_server_that_drips_its_head_is_left_and_delays_nobody_else(
    client: fetching.Client, site: Site
) -> None:
    done = Event()

    def drip(handler: Any) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        try:
            while not done.wait(0.05):
                handler.wfile.write(b"x")
        except OSError:
            pass

    site.answers |= {"/a": drip, "/b": b"hej"}
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(fetch, client, site, seconds=0.3)
        other = fetch(client, site, "/b")
        assert other is not None
        assert other.content == b"hej"
        try:
            with pytest.raises(FeedError, match="tog för lång tid"):
                slow.result(30)
        finally:
            done.set()


def test_a_server_that_is_not_there_is_a_feed_error(client: fetching.Client) -> None:
    with pytest.raises(FeedError, match="gick inte att hämta: ConnectError"):
        fetching.fetch(client, "http://127.0.0.1:1/", max_bytes=1000, seconds=30)


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 50}">' for before, name in zip("abcdef", "bcdefg", strict=True)
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (BOMB + "]>" + ATOM % (ENTRY % "<summary>&g;</summary>"), "XML-entiteter"),
        (OUTSIDE + ATOM % (ENTRY % "<summary>&x;</summary>"), "XML-entiteter"),
        ((ATOM % (ENTRY % "<summary>hej</summary>"))[:-20], "trasig eller avhuggen"),
        ("<html><body>Logga in</body></html>", "varken Atom eller RSS"),
        ("", "varken Atom eller RSS|trasig"),
        ("hej", "varken Atom eller RSS|trasig"),
    ],
)
def test_what_is_no_whole_feed_is_refused(text: str, why: str) -> None:
    with pytest.raises(FeedError, match=why):
        read(text)


def test_an_entity_in_another_alphabet_is_found_too() -> None:
    with pytest.raises(FeedError, match="XML-entiteter"):
        feed.parse(Answer("https://a/", (OUTSIDE + ATOM % "").encode("utf-16"), XML, None, None))


def test_an_empty_feed_is_a_feed() -> None:
    assert read(ATOM % "").entries == ()


def test_text_is_plain_and_links_are_links() -> None:
    entry = one(
        "<title type='html'>A &lt;b&gt;b&lt;/b&gt; &amp;amp; c&lt;script&gt;x()&lt;/script&gt;</title>"
        "<summary>1 &lt; 2\u202e och\r\n\x7f rad</summary><link href='javascript:alert(1)'/>"
    )
    assert (entry.title, entry.summary, entry.link) == ("A b & c", "1 < 2 och rad", "")


@pytest.mark.parametrize(
    ("href", "link"),
    [
        ("https://example.se/å?a=1&amp;b=2", "https://example.se/å?a=1&b=2"),
        ("/nyheter/", "https://example.se/nyheter/"),
        (" /filer/min &lt;nya&gt; fil.pdf ", "https://example.se/filer/min%20%3Cnya%3E%20fil.pdf"),
        ("https://example.se/två&#10;  rader", "https://example.se/två%20%20rader"),
        ("data:text/html,x", ""),
        ("https://bank.se@example.org/", ""),
        ("https://[", ""),
    ],
)
def test_only_web_addresses_are_links(href: str, link: str) -> None:
    assert one(f"<link href='{href}'/>").link == link


def test_targets_come_from_categories_and_the_records_id() -> None:
    scheme = "https://example.se/api/v1/schemes"
    entry = one(
        f"<category scheme='{scheme}/type' term='nyheter'/>"
        f"<category scheme='{scheme}/topic' term='vatten' label='Vatten och avlopp'/>"
        f"<category scheme='{scheme}/body' term='byggnadsnamnden'/>"
        f"<category scheme='{scheme}/area' term='norra'/>"
        "<category term='annat'/>"
    )
    assert set(entry.targets) == {
        Target(TargetKind.ALL),
        Target(TargetKind.TYPE, "nyheter"),
        Target(TargetKind.TOPIC, "vatten"),
        Target(TargetKind.BODY, "byggnadsnamnden"),
        Target(TargetKind.AREA, "norra"),
        Target(TargetKind.PAGE, "4a9b3f6e-0d3c-4b34-9c7f-0a3a7b2d9f10"),
    }
    assert (entry.type, entry.labels) == ("nyheter", ("Vatten och avlopp",))


def test_a_warning_keeps_the_words_of_cap_whatever_its_prefix() -> None:
    (entry,) = read(
        "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:V='urn:oasis:names:tc:emergency:cap:1.2'>"
        + ENTRY
        % (
            "<V:identifier>nr-2</V:identifier><V:msgType>Cancel</V:msgType><V:status>Actual</V:status>"
            "<V:severity>Severe</V:severity><V:areaDesc>Bollmora, Öringe</V:areaDesc>"
            "<V:expires>2026-03-02T13:00:00+01:00</V:expires>"
            "<V:parameter>Vattnet är rent igen.</V:parameter>"
            "<V:references>a@b.se,nr-1,2026-03-01T00:00:00+01:00 nr-0</V:references>"
        )
        + "</feed>"
    ).entries
    alert = entry.alert
    assert alert is not None
    assert (alert.identifier, alert.message_type, alert.area) == ("nr-2", "Cancel", "Bollmora, Öringe")
    assert alert.expires == datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert alert.references == ("nr-1", "nr-0")
    assert entry.sms == "Vattnet är rent igen."


@pytest.mark.parametrize("end", ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59+00:00", "9999-01-01T00:00:00Z"])
def test_the_year_9999_is_no_end_and_no_date(end: str) -> None:
    (entry,) = read(
        "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:cap='urn:oasis:names:tc:emergency:cap:1.2'>"
        + ENTRY % f"<updated>{end}</updated><cap:msgType>Alert</cap:msgType><cap:expires>{end}</cap:expires>"
        + "</feed>"
    ).entries
    assert entry.alert is not None
    assert (entry.alert.expires, entry.updated) == (None, None)


def test_an_entry_without_cap_is_no_alert_and_one_without_id_is_none() -> None:
    assert one("").alert is None
    assert one("").link == ""
    assert read(ATOM % "<entry><title>Utan namn</title></entry>").entries == ()


def test_moments_are_kept_to_the_fraction_and_rss_is_read() -> None:
    assert one("<updated>2026-03-02T12:00:00.25+01:00</updated>").updated == datetime(
        2026, 3, 2, 11, 0, 0, 250_000, tzinfo=UTC
    )
    (entry,) = read(
        "<rss version='2.0'><channel><title>x</title><item><title>A</title><guid isPermaLink='false'>1</guid>"
        "<pubDate>Mon, 02 Mar 2026 12:00:00 +0100</pubDate><link>https://polisen.se/1</link>"
        "<category domain='https://a/schemes/topic'>vatten</category></item></channel></rss>"
    ).entries
    assert entry.updated == entry.published == datetime(2026, 3, 2, 11, tzinfo=UTC)
    assert Target(TargetKind.TOPIC, "vatten") in entry.targets
    assert entry.id == "1"  # as the publisher wrote it, wherever the feed lies


def test_the_archive_page_must_be_on_the_same_host() -> None:
    assert read(ATOM % "<link rel='prev-archive' href='2026-02.atom'/>").previous == (
        "https://example.se/floden/2026-02.atom"
    )
    assert read(ATOM % "<link rel='prev-archive' href='https://example.org/2026-02.atom'/>").previous is None


@given(st.text(max_size=300), st.integers(1, 200))
def test_plain_text_is_plain_whatever_comes(text: str, limit: int) -> None:
    result = plain_text.html_line(text, limit)
    assert len(result) <= limit
    assert not plain_text.UNPRINTABLE.search(result)
    assert "\n" not in result


WHOLE = (
    ATOM % (ENTRY % "<title>A</title><updated>2026-03-02T11:00:00Z</updated><link href='https://a/'/>")
).encode()


@given(
    st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.binary(max_size=3), st.integers(0, 20)), max_size=8)
)
def test_a_mangled_feed_is_read_or_refused_and_never_a_crash(changes: list[tuple[int, bytes, int]]) -> None:
    content = WHOLE
    for start, piece, dropped in changes:
        content = content[:start] + piece + content[start + dropped :]
    try:
        document = feed.parse(Answer("https://example.se/a", content, XML, None, None))
    except FeedError:
        return
    assert all(entry.link == "" or entry.link.startswith("http") for entry in document.entries)


def test_an_error_in_the_reader_is_an_error_of_the_feed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RecursionError

    monkeypatch.setattr("subscriptions.feeds.feed.feedparser.parse", fail)
    with pytest.raises(FeedError, match="gick inte att tolka: RecursionError"):
        read(ATOM % "")


def test_a_paragraph_of_its_own_stays_one_in_text_and_in_html() -> None:
    """So a change is told as the site's own feeds tell it: in a first paragraph."""
    text = "<summary>Ändrat: Ny tid för &lt;alla&gt;.\n \nOm\nsopor.</summary>"
    html = "<summary type='html'>&lt;p>Ändrat: Ny tid.&lt;/p>&lt;p>Om sopor.&lt;/p></summary>"
    assert one(text).summary == "Ändrat: Ny tid för <alla>.\nOm sopor."
    assert one(html).summary == "Ändrat: Ny tid.\nOm sopor."
