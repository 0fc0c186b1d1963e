"""Bounces by LMTP: taken for good or kept by the mail server, and by the pipe that hands them over."""

import os
import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from delivery.model import DeliveryState
from foundation import journal
from foundation.database import open_engine, write
from subscriptions.operations.bounce_taker import listening
from subscriptions.tables import bounces
from tests.faults.processes import until
from tests.subscriptions.people.test_bounces import ADDRESS, dsn, is_suppressed
from tests.subscriptions.sending import KEYS, NOW, add_contact, add_item, queue, states
from tests.subscriptions.serving import free_port

OTHER = "kanarie@kommun.example"


@pytest.fixture
def taker(engine: Engine) -> Iterator[smtplib.LMTP]:
    add_item(engine)
    for number in (1, 2):
        add_contact(engine, number)
        queue(engine, number, state=DeliveryState.ACCEPTED)
    port = free_port()
    with (
        listening(f"127.0.0.1:{port}", engine, KEYS, lambda: NOW),
        smtplib.LMTP("127.0.0.1", port, timeout=30) as client,
    ):
        yield client


def place(taker: smtplib.LMTP) -> str:
    assert taker.sock is not None
    return f"127.0.0.1:{taker.sock.getpeername()[1]}"


def test_a_bounce_is_written_down_when_it_is_answered_for(engine: Engine, taker: smtplib.LMTP) -> None:
    taker.sendmail("", [ADDRESS], dsn())
    assert states(engine) == ["bounced", "accepted"]
    assert (is_suppressed(engine, 1), is_suppressed(engine, 2)) == (True, False)


def test_the_envelope_says_whom_a_bounce_is_for_and_that_nobody_sent_it(
    engine: Engine, taker: smtplib.LMTP
) -> None:
    words = "From: MAILER-DAEMON@x.example\nTo: undisclosed\nSubject: failure notice\n\nno such user\n"
    taker.sendmail("semester@exempel.example", [ADDRESS], words.encode())
    assert states(engine) == ["accepted", "accepted"]
    taker.sendmail("", [ADDRESS], words.encode())
    assert states(engine) == ["bounced", "accepted"]


def test_what_the_canarys_mailbox_passes_on_has_arrived(engine: Engine, taker: smtplib.LMTP) -> None:
    taker.sendmail(ADDRESS, [OTHER], b"To: kanarie@kommun.example\nSubject: Vatten\n\ntext\n")
    assert states(engine) == ["delivered", "accepted"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\0" * 1000,
        b"Subject: hej\n\n" + b"x" * 200_000,
        f"To: {ADDRESS}\n\n".encode() + b"lang rad " * 50_000,
        b"Content-Type: message/rfc822\n\n" * 3_000,
    ],
    ids=["empty", "binary", "long-line", "ours-long-line", "nested"],
)
def test_what_is_no_report_is_taken_too_so_that_nothing_bounces_back(
    engine: Engine, taker: smtplib.LMTP, raw: bytes
) -> None:
    assert taker.sendmail("", [OTHER], raw) == {}
    assert states(engine) == ["accepted", "accepted"]
    taker.sendmail("", [ADDRESS], dsn())  # and the connection is well
    assert states(engine)[0] == "bounced"


def test_while_the_database_is_away_the_mail_server_keeps_a_bounce(
    engine: Engine, taker: smtplib.LMTP
) -> None:
    with write(engine) as connection:
        bounces.drop(connection)
    with pytest.raises(smtplib.SMTPDataError) as refused:
        taker.sendmail("", [ADDRESS], dsn())
    assert refused.value.smtp_code == 451
    taker.rset()
    with write(engine) as connection:
        bounces.create(connection)
    taker.sendmail("", [ADDRESS], dsn())
    assert states(engine) == ["bounced", "accepted"]


def pipe(raw: bytes, *arguments: str, **environment: str) -> tuple[int, str]:
    """``subscriptions`` as a mail server starts it: its exit code, and whether it loaded the database."""
    code = (
        "import sys; from subscriptions.command import main; code = main(sys.argv[1:]);"
        "print('sqlalchemy' in sys.modules); sys.exit(code)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        input=raw,
        capture_output=True,
        env={**os.environ, **environment},
        check=False,
    )
    return ran.returncode, ran.stdout.decode().strip()


def test_the_pipe_hands_a_bounce_over_without_loading_anything(engine: Engine, taker: smtplib.LMTP) -> None:
    raw = b"Return-Path: <>\n" + dsn(to="undisclosed").replace(b"Jag kunde", b".\nJag kunde")
    assert pipe(raw, "bounce", ADDRESS, SUBSCRIPTIONS_BOUNCE_LMTP=place(taker)) == (0, "False")
    assert states(engine) == ["bounced", "accepted"]
    raw = f"Return-Path: <{ADDRESS}>\n\ntext\n".encode()
    assert pipe(raw, "bounce", SUBSCRIPTIONS_BOUNCE_LMTP=place(taker)) == (0, "False")
    assert states(engine) == ["delivered", "accepted"]


def test_a_bounce_that_the_taker_refuses_stays_with_the_mail_server(
    engine: Engine, taker: smtplib.LMTP
) -> None:
    with write(engine) as connection:
        bounces.drop(connection)
    assert pipe(dsn(), "bounce", ADDRESS, SUBSCRIPTIONS_BOUNCE_LMTP=place(taker)) == (os.EX_TEMPFAIL, "False")
    with write(engine) as connection:
        bounces.create(connection)


def test_without_a_taker_the_pipe_does_it_itself(sqlite_url: str) -> None:
    settings = {
        "SUBSCRIPTIONS_ENVIRONMENT": "development",
        "SUBSCRIPTIONS_DATABASE_URL": sqlite_url,
        "SUBSCRIPTIONS_BOUNCE_LMTP": f"127.0.0.1:{free_port()}",
    }
    assert pipe(b"", "bounce", ADDRESS, **settings) == (0, "True")


def test_a_complaint_taken_by_the_command_reaches_the_journal_beside_the_state_file(
    sqlite_url: str, tmp_path: Path
) -> None:
    engine = open_engine(sqlite_url)
    add_item(engine)
    add_contact(engine, 1)
    queue(engine, 1, state=DeliveryState.ACCEPTED)
    engine.dispose()
    place = f"127.0.0.1:{free_port()}"
    told = {
        "environment": "development", "secret_keys": KEYS.newest.secret, "database_url": sqlite_url,
        "public_url": "https://kommun.example", "sender_email": "bevakningar@kommun.example",
        "bounce_lmtp": place, "state_file": str(tmp_path / "beat"),
    }  # fmt: skip
    own = {name: value for name, value in os.environ.items() if not name.startswith("SUBSCRIPTIONS_")}
    taker = subprocess.Popen(
        [sys.executable, "-m", "subscriptions.cli", "lmtp"],
        env=own | {f"SUBSCRIPTIONS_{name.upper()}": value for name, value in told.items()},
    )
    try:
        host, _, port = place.rpartition(":")
        until(lambda: _listens(host, int(port)))
        with smtplib.LMTP(host, int(port), timeout=30) as client:
            client.sendmail("", [ADDRESS], dsn())
    finally:
        taker.terminate()
        taker.wait(30)
    noted = journal.read_since(tmp_path / "beat", datetime.min.replace(tzinfo=UTC))
    assert [entry["what"] for entry in noted] == ["suppress"]


def _listens(host: str, port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((host, port)) == 0
