"""What Twilio tells is believed with its signature only, whatever proxy it came through."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select
from twilio.request_validator import RequestValidator

from delivery.model import Channel, DeliveryState, Lane
from delivery.suppression import suppress, suppressed
from delivery.tables import outbox
from foundation.database import read, write
from foundation.signed_links import status_path
from subscriptions.tables import choices
from tests.subscriptions.serving import Service, running
from tests.subscriptions.web.test_following import code, form_of
from tests.subscriptions.web_server import serve

TOKEN = "twilio's secret of tests"
NUMBER = "+46701740605"
INCOMING = "/prenumerera/twilio/inkommande"
TWILIO: dict[str, Any] = {
    "twilio_account_sid": "AC" + "0" * 32,
    "twilio_auth_token": TOKEN,
    "twilio_sender": "+46701740699",
    "demonstration": True,  # so that the worker keeps its SMS in the local inbox
}


@pytest.fixture
def phone(sqlite_url: str) -> Any:
    with serve() as site, running(sqlite_url, site, **TWILIO) as service:
        yield service


def twilio(service: Service, path: str, told: dict[str, str], secret: str = TOKEN, **headers: str) -> Any:
    """Post as Twilio does: signed over the public address and every field."""
    signature = RequestValidator(secret).compute_signature(service.settings.public_url + path, told)
    return service.http.post(
        path, data=told, headers={"X-Twilio-Signature": signature, "Sec-Fetch-Site": "cross-site", **headers}
    )


def follow(service: Service) -> None:
    page = service.sign_up(phone=NUMBER)
    sms = service.deliver()[-1]
    service.post("/prenumerera/kod", form_of(page.text) | {"kod": code(sms["plain"])})
    assert service.count(choices) == 1


def is_suppressed(service: Service) -> bool:
    with read(service.engine) as connection:
        return bool(suppressed(connection, service.keys, Channel.SMS, [NUMBER]))


@pytest.mark.parametrize(
    "word",
    [
        "STOPP", "Stopp!", "stop", " stopp tack", "STOPALL", "Avsluta", "(STOPP)", "🛑 STOPP",
        "opt-out", "Avanmäl mig",
        "STOPP\n\nSkickat från min iPhone",
        "Stopp, jag vill inte ha fler sms från er", "”stopp”", "- Stop -", "\u200bSt\u00adopp\u200f",
        "STOPP🙏🏽",        "ＳＴＯＰＰ",
        "> STOPP", "stopp2", "\ufeffstopp", "Stop-sms", "👉🏻👉🏻 stopp...", "AVSLUTA tack nu", "Stoppa",
    ],
)  # fmt: skip
def test_stop_in_any_spelling_ends_everything(phone: Service, word: str) -> None:
    follow(phone)
    answer = twilio(phone, INCOMING, {"From": NUMBER, "Body": word})
    assert answer.status_code == 200
    assert phone.count(choices) == 0
    assert is_suppressed(phone)


def test_only_what_twilio_does_not_answer_is_answered_by_us(phone: Service) -> None:
    assert "<Message>" in twilio(phone, INCOMING, {"From": NUMBER, "Body": "Stop, tack"}).text
    assert "<Message>" in twilio(phone, INCOMING, {"From": NUMBER, "Body": "STOPP"}).text
    assert "<Message>" not in twilio(phone, INCOMING, {"From": NUMBER, "Body": "STOP"}).text
    told = {"From": NUMBER, "Body": "STOPP", "OptOutType": "STOP"}
    assert "<Message>" not in twilio(phone, INCOMING, told).text


def test_start_lets_the_number_be_written_to_again_but_chooses_nothing(phone: Service) -> None:
    follow(phone)
    twilio(phone, INCOMING, {"From": NUMBER, "Body": "STOPP"})
    twilio(phone, INCOMING, {"From": NUMBER, "Body": "Start"})
    assert not is_suppressed(phone)
    assert phone.count(choices) == 0


@pytest.mark.parametrize(
    ("reason", "code", "remains"),
    [("bounce", "30005", True), ("complaint", "abuse", True), ("provider", "30005", True),
     ("provider", "21610", False), ("stop", "", False)],
)  # fmt: skip
def test_start_takes_back_a_stop_and_nothing_else(
    phone: Service, reason: str, code: str, remains: bool
) -> None:
    with write(phone.engine) as connection:
        suppress(connection, phone.keys, Channel.SMS, NUMBER, reason=reason, code=code, now=phone.now())
    twilio(phone, INCOMING, {"From": NUMBER, "Body": "STOPP"})
    twilio(phone, INCOMING, {"From": NUMBER, "Body": "Start"})
    assert is_suppressed(phone) is remains


@pytest.mark.parametrize(
    "text",
    ["", "Hej", "🛑", "Stoppa inte mina sms", "Avsluta inte", "icke stopp", "Start aldrig",
     "Stoppar ni vattnet nu?",
     "Avsluta gärna arbetet på vår gata snart", "Gillade ”Vattnet stopp”", "5", "S T O P P"],
)  # fmt: skip
def test_other_words_change_nothing_and_get_one_answer_that_says_how(phone: Service, text: str) -> None:
    follow(phone)
    told = {"From": NUMBER, "Body": text}
    assert "STOPP" in twilio(phone, INCOMING, told).text
    assert "<Message>" not in twilio(phone, INCOMING, told).text  # two machines would answer each other
    assert phone.count(choices) == 1
    assert "STOPP" in twilio(phone, INCOMING, told | {"From": "+46701740606"}).text
    phone.turned += timedelta(days=1)
    assert "STOPP" in twilio(phone, INCOMING, told).text


def test_a_sender_without_a_number_is_not_answered(phone: Service) -> None:
    assert "<Message>" not in twilio(phone, INCOMING, {"From": "Kommunen", "Body": "Hej"}).text


def test_forged_webhooks_are_refused(phone: Service) -> None:
    follow(phone)
    told = {"From": NUMBER, "Body": "STOPP"}
    assert twilio(phone, INCOMING, told, secret="guessed").status_code == 403
    assert phone.http.post(INCOMING, data=told).status_code == 403
    signature = RequestValidator(TOKEN).compute_signature(phone.settings.public_url + INCOMING, told)
    other = told | {"From": "+46701740606"}
    assert phone.http.post(INCOMING, data=other, headers={"X-Twilio-Signature": signature}).status_code == 403
    more = f"{INCOMING}?From=%2B46701740606"
    assert phone.http.post(more, data=told, headers={"X-Twilio-Signature": signature}).status_code == 403
    assert phone.count(choices) == 1


def test_without_a_secret_nothing_is_believed(web: Service) -> None:
    assert twilio(web, INCOMING, {"From": NUMBER, "Body": "STOPP"}, secret="").status_code == 403


def test_a_proxy_on_the_way_does_not_matter(sqlite_url: str) -> None:
    more = TWILIO | {"public_url": "https://kommun.example", "trusted_proxies": ["127.0.0.1"]}
    with serve() as site, running(sqlite_url, site, **more) as service:
        headers = {"Host": "kommun.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
        told = {"From": NUMBER, "Body": "STOPP"}
        assert twilio(service, INCOMING, told, **headers).status_code == 200
        assert is_suppressed(service)


def queued(service: Service) -> int:
    with write(service.engine) as connection:
        statement = insert(outbox).values(
            channel=Channel.SMS, lane=Lane.IMMEDIATE, state=DeliveryState.ACCEPTED,
            queued_at=service.now(), due_at=service.now() - timedelta(seconds=1),
        )  # fmt: skip
        return int(connection.execute(statement.returning(outbox.c.id)).scalar_one())


def state(service: Service, number: int) -> str:
    with read(service.engine) as connection:
        return str(connection.execute(select(outbox.c.state).where(outbox.c.id == number)).scalar_one())


def test_a_status_callback_moves_its_message_once_and_never_back(phone: Service) -> None:
    number = queued(phone)
    path = status_path(phone.keys, number)
    delivered = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    assert twilio(phone, path, delivered).status_code == 204
    assert twilio(phone, path, delivered).status_code == 204
    assert twilio(phone, path, {"MessageSid": "SM1", "MessageStatus": "sent"}).status_code == 204
    assert state(phone, number) == "delivered"


def test_a_callback_counts_for_the_message_of_its_address_alone(phone: Service) -> None:
    first, second = queued(phone), queued(phone)
    told = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    mac = status_path(phone.keys, first).rpartition("/")[2]
    forged = f"/prenumerera/twilio/status/{second}/{mac}"
    assert twilio(phone, forged, told).status_code == 403
    assert twilio(phone, f"/prenumerera/twilio/status/{2**70}/{mac}", told).status_code == 403
    assert twilio(phone, status_path(phone.keys, first), told, secret="guessed").status_code == 403
    assert (state(phone, first), state(phone, second)) == ("accepted", "accepted")
