"""When as much has been sent as may be in an hour, nobody is told that something was sent to them."""

from datetime import timedelta

from sqlalchemy import select

from foundation.database import read
from foundation.tables import limits as limits_table
from subscriptions.operations import watchdog
from subscriptions.operations.watchdog import Alarm
from subscriptions.settings import load_settings
from subscriptions.tables import signups
from tests.subscriptions.serving import Service


def _limited(web: Service) -> None:
    object.__setattr__(web.settings, "limits", ["email-hour=2", "sms-hour=2"])


def test_who_gets_no_sms_is_told_so(web: Service) -> None:
    _limited(web)
    told = [web.sign_up(phone=f"070-174 06 {number:02}") for number in (5, 15, 25)]
    assert [answer.status_code for answer in told] == [200, 200, 429]
    assert "kan vi inte skicka fler sms" in told[-1].text
    assert told[-1].headers["Retry-After"] == "3600"
    assert len([one for one in web.deliver() if one["channel"] == "sms"]) == web.count(signups) == 2


def test_who_gets_no_mail_is_told_so_also_by_the_api(web: Service) -> None:
    _limited(web)
    for name in ("anna", "bo"):
        assert web.sign_up(email=f"{name}@exempel.se").status_code == 200
    answer = web.http.post("/prenumerera/api/v1/links", json={"address": "cecilia@exempel.se"})
    assert answer.status_code == 429
    assert "fler mejl" in answer.json()["detail"]


def test_a_limit_that_is_nearly_spent_is_an_alarm(web: Service) -> None:
    settings = load_settings(environment="development", limits=["email-hour=5"])
    for number, alarms in ((3, []), (4, [Alarm("limit", "email-hour")])):
        while web.count(signups) < number:
            web.sign_up(email=f"x{web.count(signups)}@exempel.se")
        with read(web.engine) as connection:
            assert watchdog.look(connection, web.keys, settings, web.now()) == alarms
    with read(web.engine) as connection:
        later = web.now() + timedelta(hours=1)
        assert Alarm("limit", "email-hour") not in watchdog.look(connection, web.keys, settings, later)


def test_a_proof_gives_back_to_the_network_that_it_comes_from(web: Service) -> None:
    web.subscribe("anna@exempel.se")
    with read(web.engine) as connection:
        counts = connection.scalars(select(limits_table.c.count)).all()
    assert min(counts) < 0
