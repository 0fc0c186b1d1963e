"""SMS by Twilio's real client, against a local endpoint that answers as Twilio's documented API does."""

import json
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import parse_qs

import pytest
import requests

from delivery.message import Message
from delivery.model import Channel, Outcome
from foundation.signed_links import status_path
from subscriptions.sending.senders import TwilioSender
from tests.subscriptions.sending import KEYS

SID = "AC" + "1" * 32
Answer = Callable[[dict[str, str]], tuple[int, dict[str, Any], dict[str, str]]]


class Twilio:
    """The endpoint ``/2010-04-01/Accounts/<sid>/Messages.json``."""

    def __init__(self) -> None:
        self.requests: list[dict[str, str]] = []
        self.answer: Answer = lambda form: (201, {"sid": "SM" + "a" * 32, "status": "queued"}, {})
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                user = b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
                outer.requests.append({**form, "path": self.path, "user": user})
                status, payload, headers = outer.answer(form)
                if status == 0:
                    self.close_connection = True
                    return
                data = json.dumps(payload).encode()
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *arguments: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def twilio() -> Iterator[Twilio]:
    made = Twilio()
    yield made
    made.close()


@pytest.fixture
def sender(twilio: Twilio) -> Iterator[TwilioSender]:
    made = open_sender(twilio.url)
    yield made
    made.close()


def open_sender(url: str, **values: Any) -> TwilioSender:
    return TwilioSender(
        **{
            "account_sid": SID, "auth_token": "hemligt", "sender": "Kommunen", "api_url": url, "timeout": 30,
            "callback": lambda delivery: "https://kommun.example" + status_path(KEYS, delivery), **values,
        }
    )  # fmt: skip


def sms(number: int = 7) -> Message:
    return Message(number, Channel.SMS, "+46701234567", "Vattnet är åter på.".encode())


def error(status: int, code: int, **headers: str) -> Answer:
    return lambda form: (status, {"code": code, "message": "nej", "status": status}, headers)


def test_a_message_is_created_as_the_api_asks(twilio: Twilio, sender: TwilioSender) -> None:
    result = sender.send(sms())
    assert (result.outcome, result.provider_id) == (Outcome.ACCEPTED, "SM" + "a" * 32)
    [request] = twilio.requests
    assert request["path"] == f"/2010-04-01/Accounts/{SID}/Messages.json"
    assert request["user"] == f"{SID}:hemligt"
    assert (request["To"], request["From"], request["Body"]) == (
        "+46701234567",
        "Kommunen",
        "Vattnet är åter på.",
    )


def test_the_status_callback_names_our_delivery_and_proves_it(twilio: Twilio, sender: TwilioSender) -> None:
    sender.send(sms(7))
    assert twilio.requests[0]["StatusCallback"] == "https://kommun.example" + status_path(KEYS, 7)


def test_a_machine_without_a_public_name_asks_for_no_callback(twilio: Twilio) -> None:
    sender = open_sender(twilio.url, callback=lambda delivery: "http://localhost:8000/x")
    assert sender.send(sms()).outcome == Outcome.ACCEPTED
    sender.close()
    assert "StatusCallback" not in twilio.requests[0]


def test_a_messaging_service_is_named_as_such(twilio: Twilio) -> None:
    sender = open_sender(twilio.url, sender="MG" + "b" * 32)
    sender.send(sms())
    sender.close()
    assert twilio.requests[0]["MessagingServiceSid"] == "MG" + "b" * 32
    assert "From" not in twilio.requests[0]


@pytest.mark.parametrize(
    ("status", "code", "outcome", "suppress"),
    [
        (400, 21610, Outcome.PERMANENT, True),
        (400, 21211, Outcome.PERMANENT, True),
        (400, 21265, Outcome.PERMANENT, True),
        (400, 21614, Outcome.PERMANENT, True),
        (400, 21635, Outcome.PERMANENT, True),
        (400, 21602, Outcome.PERMANENT, False),
        (400, 21612, Outcome.PERMANENT, False),
        (400, 21617, Outcome.PERMANENT, False),
        (400, 21408, Outcome.TEMPORARY, False),  # what our account or sender lacks can be mended
        (400, 21606, Outcome.TEMPORARY, False),
        (400, 21608, Outcome.TEMPORARY, False),
        (400, 21611, Outcome.TEMPORARY, False),
        (400, 21660, Outcome.TEMPORARY, False),
        (400, 21705, Outcome.TEMPORARY, False),
        (400, 99999, Outcome.TEMPORARY, False),  # a code that did not exist when this was written
        (403, 20003, Outcome.TEMPORARY, False),
        (401, 20003, Outcome.TEMPORARY, False),
        (404, 20404, Outcome.TEMPORARY, False),
        (500, 20500, Outcome.AMBIGUOUS, False),
        (503, 20503, Outcome.TEMPORARY, False),
        (503, 503, Outcome.AMBIGUOUS, False),  # a gateway's, perhaps: who knows what went through it
    ],
)
def test_an_error_is_permanent_or_temporary_by_its_code(
    twilio: Twilio, sender: TwilioSender, status: int, code: int, outcome: Outcome, suppress: bool
) -> None:
    twilio.answer = error(status, code)
    result = sender.send(sms())
    assert (result.outcome, result.code, result.suppress) == (outcome, str(code), suppress)
    assert "4670" not in result.detail


