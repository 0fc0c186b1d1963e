"""kill -9 while reports come in: every receipt that was shown has its case and its mail, and none has two."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from threading import Event
from time import sleep

import httpx
import pytest
from sqlalchemy import Engine, func, select

from cases.casework.history import open_case
from cases.tables import case_events, cases
from delivery.tables import outbox
from foundation.database import read
from foundation.encryption import Keys
from tests.faults.processes import PREFIX, until
from tests.subscriptions.serving import KEY, free_port

KILLS = int(os.environ.get("KILLS", "30"))
"""How often by `make test-all`; `make kills` says a thousand."""

BOTH_LIMITS = "case-ip-hour=100000000 case-network-hour=100000000 email-hour=100000000"


@contextmanager
def serving(engine: Engine, log: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """``cases serve`` as a process of its own."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    url = engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    address = f"http://127.0.0.1:{port}"
    told = {
        "environment": "development", "secret_keys": KEY, "public_url": address, "database_url": url,
        "limits": BOTH_LIMITS,
    }  # fmt: skip
    with log.open("ab") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "cases.cli", "serve", "--port", str(port)], stdout=file, stderr=file,
            env=own | {PREFIX + name.upper(): value for name, value in told.items()},
        )  # fmt: skip
    try:
        until(lambda: process.poll() is not None or _answers(address))
        assert process.poll() is None, log.read_text(encoding="utf-8")[-2000:]
        yield process
    finally:
        process.kill()
        process.wait(30)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/arenden/healthz").status_code == 200
    except httpx.TransportError:
        return False


def send_until(stop: Event, address: str, sender: int, shown: dict[str, str]) -> None:
    """Report and report, each again until there is a receipt; what is shown, by its form's key."""
    number = 0
    with httpx.Client(base_url=address, headers={"Sec-Fetch-Site": "same-origin"}, timeout=10) as http:
        while not stop.is_set():
            number += 1
            key = f"{sender:08x}{number:08x}"
            form = {
                "typ": "annat", "slag": "question", "text": f"Rapport {key}", "nyckel": key, "steg": "skicka",
                "epost": f"a{key}@exempel.se",
            }  # fmt: skip
            while True:
                try:
                    answer = http.post("/felanmalan/ny/", data=form)
                except httpx.TransportError:
                    if stop.is_set():
                        return
                    sleep(0.05)
                    continue
                assert answer.status_code == 303, answer.text
                shown[key] = answer.headers["location"]
                break


def killed_and_started(engine: Engine, tmp_path: Path, kills: int) -> None:
    chance, port, stop = Random(19), free_port(), Event()
    shown: dict[str, str] = {}
    with ThreadPoolExecutor(4) as pool:
        sending = [pool.submit(send_until, stop, f"http://127.0.0.1:{port}", n, shown) for n in range(4)]
        try:
            for _ in range(kills):
                with serving(engine, tmp_path / "log", port):
                    enough = len(shown) + chance.randint(1, 12)
                    until(lambda enough=enough: len(shown) >= enough)  # type: ignore[misc]
                    sleep(chance.uniform(0, 0.02))
        finally:
            stop.set()
        for each in sending:
            each.result()
    keys = Keys([KEY])
    with read(engine) as connection:
        rows = {row.form_key: row for row in connection.execute(select(cases))}
        mails = select(outbox.c.source_id, func.count()).where(outbox.c.template == "received")
        counted = {row[0]: row[1] for row in connection.execute(mails.group_by(outbox.c.source_id))}
        pairs = select(case_events.c.case_id, case_events.c.id)
        events = {row[0]: row[1] for row in connection.execute(pairs)}
    assert shown.keys() <= rows.keys()
    for key, path in shown.items():
        row = rows[key]
        assert open_case(keys, row).details.text == f"Rapport {key}"
        assert re.fullmatch(r"/arende/[0-9a-z]+-0-0-[a-z2-7]+/", path)
    for row in rows.values():  # also those whose receipt was lost on the way
        assert counted[events[row.id]] == 1
    assert max(row.created_at for row in rows.values()) <= datetime.now(UTC)


def test_every_receipt_has_its_case_though_the_service_is_killed(engine: Engine, tmp_path: Path) -> None:
    killed_and_started(engine, tmp_path, 2)


@pytest.mark.slow
def test_every_receipt_has_its_case_however_often_it_is_killed(engine: Engine, tmp_path: Path) -> None:
    killed_and_started(engine, tmp_path, KILLS)
