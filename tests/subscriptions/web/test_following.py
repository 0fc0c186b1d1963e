"""Sign up and confirm as a citizen does: over HTTP, with what comes to the inbox."""

import re
from base64 import urlsafe_b64encode
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from delivery.tables import outbox
from foundation.signed_links import opened, parse
from subscriptions.tables import choices, consents, contacts, signups
from tests.subscriptions.serving import Service, link


def test_one_signs_up_by_mail_with_a_link_and_a_button(citizen: Service) -> None:
    answer = citizen.sign_up(email="Anna@Exempel.se", val=["topic:avfall", "body:ks", "crisis:"])
    assert answer.url.path == "/prenumerera/skickat"
    (mail,) = citizen.deliver()
    assert mail["recipient"] == "anna@exempel.se"
    assert all(
        label in mail["plain"] for label in ("Avfall", "Kommunstyrelsen", "Kris och viktiga meddelanden")
    )
    page = citizen.get(link(mail, "bekrafta"))
    assert "Kommunstyrelsen" in page.text
    assert citizen.count(choices) == 0
    done = citizen.post(link(mail, "bekrafta"))
    assert "Bevakningen är bekräftad" in done.text
    assert citizen.count(choices) == 3
    assert citizen.count(consents) == 1


def test_one_signs_up_by_sms_with_a_code(citizen: Service) -> None:
    page = citizen.sign_up(phone="070-174 06 05")
    (sms,) = citizen.deliver()
    assert (sms["recipient"], sms["parts"]) == ("+46701740605", 1)
    done = citizen.post("/prenumerera/kod", form_of(page.text) | {"kod": code(sms["plain"])})
    assert "Bevakningen är bekräftad" in done.text
    assert citizen.count(choices) == 1


def test_one_signs_up_by_both_at_once(web: Service) -> None:
    page = web.sign_up(email="anna@exempel.se", phone="0701740605")
    assert page.text.index("skickat ett sms") < page.text.index("också skickat ett mejl")
    assert sorted(one["channel"] for one in web.deliver()) == ["email", "sms"]


def test_the_code_proves_the_number_and_the_mail_still_waits(web: Service) -> None:
    page = web.sign_up(email="anna@exempel.se", phone="0701740605")
    sms = next(one for one in web.deliver() if one["channel"] == "sms")
    done = web.post("/prenumerera/kod", form_of(page.text) | {"kod": code(sms["plain"])}).text
    assert "Mobilnumret är bekräftat" in done
    assert "Tryck också på länken i mejlet" in done


def test_a_link_works_once_and_says_so_calmly(web: Service) -> None:
    web.sign_up(email="anna@exempel.se")
    path = link(web.deliver()[0], "bekrafta")
    assert web.post(path).status_code == 200
    assert "Redan bekräftat" in web.post(path).text
    assert web.count(consents) == 1


def test_an_old_confirmation_does_not_bring_back_whoever_has_left(web: Service) -> None:
    web.sign_up(email="anna@exempel.se")
    old = link(web.deliver()[-1], "bekrafta")
    manage = web.subscribe("anna@exempel.se")
    web.post(f"{manage}/avsluta")
    web.post(old)
    assert web.count(choices) == 0


def test_a_second_sign_up_adds_and_keeps(web: Service) -> None:
    web.subscribe("anna@exempel.se")
    manage = web.subscribe("anna@exempel.se", val=["body:ks"], hur="weekly")
    page = web.get(manage).text
    assert "Avfall" in page
    assert "Kommunstyrelsen" in page
    assert web.count(contacts) == 1


def test_a_link_is_dead_after_two_days(web: Service) -> None:
    web.sign_up(email="anna@exempel.se")
    path = link(web.deliver()[0], "bekrafta")
    web.turned = timedelta(hours=49)
    assert web.get(path).status_code == 410
    assert web.post(path).status_code == 410
    assert web.count(choices) == 0


def test_what_was_never_confirmed_is_forgotten(web: Service) -> None:
    web.sign_up(email="anna@exempel.se")
    web.turned = timedelta(hours=49)
    web.deliver()
    assert (web.count(contacts), web.count(signups)) == (0, 0)


def test_a_code_is_dead_after_an_hour(web: Service) -> None:
    page = web.sign_up(phone="0701740605")
    typed = code(web.deliver()[0]["plain"])
    web.turned = timedelta(minutes=61)
    answer = web.post("/prenumerera/kod", form_of(page.text) | {"kod": typed})
    assert answer.status_code == 410
    assert "Koden är för gammal" in answer.text


