"""Mails: whole, safe, readable, and the recipient's own words in the right places."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from delivery.channels.email.mime import AddressError, Skeleton, prepare, ready_address
from delivery.channels.sms.gsm7 import is_gsm7, pack
from delivery.model import Lane
from delivery.plain_text import one_line
from subscriptions.model import Frequency
from subscriptions.words import mail, transactional
from subscriptions.words.item import Item, change_note, item_from_row, swedish_moment
from subscriptions.words.mail import Site
from subscriptions.words.sms import digest_text, is_two_way, item_text
from tests.subscriptions.encoded_words import decoded, header

SITE = Site("Medborgarfokus", "https://kommun.example", "bevakningar@kommun.example")
LEAVE = "https://kommun.example/prenumerera/avsluta/2s-1-0-" + "abcdefghij" * 5
PUBLISHED = datetime(2026, 11, 24, 9, 5, tzinfo=UTC)


def item(number: int = 1, **values: Any) -> Item:
    return Item(
        **{
            "id": number, "title": f"Rubrik {number}", "summary": "Första stycket.\n\nAndra stycket – åäö.",
            "link": f"https://kommun.example/nyheter/{number}/", "labels": ("Vatten och avlopp",),
            "published": PUBLISHED, **values,
        }
    )  # fmt: skip


def opened(skeleton: Skeleton, recipient: str = "nagon+vatten@exempel.example") -> EmailMessage:
    raw = skeleton.splice(
        recipient=recipient, message_id="1.2@kommun.example", date="Tue, 24 Nov 2026 09:05:00 +0000",
        leave_url=LEAVE,
    )  # fmt: skip
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    lines = raw.split(b"\r\n\r\n", 1)[1].split(b"\r\n")
    assert max(map(len, lines)) <= 78  # RFC 5322, 2.1.1
    assert b"\n" not in raw.replace(b"\r\n", b"")
    return message


def parts(message: EmailMessage) -> tuple[str, BeautifulSoup]:
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    return plain.get_content().replace("\r\n", "\n"), BeautifulSoup(html.get_content(), "html.parser")


EVERY_KIND = {
    "news": mail.news(SITE, [item()]),
    "several": mail.news(SITE, [item(1), item(2, labels=("Skola",))]),
    "daily": mail.digest(SITE, [item(1), item(2, labels=())], Frequency.DAILY),
    "weekly": mail.digest(SITE, [item()], Frequency.WEEKLY),
    "crisis": mail.crisis(SITE, item(kind="Alert", instruction="Gå inomhus.", area="Lindalen")),
    "ended": mail.crisis(SITE, item(kind="Cancel")),
    **{
        template: transactional.mail(
            SITE,
            template,
            {"path": "/prenumerera/x/1", "kind": "fault", "text": "<b>Fel</b>", "choices": ["Skola"]},
        )
        for template in transactional.MAILS
    },
}


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_mail_is_whole_and_accessible(kind: str) -> None:
    message = opened(EVERY_KIND[kind])
    plain, html = parts(message)
    assert html.html is not None
    assert html.html["lang"] == "sv"
    assert html.title is not None
    assert html.title.get_text()
    assert len(html.find_all("h1")) == 1
    levels = [int(heading.name[1]) for heading in html.find_all(re.compile("^h[1-6]$"))]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert not html.find_all(["img", "script", "link", "iframe", "form"])
    assert "http" not in "".join(style.get_text() for style in html.find_all("style"))
    assert all(len(line) <= 72 or line.startswith("http") for line in plain.splitlines())
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "sv"
    assert "QZ" not in plain + str(html)


@pytest.mark.parametrize("kind", ["news", "several", "daily", "weekly", "crisis", "ended"])
def test_what_is_subscribed_to_can_be_left_from_header_text_and_html(kind: str) -> None:
    message = opened(EVERY_KIND[kind])
    plain, html = parts(message)
    assert message["List-Unsubscribe"] == f"<{LEAVE}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r".*<[a-z.]+kommun\.example>", str(message["List-Id"]))
    assert f"\n{LEAVE}\n" in plain
    assert html.find("a", href=LEAVE) is not None
    assert "nagon" not in str(message["Feedback-ID"])


def test_an_answer_to_somebodys_own_request_is_no_list() -> None:
    message = opened(EVERY_KIND["confirm"])
    assert message["List-Unsubscribe"] is None
    assert message["List-Id"] is None


def test_the_topic_stands_in_the_subject() -> None:
    assert opened(EVERY_KIND["news"])["Subject"] == "Vatten och avlopp: Rubrik 1"
    assert opened(EVERY_KIND["several"])["Subject"] == "2 nya: Vatten och avlopp, Skola"
    assert opened(EVERY_KIND["crisis"])["Subject"] == "Krisinformation: Rubrik 1"
    assert opened(EVERY_KIND["ended"])["Subject"] == "Faran är över: Rubrik 1"


def test_a_digest_has_its_items_under_the_headings_of_their_topics() -> None:
    items = [item(1), item(2, labels=("Skola",)), item(3), item(4, labels=())]
    plain, html = parts(opened(mail.digest(SITE, items, Frequency.WEEKLY)))
    assert [heading.get_text() for heading in html.find_all("h2")] == ["Skola", "Vatten och avlopp", "Övrigt"]
    assert [heading.get_text() for heading in html.find_all("h3")] == [f"Rubrik {n}" for n in (2, 1, 3, 4)]
    assert "Vatten och avlopp\n-----------------" in plain
    assert all(f"  https://kommun.example/nyheter/{number}/" in plain for number in (1, 2, 3, 4))


def test_a_digest_without_end_tells_how_much_is_left_out() -> None:
    plain, _ = parts(opened(mail.digest(SITE, [item(n) for n in range(130)], Frequency.DAILY)))
    assert "Det finns 30 till på webbplatsen." in plain


def test_a_feed_cannot_put_markup_into_a_mail() -> None:
    evil = item(title="<script>alert(1)</script>", summary='<img src="https://spion.example/x">')
    for skeleton in (
        mail.news(SITE, [evil]),
        mail.digest(SITE, [evil], Frequency.DAILY),
        mail.crisis(SITE, evil),
    ):
        _, html = parts(opened(skeleton))
        assert not html.find_all(["script", "img"])


def row(**values: Any) -> Any:
    return SimpleNamespace(
        **{
            "id": 1, "title": "T", "summary": "S", "link": "https://kommun.example", "labels": [], "sms": "",
            "alert": None, "published_at": PUBLISHED, "seen_at": PUBLISHED, "expires_at": None, **values,
        }
    )  # fmt: skip


CHANGED_AT = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)


def changed(**values: Any) -> Item:
    summary = "Ändrat: Vi plogar nu från 3 cm\nOm snöröjning."
    return item_from_row(
        row(title="Snöröjning", summary=summary, labels=["Trafik"], revision=CHANGED_AT, **values),
        "https://k",
    )


def test_a_change_says_first_what_was_changed_and_when() -> None:
    message = opened(mail.news(SITE, [changed()]))
    assert message["Subject"] == "Ändrat: Vi plogar nu från 3 cm. (Trafik: Snöröjning)"
    plain, html = parts(message)
    assert "Ändrat 1 december 2026\n\nÄndrat: Vi plogar nu från 3 cm.\n\nOm snöröjning.\n" in plain
    assert [p.get_text() for p in html.select("main p")][:3] == [
        "Ändrat 1 december 2026", "Ändrat: Vi plogar nu från 3 cm.", "Om snöröjning.",
    ]  # fmt: skip


def test_a_digest_tells_new_and_changed_apart() -> None:
    plain, html = parts(opened(mail.digest(SITE, [item(), changed()], Frequency.DAILY)))
    assert "  Ändrat 1 december 2026\n  Ändrat: Vi plogar nu från 3 cm.\n  Om snöröjning.\n" in plain
    assert "Ändrat 1 december 2026" in html.get_text()
    assert plain.count("Ändrat") == 2


def test_the_sms_of_a_change_says_what_was_changed() -> None:
    text = item_text(SITE, changed(), Lane.IMMEDIATE, "", two_way=True)
    assert text.splitlines()[0] == "Medborgarfokus: Ändrat: Vi plogar nu från 3 cm. (Snöröjning)"
    crisis = item_text(SITE, changed(sms="Koka vattnet."), Lane.CRISIS, "", two_way=True)
    assert crisis.splitlines()[0] == "Medborgarfokus: Ändrat: Vi plogar nu från 3 cm. Koka vattnet."


@pytest.mark.parametrize(
    ("summary", "note", "rest"),
    [
        ("Ändrat: Ny tid\nIngress.", "Ny tid.", "Ingress."),
        ("Ändrat: Ny tid!\n\nIngress.\nMer.", "Ny tid!", "Ingress.\nMer."),
        ("Ändrat: ”Ny tid.”", "”Ny tid.”", ""),
        ("Ändrat schema", "", "Ändrat schema"),
        ("Ingress.\nÄndrat: nej", "", "Ingress.\nÄndrat: nej"),
    ],
)
def test_a_note_of_change_is_a_first_paragraph_that_says_so(summary: str, note: str, rest: str) -> None:
    assert change_note(summary) == (note, rest)


def test_what_one_follows_is_named() -> None:
    many = tuple(f"Ämne {number}" for number in range(1, 8))
    for followed, said in [
        (("Kris och viktiga meddelanden",), "du bevakar ”Kris och viktiga meddelanden” hos Medborgarfokus."),
        (("Avfall", "Skola"), "du bevakar ”Avfall” och ”Skola” hos Medborgarfokus."),
        (many, "du bevakar ”Ämne 1”, ”Ämne 2”, ”Ämne 3”, ”Ämne 4”, ”Ämne 5” och 2 till hos Medborgarfokus."),
        ((), "du bevakar information från Medborgarfokus."),
    ]:
        skeletons = (
            mail.news(SITE, [item()], followed),
            mail.crisis(SITE, item(kind="Alert"), followed),
            mail.digest(SITE, [item()], Frequency.DAILY, followed),
        )
        for plain, html in map(parts, map(opened, skeletons)):
            assert said in " ".join(plain.split())
            assert said in html.select("footer")[0].get_text()


def test_a_digest_is_in_swedish_order() -> None:
    names = ["Övrigt", "Ösmo", "Ärla", "Åva", "Zoo", "Élan", "Elkraft", "Æra", "Über", "Yta", "skola"]
    found = [item(number, labels=(name,)) for number, name in enumerate(names, 1)]
    _, html = parts(opened(mail.digest(SITE, found, Frequency.DAILY)))
    assert [heading.get_text() for heading in html.find_all("h2")] == [
        "Élan", "Elkraft", "skola", "Über", "Yta", "Zoo", "Åva", "Æra", "Ärla", "Ösmo", "Övrigt",
    ]  # fmt: skip


def test_mails_wear_the_sites_colours() -> None:
    """Only colours of the site's own sheet, each on the ground that it has there: contrast is tried there."""
    sheet = (Path(__file__).parents[3] / "theme" / "css" / "site.css").read_text(encoding="utf-8")
    own = {_full(colour) for colour in re.findall(r"#[0-9a-f]{3,6}\b", sheet[: sheet.index("* {")])}
    _, html = parts(opened(EVERY_KIND["crisis"]))
    used = {_full(colour) for colour in re.findall(r"#[0-9a-f]{3,6}\b", html.select("style")[0].get_text())}
    assert used <= own


