"""The command, as an operator and a mail server run it."""

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import NamedTuple
from unittest.mock import patch

import httpx
import pytest
from sqlalchemy import select

from delivery import recovery
from delivery.channels.email.verp import return_path
from delivery.model import Channel
from delivery.suppression import suppressed
from delivery.tables import outbox
from foundation.database import open_engine, write
from foundation.encryption import Keys
from foundation.settings import DEVELOPMENT_KEY
from foundation.tables import audit_log
from subscriptions.cli import main
from subscriptions.feeds.release_rules import Rules
from subscriptions.model import Entry, Target, TargetKind
from subscriptions.people import bounces
from subscriptions.tables import accessibility_reports, contacts, items
from tests.subscriptions.sending import add_contact, add_item, queue, states
from tests.subscriptions.serving import KEY, Service, free_port
from tests.subscriptions.subscribers import store_entries

PREFIX = "SUBSCRIPTIONS_"


class Done(NamedTuple):
    """How a command ended and what it said."""

    returncode: int
    stdout: str
    stderr: str


def run(*words: str, url: str = "", given: bytes = b"", **settings: str) -> Done:
    """Run a command in this process: starting Python anew takes longer than most of them."""
    said, complained = io.StringIO(), io.StringIO()
    with (
        patch.dict(os.environ, environment(url, **settings), clear=True),
        patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(given))),
        redirect_stdout(said),
        redirect_stderr(complained),
    ):
        code = main(list(words))
    return Done(code, said.getvalue(), complained.getvalue())


def environment(url: str, **settings: str) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    told = {"environment": "development", "secret_keys": KEY, "database_url": url} | settings
    return own | {PREFIX + name.upper(): value for name, value in told.items()}


def test_wrong_settings_are_told_by_name_in_swedish_without_a_traceback() -> None:
    done = run("stats", environment="production", secret_keys="short", quiet_hours="natten")
    text = done.stderr
    assert done.returncode == 2
    assert "Fel i inställningarna" in text
    assert "SUBSCRIPTIONS_SECRET_KEYS" in text
    assert "SUBSCRIPTIONS_QUIET_HOURS" in text
    assert "Traceback" not in text
    assert "short" not in text


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_state_file_in_no_folder_stops_the_start(command: str, sqlite_url: str, tmp_path: Path) -> None:
    done = run(command, url=sqlite_url, state_file=f"{tmp_path}/none/beat")
    assert done.returncode == 2
    assert "STATE_FILE" in done.stderr
    assert "finns inte" in done.stderr


def test_a_command_reads_the_environment_file_of_the_service(tmp_path: Path) -> None:
    file = tmp_path / "subscriptions.env"
    lines = (
        "# settings", "SUBSCRIPTIONS_ENVIRONMENT=production", 'SUBSCRIPTIONS_SITE_NAME="Vår kommun"',
        "SUBSCRIPTIONS_QUIET_HOURS=natten", "export SUBSCRIPTIONS_SMTP_URL=smtp://127.0.0.1",
        f"SUBSCRIPTIONS_DATABASE_URL=sqlite:///{tmp_path}/new.sqlite3",
    )  # fmt: skip
    file.write_bytes("\r\n".join(lines).encode())
    done = run("--env-file", str(file), "migrate")
    assert done.returncode == 2
    assert "QUIET_HOURS" in done.stderr
    assert "'export SUBSCRIPTIONS_SMTP_URL' läses inte" in done.stderr
    told = file.read_text(encoding="utf-8").replace("natten", "21-08").replace("production", "development")
    file.write_text(told, encoding="utf-8")
    assert run("--env-file", str(file), "migrate").returncode == 0
    assert (tmp_path / "new.sqlite3").exists()


