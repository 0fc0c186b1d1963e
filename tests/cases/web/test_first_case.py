"""A lamp is reported, answered, contradicted and back: the whole way without script."""

import re

from sqlalchemy import select

from cases.model import State
from delivery.tables import outbox
from foundation.database import read
from tests.cases.serving import GUIDE, HANDLER, Municipality


def test_a_lamp_is_reported_in_three_steps(both: Municipality) -> None:
    kinds = both.get("/felanmalan/ny/?q=lyktstolpe")
    assert "Trasig gatlampa" in kinds.text
    assert "Fel på lekplats" not in kinds.text
    matter = both.get("/felanmalan/ny/?typ=trasig-gatlampa")
    assert 'href="tel:0857829100"' in matter.text
    key = re.search(r'name="nyckel" value="([0-9a-f]{32})"', matter.text)
    assert key
    form = {"typ": "trasig-gatlampa", "nyckel": key[1], "plats": "Storgatan 3", "text": "Lampan är släckt.",
            "svar-0": "Nummer 14"}  # fmt: skip
    send = both.post("/felanmalan/ny/", steg="kontakt", **form)
    assert "Nummer 14" in send.text
    assert both.rows() == []
    receipt = both.post("/felanmalan/ny/", steg="skicka", epost="anna@kommun.example", **form)
    assert "Vi har tagit emot ditt ärende" in receipt.text
    assert "senast <strong>3 december 2026</strong>" in receipt.text
    [mail] = both.deliver()
    assert mail["subject"] == "Vi har tagit emot ditt ärende 2026-1"
    assert "Lampan är släckt" not in mail["plain"] + mail["html"]
    assert both.get(link(mail)).status_code == 200


def link(mail: dict[str, str]) -> str:
    found = re.search(r"/arende/[0-9a-z-]+/", mail["plain"])
    assert found
    return found[0]


def test_what_is_answered_and_closed_may_be_contradicted_and_is_back_with_the_same_handler(
    both: Municipality,
) -> None:
    path = both.report(epost="anna@kommun.example")
    assert "Trasig gatlampa, Storgatan 3" in both.get("/arenden/").text
    both.act(1, "ta")
    both.act(1, "avsluta", text="Lampan är bytt.", utfall="done")
    page = both.get(path)
    assert "Lampan är bytt." in page.text
    assert "Avslutat</strong>: åtgärdat" in page.text
    assert "Ärende 2026-1 är avslutat" in [mail["subject"] for mail in both.deliver()]
    both.turn(days=29)
    both.post(f"{path}inte-atgardat/", text="Den är släckt igen.")
    [case] = both.rows()
    assert (case.state, case.handler, case.reopened, case.done_at) == (State.OPEN, HANDLER, 1, None)
    assert "Öppnat igen" in both.get("/arenden/?visa=mina").text
    assert both.deliver()[-1]["subject"] == "Ärende 2026-1 är öppnat igen"


def test_after_thirty_days_the_end_stands(town: Municipality) -> None:
    path = town.report()
    town.act(1, "avsluta", text="Bytt.", utfall="done")
    town.turn(days=31)
    page = town.post(f"{path}inte-atgardat/")
    assert page.status_code == 422
    assert "Gör en ny anmälan" in page.text
    assert town.rows()[0].state == State.DONE


def test_a_form_that_is_sent_twice_is_one_case_with_one_receipt(both: Municipality) -> None:
    first = both.report(nyckel="0123456789abcdef", epost="anna@kommun.example")
    assert both.report(nyckel="0123456789abcdef", epost="anna@kommun.example") == first
    assert len(both.rows()) == 1
    assert len(both.deliver()) == 1


def test_an_anonymous_report_sends_nothing_and_has_its_link(town: Municipality) -> None:
    path = town.report()
    assert town.deliver() == []
    assert "din enda väg tillbaka" in town.get(path).text


def test_nothing_ends_without_outcome_and_words(town: Municipality) -> None:
    town.report()
    assert town.act(1, "avsluta", text="Klart.").status_code == 422
    assert town.act(1, "avsluta", utfall="done").status_code == 422
    assert town.rows()[0].state == State.NEW