def test_five_wrong_codes_end_it_even_for_the_right_one(web: Service) -> None:
    page = web.sign_up(phone="0701740605")
    right = code(web.deliver()[0]["plain"])
    wrong = "000000" if right != "000000" else "111111"
    for _ in range(5):
        assert web.post("/prenumerera/kod", form_of(page.text) | {"kod": wrong}).status_code == 422
    assert web.post("/prenumerera/kod", form_of(page.text) | {"kod": right}).status_code == 429
    assert web.count(choices) == 0


def test_codes_of_one_number_may_not_be_guessed_by_asking_for_ever_new_ones(web: Service) -> None:
    answers = []
    for _ in range(7):
        page = web.sign_up(phone="0701740605")
        answers += [
            web.post("/prenumerera/kod", form_of(page.text) | {"kod": "000000"}).status_code for _ in range(3)
        ]
    assert answers.count(422) <= 20
    assert answers[-1] == 429


def test_a_code_of_one_sign_up_is_worth_nothing_for_another(web: Service) -> None:
    mine = web.sign_up(phone="0701740605")
    web.sign_up(phone="0701740606")
    other = next(one for one in web.deliver() if one["recipient"] == "+46701740606")
    answer = web.post("/prenumerera/kod", form_of(mine.text) | {"kod": code(other["plain"])})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"epost": ""}, "Fyll i din e-postadress eller ditt mobilnummer"),
        ({"epost": "anna"}, "Skriv din e-postadress så här"),
        ({"epost": "", "mobil": "08-123 45"}, "Skriv ditt mobilnummer så här"),
        ({"val": []}, "Välj minst en sak att bevaka"),
        ({"val": ["topic:finns-inte", "skräp"]}, "Välj minst en sak att bevaka"),
        ({"hur": "hourly"}, "Välj hur ofta"),
    ],
)
def test_faults_are_told_on_top_and_by_the_field_and_values_stay(
    web: Service, typed: dict[str, str], told: str
) -> None:
    form = {"val": ["topic:sortering"], "hur": "daily", "epost": "bo@exempel.se", "mobil": ""} | typed
    answer = web.post("/prenumerera/", form)
    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "html.parser")
    assert page.title is not None
    assert page.title.text.startswith("Fel: ")
    summary = page.select_one(".error-summary")
    assert summary is not None
    assert summary.has_attr("autofocus")
    anchor = summary.select_one("a")
    assert anchor is not None
    assert told in anchor.text
    field = page.find(id=str(anchor["href"])[1:])
    assert field is not None
    if form["epost"]:
        assert page.select_one(f'#epost[value="{form["epost"]}"]')
    if form["val"] == ["topic:sortering"]:
        assert page.select_one('[value="topic:sortering"][checked]')
    assert web.count(outbox) == 0


def test_a_link_of_the_site_fills_in_the_form(web: Service) -> None:
    page = BeautifulSoup(
        web.get("/prenumerera/?amne=sortering&organ=ks&typ=nyheter&omrade=trollbacken&kris=1").text,
        "html.parser",
    )
    ticked = {str(box["value"]) for box in page.select("input[name=val][checked]")}
    assert ticked == {"topic:sortering", "body:ks", "type:nyheter", "area:trollbacken", "crisis:"}
    values = [str(box["value"]) for box in page.select("input[name=val]")]
    assert len(values) == len(set(values))


def test_a_single_page_can_be_followed_and_nothing_of_the_address_is_shown(web: Service) -> None:
    number = "0b9c1f6e-1d2c-4b3a-8c4d-5e6f7a8b9c0d"
    page = web.get(f"/prenumerera/?sida={number}&sida=<script>&amne=http://elak.example").text
    assert "Sidan du kom ifrån" in page
    assert "<script>" not in page
    assert "elak.example" not in page


def test_whoever_follows_a_page_has_chosen_the_page_and_nothing_else(web: Service) -> None:
    number = "0b9c1f6e-1d2c-4b3a-8c4d-5e6f7a8b9c0d"
    web.site.answers["/titles.json"] = f'{{"{number}": "Bygga <altan>", "skräp": "Nej", "x": 7}}'
    page = BeautifulSoup(web.get(f"/prenumerera/?sida={number}&amne=sortering&organ=ks").text, "html.parser")
    boxes = {str(box["value"]): box.has_attr("checked") for box in page.select("input[name=val]")}
    assert {value for value, ticked in boxes.items() if ticked} == {f"page:{number}"}
    at_once = [str(box["value"]) for box in page.select("input[name=val]") if not box.find_parent("details")]
    assert at_once == [f"page:{number}", "topic:sortering", "body:ks", "crisis:", "all:"]
    assert len(boxes) == len(page.select("input[name=val]"))
    name = page.find("label", attrs={"for": f"val-page:{number}"})
    assert name is not None
    assert name.text == "Bygga <altan>"
    web.sign_up(email="anna@exempel.se", val=[f"page:{number}"])
    assert "Bygga <altan>" in web.deliver()[-1]["plain"]


