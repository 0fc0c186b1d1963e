"""``subscriptions doctor`` says of each thing that the service leans on how it is."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from subscriptions.operations import doctor
from subscriptions.operations.doctor import Finding, Grade
from subscriptions.settings import Settings, load_settings
from tests.faults.far_end import relaying
from tests.subscriptions.serving import KEY, Service, free_port, running
from tests.subscriptions.web_server import serve

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:x</id><title>Allt</title>
<updated>2026-11-30T12:00:00Z</updated><entry><id>urn:1</id><title>Nytt</title>
<updated>2026-11-30T12:00:00Z</updated><link href="https://k.example/1"/></entry></feed>"""


def told(url: str = "sqlite:////none/x.sqlite3", **more: Any) -> Settings:
    return load_settings(**{"environment": "development", "database_url": url, "secret_keys": [KEY], **more})


def grades(findings: Any) -> list[tuple[Grade, str]]:
    return [(found.grade, found.about) for found in findings]


@pytest.fixture(autouse=True)
def records(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], list[str]]:
    """What DNS answers: nothing is asked of the network."""
    answers: dict[tuple[str, str], list[str]] = {}
    monkeypatch.setattr(doctor, "_records", lambda name, kind: answers.get((name, kind), []))
    return answers


def test_a_service_that_is_well_has_no_fault(
    web: Service, records: dict[tuple[str, str], list[str]], tmp_path: Path
) -> None:
    web.site.answers["/kris.atom"] = ATOM
    with relaying() as relay:
        settings = web.settings.model_copy(
            update={"crisis_feed_urls": [f"{web.site.address}/kris.atom"], "smtp_url": relay.url,
                    "state_file": str(tmp_path / "beat")}
        )  # fmt: skip
        records |= {("example.se", "MX"): ["10 mx"], ("example.se", "TXT"): ['"v=spf1 -all"']}
        records |= {("_dmarc.example.se", "TXT"): ['"v=DMARC1; p=reject"']}
        found = list(doctor.examine(settings))
    assert {about for _, about in grades(found)} >= {
        "inställningar", "filer", "databas", "klocka", "webb", "proxy", "dokument", "flöde", "e-post", "DNS",
    }  # fmt: skip
    assert [one for one in found if one.grade is Grade.FAULT and one.about != "arbetare"] == []
    assert Finding(Grade.GOOD, "flöde", f"{web.site.address}/kris.atom: 1 poster") in found


def test_what_answers_nothing_is_a_fault_in_words_and_hides_no_other() -> None:
    nobody = f"127.0.0.1:{free_port()}"
    settings = told(
        public_url=f"http://{nobody}", feed_urls=[f"http://{nobody}/alla.atom"],
        smtp_url=f"smtp://namn:Hemligt@{nobody}",
    )  # fmt: skip
    found = list(doctor.examine(settings))
    faults = {one.about for one in found if one.grade is Grade.FAULT}
    assert faults == {"filer", "databas", "webb", "dokument", "flöde", "e-post"}
    assert "Hemligt" not in "".join(one.text for one in found)


def test_a_folder_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    here = f"sqlite:///{tmp_path}/x.sqlite3"
    assert grades(doctor.check_files(told(here, state_file=f"{tmp_path}/none/beat"))) == [
        (Grade.FAULT, "filer"), (Grade.GOOD, "filer"),
    ]  # fmt: skip
    assert (Grade.FAULT, "filer") in grades(doctor.check_files(told(here, state_file=str(tmp_path))))


def test_an_authority_of_the_database_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    url = f"postgresql://u@db/x?sslmode=verify-full&sslrootcert={tmp_path}/ca.crt"
    assert grades(doctor.check_files(told(url))) == [(Grade.FAULT, "filer")]
    (tmp_path / "ca.crt").touch()
    assert grades(doctor.check_files(told(url))) == []


def test_a_database_that_other_keys_wrote_is_a_fault(web: Service) -> None:
    web.sign_up(email="anna@exempel.se")
    url = str(web.settings.database_url)
    assert grades(doctor.check_database(told(url))) == [(Grade.GOOD, "databas")]
    other = told(url, secret_keys=["another-key-of-tests-that-is-long-enough"])
    assert (Grade.FAULT, "nycklar") in grades(doctor.check_database(other))


@pytest.mark.parametrize(("seconds", "grade"), [(0, Grade.GOOD), (-60, Grade.FAULT), (3600, Grade.FAULT)])
def test_a_clock_that_goes_wrong_is_a_fault(seconds: int, grade: Grade) -> None:
    assert doctor._skew("x", datetime.now(UTC) + timedelta(seconds=seconds)).grade is grade


@pytest.mark.parametrize(
    ("trusted", "grade"), [(["127.0.0.1"], Grade.GOOD), ([], Grade.FAULT)], ids=["trusted", "unknown"]
)
def test_a_proxy_that_is_not_trusted_is_a_fault(trusted: list[str], grade: Grade, sqlite_url: str) -> None:
    with serve() as site, running(sqlite_url, site, trusted_proxies=trusted) as web:
        answer = web.get("/prenumerera/healthz", headers={"X-Forwarded-For": "192.0.2.1"})
    assert doctor._proxy(answer.json()["proxy"]).grade is grade


def test_a_relay_without_starttls_is_a_fault_where_it_is_required() -> None:
    with relaying() as relay:
        required = relay.url.partition("?")[0] + "?starttls=require"
        assert grades(doctor.check_relay(told(smtp_url=required))) == [(Grade.FAULT, "e-post")]
