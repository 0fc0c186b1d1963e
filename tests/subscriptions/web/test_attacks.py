"""Who is not meant to get anywhere: enumeration, bombing, forgery, tampering, floods, slow clients."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import Engine, event

from delivery.model import Channel
from delivery.suppression import suppress
from delivery.tables import outbox
from foundation import logs
from foundation.database import write
from foundation.limits import IP_HOUR
from foundation.signed_links import leave_path, short_path, status_path
from foundation.tables import limits, metadata
from foundation.web import guard, server
from subscriptions.tables import choices, contacts, signups
from tests.subscriptions.serving import KEY, Service, link, running
from tests.subscriptions.web_server import serve


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """The SQL that is run meanwhile."""
    seen: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


KNOWN, UNKNOWN, BOUNCED = "kända@exempel.se", "okänd@exempel.se", "studsa@exempel.se"
"""As long as one another, in bytes: the page tells each visitor what they have typed."""


@pytest.mark.parametrize("path", ["/prenumerera/", "/prenumerera/hantera/"])
def test_known_and_unknown_addresses_are_answered_alike_by_the_same_work(citizen: Service, path: str) -> None:
    citizen.subscribe(KNOWN)
    with write(citizen.engine) as connection:
        suppress(connection, citizen.keys, Channel.EMAIL, BOUNCED, reason="bounce", now=citizen.now())
    seen = []
    for address in (KNOWN, UNKNOWN, BOUNCED):
        form = {"val": "topic:avfall", "hur": "daily", "epost": address, "adress": address}
        with statements(citizen.engine) as work:
            answer = citizen.post(path, form)
        told = {name: value for name, value in answer.headers.items() if name != "date"}
        # Whoever signs up is told where the mail goes: what they have just typed, and nothing else.
        token, typed = answer.url.params.get("anmalan"), answer.text.count(address)
        page = answer.text.replace(address, "ADRESS") if token else answer.text
        place = str(answer.url).replace(token, "A" * len(token)) if token else str(answer.url)
        seen.append((place, typed, page, told, work))
    assert seen[0] == seen[1] == seen[2]


def test_the_page_after_a_sign_up_says_the_same_whatever_its_owner_does_and_asks_no_database(
    web: Service,
) -> None:
    answer = web.sign_up(email=UNKNOWN)
    here = f"{answer.url.path}?{answer.url.query.decode()}"
    web.post(link(web.deliver()[0], "bekrafta"))
    with statements(web.engine) as work:
        assert web.get(here).text == answer.text
    assert work == []
    again = web.sign_up(email=UNKNOWN)
    assert again.text == answer.text
    assert len(again.url.params["anmalan"]) == len(answer.url.params["anmalan"])


def test_unknown_addresses_are_not_sent_a_link(web: Service) -> None:
    web.post("/prenumerera/hantera/", {"adress": UNKNOWN})
    assert web.deliver() == []
    assert (web.count(contacts), web.count(outbox)) == (0, 0)


def test_an_address_cannot_be_bombed_whatever_tag_it_gets(web: Service) -> None:
    for number in range(8):
        answer = web.sign_up(email=f"anna+{number}@exempel.se")
        assert answer.url.path == "/prenumerera/skickat"
    assert len(web.deliver()) == 3


def test_a_mailbox_at_gmail_cannot_be_bombed_by_its_many_spellings(web: Service) -> None:
    for name in ("annaek@gmail.com", "anna.ek@gmail.com", "a.n.n.a.ek@googlemail.com", "annaek+x@gmail.com"):
        web.sign_up(email=name)
    web.sign_up(email="anna.ek@exempel.se")
    web.sign_up(email="annaek@exempel.se")
    assert len(web.deliver()) == 3 + 2


def test_sms_cannot_be_pumped_to_a_block_of_numbers(web: Service) -> None:
    for number in range(25):
        web.sign_up(phone=f"07017406{number:02}")
    assert len(web.deliver()) == 20


def test_one_connection_cannot_ask_for_ever(web: Service) -> None:
    answers = [web.sign_up(email=f"a{number}@exempel{number}.se").status_code for number in range(32)]
    assert answers[:30] == [200] * 30
    assert answers[30:] == [429, 429]
    assert len(web.deliver()) == 30


def test_counters_hold_no_address(web: Service) -> None:
    web.sign_up(email=KNOWN, phone="0701740605")
    with write(web.engine) as connection:
        kept = str(connection.execute(limits.select()).all())
    assert "anna" not in kept
    assert "127.0.0.1" not in kept


def test_the_database_holds_no_address_in_the_clear(web: Service) -> None:
    web.subscribe(KNOWN)
    web.sign_up(phone="0701740605")
    for table in metadata.sorted_tables:
        if table.name == "local_messages":  # development's own
            continue
        with write(web.engine) as connection:
            kept = str(connection.execute(table.select()).all())
        assert "anna" not in kept, table.name
        assert "701740605" not in kept, table.name


def snapshot(service: Service) -> dict[str, list[Any]]:
    with write(service.engine) as connection:
        return {table.name: list(connection.execute(table.select())) for table in metadata.sorted_tables}


def test_programs_that_open_every_link_change_nothing(citizen: Service) -> None:
    manage = citizen.subscribe(KNOWN)
    citizen.sign_up(email="bo@exempel.se")
    citizen.sign_up(phone="0701740605")
    confirm = link(next(m for m in citizen.deliver() if m["recipient"] == "bo@exempel.se"), "bekrafta")
    with write(citizen.engine) as connection:
        row = connection.execute(contacts.select().order_by(contacts.c.id)).first()
    assert row is not None
    paths = [
        confirm, manage, f"{manage}/export", f"{manage}/radera", f"{manage}/avsluta", f"{manage}/val",
        f"{manage}/paus", f"{manage}/adress", leave_path(citizen.keys, row.id, row.created_at, 1),
        short_path(citizen.keys, row.id, row.created_at), "/prenumerera/", "/prenumerera/kod",
        "/prenumerera/hantera/", "/prenumerera/tillganglighet", status_path(citizen.keys, 1),
        "/prenumerera/twilio/inkommande", "/prenumerera/api/v1/signups", "/prenumerera/api/v1/contact",
    ]  # fmt: skip
    before = snapshot(citizen)
    for path in paths:
        for method in ("GET", "HEAD", "OPTIONS", "PROPFIND"):
            answer = citizen.http.request(
                method, path, params={"List-Unsubscribe": "One-Click", "val": "topic:avfall"}
            )
            assert answer.status_code < 500
            assert method != "HEAD" or answer.content == b""
    assert snapshot(citizen) == before


def test_every_part_of_a_link_is_signed(web: Service) -> None:
    manage = web.subscribe(KNOWN)
    web.subscribe("bo@exempel.se")
    head, _, token = manage.rpartition("/")
    subject, item, until, mac = token.split("-")
    forged = [
        f"{int(subject) + 1}-{item}-{until}-{mac}",
        f"{subject}-1-{until}-{mac}",
        f"{subject}-{item}-{until[:-1]}{'z' if until[-1] != 'z' else 'y'}-{mac}",
        f"{subject}-{item}-0-{mac}",
        f"{subject}-{item}-{until}-{'a' * len(mac)}",
        f"{subject}-{item}-{until}-",
    ]
    for text in forged:
        for path in (f"{head}/{text}", f"/prenumerera/avsluta/{text}", f"/prenumerera/bekrafta/{text}"):
            assert web.get(path).status_code == 404
            assert web.post(path).status_code in (404, 405)
        assert web.post(f"{head}/{text}/radera").status_code == 404
    assert web.post(f"/prenumerera/avsluta/{token}").status_code == 404  # a link for another purpose
    assert web.count(choices) == 2


def test_links_survive_a_new_key_and_die_with_the_old(sqlite_url: str) -> None:
    new = "another key of tests, long enough 0002"
    with serve() as site:
        with running(sqlite_url, site) as web:
            manage = web.subscribe(KNOWN)
        with running(sqlite_url, site, secret_keys=[new, KEY]) as web:
            assert KNOWN in web.get(manage).text
            web.subscribe(KNOWN, val=["body:ks"])
            assert web.count(contacts) == 1
        with running(sqlite_url, site, secret_keys=[new]) as web:
            assert web.get(manage).status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "", "Origin": "https://elak.example"},
        {"Origin": "https://elak.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_forms_of_other_sites_are_refused(web: Service, headers: dict[str, str]) -> None:
    manage = web.subscribe(KNOWN)
    for path in (
        "/prenumerera/",
        f"{manage}/radera",
        "/prenumerera/tillganglighet",
        "/prenumerera/api/v1/links",
    ):
        answer = web.post(
            path, {"val": "topic:avfall", "hur": "daily", "epost": "bo@exempel.se"}, headers=headers
        )
        assert answer.status_code == 403
    assert (web.count(contacts), web.count(choices)) == (1, 1)


def test_an_origin_alone_must_be_ours(web: Service) -> None:
    del web.http.headers["Sec-Fetch-Site"]
    assert web.post("/prenumerera/hantera/", {"adress": KNOWN}, headers={"Origin": "null"}).status_code == 403
    assert (
        web.post("/prenumerera/hantera/", {"adress": KNOWN}, headers={"Origin": web.address}).status_code
        == 200
    )


@pytest.mark.parametrize(
    "host", ["elak.example", "127.0.0.1.elak.example", "elak.example:80", "", "@127.0.0.1"]
)
def test_other_host_names_are_not_answered(web: Service, host: str) -> None:
    answer = web.get("/prenumerera/", headers={"Host": host})
    assert answer.status_code in (400, 421)
    assert "elak" not in answer.text


def test_in_production_only_the_public_name_is_answered(sqlite_url: str) -> None:
    more: dict[str, Any] = {
        "environment": "production",
        "public_url": "https://kommun.example",
        "smtp_url": "smtp://127.0.0.1:1?starttls=no",
        "sender_email": "bevaka@kommun.example",
    }
    with serve() as site, running(sqlite_url, site, **more) as web:
        assert web.get("/prenumerera/").status_code == 421
        answer = web.get("/prenumerera/", headers={"Host": "kommun.example"})
        assert answer.status_code == 200
        assert answer.headers["Strict-Transport-Security"]
        assert web.get("/dev/inkorg/", headers={"Host": "kommun.example"}).status_code == 404
        assert web.get("/prenumerera/healthz").status_code == 200
        assert web.get("/prenumerera/metrics").status_code == 200
        assert web.get("/prenumerera/metrics", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/prenumerera/", "/prenumerera/stil.css", "/prenumerera/finns-inte", "/prenumerera/healthz", "/x",
     "/dev/inkorg/",
     "/prenumerera/api/v1/openapi.json", "/prenumerera/api/v1/finns-inte"],
)  # fmt: skip
def test_every_answer_carries_the_strict_headers(web: Service, path: str) -> None:
    for method in ("GET", "POST", "TRACE"):
        headers = web.http.request(method, path).headers
        assert headers["Content-Security-Policy"].startswith(guard.CSP)
        assert "unsafe-inline" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "strict-origin"
        assert "set-cookie" not in headers
        assert "server" not in headers


def assert_strict(answer: httpx.Response, status: int) -> None:
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in guard.HEADERS} == guard.HEADERS
    assert "set-cookie" not in answer.headers


def test_every_kind_of_answer_carries_them_also_errors(web: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    form = {"val": "topic:avfall", "hur": "daily", "epost": "anna@exempel.se"}
    assert_strict(web.get("/prenumerera/"), 200)
    assert_strict(web.http.post("/prenumerera/", data=form), 303)
    assert_strict(web.http.post("/prenumerera/", data=form, headers={"Sec-Fetch-Site": "cross-site"}), 403)
    assert_strict(web.get("/prenumerera/hantera/1-2-3-4"), 404)
    assert_strict(web.http.delete("/prenumerera/"), 405)
    with monkeypatch.context() as patch:
        patch.setattr(guard, "PATIENCE", 0.2)
        assert_strict(_answer(web, _unfinished(web)), 408)
    assert_strict(web.http.post("/prenumerera/", content=b"a" * (guard.MAX_BODY + 1)), 413)
    assert_strict(web.get("/prenumerera/", headers={"Host": "elak.example"}), 421)
    assert_strict(web.sign_up(email="ingen adress"), 422)
    assert_strict(web.http.post("/prenumerera/api/v1/signups", json={"x": 1}), 422)
    monkeypatch.setattr("foundation.limits.exceeded", lambda *_: [IP_HOUR])
    assert_strict(web.http.post("/prenumerera/", data=form), 429)
    monkeypatch.setattr("foundation.limits.exceeded", lambda *_: 1 / 0)
    assert_strict(web.http.post("/prenumerera/", data=form), 500)
    assert_strict(_answer(web, b"GET / HTTP/1.1\r\nno header\r\n\r\n"), 400)


def _unfinished(web: Service, part: bytes = b"\r\nepost") -> bytes:
    """A request of whose body only the beginning comes, or not even its whole head."""
    host = urlsplit(web.address).netloc
    return f"POST /prenumerera/ HTTP/1.1\r\nHost: {host}\r\nContent-Length: 100\r\n".encode() + part


def _said(web: Service, request: bytes) -> bytes:
    """All that the service says until it hangs up."""
    where = urlsplit(web.address)
    with socket.create_connection((where.hostname, where.port), timeout=60) as plain:
        plain.sendall(request)
        return b"".join(iter(lambda: plain.recv(4096), b""))


def _answer(web: Service, request: bytes) -> httpx.Response:
    answer = _said(web, request)
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    pairs = [(name, value) for name, _, value in (line.partition(": ") for line in lines)]
    return httpx.Response(int(first.split()[1]), headers=pairs, content=body)


def test_what_fails_tells_nobody_how_nor_the_log_who(
    web: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any) -> bool:
        raise RuntimeError(f"{KEY} anna@exempel.se 0701740605")

    monkeypatch.setattr("foundation.limits.exceeded", fail)
    answer = web.sign_up(email="anna@exempel.se", phone="0701740605")
    assert answer.status_code == 500
    end = time.monotonic() + 30  # it is logged after it is answered
    while not caplog.records and time.monotonic() < end:
        time.sleep(0.01)
    lines = "".join(logs.JsonFormatter().format(record) for record in caplog.records)
    assert "RuntimeError" in lines
    for secret in (KEY, "anna@", "701740605"):
        assert secret not in answer.text
        assert secret not in lines


@pytest.mark.parametrize(
    "address", ["anna@exempel.se\r\nBcc: bo@exempel.se", "anna@exempel.se%0aBcc:bo@exempel.se"]
)
def test_no_header_is_smuggled_in_by_an_address(web: Service, address: str) -> None:
    assert web.sign_up(email=address).status_code == 422
    assert web.count(signups) == 0


def test_nothing_redirects_to_another_site(web: Service) -> None:
    for path in (
        "//elak.example/%2e%2e",
        "/prenumerera?//elak.example",
        "/prenumerera//elak.example",
        "/\\elak.example",
    ):
        answer = web.http.get(f"{web.address}{path}", follow_redirects=False)
        target = urlsplit(answer.headers.get("Location", ""))
        assert target.netloc in ("", urlsplit(web.address).netloc)
        assert not answer.headers.get("Location", "").startswith(("//", "/\\"))


def test_a_body_that_is_too_large_is_refused_told_or_not(web: Service) -> None:
    large = b"epost=" + b"a" * (guard.MAX_BODY + 1)
    assert web.http.post("/prenumerera/", content=large).status_code == 413
    chunks = iter([large[:40_000], large[40_000:]])
    assert web.http.post("/prenumerera/", content=chunks).status_code == 413


def test_many_fields_are_refused(web: Service) -> None:
    answer = web.http.post(
        "/prenumerera/", content="&".join("val=x" for _ in range(2000)),
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )  # fmt: skip
    assert answer.status_code in (400, 422)


def test_whoever_drips_bytes_is_let_go(web: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(server, "HEADER_PATIENCE", 1)
        assert _said(web, b"") == _said(web, _unfinished(web, b"")) == b""
    with monkeypatch.context() as patch:
        patch.setattr(guard, "PATIENCE", 1)
        assert _said(web, _unfinished(web)).startswith(b"HTTP/1.1 408")
    assert web.get("/prenumerera/").status_code == 200


def test_a_second_request_on_a_connection_is_not_waited_for_either(
    web: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = urlsplit(web.address)
    whole = f"GET /prenumerera/stil.css HTTP/1.1\r\nHost: {where.netloc}\r\n\r\n".encode()
    with socket.create_connection((where.hostname, where.port), timeout=60) as slow:
        slow.sendall(whole)
        assert slow.recv(100).startswith(b"HTTP/1.1 200")
        monkeypatch.setattr(server, "HEADER_PATIENCE", 1)
        slow.sendall(b"GET /")
        while slow.recv(65536):
            pass


def test_only_trusted_proxies_say_who_asks(sqlite_url: str) -> None:
    with serve() as site:
        with running(sqlite_url, site) as web:
            for number in range(31):
                last = web.post(
                    "/prenumerera/hantera/",
                    {"adress": KNOWN},
                    headers={"X-Forwarded-For": f"192.0.2.{number}"},
                )
            assert last.status_code == 429
        with running(sqlite_url, site, trusted_proxies=["127.0.0.1"]) as web:
            web.turned = timedelta(hours=2)
            for number in range(31):
                last = web.post(
                    "/prenumerera/hantera/",
                    {"adress": KNOWN},
                    headers={"X-Forwarded-For": f"198.51.{number}.1"},
                )
            assert last.status_code == 200


def test_what_was_typed_is_escaped(web: Service) -> None:
    page = web.sign_up(email='"><script>alert(1)</script>').text
    assert "<script>alert" not in page
    page = web.get("/prenumerera/kod?anmalan=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").text
    assert "<script>alert" not in page
    page = web.get("/prenumerera/tillganglighet?sida=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").text
    assert "<script>alert" not in page
