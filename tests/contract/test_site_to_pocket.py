"""An editor publishes, the service reads, a message arrives: real HTTP, SMTP and Twilio's real client."""

import re
from time import sleep

import httpx

from tests.contract.conftest import SENDER, Chain, moment
from tests.contract.far_ends import NUMBER

WATER = {"kind": "topic", "value": "vatten"}
SCHOOL = {"kind": "topic", "value": "skola"}
CRISIS = {"kind": "crisis"}
NEWS = {"kind": "type", "value": "nyheter"}


def test_a_new_page_becomes_one_mail_that_can_be_read_and_left(chain: Chain) -> None:
    chain.follow_by_mail("nytt@exempel.example", WATER, NEWS)
    chain.write("nyheter/ny-ledning.md", "titel: Ny vattenledning i Bollmora", "ämnen: [vatten]")
    [mail] = chain.mails("nytt@exempel.example")
    headers = mail.message
    assert "Ny vattenledning i Bollmora" in headers["Subject"]
    assert "Vatten och avlopp" in headers["Subject"]
    [sender] = headers["From"].addresses
    assert (sender.display_name, sender.addr_spec) == ("Provkommun", SENDER)
    assert headers["To"] == "nytt@exempel.example"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(rf"<{chain.address}/prenumerera/avsluta/[\w-]+>", headers["List-Unsubscribe"])
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["List-Id"]
    assert mail.sender != SENDER  # a bounce names the message it answers
    assert mail.sender.endswith("@kommun.example")
    assert headers.get_content_type() == "multipart/alternative"
    for kind in ("plain", "html"):
        text = mail.text(kind)
        assert "Ny vattenledning i Bollmora" in text
        assert "Kort om saken." in text
        [link] = set(re.findall(r"http://127\.0\.0\.1:\d+/nyheter/[^\s\"<]+", text))
        assert httpx.get(link).status_code == 200
    assert 'lang="sv"' in mail.text("html")
    chain.read_again()  # not what was there before the service, and nothing twice
    assert chain.mailbox.of("nytt@exempel.example") == [mail]


def test_a_large_change_is_told_and_a_small_one_is_not(chain: Chain) -> None:
    chain.follow_by_mail("andrat@exempel.example", SCHOOL)
    page = ("titel: Skolvalet öppnar", "ämnen: [skola]", f'publicerad: "{moment(-0.1)}"')
    chain.write("nyheter/skolval.md", *page, key=501)
    chain.mails("andrat@exempel.example")
    small = f'  - {{när: "{moment()}", slag: liten}}'
    chain.write("nyheter/skolval.md", *page, "ändringar:", small, text="Ett stavfel mindre.", key=501)
    chain.read_again()
    large = f'  - {{när: "{moment()}", slag: stor, not: Sista dagen är ändrad}}'
    chain.write("nyheter/skolval.md", *page, "ändringar:", small, large, text="Ny sista dag.", key=501)
    first, second = chain.mails("andrat@exempel.example", 2)
    assert "Sista dagen är ändrad" not in first.text("plain")
    for kind in ("plain", "html"):
        assert "Sista dagen är ändrad." in second.text(kind)
    assert second.message["Subject"].startswith("Ändrat: Sista dagen är ändrad. (")
    chain.read_again()
    assert len(chain.mailbox.of("andrat@exempel.example")) == 2


def alert(title: str, *more: str) -> tuple[str, ...]:
    """An alert in force from now on."""
    return (
        f"titel: {title}", "händelse: Vattenläcka", "slag: kris", "allvar: allvarlig", "område: Bollmora",
        f'gäller_från: "{moment(-1)}"', f'upphör: "{moment(5)}"', *more,
    )  # fmt: skip


def test_a_crisis_reaches_phones_in_the_quiet_hours_and_is_called_off(chain: Chain) -> None:
    phone = "+46701740605"
    chain.follow_by_sms(phone, CRISIS, WATER)
    chain.follow_by_mail("kris@exempel.example", CRISIS, WATER)
    chain.write("nyheter/spolning.md", "titel: Vi spolar ledningar", "ämnen: [vatten]")
    chain.mails("kris@exempel.example")
    assert chain.twilio.of(phone) == []  # news by SMS waits for the morning

    sms = "sms: Koka vattnet i Bollmora. Hämta vatten vid Bollmora torg."
    chain.write("driftinfo/koka.md", *alert("Koka vattnet i Bollmora", sms, "ämnen: [vatten]"))
    [text] = chain.texts(phone)
    assert "Koka vattnet i Bollmora. Hämta vatten vid Bollmora torg." in text["Body"]
    assert text["Body"].startswith("Provkommun: ")
    assert "STOPP" in text["Body"]
    assert text["From"] == NUMBER
    [link] = re.findall(r"http://127\.0\.0\.1:\d+/driftinfo/\S+", text["Body"])
    assert httpx.get(link).status_code == 200

    for status in ("sent", "delivered", "sent"):  # they may come out of order
        assert chain.twilio.report(text, status).status_code == 204
    assert chain.stats()["messages"]["sms/delivered"] == 1

    chain.write("driftinfo/faran-over.md", *alert(
        "Vattnet går att dricka", "avslutar: koka", "instruktion: Spola kranen i fem minuter.",
    ))  # fmt: skip
    _, over = chain.texts(phone, 2)
    assert "Faran är över: Vattnet går att dricka. Spola kranen i fem minuter." in over["Body"]
    news, crisis, end = chain.mails("kris@exempel.example", 3)
    assert "Vi spolar ledningar" in news.message["Subject"]
    assert "Koka vattnet" in crisis.message["Subject"]
    assert end.message["Subject"] == "Faran är över: Vattnet går att dricka"
    for kind in ("plain", "html"):
        assert "Spola kranen i fem minuter." in end.text(kind)
    ended = httpx.get(link).text
    assert "Avslutad" in ended
    assert "Upphör" not in ended
    assert "Över: " in httpx.get(link.partition("/driftinfo/")[0] + "/").text

    answer = chain.twilio.receive(f"{chain.address}/prenumerera/twilio/inkommande", phone, "Stopp")
    assert answer.status_code == 200
    assert "inga fler sms" in answer.text
    chain.write("driftinfo/nasta.md", *alert("Elavbrott i Trollbäcken"))
    chain.mails("kris@exempel.example", 4)
    sleep(1)  # an SMS would have gone at the same time
    assert len(chain.twilio.of(phone)) == 2
    assert "sms/queued" not in chain.stats()["messages"]


def test_one_click_in_the_mail_program_ends_it(chain: Chain) -> None:
    chain.follow_by_mail("klick@exempel.example", SCHOOL)
    chain.follow_by_mail("kvar@exempel.example", SCHOOL)
    chain.write("nyheter/lov.md", "titel: Lovet börjar", "ämnen: [skola]")
    [mail] = chain.mails("klick@exempel.example")
    url = mail.message["List-Unsubscribe"].strip("<>")
    assert httpx.head(url).status_code == 200  # scanners look; it changes nothing
    assert httpx.get(url).status_code == 200
    answer = httpx.post(url, data={"List-Unsubscribe": "One-Click"})  # no cookie, no redirect
    assert answer.status_code == 200
    assert not answer.has_redirect_location
    chain.write("nyheter/lovslut.md", "titel: Lovet slutar", "ämnen: [skola]")
    chain.mails("kvar@exempel.example", 2)
    sleep(1)  # a mail would have gone at the same time
    assert len(chain.mailbox.of("klick@exempel.example")) == 1