@pytest.mark.parametrize(("status", "code"), [(500, 20500), (503, 503), (504, 504)])
def test_a_failure_that_twilio_tells_of_is_no_silence(
    twilio: Twilio, sender: TwilioSender, status: int, code: int
) -> None:
    twilio.answer = error(status, code)
    assert sender.send(sms()).answered


def test_too_many_requests_wait_as_long_as_they_are_told(twilio: Twilio, sender: TwilioSender) -> None:
    twilio.answer = error(429, 20429, **{"Retry-After": "17"})
    result = sender.send(sms())
    assert (result.outcome, result.retry_after, result.unreachable) == (Outcome.TEMPORARY, 17.0, True)


def test_silence_after_the_request_is_ambiguous(twilio: Twilio) -> None:
    given_up = threading.Event()

    def slow(form: dict[str, str]) -> tuple[int, dict[str, Any], dict[str, str]]:
        given_up.wait(60)
        return 201, {"sid": "SM1"}, {}

    twilio.answer = slow
    sender = open_sender(twilio.url, timeout=0.5)
    outcome = sender.send(sms()).outcome
    assert not given_up.is_set()
    given_up.set()
    sender.close()
    assert outcome == Outcome.AMBIGUOUS


def test_hanging_up_after_the_request_is_ambiguous(twilio: Twilio, sender: TwilioSender) -> None:
    twilio.answer = lambda form: (0, {}, {})
    result = sender.send(sms())
    assert (result.outcome, result.answered) == (Outcome.AMBIGUOUS, False)


def test_an_answer_that_is_no_json_is_ambiguous(twilio: Twilio, sender: TwilioSender) -> None:
    twilio.answer = lambda form: (201, cast(Any, []), {})
    assert sender.send(sms()).outcome == Outcome.AMBIGUOUS


def test_nobody_at_home_is_temporary(twilio: Twilio) -> None:
    sender = open_sender("http://127.0.0.1:1")
    result = sender.send(sms())
    assert (result.outcome, result.unreachable) == (Outcome.TEMPORARY, True)
    sender.close()


def test_no_request_is_ever_repeated_by_the_client_itself(twilio: Twilio, sender: TwilioSender) -> None:
    twilio.answer = error(500, 20500)
    sender.send(sms())
    assert len(twilio.requests) == 1


def test_nothing_about_the_recipient_is_logged(
    twilio: Twilio, sender: TwilioSender, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    sender.send(sms())
    assert "46701234567" not in caplog.text
    assert "hemligt" not in caplog.text


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed", Outcome.TEMPORARY),
        ("[SSL: WRONG_VERSION_NUMBER] wrong version number", Outcome.TEMPORARY),
        ("[SSL: DECRYPTION_FAILED_OR_BAD_RECORD_MAC] decryption failed", Outcome.AMBIGUOUS),
        ("EOF occurred in violation of protocol (_ssl.c:2427)", Outcome.AMBIGUOUS),
    ],
)
def test_a_garbled_connection_is_ambiguous_and_a_failed_handshake_is_not(
    monkeypatch: pytest.MonkeyPatch, fault: str, outcome: Outcome
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise requests.exceptions.SSLError(fault)

    monkeypatch.setattr(requests.Session, "send", fail)
    sender = TwilioSender(account_sid=SID, auth_token="t", sender="Tyreso", callback=lambda _: "", timeout=1)
    try:
        assert sender.send(Message(1, Channel.SMS, "+46701740605", b"Hej")).outcome == outcome
    finally:
        sender.close()
