"""A mail is a case; what machines send is none; what is written badly is taken in as far as it goes."""

import os
import subprocess
import sys

import pytest

from cases.casework.mail import read
from cases.categories import FALLBACK
from tests.cases.casework.test_photos import taken
from tests.cases.serving import Municipality
from tests.subscriptions.serving import KEY

HEAD = "From: Anna Test <anna@kommun.example>\r\nTo: kommun@kommun.example\r\nMessage-ID: <1@a>\r\n"


def mail(more: str = "", body: str = "Lampan är släckt.", subject: str = "Lampa") -> bytes:
    kind = "" if "Content-Type" in more else "Content-Type: text/plain; charset=utf-8\r\n"
    return f"{HEAD}Subject: {subject}\r\n{more}{kind}\r\n{body}\r\n".encode()


def test_a_mail_is_what_it_says_from_whom_it_says_without_what_is_quoted() -> None:
    report = read(mail(body="Lampan är släckt.\r\n\r\n> Hej\r\n> Tidigare"), FALLBACK)
    assert report is not None
    assert report.details.text == "Lampa\n\nLampan är släckt."
    assert (report.details.email, report.details.name) == ("anna@kommun.example", "Anna Test")


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied", "Auto-Submitted: auto-generated", "Precedence: bulk",
        "List-Id: <a.b>",
        "Return-Path: <>", "Content-Type: multipart/report; report-type=delivery-status; boundary=x",
    ],
)  # fmt: skip
def test_what_a_machine_sends_is_no_case(header: str) -> None:
    assert read(mail(f"{header}\r\n"), FALLBACK) is None


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\xff\xfe\x00", b"Subject: =?utf-8?q?=FF?=\r\n\r\nx",
        mail("Content-Type: text/plain; charset=finns-inte\r\n"),
        mail("Content-Type: text/html\r\n", "<style>p{}</style><p>Hej <b>du</b></p><script>x()</script>"),
        b"From: <<>>,,\r\nSubject: x\r\n\r\ny",
        b"From: a\r\nMIME-Version: 1.0\r\nContent-Type: image/png\r\n\r\nx",
    ],
)  # fmt: skip
def test_whatever_comes_is_taken_in(raw: bytes) -> None:
    report = read(raw, FALLBACK)
    assert report is not None
    assert report.details.text
    assert "x()" not in report.details.text


def test_pictures_come_along_and_what_is_no_picture_does_not() -> None:
    from email.message import EmailMessage

    made = EmailMessage()
    made["From"], made["Subject"] = "anna@kommun.example", "Bild"
    made.set_content("Se bilden.")
    made.add_attachment(taken(), "image", "jpeg", filename="a.jpg")
    made.add_attachment(b"no picture", "image", "jpeg", filename="b.jpg")
    report = read(made.as_bytes(), FALLBACK)
    assert report is not None
    assert [photo.height for photo in report.photos] == [2000]


def test_the_pipe_takes_a_mail_once_and_says_try_again_while_the_database_is_away(
    town: Municipality,
) -> None:
    def pipe(url: str) -> int:
        told = {"ENVIRONMENT": "development", "SECRET_KEYS": KEY, "DATABASE_URL": url}
        own = {name: value for name, value in os.environ.items() if not name.startswith("SUBSCRIPTIONS_")}
        ran = subprocess.run(
            [sys.executable, "-m", "cases.cli", "mail"], input=mail(), check=False,
            env=own | {f"SUBSCRIPTIONS_{name}": value for name, value in told.items()},
        )  # fmt: skip
        return ran.returncode

    assert [pipe(town.shared.database_url), pipe(town.shared.database_url)] == [0, 0]
    [case] = town.rows()
    assert case.channel == "email"
    assert pipe("sqlite:////finns/inte/a.sqlite3") == os.EX_TEMPFAIL
