"""See, change, pause, move, export, leave and erase, with a link that came by mail."""

import re
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from delivery.model import Channel, DeliveryState
from delivery.outbox import enqueue
from delivery.quiet_hours import STOCKHOLM
from delivery.suppression import suppress, suppressed
from delivery.tables import attempts, callbacks, local_messages, outbox, suppressions
from foundation.database import write
from foundation.signed_links import leave_path, short_path
from foundation.tables import audit_log, metadata
from foundation.web.trailing_signs import without_signs_after
from subscriptions.people import bounces
from subscriptions.tables import accessibility_reports, choices, consents, contacts, signups
from subscriptions.web.days import month_later, read_day
from subscriptions.words.item import MONTHS, swedish_date
from tests.subscriptions.serving import Service, link


def test_a_link_is_sent_to_whoever_follows_something(citizen: Service) -> None:
    citizen.subscribe("anna@exempel.se")
    answer = citizen.post("/prenumerera/hantera/", {"adress": "ANNA@exempel.se"})
    assert answer.url.path == "/prenumerera/hantera/skickat"
    mail = citizen.deliver()[-1]
    assert "Avfall" in citizen.get(link(mail, "hantera")).text


@pytest.mark.parametrize("typed", ["anna.exempel.se", "anna@", "08-12"])
def test_a_wrong_address_is_told_how_both_kinds_are_written(web: Service, typed: str) -> None:
    page = web.post("/prenumerera/hantera/", {"adress": typed}).text
    assert "namn@exempel.se" in page
    assert "070-123 45 67" in page


def test_the_link_ends_after_a_day(web: Service) -> None:
    manage = web.subscribe("anna@exempel.se")
    web.turned = timedelta(hours=25)
    for path in (manage, f"{manage}/export", f"{manage}/radera"):
        assert web.get(path).status_code == 404
    for path in ("val", "paus", "adress", "avsluta", "radera"):
        assert web.post(f"{manage}/{path}", {"till": "", "adress": "bo@exempel.se"}).status_code == 404
    assert web.count(choices) == 1


@pytest.mark.parametrize("kind", ["hantera", "avsluta", "s"])
def test_a_dead_link_leads_to_a_new_one(web: Service, kind: str) -> None:
    page = BeautifulSoup(web.get(f"/prenumerera/{kind}/1-0-xx").text, "html.parser")
    way = page.select_one("main a")
    assert way is not None
    assert (way["href"], way.text) == ("/prenumerera/hantera/", "Få en ny länk")
    assert "formuläret" not in page.text


def test_choices_are_changed_added_and_taken_away(citizen: Service) -> None:
    manage = citizen.subscribe("anna@exempel.se", val=["topic:avfall", "body:ks"])
    page = citizen.post(
        f"{manage}/val", {"val": ["body:ks", "area:trollbacken"], "hur-body:ks": "weekly", "hur": "daily"}
    )
    assert "Dina val är sparade" in page.text
    data = citizen.get(f"{manage}/export").json()
    followed = {(choice["kind"], choice["value"], choice["frequency"]) for choice in data["choices"]}
    assert followed == {("body", "ks", "weekly"), ("area", "trollbacken", "daily")}
    assert len(data["consents"]) == 2


def test_taking_away_everything_is_leaving(web: Service) -> None:
    manage = web.subscribe("anna@exempel.se")
    assert web.post(f"{manage}/val", {"hur": "daily"}).url.path == "/prenumerera/avslutat"
    assert web.get(manage).status_code == 404


def test_what_the_site_no_longer_offers_may_be_kept(web: Service) -> None:
    manage = web.subscribe("anna@exempel.se", val=["topic:avfall"])
    web.site.answers["/topics.json"] = '{"topics": [{"slug": "annat", "name": "Annat"}]}'
    web.post(f"{manage}/val", {"val": ["topic:avfall"]})
    assert web.count(choices) == 1


def test_a_pause_lasts_through_its_last_day_in_stockholm(web: Service) -> None:
    manage = web.subscribe("anna@exempel.se")
    last = (web.now() + timedelta(days=10)).date()
    assert f"{last}" in web.post(f"{manage}/paus", {"till": f"{last}"}).text
    until = web.get(f"{manage}/export").json()["paused_until"]
    assert re.match(rf"{last}T2[23]:00:00", until)
    assert "igång igen" in web.post(f"{manage}/paus", {"till": ""}).text