@pytest.mark.parametrize(("command", "code"), [("stats", 2), ("bounce", 75)])
def test_an_environment_file_that_cannot_be_read_is_told(command: str, code: int, tmp_path: Path) -> None:
    assert run("--env-file", str(tmp_path / "none.env"), command).returncode == code
    (tmp_path / "latin1.env").write_bytes(b"SUBSCRIPTIONS_SITE_NAME=V\xe5r kommun\n")
    assert run("--env-file", str(tmp_path / "latin1.env"), command).returncode == code


@pytest.mark.parametrize(
    "url",
    [
        "smtp://user:Hem/ligt@smtp.k.example:587", "smtp://user:Hem?ligt@smtp.k.example:587",
        "smtp://user:Hem#ligt@smtp.k.example:587", "smtp://user:Hem[ligt@smtp.k.example:587",
        "smtp://user:Hemligt@smtp.k.example:5870000", "smtp://user:Hemligt@smtp.k.example:port",
        "smtp://user:Hemligt@smtp.k.example:0", "smtp.k.example:587",
    ],
)  # fmt: skip
def test_an_address_of_a_mail_server_that_cannot_be_meant_is_refused_without_its_password(url: str) -> None:
    done = run("stats", smtp_url=url)
    assert done.returncode == 2
    assert "SUBSCRIPTIONS_SMTP_URL" in done.stderr
    assert "Hem" not in done.stderr
    assert "ligt" not in done.stderr


@pytest.mark.parametrize("command", ["serve", "worker", "migrate"])
def test_the_development_key_is_refused_outside_development(command: str) -> None:
    done = run(command, environment="production", secret_keys=DEVELOPMENT_KEY, smtp_url="smtp://127.0.0.1:1")
    assert done.returncode == 2
    assert "utvecklingsnyckeln" in done.stderr


def test_a_database_that_is_not_there_is_told_calmly(tmp_path: Path) -> None:
    done = run("stats", url=f"sqlite:///{tmp_path}/new.sqlite3")
    assert done.returncode == 1
    assert "subscriptions migrate" in done.stderr
    assert "Traceback" not in done.stderr


def test_migrating_makes_a_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.sqlite3"
    assert run("migrate", url=url).returncode == 0
    assert run("migrate", url=url).returncode == 0
    done = run("stats", url=url)
    assert json.loads(done.stdout)["contacts"] == {}


def test_a_reader_that_has_read_enough_is_no_error_to_tell_of(sqlite_url: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "subscriptions.cli", "stats"],
        env=environment(sqlite_url), stdout=writer, stderr=subprocess.PIPE, check=False,
    )  # fmt: skip
    os.close(writer)
    assert (done.stderr, done.returncode) == (b"", 1)


