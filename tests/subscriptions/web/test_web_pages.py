"""The other pages: reports, privacy, inbox, why a message came; and a document kept while it is good."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest
from bs4 import BeautifulSoup

from delivery.tables import local_messages
from foundation.database import read, write
from foundation.kept_document import Fetched
from foundation.signed_links import leave_path
from subscriptions.feeds.release_rules import Rules
from subscriptions.matching import topics
from subscriptions.model import Entry, Target, TargetKind
from subscriptions.tables import accessibility_reports, choices, contacts
from tests.subscriptions.serving import TOPICS, Service, running
from tests.subscriptions.subscribers import store_entries
from tests.subscriptions.web_server import serve

RULES = Rules(
    crisis=False,
    baseline=False,
    hold_above=20,
    hold_older_than=timedelta(days=9),
    crisis_lifetime=timedelta(1),
)
WASTE, BOARD = Target(TargetKind.TOPIC, "avfall"), Target(TargetKind.BODY, "ks")


def test_a_report_is_anonymous_encrypted_and_mailed_to_its_owner(citizen: Service) -> None:
    form = {"slag": "other_form", "sida": "/tjanster/vatten/", "text": "Jag ser dåligt. Läs upp den."}
    assert "Tack" in citizen.post("/prenumerera/tillganglighet", form).text
    (mail,) = citizen.deliver()
    assert mail["recipient"] == "bevaka@example.se"
    assert "Jag ser dåligt" in mail["plain"]
    with read(citizen.engine) as connection:
        (row,) = connection.execute(accessibility_reports.select()).all()
    assert b"Jag ser" not in row.text
    assert row.reply_to is None


def test_a_report_needs_a_text(web: Service) -> None:
    answer = web.post("/prenumerera/tillganglighet", {"slag": "fault", "text": " ", "sida": "/a/"})
    assert answer.status_code == 422
    assert 'href="#text"' in answer.text
    assert 'value="/a/"' in answer.text


def test_control_characters_in_a_report_do_no_harm(citizen: Service) -> None:
    form = {"slag": "fault", "text": "H\0jälp", "sida": "/a\0b\n/", "svar": "\0"}
    assert "Tack" in citizen.post("/prenumerera/tillganglighet", form).text
    told = {"kind": "fault", "text": "x", "page": "/c\0d/"}
    assert citizen.http.post("/prenumerera/api/v1/reports", json=told).status_code == 204
    with read(citizen.engine) as connection:
        pages = [row.page for row in connection.execute(accessibility_reports.select())]
    assert pages == ["/ab /", "/cd/"]


def test_reports_cannot_flood_their_owner(web: Service) -> None:
    form = {"slag": "fault", "text": "Hjälp"}
    answers = [web.post("/prenumerera/tillganglighet", form).status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]


def test_the_privacy_page_tells_the_times_that_are_set(web: Service) -> None:
    page = web.get("/prenumerera/integritet").text
    assert "90 dagar" in page
    assert "48 timmar" in page


def test_the_privacy_page_says_what_is_unfilled(web: Service) -> None:
    page = web.get("/prenumerera/integritet").text
    assert page.count("<strong>ej ifyllt</strong>") == 2  # who runs it, and the data protection officer
    assert "Twilio" not in page
    assert "avkortad nätadress" in page


def test_the_privacy_page_names_processors_the_officer_and_the_way_to_a_third_country(
    sqlite_url: str,
) -> None:
    told: dict[str, Any] = {
        "processors": "Driftbolaget AB, Sverige: drift; Postbolaget <AB>, Finland: e-post;",
        "data_protection_officer": "dataskyddsombud@kommun.example",
        "twilio_account_sid": f"AC{'0' * 32}", "twilio_auth_token": "x" * 32, "twilio_sender": "Kommunen",
    }  # fmt: skip
    with serve() as site, running(sqlite_url, site, **told) as service:
        page = service.get("/prenumerera/integritet").text
    assert "<li>Driftbolaget AB, Sverige: drift</li>" in page
    assert "<li>Postbolaget &lt;AB&gt;, Finland: e-post</li>" in page
    assert "Dataskyddsombud: dataskyddsombud@kommun.example" in page
    assert "USA, utanför EU och EES. Varför det är tillåtet: <strong>ej ifyllt</strong>." in page
    assert page.count("ej ifyllt") == 1


def test_whoever_got_a_message_may_leave_just_what_led_to_it(citizen: Service) -> None:
    citizen.subscribe("anna@exempel.se", val=["topic:avfall", "body:ks"])
    entry = Entry("e", "Sopor", "", "https://example.se/e", citizen.now(), targets=(WASTE,))
    store_entries(citizen.engine, [entry], RULES, citizen.now())
    with read(citizen.engine) as connection:
        row = connection.execute(contacts.select()).one()
    path = leave_path(citizen.keys, row.id, row.created_at, 1)
    page = citizen.get(path).text
    assert "Avsluta bara Avfall" in page
    assert "Kommunstyrelsen" not in page
    citizen.post(path, {"val": "topic:avfall"})
    assert citizen.count(choices) == 1
    assert citizen.post(path, {"val": "nonsense"}).status_code == 404
    assert citizen.count(choices) == 1


def test_a_page_is_followed_by_its_title(web: Service) -> None:
    number = "0b9c1f6e-1d2c-4b3a-8c4d-5e6f7a8b9c0d"
    page = Target(TargetKind.PAGE, number)
    entry = Entry("e", "Sophämtning & återvinning", "", "https://example.se/e", web.now(), targets=(page,))
    store_entries(web.engine, [entry], RULES, web.now())
    assert "Sophämtning &amp; återvinning" in web.get(f"/prenumerera/?sida={number}").text
    web.sign_up(email="anna@exempel.se", val=[f"page:{number}"])
    assert "Sophämtning & återvinning" in web.deliver()[-1]["plain"]


def test_the_inbox_shows_a_mail_in_a_sandbox_of_its_own(web: Service) -> None:
    web.sign_up(email="anna@exempel.se")
    (mail,) = web.deliver()
    page = web.get("/dev/inkorg/")
    frame = BeautifulSoup(page.text, "html.parser").find("iframe")
    assert frame is not None
    assert "allow-scripts" not in frame["sandbox"]
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    shown = web.get(str(frame["src"]))
    policy = shown.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert "'unsafe-inline'" not in policy
    assert "sha256-" in policy
    assert {"Subject", "To", "Return-Path", "Message-ID"} <= {name for name, _ in mail["headers"]}


def test_a_hostile_mail_runs_nothing_in_the_inbox(web: Service) -> None:
    evil = "<html><head><style>p{}</style></head><p style='color:red'>x</p><script>alert(1)</script></html>"
    with write(web.engine) as connection:
        connection.execute(
            local_messages.insert().values(
                channel="email", recipient="a@example.se", subject="<script>alert(1)</script>", html=evil,
                plain="<script>alert(1)</script> http://a.example/?a=1&b=2", headers=[["X", "<b>"]], parts=1,
                sent_at=datetime.now(UTC),
            )
        )  # fmt: skip
    assert "<script>alert" not in web.get("/dev/inkorg/").text
    assert "default-src 'none'" in web.get("/dev/inkorg/1/html").headers["Content-Security-Policy"]
    for path in ("/dev/inkorg/2/html", "/dev/inkorg/-1/html", f"/dev/inkorg/{2**80}/html"):
        assert web.get(path).status_code == 404


def test_the_last_good_copy_is_kept_while_the_site_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foundation.kept_document.FRESH", 0.0)
    monkeypatch.setattr("foundation.kept_document.RETRY", 0.0)
    with serve() as site:
        source = Fetched(f"{site.address}/topics.json", topics.parse, timeout=30)
        assert source.get() is None
        site.answers["/topics.json"] = TOPICS
        first = source.get()
        assert first is not None
        for broken in ((500, {}, b""), "{", "[]", "{}", (301, {"Location": "/x"}, b""), b"\xff"):
            site.answers["/topics.json"] = broken
            assert source.get() is first
        site.answers["/topics.json"] = '{"areas": [{"slug": "ny", "name": "Ny"}]}'
        second = source.get()
        assert second is not None
        assert second.areas[0].name == "Ny"
        source.close()


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_document_that_drips_holds_nobody(head: bytes) -> None:
    """Neither in its head nor in its body: each byte comes well within the time that one read may take."""
    done = Event()

    def drip(handler: Any) -> None:
        handler.wfile.write(head)
        try:
            while not done.wait(0.05):
                handler.wfile.write(b"x")
        except OSError:
            pass

    with serve() as site:
        site.answers["/topics.json"] = drip
        source = Fetched(f"{site.address}/topics.json", topics.parse, timeout=0.5)
        with ThreadPoolExecutor(1) as pool:
            try:
                assert pool.submit(source.get).result(30) is None
            finally:
                done.set()
        source.close()


def test_topics_are_read_tolerantly() -> None:
    text = (
        '{"topics": [{"slug": "a", "name": "A", "children": '
        '[{"slug": "b", "name": " B\\n c ", "x": 1}, 7, {}]},'
        ' {"slug": "<", "name": "Nej"}, {"slug": "d"}, null], "bodies": 3, "new": {}}'
    )
    found = topics.parse(text)
    told = [(term.target.value, term.name, term.depth) for term in found.topics]
    assert told == [
        ("a", "A", 0),
        ("b", "B c", 1),
    ]


@pytest.mark.parametrize(
    "text", ["", "topic", "topic:", "topic:Å", "page:1", "crisis:x", "nej:a", "all:all", ":"]
)
def test_what_cannot_be_followed_is_no_target(text: str) -> None:
    assert topics.read_target(text) is None
