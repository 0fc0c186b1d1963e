"""The web restarts while it is asked: whoever asks waits, and nobody is refused."""

import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from time import sleep

import httpx
import pytest
from sqlalchemy import create_engine, text

from foundation.web.server import inherited_sockets
from tests.faults.processes import until
from tests.subscriptions.serving import KEY

PREFIX = "SUBSCRIPTIONS_"
AS_SYSTEMD = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.set_inheritable(3, True)
os.environ |= {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1"}
os.execv(sys.executable, [sys.executable, "-m", "subscriptions.cli", "serve"])
"""


def start(listener: socket.socket, database: Path | str, address: str) -> subprocess.Popen[bytes]:
    """The service as systemd starts it: the socket is its file 3."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    told = {"environment": "development", "secret_keys": KEY, "public_url": address}
    url = database if isinstance(database, str) else f"sqlite:///{database}"
    told |= {"database_url": url, "shell_url": f"{address}/none"}
    return subprocess.Popen(
        [sys.executable, "-c", AS_SYSTEMD, str(listener.fileno())], pass_fds=[listener.fileno()],
        stderr=subprocess.DEVNULL,
        env=own | {PREFIX + name.upper(): value for name, value in told.items()},
    )  # fmt: skip


def test_a_restart_under_load_loses_no_request(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=4096) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        stop = Event()

        def ask() -> list[int]:
            answers = []
            while not stop.is_set():  # a connection for each, as a proxy makes them
                answers.append(httpx.get(f"{address}/prenumerera/healthz", timeout=60).status_code)
                sleep(0.1)
            return answers

        process = start(listener, tmp_path / "new.sqlite3", address)
        try:
            with ThreadPoolExecutor(4) as pool:
                asking = [pool.submit(ask) for _ in range(4)]
                try:
                    for _ in range(2):
                        assert httpx.get(f"{address}/prenumerera/healthz", timeout=60).status_code == 200
                        sleep(0.5)
                        process.terminate()
                        assert process.wait(30) == 0
                        process = start(listener, tmp_path / "new.sqlite3", address)
                    assert httpx.get(f"{address}/prenumerera/healthz", timeout=60).status_code == 200
                finally:
                    stop.set()
                answers = [status for each in asking for status in each.result()]
        finally:
            process.kill()
            process.wait()
    assert len(answers) > 8
    assert set(answers) == {200}


def test_a_connection_taken_a_moment_before_the_stop_gets_its_answer(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=4096) as listener:
        port = listener.getsockname()[1]
        address = f"http://127.0.0.1:{port}"
        process = start(listener, tmp_path / "new.sqlite3", address)
        try:
            assert httpx.get(f"{address}/prenumerera/healthz", timeout=60).status_code == 200
            with socket.create_connection(("127.0.0.1", port), timeout=60) as plain:
                sleep(0.3)  # it is taken
                process.terminate()
                sleep(0.3)
                plain.sendall(b"GET /prenumerera/healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                assert plain.recv(12) == b"HTTP/1.1 200"
            assert process.wait(30) == 0
        finally:
            process.kill()
            process.wait()


HEAD = b"POST /prenumerera/avsluta/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 10\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n\r\nabcde=1234"


@pytest.mark.parametrize("half", [20, len(HEAD), len(HEAD + FORM) - 3], ids=["line", "head", "body"])
@pytest.mark.parametrize(
    "before", [b"", b"GET /prenumerera/healthz HTTP/1.1\r\nHost: x\r\n\r\n"], ids=["new", "kept"]
)
def test_a_request_that_is_half_received_at_the_stop_gets_its_answer(
    half: int, before: bytes, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=4096) as listener:
        port = listener.getsockname()[1]
        process = start(listener, tmp_path / "new.sqlite3", f"http://127.0.0.1:{port}")
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=60) as plain:
                if before:
                    plain.sendall(before)
                    answered = b""
                    while not answered.endswith(b"}"):  # the answer's head and body may come one by one
                        answered += plain.recv(65536)
                else:
                    httpx.get(f"http://127.0.0.1:{port}/prenumerera/healthz", timeout=60)  # it serves
                plain.sendall((HEAD + FORM)[:half])
                sleep(0.3)  # it is taken
                process.terminate()
                sleep(0.3)
                plain.sendall((HEAD + FORM)[half:])
                assert plain.recv(9) == b"HTTP/1.1 "
            assert process.wait(30) == 0
        finally:
            process.kill()
            process.wait()


@pytest.mark.postgres
def test_a_start_while_the_database_is_away_says_so_until_it_is_back(postgres_cluster: str) -> None:
    database = postgres_cluster.format("away").replace("+psycopg", "")
    servers = create_engine(postgres_cluster.format("postgres"), isolation_level="AUTOCOMMIT")
    with socket.create_server(("127.0.0.1", 0), backlog=4096) as listener, servers.connect() as server:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        process = start(listener, database, address)
        try:
            with httpx.Client(base_url=address, timeout=60) as client:
                assert client.get("/prenumerera/healthz").status_code == 503
                form = {"adress": "anna@exempel.se"}
                answer = client.post("/prenumerera/hantera/", data=form)
                assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
                assert "stängda en stund" in answer.text
                server.execute(text("CREATE DATABASE away"))  # and its tables are not there yet
                until(lambda: client.get("/prenumerera/healthz").status_code == 200)
                assert client.post("/prenumerera/hantera/", data=form).status_code == 303
            process.terminate()
            assert process.wait(30) == 0
        finally:
            process.kill()
            process.wait()
    servers.dispose()


def test_what_no_waiting_mends_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "new.sqlite3").write_text("ingen databas" * 100, encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        process = start(listener, tmp_path / "new.sqlite3", "http://127.0.0.1:1")
        assert process.wait(60) == 1


def test_sockets_that_are_another_process_s_are_left_alone() -> None:
    assert inherited_sockets({"LISTEN_PID": "1", "LISTEN_FDS": "1"}, os.getpid()) == []
    assert inherited_sockets({}, os.getpid()) == []
