"""The JSON API does what the pages do, and is described truly."""

import re
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from hypothesis import given, settings
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

from subscriptions.tables import choices, contacts
from tests.subscriptions.serving import Service, link
from tests.subscriptions.web.test_following import code

API = "/prenumerera/api/v1"
WASTE = {"kind": "topic", "value": "avfall"}


def bearer(manage: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {manage.rpartition('/')[2]}"}


def ask(service: Service, path: str, body: Any) -> Any:
    return service.http.post(f"{API}{path}", json=body)


def test_choices_are_those_of_the_site(web: Service) -> None:
    data = web.get(f"{API}/choices").json()
    assert {"kind": "topic", "value": "sortering", "name": "Sortering", "under": "avfall"} in data["choices"]
    assert {"kind": "crisis", "value": "", "name": "Kris och viktiga meddelanden", "under": ""} in data[
        "choices"
    ]
    assert data["channels"] == ["email", "sms"]


def test_one_signs_up_confirms_changes_and_is_forgotten(citizen: Service) -> None:
    wanted = {"email": "anna@exempel.se", "phone": "0701740605", "choices": [WASTE]}
    answer = ask(citizen, "/signups", wanted)
    assert answer.status_code == 202
    messages = citizen.deliver()
    mail = next(one for one in messages if one["channel"] == "email")
    sms = next(one for one in messages if one["channel"] == "sms")
    token = link(mail, "bekrafta").rpartition("/")[2]
    assert ask(citizen, "/confirmations", {"token": token}).json() == {"state": "done"}
    assert ask(citizen, "/confirmations", {"token": token}).json() == {"state": "already"}
    proof = {"code_token": answer.json()["code_token"], "code": code(sms["plain"])}
    assert ask(citizen, "/codes", proof).json() == {"state": "done"}

    assert ask(citizen, "/links", {"address": "anna@exempel.se"}).status_code == 204
    key = bearer(link(citizen.deliver()[-1], "hantera"))
    change = {"choices": [{"kind": "body", "value": "ks", "frequency": "weekly"}]}
    assert citizen.http.put(f"{API}/subscription", json=change, headers=key).status_code == 204
    day = f"{(citizen.now() + timedelta(days=5)).date()}"
    assert (
        citizen.http.put(f"{API}/subscription/pause", json={"through": day}, headers=key).status_code == 204
    )
    assert citizen.get(f"{API}/subscription", headers=key).json() == {
        "channel": "email", "address": "anna@exempel.se", "paused_through": day,
        "choices": [{"kind": "body", "value": "ks", "frequency": "weekly", "label": "Kommunstyrelsen"}],
    }  # fmt: skip
    assert len(citizen.get(f"{API}/subscription/export", headers=key).json()["consents"]) == 2
    assert citizen.http.delete(f"{API}/contact", headers=key).status_code == 204
    assert citizen.get(f"{API}/subscription", headers=key).status_code == 401
    assert citizen.count(contacts) == 1  # the phone


def test_without_its_key_nothing_is_shown_or_changed(web: Service) -> None:
    web.subscribe("anna@exempel.se")
    for key in ({}, {"Authorization": "Bearer 1-0-0-aa"}, {"Authorization": "Basic eDp5"}):
        assert web.get(f"{API}/subscription", headers=key).status_code == 401
        assert web.get(f"{API}/subscription/export", headers=key).status_code == 401
        assert web.http.delete(f"{API}/subscription", headers=key).status_code == 401
        assert web.http.delete(f"{API}/contact", headers=key).status_code == 401
    assert web.count(choices) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"choices": [WASTE]},
        {"email": "anna", "choices": [WASTE]},
        {"email": "anna@exempel.se", "choices": []},
        {"email": "anna@exempel.se", "choices": [{"kind": "topic", "value": "finns-inte"}]},
        {"email": "anna@exempel.se", "choices": [{"kind": "crisis", "value": "x"}]},
        {"email": "anna@exempel.se", "choices": [WASTE], "admin": True},
        {"phone": "+4790012345", "choices": [WASTE]},
        [],
    ],
)
def test_what_is_wrong_is_refused(web: Service, body: Any) -> None:
    assert ask(web, "/signups", body).status_code == 422
    assert web.count(contacts) == 0


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"email": "anna@exempel.se"}, "choices: saknas"),
        ({"email": "anna@exempel.se", "choices": []}, "choices: ska ha minst 1"),
        ({"email": 7, "choices": [WASTE]}, "email: ska vara text"),
        ({"email": "a" * 401, "choices": [WASTE]}, "email: får ha högst 400 tecken"),
        (
            {"email": "anna@exempel.se", "choices": [WASTE], "hemligt": 1},
            "hemligt: finns inte i beskrivningen",
        ),
        (
            {"email": "anna@exempel.se", "choices": [{**WASTE, "frequency": "x"}]},
            "choices.0.frequency: ska vara 'immediate'",
        ),
        ([], "det som skickades: ska vara ett objekt"),
    ],
)
def test_what_is_wrong_is_said_in_swedish_by_field(web: Service, body: Any, said: str) -> None:
    detail = ask(web, "/signups", body).json()["detail"]
    assert said in detail
    assert not re.search(r"(?i)\b(should|input|required|characters|valid)\b", detail)