def _full(colour: str) -> str:
    return colour if len(colour) == 7 else "#" + "".join(2 * sign for sign in colour[1:])


@pytest.mark.parametrize("sign", ["\r\n", "\n", "\r", "\0", "\u2028", "\x85", "\u202e", "\x0b"])
def test_no_control_character_reaches_a_header(sign: str) -> None:
    evil = item_from_row(
        row(title=f"Hej{sign}Bcc: offer@exempel.example", labels=[f"A{sign}B"]), SITE.public_url
    )
    message = opened(mail.news(SITE, [evil]))
    assert message["Bcc"] is None
    assert "Bcc: offer" in str(message["Subject"])
    assert len(str(message["Subject"]).splitlines()) == 1
    assert str(message["Subject"]).isprintable()


@pytest.mark.parametrize("end", [None, "2026-11-25T12:00:00+00:00"])
def test_a_mail_tells_an_end_only_where_the_alert_has_one(end: str | None) -> None:
    """How long we try to tell of it is nobody's end of danger."""
    alert = {"message_type": "Alert", "expires": end}
    item = item_from_row(row(alert=alert, expires_at=datetime(2026, 11, 25, 12, tzinfo=UTC)), SITE.public_url)
    plain, _ = parts(opened(mail.crisis(SITE, item)))
    assert ("Gäller till: 25 november 2026 kl. 13.00" in plain) == (end is not None)


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "https://", "", "https://a b/", "//x/y"]
)
def test_only_web_links_are_followed(link: str) -> None:
    assert item_from_row(row(link=link), SITE.public_url).link == "https://kommun.example/"


