"""The built site under the service: right types, nothing outside, asked for anew and not sent twice."""

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from foundation.web import guard
from tests.subscriptions.serving import Service, running
from tests.subscriptions.web_server import serve

FILES = {
    "index.html": "<h1>Start</h1>",
    "404.html": "<h1>Sidan finns inte</h1>",
    "nyheter/index.html": "<h1>Nyheter</h1>",
    "floden/alla.atom": "<feed/>",
    "driftinfo/vatten.cap.xml": "<alert/>",
    "kalender/ks.ics": "BEGIN:VCALENDAR",
    "kontakt/ks.vcf": "BEGIN:VCARD",
    "datasets/dcat": "<rdf/>",
    "api/v1/topics.json": "{}",
    "css/site.css": "p { margin: 0 }\n" * 200,
    ".hemlig/nyckel.txt": "SECRET",
}


@pytest.fixture
def site(sqlite_url: str, tmp_path: Path) -> Iterator[Service]:
    root = tmp_path / "site"
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "secret.txt").write_text("SECRET", encoding="utf-8")
    (tmp_path / "site-secrets").mkdir()
    (tmp_path / "site-secrets" / "secret.txt").write_text("SECRET", encoding="utf-8")
    (root / "lank.txt").symlink_to(tmp_path / "secret.txt")
    with serve() as other, running(sqlite_url, other, root) as service:
        yield service


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/nyheter/", "text/html; charset=utf-8"),
        ("/floden/alla.atom", "application/atom+xml"),
        ("/driftinfo/vatten.cap.xml", "application/cap+xml"),
        ("/kalender/ks.ics", "text/calendar; charset=utf-8"),
        ("/kontakt/ks.vcf", "text/vcard; charset=utf-8"),
        ("/datasets/dcat", "application/rdf+xml"),
        ("/api/v1/topics.json", "application/json"),
        ("/css/site.css", "text/css; charset=utf-8"),
    ],
)
def test_every_file_has_its_type_and_the_strict_headers(site: Service, path: str, kind: str) -> None:
    answer = site.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["Content-Security-Policy"] == guard.CSP
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("path", "is_open"),
    [
        ("/driftinfo/vatten.cap.xml", True),
        ("/kalender/ks.ics", True),
        ("/kontakt/ks.vcf", True),
        ("/", False),
    ],
)
def test_open_data_may_be_read_by_any_page_anywhere(site: Service, path: str, is_open: bool) -> None:
    assert (site.get(path).headers.get("Access-Control-Allow-Origin") == "*") == is_open


def test_unchanged_files_are_not_sent_again(site: Service) -> None:
    tag = site.get("/floden/alla.atom").headers["ETag"]
    again = site.get("/floden/alla.atom", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_large_texts_are_compressed(site: Service) -> None:
    assert site.get("/css/site.css").headers["Content-Encoding"] == "gzip"


def test_what_is_not_there_is_answered_by_the_sites_own_page(site: Service) -> None:
    for path in ("/finns-inte", "/finns/inte/", "/api/v1/nej.json"):
        answer = site.get(path)
        assert answer.status_code == 404
        assert "Sidan finns inte" in answer.text


def test_the_service_goes_before_the_site(site: Service) -> None:
    assert "Bevaka" in site.get("/prenumerera/").text
    assert site.get("/nyheter").headers["Location"].endswith("/nyheter/")


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/../site-secrets/secret.txt",
        "/nyheter/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/..%5csecret.txt",
        "/%252e%252e/secret.txt",
        "//secret.txt",
        "/.hemlig/nyckel.txt",
        "/lank.txt",
        "/nyheter/%00/secret.txt",
        "/" + "a/" * 2000,
    ],
)
def test_nothing_outside_or_hidden_is_served(site: Service, path: str) -> None:
    where = urlsplit(site.address)
    with socket.create_connection((where.hostname, where.port), timeout=10) as raw:
        raw.sendall(f"GET {path} HTTP/1.1\r\nHost: {where.netloc}\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while part := raw.recv(65536):
            answer += part
    assert answer.split(b" ")[1] in (b"404", b"400", b"307")
    assert b"SECRET" not in answer


def test_files_are_only_read(site: Service) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert site.http.request(method, "/index.html").status_code == 405


def test_open_data_may_be_read_from_anywhere_and_pages_may_not(site: Service) -> None:
    assert site.get("/api/v1/topics.json").headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in site.get("/").headers
