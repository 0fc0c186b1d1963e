"""Known faults: approved words alone, shown before the same is sent again, followed with a proven address."""

import re

import pytest
from sqlalchemy import select

from cases.casework.known import masked
from cases.tables import case_followers
from foundation.database import read
from tests.cases.serving import Municipality

SHOWN = {"text": "Lampan vid Storgatan är släckt.", "plats": "Storgatan"}


def test_nothing_is_shown_before_it_is_approved_and_then_only_what_was_approved(town: Municipality) -> None:
    town.report(text="Jag heter Anna och lampan är släckt.", namn="Anna")
    assert "Inga kända fel" in town.get("/felanmalan/lista/").text
    town.act(1, "visa", **SHOWN)
    page = town.get("/felanmalan/lista/").text
    assert SHOWN["text"] in page
    assert "Anna" not in page
    town.act(1, "marka", typ="trasig-gatlampa", sekretess="ja")
    assert "Inga kända fel" in town.get("/felanmalan/lista/").text


@pytest.mark.parametrize(
    "text", ["Ring 070-123 45 67", "a@b.se klagar", "19121212-1212", "Hen är 121212-1212", "20121212 1212"]
)
def test_numbers_and_addresses_of_people_are_not_approved(town: Municipality, text: str) -> None:
    town.report()
    assert town.act(1, "visa", text=text, plats="Storgatan").status_code == 422
    assert "[borttaget]" in masked(text)
    assert town.rows()[0].published_at is None


@pytest.mark.parametrize("text", ["Stolpe 12 vid Storgatan 3", "Sedan 2026-12-01 kl. 18", "Väg 229, 135 81"])
def test_what_only_looks_like_a_number_of_somebody_stays(text: str) -> None:
    assert masked(text) == text


def test_the_same_fault_is_shown_before_it_is_sent_again(town: Municipality) -> None:
    town.report()
    town.act(1, "visa", **SHOWN)
    form = {"typ": "trasig-gatlampa", "text": "Släckt.", "steg": "kontakt"}
    assert "Är det här ditt fel?" in town.post("/felanmalan/ny/", plats="storgatan 5", **form).text
    assert "Är det här ditt fel?" not in town.post("/felanmalan/ny/", plats="Bollmoravägen", **form).text
    other = {**form, "typ": "fel-pa-lekplats"}
    assert "Är det här ditt fel?" not in town.post("/felanmalan/ny/", plats="Storgatan 5", **other).text


def test_who_follows_proves_the_address_gets_one_mail_at_the_end_and_is_forgotten(
    both: Municipality,
) -> None:
    both.report()
    both.act(1, "visa", **SHOWN)
    both.post("/felanmalan/lista/1/", epost="bo@kommun.example")
    both.post("/felanmalan/lista/1/", epost="never-proven@kommun.example")
    mails = {mail["recipient"]: mail for mail in both.deliver()}
    link = re.search(r"/arende/folj/[0-9a-z-]+/", mails["bo@kommun.example"]["plain"])
    assert link
    assert "/arende/1-" not in mails["bo@kommun.example"]["plain"]
    both.get(link[0])
    with read(both.engine) as connection:
        assert set(connection.execute(select(case_followers.c.confirmed_at)).scalars()) == {None}
    assert "Du följer felet" in both.post(link[0]).text
    both.act(1, "avsluta", text="Bytt.", utfall="done")
    last = both.deliver()[-1]
    assert (last["recipient"], last["subject"]) == (
        "bo@kommun.example",
        "Ett fel som du följer är avslutat: trasig gatlampa",
    )
    with read(both.engine) as connection:
        assert connection.execute(select(case_followers)).all() == []
    assert len(both.deliver()) == 3