@given(st.text(max_size=400), st.text(max_size=400))
def test_any_text_makes_a_sound_mail(title: str, summary: str) -> None:
    message = opened(mail.news(SITE, [item_from_row(row(title=title, summary=summary), SITE.public_url)]))
    plain, html = parts(message)
    assert LEAVE in plain
    assert html.find("a", href=LEAVE) is not None


@pytest.mark.parametrize(
    ("address", "ready"),
    [
        ("nagon+tag@exempel.example", "nagon+tag@exempel.example"),
        ("nagon@räksmörgås.example", "nagon@xn--rksmrgs-5wao1o.example"),
        ("o'neil_x-1@exempel.example", "o'neil_x-1@exempel.example"),
        ("någon@exempel.example", "någon@exempel.example"),
    ],
)
def test_an_address_is_written_as_mail_servers_read_it(address: str, ready: str) -> None:
    assert ready_address(address) == ready
    assert str(opened(EVERY_KIND["news"], ready)["To"]) == ready


@pytest.mark.parametrize(
    "address",
    ["a@b\r\nBcc: c@d", "a@b>, <c@d", "a b@c", "a@b@c d", "@b", "a@", "", "a\0@b", "a\u202eb@c", "a,b@c"],
)
def test_an_address_that_breaks_out_is_refused(address: str) -> None:
    with pytest.raises(AddressError):
        ready_address(address)