def test_visitors_do_not_decide_what_is_fetched(web: Service) -> None:
    web.site.answers["/titles.json"] = "{}"
    for last in range(9):
        web.get(f"/prenumerera/?sida=0b9c1f6e-1d2c-4b3a-8c4d-5e6f7a8b9c0{last}")
    assert [path for path, _ in web.site.asked].count("/titles.json") == 1


def test_the_form_works_before_the_site_has_been_read(web: Service) -> None:
    web.site.answers["/topics.json"] = (500, {}, b"")
    web.site.answers["/skal.html"] = "<p>not a shell"
    page = web.get("/prenumerera/").text
    assert "går inte att läsa just nu" in page
    assert 'value="crisis:"' in page
    assert "Hoppa till innehållet" in page


def test_pages_wear_the_shell_of_the_site(web: Service) -> None:
    page = web.get("/prenumerera/").text
    assert 'id="sitens-skal"' in page
    assert "<title>Bevaka – Medborgarfokus</title>" in page


def test_who_waits_for_the_mail_sees_where_it_went_and_what_comes_after(web: Service) -> None:
    page = web.sign_up(email="Anna@Exempel.se", hur="immediate").text
    assert "anna@exempel.se" in page
    assert "så snart något nytt publiceras" in page
    weekly = web.sign_up(email="bo@exempel.se", hur="weekly")
    assert "bo@exempel.se" not in str(weekly.url)
    assert re.search(r"Den första sammanställningen kommer måndag \d+ \w+ \d{4} kl\. 07\.30", weekly.text)
    good = weekly.url.params["anmalan"]
    other = urlsafe_b64encode(web.keys.encrypt_json(["annat", "email", "bo@exempel.se"])).decode()
    for token in ("", "skräp", "å", good[:-4], f"{good[:-6]}AAAAAA", other, good * 9):
        assert "@exempel.se" not in web.get(f"/prenumerera/skickat?anmalan={token}").text
    done = web.post(link(web.deliver()[-1], "bekrafta")).text
    assert "Den första sammanställningen kommer måndag" in done
    assert "bo@exempel.se" in web.get(f"/prenumerera/skickat?{weekly.url.query.decode()}").text
    web.turned = timedelta(hours=1)
    assert "bo@exempel.se" not in web.get(f"/prenumerera/skickat?{weekly.url.query.decode()}").text


def test_what_must_be_known_of_crisis_messages_stands_there_also_when_they_are_chosen(web: Service) -> None:
    for query in ("", "?kris=1"):
        page = BeautifulSoup(web.get(f"/prenumerera/{query}").text, "html.parser")
        box = page.find(id="val-crisis:")
        hint = page.find(id=box["aria-describedby"]) if box else None
        assert hint is not None
        assert "Ersätter inte VMA" in hint.text


def test_what_was_suggested_is_suggested_again_after_a_fault(web: Service) -> None:
    number = "0b9c1f6e-1d2c-4b3a-8c4d-5e6f7a8b9c0d"
    first = web.get(f"/prenumerera/?sida={number}&amne=sortering&organ=ks").text
    fields = [
        (str(one["name"]), str(one["value"]))
        for one in BeautifulSoup(first, "html.parser").select("[type=hidden]")
    ]
    hidden = [value for name, value in fields if name == "forslag"]
    again = web.post("/prenumerera/", {"forslag": hidden, "val": ["body:ks"], "hur": "daily", "epost": "fel"})
    assert again.status_code == 422
    page = BeautifulSoup(again.text, "html.parser")
    boxes = {
        str(box["value"]): box.has_attr("checked")
        for box in page.select("input[name=val]") if not box.find_parent("details")
    }  # fmt: skip
    assert boxes == {
        "body:ks": True, f"page:{number}": False, "topic:sortering": False, "crisis:": False, "all:": False
    }  # fmt: skip
    assert len(page.select("[type=hidden]")) == 3


def form_of(page: str) -> dict[str, str]:
    """The hidden fields of a page."""
    fields = BeautifulSoup(page, "html.parser").select("input[type=hidden]")
    return {str(field["name"]): str(field["value"]) for field in fields}


def code(text: str) -> str:
    found = re.search(r"\b\d{6}\b", text)
    assert found
    return found[0]


def test_the_page_for_the_code_does_not_tell_how_many_have_signed_up(web: Service) -> None:
    sealed = {web.sign_up(phone=f"07017406{end}").url.params["anmalan"] for end in ("05", "06")}
    assert len(sealed) == 2
    assert all(parse(token) is None for token in sealed)
    assert all(parse(opened(web.keys, token)) for token in sealed)