def test_two_at_one_case_do_not_overwrite_each_other(both: Municipality) -> None:
    both.report()
    page = both.get("/arenden/1/").text
    seen = re.search(r'name="version" value="(\d+)"', page)
    assert seen
    both.act(1, "svara", text="Vi tittar på det.")
    both.log_in(GUIDE)
    late = both.post("/arenden/1/avsluta/", version=seen[1], text="Min text.", utfall="done")
    assert late.status_code == 422
    assert "Någon annan har just ändrat ärendet" in late.text
    assert "Min text." in late.text
    assert both.rows()[0].state == State.OPEN


def test_a_withdrawn_case_is_closed_and_said_twice_it_is_once(town: Municipality) -> None:
    path = town.report()
    town.post(f"{path}aterta/")
    town.post(f"{path}aterta/")
    page = town.get(path).text
    assert page.count("Återtaget") == 2  # where it stands, and in the history
    assert town.rows()[0].state == State.WITHDRAWN


def test_a_forged_link_opens_nothing(town: Municipality) -> None:
    path = town.report()
    token = path.split("/")[2]
    other = token.replace(token[-1], "a" if token[-1] != "a" else "b")
    assert town.get(f"/arende/{other}/").status_code == 404
    assert town.get("/arende/1-0-0-aaaa/").status_code == 404
    assert town.http.post(f"/arende/{other}/aterta/").status_code == 404
    assert town.rows()[0].state == State.NEW


def test_the_desk_is_closed_for_who_is_not_logged_in_or_has_no_role(town: Municipality) -> None:
    town.report()
    town.log_out()
    assert town.http.get("/arenden/1/").headers["location"] == "/arenden/logga-in/?till=/arenden/1/"
    assert town.http.post("/arenden/1/ta/", data={"version": "1"}).status_code == 401
    assert town.rows()[0].state == State.NEW


def test_another_site_can_do_nothing_with_the_cookie_of_staff(town: Municipality) -> None:
    town.report()
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "", "Origin": "https://b.example"}):
        answer = town.http.post("/arenden/1/ta/", data={"version": "1"}, headers=headers)
        assert answer.status_code == 403
    assert town.rows()[0].state == State.NEW


def test_a_secret_case_is_seen_by_handlers_and_whoever_has_it_alone(town: Municipality) -> None:
    town.report()
    town.act(1, "marka", typ="trasig-gatlampa", sekretess="ja")
    town.log_in(GUIDE)
    assert town.get("/arenden/1/").status_code == 404
    assert "Storgatan" not in town.get("/arenden/").text


def test_script_in_every_field_is_shown_as_text(town: Municipality) -> None:
    evil = "<script>alert(1)</script>"
    path = town.report(text=evil, plats=evil, namn=evil, telefon=evil, sida=evil, **{"svar-0": evil})
    town.act(1, "svara", text=evil)
    town.act(1, "anteckna", text=evil)
    for page in (path, "/arenden/", "/arenden/1/"):
        assert "<script>" not in town.get(page).text
    assert "&lt;script&gt;" in town.get(path).text


def test_a_case_and_its_mail_are_one_transaction(town: Municipality) -> None:
    town.report(epost="anna@kommun.example")
    with read(town.engine) as connection:
        row = connection.execute(select(outbox)).one()
    assert (row.source, row.source_id, row.template) == ("cases", 1, "received")


def test_what_is_missing_is_said_and_nothing_is_lost(town: Municipality) -> None:
    page = town.post("/felanmalan/ny/", typ="trasig-gatlampa", text="Släckt.", steg="kontakt")
    assert page.status_code == 422
    assert "Skriv var det är" in page.text
    assert ">Släckt.</textarea>" in page.text
    page = town.post(
        "/felanmalan/ny/", typ="trasig-gatlampa", text="S", plats="P", epost="fel", steg="skicka"
    )
    assert page.status_code == 422
    assert "namn@exempel.se" in page.text
    assert town.rows() == []


def test_a_note_is_never_shown_to_the_citizen(town: Municipality) -> None:
    path = town.report()
    town.act(1, "anteckna", text="Hemlig anteckning.")
    assert "Hemlig" not in town.get(path).text
    assert "Hemlig" in town.get("/arenden/1/").text