def test_a_title_is_one_line_of_bearable_length() -> None:
    assert one_line("  a\n\tb  ") == "a b"
    assert len(one_line("x" * 999)) == 200


def test_moments_are_told_in_swedish_time() -> None:
    assert swedish_moment(PUBLISHED) == "24 november 2026 kl. 10.05"
    assert swedish_moment(PUBLISHED - timedelta(days=120)) == "27 juli 2026 kl. 11.05"


def test_an_sms_with_a_name_as_sender_carries_the_way_out() -> None:
    leave = "https://kommun.example/prenumerera/s/1abcdefghijklm"
    text = item_text(SITE, item(), Lane.IMMEDIATE, leave, two_way=False)
    assert text == (
        "Medborgarfokus: Vatten och avlopp: Rubrik 1\nhttps://kommun.example/nyheter/1/\nSluta: " + leave
    )


def test_an_sms_that_can_be_answered_says_how() -> None:
    text = item_text(SITE, item(sms="Vattnet är åter – koka det ändå."), Lane.IMMEDIATE, "", two_way=True)
    assert "Vattnet är åter - koka det ändå." in text
    assert text.endswith("Svara STOPP för att sluta.")


@pytest.mark.parametrize(("lane", "most"), [(Lane.IMMEDIATE, 2), (Lane.CRISIS, 4)])
def test_an_sms_costs_only_so_many_parts_and_keeps_its_links(lane: Lane, most: int) -> None:
    text = item_text(SITE, item(sms="Ett mycket långt besked. " * 60), lane, "https://k/s/1", two_way=False)
    assert is_gsm7(text)
    assert len(pack(text).parts) == most
    assert text.endswith("...\nhttps://kommun.example/nyheter/1/\nSluta: https://k/s/1")


