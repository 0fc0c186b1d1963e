"""Open311 GeoReport v2: services, definitions, requests and tokens, in JSON and XML, with keys."""

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from tests.cases.serving import Municipality, running

KEY = "app=a-secret-of-an-app-that-is-long"
SECRET = KEY.partition("=")[2]


@pytest.fixture
def open_town(sqlite_url: str) -> Iterator[Municipality]:
    with running(sqlite_url, open311_keys=[KEY]) as made:
        yield made


def post(town: Municipality, kind: str = "json", **fields: str) -> Any:
    form = {
        "api_key": SECRET, "service_code": "gatubelysning", "address_string": "Storgatan 3",
        "description": "Lampan är släckt.", **fields,
    }  # fmt: skip
    return town.http.post(f"/open311/v2/requests.{kind}", data=form, headers={"Sec-Fetch-Site": ""})


def test_the_services_and_what_they_ask_are_the_same_in_both_formats(open_town: Municipality) -> None:
    rows = open_town.get("/open311/v2/services.json").json()
    lamp = next(row for row in rows if row["service_code"] == "gatubelysning")
    assert (lamp["service_name"], lamp["metadata"], lamp["type"]) == ("Trasig gatlampa", True, "realtime")
    top = fromstring(open_town.get("/open311/v2/services.xml").content)
    assert (top.tag, [one.findtext("service_code") for one in top]) == (
        "services",
        [row["service_code"] for row in rows],
    )
    asked = open_town.get("/open311/v2/services/gatubelysning.json").json()
    assert asked["attributes"][0]["description"] == "Står det ett nummer på stolpen?"
    inside = fromstring(open_town.get("/open311/v2/services/gatubelysning.xml").content)
    assert inside.findtext("attributes/attribute/code") == "fraga1"
    assert open_town.get("/open311/v2/services/finns-inte.json").status_code == 404


def test_a_report_gets_its_number_and_is_read_back(open_town: Municipality) -> None:
    answer = post(open_town, lat="59.24", long="18.22", **{"attribute[fraga1]": "14"})
    assert answer.status_code == 201, answer.text
    [made] = answer.json()
    assert made["service_request_id"] == "1"
    assert "14" in open_town.get("/arenden/1/").text
    [told] = open_town.get("/open311/v2/requests/1.json").json()
    assert (told["status"], told["service_code"]) == ("open", "gatubelysning")
    assert told["requested_datetime"] == "2026-12-01T09:30:00Z"
    assert told["description"] is None  # nobody has approved it to be shown
    assert told["lat"] is None
    open_town.act(1, "visa", text="Lampan är släckt.", plats="Storgatan")
    open_town.act(1, "avsluta", text="Bytt.", utfall="done")
    request = fromstring(open_town.get("/open311/v2/requests/1.xml").content).find("request")
    assert request is not None
    found = {name: request.findtext(name) for name in ("status", "status_notes", "description", "lat")}
    assert found == {
        "status": "closed", "status_notes": "Åtgärdat", "description": "Lampan är släckt.", "lat": "59.24",
    }  # fmt: skip
    assert open_town.get("/open311/v2/tokens/1.json").json()[0]["service_request_id"] == "1"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"api_key": "wrong"}, 403), ({"api_key": ""}, 403), ({"service_code": "finns-inte"}, 404),
        ({"address_string": ""}, 400), ({"description": ""}, 400), ({"email": "fel"}, 400),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["json", "xml"])
def test_what_is_wrong_is_told_in_the_shape_of_the_standard(
    open_town: Municipality, fields: dict[str, str], status: int, kind: str
) -> None:
    answer = post(open_town, kind, **fields)
    assert answer.status_code == status
    if kind == "json":
        assert answer.json()[0]["code"] == status
    else:
        assert fromstring(answer.content).findtext("error/code") == str(status)
    assert open_town.rows() == []


def test_requests_are_found_by_state_kind_and_time_and_others_are_not_told_of(
    open_town: Municipality,
) -> None:
    open_town.report()
    post(open_town)
    post(open_town, service_code="fel-pa-lekplats")

    def numbers(query: str) -> list[str]:
        rows = open_town.get(f"/open311/v2/requests.json{query}").json()
        return sorted(row["service_request_id"] for row in rows)

    assert numbers("") == ["2", "3"]  # the first came by the form, and is nobody else's business
    assert numbers("?service_code=gatubelysning") == ["2"]
    assert numbers("?status=closed") == []
    assert numbers("?status=open,closed") == ["2", "3"]
    assert numbers("?start_date=2026-12-02T00:00:00Z") == []
    assert numbers("?start_date=2026-11-30T10:00:00.123Z&end_date=2026-12-01T12:00:00+01:00") == ["2", "3"]
    assert numbers("?start_date=2026-12-01&end_date=2026-12-02") == ["2", "3"]
    assert numbers("?service_request_id=1,3") == ["3"]
    assert open_town.get("/open311/v2/requests.json?start_date=nyss").status_code == 400
    assert open_town.get("/open311/v2/requests/1.json").status_code == 404
