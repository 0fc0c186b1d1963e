"""What is refused leaves a trace that names nobody: in the log now and then, in the numbers each time."""

import logging
from datetime import timedelta

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import Engine

from foundation import limits, security_log
from foundation.database import write
from foundation.signed_links import Purpose, is_valid, is_valid_short, parse, parse_short, sign, sign_short
from tests.subscriptions.sending import KEYS, NOW
from tests.subscriptions.serving import Service


def counted(event: str) -> float:
    """How often it has happened in this process."""
    name = "subscriptions_security_events_total"
    return REGISTRY.get_sample_value(name, {"event": event}) or 0.0


def test_a_flood_is_one_line_a_minute_with_how_many_it_stands_for(caplog: pytest.LogCaptureFixture) -> None:
    seconds = [0.0]
    told = security_log.SecurityLog(lambda: seconds[0])
    before = counted("link-test")
    for moment in (0.0, 1.0, 59.9, 60.0, 61.0, 300.0):
        seconds[0] = moment
        told.refused("link-test")
    told.refused("other-test")
    assert counted("link-test") == before + 6
    lines = [(vars(record)["event"], vars(record)["count"]) for record in caplog.records]
    assert lines == [("link-test", 1), ("link-test", 3), ("link-test", 2), ("other-test", 1)]
    assert {record.levelno for record in caplog.records} == {logging.WARNING}


def test_a_forged_link_is_told_and_one_that_is_only_old_is_not() -> None:
    before = counted("link-manage")
    good = parse(sign(KEYS, Purpose.MANAGE, 1, NOW, expires=NOW + timedelta(hours=1)))
    assert good is not None
    assert not is_valid(KEYS, Purpose.MANAGE, good, NOW, NOW + timedelta(hours=2))
    assert counted("link-manage") == before
    forged = parse(sign(KEYS, Purpose.MANAGE, 2, NOW))
    assert forged is not None
    assert not is_valid(KEYS, Purpose.MANAGE, forged, NOW + timedelta(seconds=1), NOW)
    assert counted("link-manage") == before + 1
    short = parse_short(sign_short(KEYS, 1, NOW))
    assert short is not None
    assert not is_valid_short(KEYS, short, NOW + timedelta(seconds=1))
    assert counted("link-short") >= 1


def test_a_limit_that_is_reached_is_told_by_its_name(engine: Engine) -> None:
    before = counted("limit-address-hour")
    with write(engine) as connection:
        answers = [
            limits.exceeded(connection, KEYS, [(limits.ADDRESS_HOUR, "anna@exempel.se")], NOW)
            for _ in range(limits.ADDRESS_HOUR.count + 2)
        ]
    assert sum(bool(over) for over in answers) == 2
    assert counted("limit-address-hour") == before + 2


def test_a_callback_that_nobody_signed_and_a_foreign_form_are_told(web: Service) -> None:
    callbacks, forms = counted("callback-signature"), counted("request-403")
    message = {"From": "+46701740605", "Body": "STOPP"}
    assert web.post("/prenumerera/twilio/inkommande", message).status_code == 403
    assert counted("callback-signature") == callbacks + 1
    assert web.post("/prenumerera/", {}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert counted("request-403") == forms + 1