def test_the_end_of_an_alert_says_so_in_the_sms() -> None:
    end = item(kind="Cancel", instruction="Spola kranen i fem minuter.")
    assert "Faran är över: Rubrik 1. Spola kranen i fem minuter." in item_text(
        SITE, end, Lane.CRISIS, "", two_way=True
    )
    assert ": Över: Rubrik 1. Spola kranen" in item_text(SITE, end, Lane.IMMEDIATE, "", two_way=True)
    own = replace(end, sms="Drick vattnet igen.")
    assert ": Faran är över: Drick vattnet igen." in item_text(SITE, own, Lane.CRISIS, "", two_way=True)


@pytest.mark.parametrize(
    ("make", "subject"), [(mail.crisis, "Faran är över: Rubrik 1"), (mail.news, "Över: Rubrik 1")]
)
def test_the_mail_that_something_is_over_says_what_to_do_now(make: Any, subject: str) -> None:
    end = item(kind="Cancel", instruction="Spola kranen i fem minuter.", expires=PUBLISHED, severity="Liten")
    message = opened(make(SITE, end if make is mail.crisis else [end]))
    plain, html = parts(message)
    assert message["Subject"] == subject
    for text in (plain, html.get_text()):
        assert "Spola kranen i fem minuter." in text
        assert "GÖR SÅ HÄR NU" in text.upper()
        assert "Gäller till" not in text
        assert "Allvarlighetsgrad" not in text


def test_an_alert_among_news_says_what_to_do_and_an_end_that_it_is_over() -> None:
    begun = item(1, kind="Alert", instruction="Koka vattnet.")
    end = item(2, kind="Cancel", instruction="Spola kranen.")
    for skeleton in (mail.news(SITE, [begun, end]), mail.digest(SITE, [begun, end], Frequency.DAILY)):
        for text in (parts(opened(skeleton))[0], parts(opened(skeleton))[1].get_text()):
            assert "Över: Rubrik 2" in text
            assert "Över: Rubrik 1" not in text
            assert "Koka vattnet." in text
            assert "Spola kranen." in text
    assert "Koka vattnet." in parts(opened(mail.news(SITE, [begun])))[0]
    assert "Rubrik 1; Över: Rubrik 2" in digest_text(SITE, [begun, end], "", two_way=True)


def test_a_digest_by_sms_counts_and_names_the_first() -> None:
    text = digest_text(SITE, [item(1), item(2)], "", two_way=True)
    assert text.startswith("Medborgarfokus: 2 nya texter: Rubrik 1; Rubrik 2\nhttps://kommun.example/\n")


def test_what_is_changed_is_not_counted_as_new() -> None:
    new, changed = [item(1), item(2)], [item(3, note="Ny tid."), item(4, note="Ny plats.")]
    cases = [
        (changed[:1], "En ändring"),
        (changed, "2 ändringar"),
        (new[:1] + changed, "En ny text och 2 ändringar"),
        (new + changed[:1], "2 nya texter och en ändring"),
        (new, "2 nya texter"),
        (new[:1], "En ny text"),
    ]
    for items, number in cases:
        assert f"{number} om det du bevakar." in parts(opened(mail.digest(SITE, items, Frequency.DAILY)))[0]
        assert digest_text(SITE, items, "", two_way=True).startswith(f"Medborgarfokus: {number}: ")
    several = opened(mail.news(SITE, changed))
    assert several["Subject"] == "2 ändringar: Vatten och avlopp"
    assert "Ändrat för dig" in parts(several)[0]
    assert "nya" not in parts(several)[0].partition("Avsluta")[0]