def test_an_operator_answers_what_is_held(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    now = datetime.now(UTC)
    rules = Rules(
        crisis=False, baseline=False, hold_above=1, hold_older_than=timedelta(hours=1),
        crisis_lifetime=timedelta(hours=1),
    )  # fmt: skip
    topic = Target(TargetKind.TOPIC, "avfall")
    old = now - timedelta(days=3)
    entries = [
        Entry(name, name.upper(), "", f"https://example.se/{name}", old, targets=(topic,)) for name in "ab"
    ]
    store_entries(engine, entries, rules, now)
    listed = run("held", url=sqlite_url).stdout
    assert "äldre än gränsen" in listed
    first, second = (line.split("\t")[0] for line in listed.splitlines())
    assert run("approve", first, url=sqlite_url).returncode == 0
    assert run("approve", first, url=sqlite_url).returncode == 1
    assert run("discard", second, url=sqlite_url).returncode == 0
    assert "Inget väntar" in run("held", url=sqlite_url).stdout
    with engine.connect() as connection:
        assert sorted(row.state for row in connection.execute(items.select())) == ["discarded", "released"]
    engine.dispose()


def test_an_operator_answers_for_the_queue_of_a_restored_backup(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    add_item(engine)
    for number in (1, 2):
        add_contact(engine, number)
        queue(engine, number)
    with write(engine) as connection:
        recovery.hold_everything(connection, datetime.now(UTC))
    assert "queue\t2 meddelanden" in run("held", url=sqlite_url).stdout
    assert run("approve", "queue", url=sqlite_url).stdout == "2 meddelanden skickas.\n"
    assert states(engine) == ["queued", "queued"]
    assert run("approve", "queue", url=sqlite_url).returncode == 1
    with write(engine) as connection:
        recovery.hold_everything(connection, datetime.now(UTC))
    assert run("discard", "queue", url=sqlite_url).returncode == 0
    assert states(engine) == ["cancelled", "cancelled"]
    with engine.connect() as connection:
        assert [row.action for row in connection.execute(audit_log.select())] == ["approve", "discard"]
    engine.dispose()


def test_a_worker_of_its_own_tells_prometheus(tmp_path: Path) -> None:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "subscriptions.cli", "worker", "--metrics-port", str(port)],
        env=environment(f"sqlite:///{tmp_path}/new.sqlite3"),
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        until(
            lambda: (
                'subscriptions_alarm{alarm="held",severity="warning"} 0.0'
                in httpx.get(f"http://127.0.0.1:{port}").text
            )
        )
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
        process.wait()


def test_an_operator_exports_and_erases_an_address_however_it_is_written(web: Service) -> None:
    web.subscribe("anna@exempel.se")
    url = str(web.settings.database_url)
    data = json.loads(run("export", " Anna@Exempel.SE", url=url).stdout)
    assert data["address"] == "anna@exempel.se"
    assert run("erase", "ANNA@exempel.se", url=url).returncode == 0
    assert run("erase", "anna@exempel.se", url=url).returncode == 1
    assert run("export", "anna@exempel.se", url=url).returncode == 1
    assert run("export", "070-174 06 05", url=url).returncode == 1
    assert json.loads(run("stats", url=url).stdout)["contacts"] == {}


def test_an_address_need_not_stand_among_the_arguments_that_everybody_on_the_machine_sees(
    web: Service,
) -> None:
    web.subscribe("anna@exempel.se")
    url = str(web.settings.database_url)
    typed = b"Anna@Exempel.SE\n"
    assert json.loads(run("export", url=url, given=typed).stdout)["address"] == "anna@exempel.se"
    assert run("unsuppress", url=url, given=typed).returncode == 1
    assert run("erase", url=url, given=b"").returncode == 1
    assert run("erase", url=url, given=typed).returncode == 0


def test_an_operator_lifts_a_suppression_however_the_address_is_written(web: Service) -> None:
    web.subscribe("anna@exempel.se")
    url = str(web.settings.database_url)
    with write(web.engine) as connection:
        for _ in range(3):  # the third of them suppresses
            contact = connection.scalar(select(contacts.c.id))
            bounces.record(connection, web.keys, contact, "550", hard=False, now=datetime.now(UTC))
    assert "studs" in run("unsuppress", " Anna@Exempel.SE", url=url).stdout
    with write(web.engine) as connection:
        assert not suppressed(connection, web.keys, Channel.EMAIL, ["anna@exempel.se"])
        assert not bounces.record(connection, web.keys, contact, "550", hard=False, now=datetime.now(UTC))
        assert connection.scalars(select(audit_log.c.action)).all() == ["unsuppress"]
    assert run("unsuppress", "anna@exempel.se", url=url).returncode == 1


def test_a_bounce_is_read_from_standard_input_and_anything_else_is_ignored(web: Service) -> None:
    web.subscribe("anna@exempel.se")
    sent = next(
        value for name, value in web.get("/dev/inkorg/meddelanden.json").json()["messages"][0]["headers"]
        if name == "Return-Path"
    )  # fmt: skip
    report = (
        f"From: <>\r\nTo: {sent}\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; m.example\r\n\r\n"
        "Final-Recipient: rfc822; anna@exempel.se\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
    ).encode()
    url = str(web.settings.database_url)
    assert run("bounce", url=url, given=b"From: someone\r\n\r\nHello").returncode == 0
    assert run("bounce", url=url, given=report).returncode == 0
    with web.engine.connect() as connection:
        assert connection.execute(outbox.select()).one().state == "bounced"


def test_an_operator_exports_and_erases_whoever_has_only_reported_a_fault(web: Service) -> None:
    url = str(web.settings.database_url)
    for answer in ("Bo@Exempel.se", "070-174 06 05"):
        web.post("/prenumerera/tillganglighet", {"slag": "fault", "text": "Jag ser inte", "svar": answer})
    for typed in ("bo@exempel.se", "+46 70 174 06 05"):
        (report,) = json.loads(run("export", typed, url=url).stdout)["accessibility_reports"]
        assert report["text"] == "Jag ser inte"
        assert run("erase", typed, url=url).returncode == 0
        assert run("erase", typed, url=url).returncode == 1
    assert web.count(accessibility_reports) == web.count(outbox) == 0


@pytest.mark.parametrize(
    "wrong",
    [{"url": "postgresql://nobody@127.0.0.1:1/gone"}, {"lease": "x"}],
    ids=["the database is away", "a setting is wrong"],
)
def test_a_bounce_that_cannot_be_taken_now_stays_with_the_mail_server(wrong: dict[str, str]) -> None:
    sent = return_path(Keys([KEY]), "bevakning@kommun.example", "kommun.example", 1)
    report = f"""To: {sent}\nContent-Type: message/delivery-status\n\nAction: failed\nStatus: 5.1.1\n"""
    done = run("bounce", given=report.encode(), **wrong)
    assert done.returncode == os.EX_TEMPFAIL
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("word", ["bounce", "stats"])
def test_the_command_of_the_deployment_tells_the_mail_server_to_try_again(word: str) -> None:
    """Here are no settings, so that the command fails before the program begins."""
    script = Path(__file__).parents[3] / "deploy" / "subscriptions"
    text = script.read_text(encoding="utf-8").replace("id -u", "echo 1")
    done = subprocess.run(["sh", "-s", word], input=text.encode(), capture_output=True, check=False)
    assert (done.returncode == os.EX_TEMPFAIL) == (word == "bounce")
    assert done.returncode != 0


def test_retention_tells_what_it_forgot(web: Service) -> None:
    done = run("retention", url=str(web.settings.database_url))
    assert done.returncode == 0
    assert json.loads(done.stdout) == {}


def test_a_site_that_is_not_built_is_told(sqlite_url: str, tmp_path: Path) -> None:
    done = run("serve", "--static", str(tmp_path / "nowhere"), url=sqlite_url)
    assert done.returncode == 2
    assert "Bygg webbplatsen först" in done.stderr


def test_one_process_serves_works_and_stops_gracefully(tmp_path: Path) -> None:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "subscriptions.cli", "serve", "--with-worker", "--port", str(port)],
        env=environment(f"sqlite:///{tmp_path}/new.sqlite3", public_url=address),
        stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        until(lambda: httpx.get(f"{address}/prenumerera/healthz").json().get("worker") is True)
        form = {"val": "crisis:", "hur": "daily", "epost": "anna@exempel.se"}
        assert httpx.post(f"{address}/prenumerera/", data=form).status_code == 303
        until(lambda: len(httpx.get(f"{address}/dev/inkorg/meddelanden.json").json()["messages"]) == 1)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
        assert process.returncode == 0
        assert b"worker stopped" in errors
        assert b"anna" not in errors
        assert b"Traceback" not in errors
    finally:
        process.kill()
        process.communicate()


def until(holds: "Callable[[], bool]", seconds: float = 60) -> None:
    end = monotonic() + seconds
    while True:
        try:
            if holds():
                return
        except httpx.HTTPError:
            pass
        assert monotonic() < end, "it did not happen in time"
        sleep(0.1)
