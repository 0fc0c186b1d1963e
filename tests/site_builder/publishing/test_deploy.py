"""The script that gives the web server the site's redirects: what will not load is taken back."""

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "deploy" / "redirects"


class Server:
    """A web server as far as the script sees it: `nginx -t` and `systemctl reload` that answer as told."""

    def __init__(self, home: Path) -> None:
        self.site, self.target = home / "site", home / "etc" / "redirects.nginx.conf"
        self.commands = home / "bin"
        for folder in (self.site, self.target.parent, self.commands):
            folder.mkdir()
        self.answer("nginx", 0)
        self.answer("systemctl", 0)

    def answer(self, command: str, code: int) -> None:
        file = self.commands / command
        file.write_text(
            f"#!/bin/sh\necho {command} $* >>{self.commands}/asked\nexit {code}\n", encoding="utf-8"
        )
        file.chmod(0o755)

    def asked(self) -> str:
        file = self.commands / "asked"
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def run(self, *rows: str, kind: str = "nginx") -> int:
        (self.site / "redirects.map").write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
        return subprocess.run(
            [SCRIPT, kind, self.site, self.target],
            env={"PATH": f"{self.commands}:{os.environ['PATH']}"},
            stderr=subprocess.DEVNULL,
            check=False,
        ).returncode


@pytest.fixture
def server(tmp_path: Path) -> Server:
    return Server(tmp_path)


def test_an_address_is_told_with_and_without_its_slash_once(server: Server) -> None:
    assert server.run("/a/ 301 /b/", "/A/ 301 /b/", "/Gammal.aspx/ 301 /b/", "/c/ 410 -") == 0
    assert server.target.read_text(encoding="utf-8").splitlines() == [
        '"/a/" "/b/";',
        '"/a" "/b/";',
        '"/Gammal.aspx/" "/b/";',
        '"/Gammal.aspx" "/b/";',
        '"/c/" "410";',
        '"/c" "410";',
    ]
    assert "systemctl reload nginx" in server.asked()


def test_nothing_but_plain_addresses_is_let_through(server: Server) -> None:
    assert server.run('/a";return/ 301 /b/', "/a/ 301 https://elsewhere.example/", "/a/ 302 /b/") == 0
    assert server.target.read_text(encoding="utf-8") == ""


@pytest.mark.parametrize("broken", ["nginx", "systemctl"])
def test_what_does_not_load_is_taken_back_and_tried_again(server: Server, broken: str) -> None:
    server.run("/a/ 301 /b/")
    before = server.target.read_text(encoding="utf-8")
    server.answer(broken, 1)
    assert server.run("/c/ 301 /d/") == 1
    assert server.target.read_text(encoding="utf-8") == before
    server.answer(broken, 0)
    assert server.run("/c/ 301 /d/") == 0
    assert '"/c/"' in server.target.read_text(encoding="utf-8")
    assert [path.name for path in server.target.parent.iterdir()] == [server.target.name]


def test_what_was_cut_off_before_it_was_loaded_is_loaded_by_the_next_run(server: Server) -> None:
    server.run("/a/ 301 /b/")
    before = server.target.read_text(encoding="utf-8")
    server.run("/c/ 301 /d/")
    server.target.with_name(f"{server.target.name}.before").write_text(before, encoding="utf-8")
    server.answer("systemctl", 1)
    assert server.run("/c/ 301 /d/") == 1
    assert server.target.read_text(encoding="utf-8") == before


def test_what_has_not_changed_is_not_loaded_again(server: Server) -> None:
    server.run("/a/ 301 /b/", kind="caddy")
    asked = server.asked()
    assert server.run("/a/ 301 /b/", kind="caddy") == 0
    assert server.asked() == asked