@pytest.mark.parametrize("typed", ["", "i morgon", "2020-01-01", "9999-12-31", "2026-13-40"])
def test_a_pause_needs_a_day_within_a_year(web: Service, typed: str) -> None:
    manage = web.subscribe("anna@exempel.se")
    assert web.post(f"{manage}/paus", {"till": typed}).status_code == 422


def test_a_pause_of_two_weeks_or_a_month_is_one_press(web: Service) -> None:
    manage = web.subscribe("anna@exempel.se")
    today = web.now().astimezone(STOCKHOLM).date()
    for name, last in (("2-veckor", today + timedelta(days=14)), ("1-manad", month_later(today))):
        assert ">2 veckor</button>" in web.get(manage).text
        page = web.post(f"{manage}/paus", {"lange": name}).text
        assert f'<time datetime="{last}">{swedish_date(last)}</time>' in page
        web.post(f"{manage}/paus", {"till": ""})


def test_a_pause_takes_a_day_as_people_write_it_and_keeps_what_it_does_not(web: Service) -> None:
    manage = web.subscribe("anna@exempel.se")
    wrong = web.post(f"{manage}/paus", {"till": "någon gång"}).text
    assert 'value="någon gång"' in wrong
    day = (web.now() + timedelta(days=40)).date()
    page = web.post(f"{manage}/paus", {"till": f"{day.day} {MONTHS[day.month - 1]}"}).text
    assert f'datetime="{day}"' in page


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("14 december", date(2026, 12, 14)),
        (" Mån\u00a014 DEC. ", date(2026, 12, 14)),
        ("den 14:e december 2027", date(2027, 12, 14)),
        ("på tisdag den 1 dec", date(2026, 12, 1)),
        ("30 november", date(2026, 11, 30)),
        ("29 november", date(2027, 11, 29)),
        ("14/12", date(2026, 12, 14)),
        ("1.1.2027", date(2027, 1, 1)),
        ("2026-12-14", date(2026, 12, 14)),
        ("29 februari", None),
        ("31 november", None),
        ("14 ma", None),
        ("14 ju", None),
        ("december", None),
        ("i morgon", None),
        ("", None),
    ],
)
def test_a_day_is_read_as_people_write_it(typed: str, day: date | None) -> None:
    assert read_day(typed, date(2026, 11, 30)) == day


def test_a_month_ends_where_the_next_one_does() -> None:
    assert month_later(date(2026, 12, 31)) == date(2027, 1, 31)
    assert month_later(date(2027, 1, 31)) == date(2027, 2, 28)


def test_a_link_works_with_a_sign_after_it(web: Service) -> None:
    web.sign_up(email="anna@exempel.se", val=["topic:avfall", "body:ks"])
    confirm = link(web.deliver()[0], "bekrafta")
    assert "Bekräfta din bevakning" in web.get(f"{confirm}).").text
    assert "Bevakningen är bekräftad" in web.post(f"{confirm}\u200b").text
    _, leave, short = contact(web)
    for path in (leave, short, "/prenumerera/hantera/", "/prenumerera/"):
        assert web.get(f"{path}>,").text == web.get(path).text
    page = BeautifulSoup(web.get("/prenumerera/?amne=avfall%C2%AD).").text, "html.parser")
    assert [box["value"] for box in page.select("[name=val][checked]")] == ["topic:avfall"]
    assert web.http.post(f"{short}>", headers={"Sec-Fetch-Site": "same-origin"}).is_redirect
    assert web.count(choices) == 0


@pytest.mark.parametrize(
    "sign",
    [".", ",", ";", ":", "!", ")", "]", ">", ").", "”", '"', "»,", "…", "\u200b", "\u00ad", "\u202c\u00a0"],
)
def test_signs_of_the_sentence_are_no_part_of_an_address(sign: str) -> None:
    assert without_signs_after(f"/prenumerera/s/ab-1_{sign}") == "/prenumerera/s/ab-1_"
    assert without_signs_after(f"/nyheter/{sign}") == "/nyheter/"


def test_a_new_address_takes_over_when_it_is_proven(citizen: Service) -> None:
    manage = citizen.subscribe("anna@exempel.se", val=["topic:avfall", "body:ks"])
    citizen.post(f"{manage}/adress", {"adress": "ny@exempel.se"})
    assert "anna@exempel.se" in citizen.get(manage).text
    proof = citizen.deliver()[-1]
    assert proof["recipient"] == "ny@exempel.se"
    citizen.post(link(proof, "bekrafta"))
    assert citizen.get(manage).status_code == 404
    told = citizen.deliver()[-1]
    assert told["recipient"] == "anna@exempel.se"
    assert citizen.count(contacts) == 1
    assert citizen.count(choices) == 2
    assert citizen.count(consents) == 2