@pytest.mark.parametrize("kind", ["Update", "Alert"])
def test_an_all_clear_is_the_end_whatever_the_message_type(kind: str) -> None:
    over = item(kind=kind, all_clear=True, instruction="Spola kranen.", severity="Allvarlig")
    told = opened(mail.crisis(SITE, over))
    assert told["Subject"] == "Faran är över: Rubrik 1"
    assert "Allvarlighetsgrad" not in parts(told)[0]
    assert "GÖR SÅ HÄR NU" in parts(told)[0]
    text = item_text(SITE, over, Lane.CRISIS, "", two_way=True)
    assert text.startswith("Medborgarfokus: Faran är över: Rubrik 1. Spola kranen.")
    assert "Uppdaterat" not in text


def test_only_a_name_cannot_be_answered() -> None:
    assert [is_two_way(sender) for sender in ("+46701234567", "MG" + "0" * 32, "Kommunen", "")] == [
        True, True, False, False,
    ]  # fmt: skip


def test_a_code_is_the_first_word_of_its_sms() -> None:
    text = transactional.sms(SITE, "code", {"code": "123456"})
    assert text.startswith("123456 ")
    assert len(pack(text).parts) == 1


SUBJECTS = [
    "Samhällsbyggnadsnämnden: Granskning av detaljplan och översiktsplan för Åva, Lindalen och Södra Fnysket",
    "Kommunstyrelsen – sammanträde",
    "å ä ö",
    "åäö" * 66,
    "a " * 99 + "å",
    "Nytt: =?utf-8?q?falskt?= ord",
    "x" * 199,
    "Ett ämne i ASCII som är så långt att det inte ryms på en rad: " + "ord " * 30,
    "plain words only, but so many of them that one line of a header cannot hold them all, not even nearly",
    "Vägen 7 😀 👩‍👧 är avstängd",
    "under_score = ? och ?= slut",
]


def sent_subject(subject: str) -> str:
    skeleton = prepare(
        sender=("Åva kommun", "a@kommun.example"),
        subject=subject,
        plain="x",
        html="x",
        headers={},
        listed=False,
    )
    head = skeleton.splice(recipient="b@c.example", message_id="1@k.example", date="x").split(b"\r\n\r\n")[0]
    assert max(map(len, head.split(b"\r\n"))) <= 78
    assert decoded(header(head, "From")) == "Åva kommun <a@kommun.example>"
    return decoded(header(head, "Subject"))


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_loses_and_gains_no_blank_on_its_way(subject: str) -> None:
    subject = one_line(subject)
    assert sent_subject(subject) == subject


@given(st.text(st.sampled_from('abcdefgåäö –:,()?=_"é0123😀'), max_size=220).map(one_line))
def test_any_subject_is_read_as_it_was_written(subject: str) -> None:
    assert sent_subject(subject) == subject


@pytest.mark.parametrize("name", ['Väg "Ö" AB', 'A "B" \\C', "Åva, kommun <x>", "Kommun (test)", "=?x?q?y?="])
def test_the_senders_name_is_one_phrase(name: str) -> None:
    skeleton = prepare(
        sender=(name, "a@k.example"), subject="s", plain="x", html="x", headers={}, listed=False
    )
    raw = skeleton.splice(recipient="b@c.example", message_id="1@k.example", date="x")
    [(shown, address)] = getaddresses([header(raw, "From")])
    assert (decoded(shown), address) == (name, "a@k.example")


def test_a_line_break_in_a_header_is_refused() -> None:
    for subject, headers in (("a\r\nBcc: b@c.example", {}), ("a", {"X-A": "b\nBcc: b@c.example"})):
        with pytest.raises(ValueError, match="line break"):
            prepare(
                sender=("k", "a@k.example"), subject=subject, plain="", html="", headers=headers, listed=False
            )