def test_broken_json_and_no_date_are_said_in_swedish_too(web: Service) -> None:
    broken = web.http.post(f"{API}/signups", content=b"{", headers={"Content-Type": "application/json"})
    assert (broken.status_code, broken.json()["detail"]) == (422, "det som skickades: är inte JSON")
    key = bearer(web.subscribe("anna@exempel.se"))
    dateless = web.http.put(f"{API}/subscription/pause", json={"through": "i morgon"}, headers=key)
    assert dateless.json()["detail"] == "through: ska vara en dag, som 2026-12-24"


def test_every_refusal_is_described_in_the_shape_that_it_has(web: Service) -> None:
    paths = web.get(f"{API}/openapi.json").json()["paths"]
    for path, operations in paths.items():
        for method, operation in operations.items():
            for status, answer in operation["responses"].items():
                if status >= "400":
                    shape = answer["content"]["application/json"]["schema"]["$ref"]
                    assert shape.endswith("/Problem"), (method, path, status)


def test_a_pause_must_lie_ahead(web: Service) -> None:
    key = bearer(web.subscribe("anna@exempel.se"))
    past = {"through": "2020-01-01"}
    assert web.http.put(f"{API}/subscription/pause", json=past, headers=key).status_code == 422


def test_nothing_breaks_the_api_or_its_description(web: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """A short run of schemathesis; the long one is `make test-all`'s."""
    run_schemathesis(web, monkeypatch, 15)


@pytest.mark.slow
def test_nothing_breaks_the_api_or_its_description_however_long(
    web: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_schemathesis(web, monkeypatch, 200)


def run_schemathesis(web: Service, monkeypatch: pytest.MonkeyPatch, examples: int) -> None:
    # The limits are tested elsewhere; here they would hide everything behind 429.
    monkeypatch.setattr("foundation.limits.exceeded", lambda *_: [])
    key = bearer(web.subscribe("anna@exempel.se"))["Authorization"]
    address = f"{web.address}{API}/openapi.json"
    schema = schemathesis.openapi.from_url(address)
    for operation in schema.get_all_operations():
        assert isinstance(operation, Ok)

        @settings(max_examples=examples, deadline=None, database=None)
        @given(case=operation.ok().as_strategy())
        def call(case: Any) -> None:
            case.call_and_validate(
                headers={"Sec-Fetch-Site": "same-origin", "Authorization": key},
                # That a number must be mobile and a topic the site's own, no schema can say.
                excluded_checks=[positive_data_acceptance],
            )

        call()