def test_who_moves_still_gets_an_answer_to_a_report(web: Service) -> None:
    manage = web.subscribe("anna@exempel.se")
    report(web, "anna@exempel.se")
    web.post(f"{manage}/adress", {"adress": "ny@exempel.se"})
    proof = next(one for one in web.deliver() if one["recipient"] == "ny@exempel.se")
    web.post(link(proof, "bekrafta"))
    assert web.count(contacts) == 1
    assert web.count(accessibility_reports) == 1


def test_a_move_is_void_when_its_owner_has_left_meanwhile(web: Service) -> None:
    manage = web.subscribe("anna@exempel.se")
    web.post(f"{manage}/adress", {"adress": "ny@exempel.se"})
    proof = link(web.deliver()[-1], "bekrafta")
    web.post(f"{manage}/radera")
    assert web.post(proof).status_code == 410
    assert web.count(choices) == 0


def test_leaving_cancels_what_waits_and_withdraws_the_consent(citizen: Service) -> None:
    manage = citizen.subscribe("anna@exempel.se")
    citizen.post("/prenumerera/hantera/", {"adress": "anna@exempel.se"})
    assert "Avsluta alla bevakningar?" in citizen.get(f"{manage}/avsluta").text
    assert citizen.count(choices) == 1
    citizen.post(f"{manage}/avsluta")
    with write(citizen.engine) as connection:
        states = set(connection.execute(outbox.select()).mappings().all()[-1].values())
        (consent,) = connection.execute(consents.select()).all()
    assert DeliveryState.CANCELLED.value in states
    assert consent.withdrawn_at is not None
    assert citizen.count(choices) == 0


def report(service: Service, reply_to: str) -> None:
    service.post("/prenumerera/tillganglighet", {"slag": "fault", "text": "Hjälp", "svar": reply_to})


def test_erasure_leaves_nothing_but_the_suppression(citizen: Service) -> None:
    manage = citizen.subscribe("anna@exempel.se")
    for spelt in ("anna@exempel.se", "Anna@Exempel.se", "Anna Ek <anna@exempel.se>", "johanna@exempel.se"):
        report(citizen, spelt)
    with write(citizen.engine) as connection:
        enqueue(
            connection, citizen.keys, channel=Channel.EMAIL, template="address_changed", now=citizen.now(),
            payload={"address": "anna@exempel.se"}, lifetime=timedelta(hours=1),
        )  # fmt: skip
        suppress(
            connection, citizen.keys, Channel.EMAIL, "anna@exempel.se", reason="bounce", now=citizen.now()
        )
    citizen.post(f"{manage}/radera")
    left = [table for table in (contacts, choices, consents, signups, local_messages) if citizen.count(table)]
    assert left == []
    with write(citizen.engine) as connection:
        rows = connection.execute(outbox.select()).all()
        (mail,) = [citizen.keys.decrypt_json(row.payload) for row in rows]
        assert mail["reply_to"] == "johanna@exempel.se"
        assert connection.execute(attempts.select()).all() == []
        (other,) = connection.execute(accessibility_reports.select()).all()
        assert citizen.keys.decrypt(other.reply_to) == "johanna@exempel.se"
        (logged,) = connection.execute(audit_log.select()).all()
        assert "anna" not in str(tuple(logged))
        assert suppressed(connection, citizen.keys, Channel.EMAIL, ["anna@exempel.se"])
    assert citizen.count(suppressions) == 1
    assert citizen.get(manage).status_code == 404


def test_the_export_holds_everything(web: Service) -> None:
    manage = web.subscribe("anna@exempel.se")
    answer = web.get(f"{manage}/export")
    assert "attachment" in answer.headers["Content-Disposition"]
    data = answer.json()
    assert data["address"] == "anna@exempel.se"
    assert data["consents"][0]["method"] == "form"
    assert data["consents"][0]["text_version"]
    assert [message["template"] for message in data["messages"]] == ["confirm"]
    assert {"choices", "signups", "state", "created_at", "confirmed_at", "paused_until"} <= set(data)


ELSEWHERE = {"contacts", "choices", "outbox", "local_messages", "limits", "audit_log", "case_followers"}
"""Exported under other names, by another service's own command, not about anybody (a counter's key), or, in
the log, only that it was done.
"""


