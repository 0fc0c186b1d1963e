"""The local server answers as the deployed one: headers, types, its own 404; and never with what was."""

import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from site_builder.cli import main
from site_builder.editing.serving import server


@pytest.fixture
def base(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "404.html").write_text("Sidan finns inte", encoding="utf-8")
    (tmp_path / "alla.atom").write_text("<feed/>", encoding="utf-8")
    web = server(0, tmp_path)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{web.server_port}"
    web.shutdown()
    web.server_close()


def test_a_file_that_is_new_twice_in_one_second_is_sent_anew(base: str, tmp_path: Path) -> None:
    path = tmp_path / "alerts.json"
    path.write_text("one", encoding="utf-8")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    first = httpx.get(f"{base}/alerts.json")
    path.write_text("two", encoding="utf-8")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    again = httpx.get(f"{base}/alerts.json", headers={"If-Modified-Since": first.headers["last-modified"]})
    assert (again.status_code, again.text) == (200, "two")


def test_a_missing_page_is_the_sites_own(base: str) -> None:
    found = httpx.get(f"{base}/finns-inte/")
    assert (found.status_code, found.text) == (404, "Sidan finns inte")


def test_every_answer_carries_the_policy(base: str) -> None:
    for path in ("/alla.atom", "/finns-inte/"):
        headers = httpx.get(base + path).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe-inline" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
    assert httpx.get(f"{base}/alla.atom").headers["content-type"] == "application/atom+xml"


def test_a_port_that_is_taken_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["serve", "--content", str(tmp_path), "--port", str(port)]) == 1
    assert "--port" in capsys.readouterr().err


@pytest.mark.parametrize("path", ["/../hemligt", "/%2e%2e/hemligt", "/..%2fhemligt"])
def test_nothing_outside_the_folder_is_served(base: str, tmp_path: Path, path: str) -> None:
    (tmp_path.parent / "hemligt").write_text("hemligt", encoding="utf-8")
    assert httpx.get(base + path).status_code == 404