def test_every_table_that_holds_something_about_somebody_is_in_the_export(web: Service) -> None:
    manage = web.subscribe("anna@exempel.se")
    report(web, "Anna@Exempel.se")
    with write(web.engine) as connection:
        number = connection.scalars(select(contacts.c.id)).one()
        message = connection.scalars(select(outbox.c.id).where(outbox.c.contact_id == number)).first()
        connection.execute(
            callbacks.insert().values(outbox_id=message, status="delivered", received_at=web.now())
        )
        bounces.record(connection, web.keys, number, "5.2.1", hard=False, now=web.now())
        suppress(connection, web.keys, Channel.EMAIL, "anna@exempel.se", reason="bounce", now=web.now())
    data = web.get(f"{manage}/export").json()
    personal = {
        table.name
        for table in metadata.sorted_tables
        if {"contact_id", "outbox_id", "lookup", "reply_to"} & set(table.c.keys())
    }
    for name in personal - ELSEWHERE:
        assert data[name], name
    assert data["accessibility_reports"][0]["text"] == "Hjälp"


def contact(service: Service) -> tuple[int, str, str]:
    with write(service.engine) as connection:
        row = connection.execute(contacts.select()).one()
    return (
        row.id,
        leave_path(service.keys, row.id, row.created_at),
        short_path(service.keys, row.id, row.created_at),
    )


def test_one_click_leaves_without_cookie_detour_or_page(citizen: Service) -> None:
    citizen.subscribe("anna@exempel.se")
    _, path, _ = contact(citizen)
    answer = citizen.http.post(
        path,
        content="List-Unsubscribe=One-Click",
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "Sec-Fetch-Site": "cross-site",
            "Origin": "https://mejl.example",
        },
    )
    assert answer.status_code == 200
    assert not answer.is_redirect
    assert "set-cookie" not in answer.headers
    assert citizen.count(choices) == 0


def test_one_click_also_comes_as_multipart(web: Service) -> None:
    web.subscribe("anna@exempel.se")
    answer = web.http.post(contact(web)[1], files={"List-Unsubscribe": (None, "One-Click")})
    assert answer.status_code == 200
    assert web.count(choices) == 0


def test_leaving_twice_is_calm(web: Service) -> None:
    web.subscribe("anna@exempel.se")
    _, path, _ = contact(web)
    web.post(path)
    assert "avslutade" in web.get(path).text
    assert web.post(path).status_code == 200


def test_leaving_the_last_choice_does_not_promise_that_others_remain(web: Service) -> None:
    web.subscribe("anna@exempel.se", val=["topic:avfall", "body:ks"])
    _, path, _ = contact(web)
    assert "Dina andra bevakningar finns kvar" in web.post(path, {"val": "topic:avfall"}).text
    assert "Dina bevakningar är avslutade" in web.post(path, {"val": "body:ks"}).text


def test_the_short_link_of_an_sms_leaves(web: Service) -> None:
    web.subscribe("anna@exempel.se")
    _, _, short = contact(web)
    assert "Avsluta" in web.get(short).text
    assert web.count(choices) == 1
    web.post(short)
    assert web.count(choices) == 0


def test_who_leaves_is_told_which_channel_ended_and_that_others_remain(web: Service) -> None:
    web.post(f"{web.subscribe('anna@exempel.se')}/avsluta")
    web.sign_up(phone="0701740605")
    with write(web.engine) as connection:
        row = connection.execute(contacts.select().where(contacts.c.channel == "sms")).one()
    short = short_path(web.keys, row.id, row.created_at)
    for page, here in (
        (web.post(f"{web.subscribe('bo@exempel.se')}/avsluta"), "mejl till den här e-postadressen"),
        (web.post(short), "sms till det här mobilnumret"),
        (web.get(short), "sms till det här mobilnumret"),
        (web.get("/prenumerera/avslutat?kanal=<b>"), "meddelanden till den här adressen"),
    ):
        assert f"Du får inga fler {here}. Det du bevakar med en annan" in page.text
        assert "exempel.se" not in page.text + str(page.url)


def test_the_leave_page_tells_nobody_what_else_is_followed(web: Service) -> None:
    web.subscribe("anna@exempel.se", val=["body:ks"])
    page = web.get(contact(web)[1]).text
    assert "Kommunstyrelsen" not in page
    assert "anna" not in page
