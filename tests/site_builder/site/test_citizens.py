"""What a citizen meets is true and in plain words: what nobody knows is not said as known."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from site_builder.config import Config
from site_builder.content import BY_NAME, TYPES
from site_builder.content.audit import period_end
from site_builder.content.fields import STOCKHOLM
from site_builder.content.service import Cost, amount_to_say
from site_builder.pages import a_to_z
from site_builder.pages.listing import BESIDE
from site_builder.pages.records import MENU_SECTION
from site_builder.publishing.rendering import environment
from site_builder.text.link_names import place
from site_builder.text.markdown import render
from site_builder.text.sums import keep_sums
from tests.site_builder.conftest import Municipality

CONTENT = Path(__file__).parents[3] / "content"
SERVICE = [
    "vem: Alla",
    "hur: Ring",
    "kanaler: [{typ: telefon, mål: 08-123 456}]",
    "ansvarig: kontakter/vaxel",
]
LATE = 'åtgärder:\n  - {vad: Gör klart, senast: "2023-10-31", status: pågår}'


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("2012", "2012"),
        ("September–oktober 2017", "2017-10"),
        ("hösten 2016 och våren 2017", "2017"),
        ("läsåret 2016/17", "2017"),
        ("2016-17", "2017"),
        ("2015–2018", "2018"),
        ("mars", ""),
        ("", ""),
        ("120123", ""),
    ],
)
def test_the_period_of_an_audit_ends_with_its_last_year_and_month(text: str, end: str) -> None:
    assert period_end(text) == end


def test_audits_are_listed_by_their_period_and_show_it(town: Municipality) -> None:
    town.write("granskningar/ny.md", "objekt: X", 'period: "2023"', 'publicerad: "2023-08-30"')
    town.write("granskningar/gammal.md", "objekt: X", 'period: "Våren 2012"', 'publicerad: "2026-11-20"')
    town.build()
    page = town.page("/granskningar/")
    assert page.index("/granskningar/ny/") < page.index("/granskningar/gammal/")
    assert "Våren 2012" in page
    assert "2026" not in page.partition('class="list"')[2].partition("</ul>")[0]


def test_what_was_audited_is_a_link_by_its_name_and_never_its_file(town: Municipality) -> None:
    town.write("organ/trollebo.md", "titel: Förskolan Trollebo", "slag: enhet")
    town.write("granskningar/a.md", "objekt: organ/trollebo")
    town.write("granskningar/b.md", "objekt: Alla skolor")
    town.build()
    assert '<a href="/organ/trollebo/">Förskolan Trollebo</a>' in town.page("/granskningar/a/")
    assert "organ/trollebo<" not in town.page("/granskningar/a/")
    assert "Alla skolor" in town.page("/granskningar/b/")
    town.write("granskningar/c.md", "objekt: organ/finns-inte")
    assert "missing-reference" in town.problems()


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ('uppgift_per: "2023-08-30"', "Uppföljning okänd"),
        ('uppgift_per: "2023"', "Uppföljning okänd"),
        ("uppgift_per: odaterad", "Uppföljning okänd"),
        ('uppgift_per: "2023-10-31"', "Uppföljning okänd"),
        ('uppgift_per: "2023-11-01"', "Försenad"),
        ("regi: kommunal", "Försenad"),
    ],
)
def test_an_action_is_late_only_where_somebody_has_looked_since(
    town: Municipality, known: str, said: str
) -> None:
    town.write("granskningar/a.md", "objekt: X", LATE, known)
    town.build()
    page = town.page("/granskningar/a/")
    assert [word for word in ("Uppföljning okänd", "Försenad") if word in page] == [said]


@pytest.mark.parametrize(
    ("path", "lines", "told"),
    [
        ("tjanster/a.md", [*SERVICE, "granskas_senast: 2020-01-01"], True),
        ("tjanster/a.md", [*SERVICE, "granskas_senast: 2020-01-01", 'uppgift_per: "2016"'], False),
        ("tjanster/a.md", [*SERVICE, "granskas_senast: 2020-01-01", "status: arkiverad"], False),
        ("nyheter/a.md", ["granskas_senast: 2020-01-01"], False),
        ("moten/a.md", ["granskas_senast: 2020-01-01", "organ: ks", "start: 2020-01-01 10:00"], False),
    ],
)
def test_what_tells_of_the_past_is_never_overdue_for_review(
    town: Municipality, path: str, lines: list[str], told: bool
) -> None:
    town.write(path, 'publicerad: "2020-01-01"', *lines)
    town.build()
    pages = [page.read_text() for page in town.site.rglob("index.html")]
    assert any("Sidan skulle ha setts över" in page for page in pages) == told


@pytest.mark.parametrize(
    ("amount", "words", "said"),
    [
        ("0", "Gratis på kommunens gator", ""),
        ("0", "Det är gratis.", ""),
        ("0", "", "Gratis."),
        ("0", "För barn", "Gratis."),
        ("1250.50", "Per år", "1250,5 kronor."),
        ("1250", "1 250 kronor om året", ""),
        ("250", "1 250 kronor om året", "250 kronor."),
        ("100", "100,50 kronor", "100 kronor."),
        (None, "Beror på", ""),
    ],
)
def test_a_cost_is_said_once(amount: str | None, words: str, said: str) -> None:
    assert amount_to_say(Cost.model_validate({"belopp": amount, "text": words})) == said


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://www.tyreso.se/omsorg/hemtjanst.html", "tyreso.se: hemtjanst"),
        ("https://www.tyreso.se/", "tyreso.se"),
        ("https://a.example/x/EServiceStart.aspx?id=93a2", "a.example: EServiceStart"),
        ("https://a.example/2020/04/12345", "a.example"),
        ("https://a.example/Kommun_demokrati/Trygg-och-saker/", "a.example: Trygg och saker"),
        ("https://a.example/v%C3%A5rd", "a.example: vård"),
        ("https://a.example/2020-04-07-oro.html", "a.example: 2020-04-07 oro"),
        ("https://a.example/" + "mycket-" * 30, "a.example"),
        ("/filer/karta.pdf", "/filer/karta.pdf"),
        ("http://[", "http://["),
    ],
)
def test_a_bare_address_is_called_by_its_site_and_its_page(address: str, name: str) -> None:
    assert place(address) == name


def test_english_pages_are_not_among_the_swedish(town: Municipality) -> None:
    town.write("tjanster/a.md", "titel: Simskola", *SERVICE)
    town.write("tjanster/b.md", "titel: Swimming", "språk: en", "översätter: tjanster/a", *SERVICE)
    town.build()
    for address in ("/tjanster/", "/a-o/"):
        assert ("/tjanster/a/" in town.page(address), "/tjanster/b/" in town.page(address)) == (True, False)
    assert "/tjanster/b/" in town.page("/tjanster/a/")


def test_a_unit_is_called_a_unit(town: Municipality) -> None:
    town.write("organ/trollebo.md", "titel: Förskolan Trollebo", "slag: enhet")
    town.build()
    assert '<p class="kind" data-search-skip>Enhet</p>' in town.page("/organ/trollebo/")
    assert re.search(r'/organ/trollebo/">[^<]*</a> <span class="quiet">enhet<', town.page("/a-o/"))


def test_what_is_wrong_is_told_in_a_form_that_knows_the_page(town: Municipality) -> None:
    town.write("sidor/a.md")
    town.build()
    assert '"/synpunkter/?typ=webbplats&amp;sida=https%3A//kommun.example/a/"' in town.page("/a/")


def test_the_number_of_the_switchboard_has_one_date() -> None:
    texts = [path.read_text(encoding="utf-8") for path in CONTENT.rglob("*.md")]
    near = re.compile(r"08-578 291 00(?:(?!\d\d-\d{3})[\s\S]){0,160}?(?:Numret|nummer)[^.]*? är från (\d{4})")
    assert {found for text in texts for found in near.findall(text)} == {"2020"}


def main(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize(
    ("eservice", "button"),
    [
        (["mål: https://e.example/", "inloggning: konto"], ("https://e.example/", "Till e-tjänsten: Sök")),
        (["källa: Arkivet"], ("tel:08123456", "Ring 08-123 456")),
    ],
)
def test_a_service_begins_with_the_way_to_do_it(
    town: Municipality, eservice: list[str], button: tuple[str, str]
) -> None:
    town.write("etjanster/e.md", "titel: Sök", "tjänster: tjanster/a", *eservice)
    town.write("tjanster/a.md", *SERVICE)
    town.build()
    page = main(town.page("/tjanster/a/"))
    found = re.search(r'class="go" href="([^"]*)">([^<]*)', page)
    assert found
    assert found.groups() == button
    assert found.start() < page.index("Så gör du")


def test_a_closed_service_has_no_button(town: Municipality) -> None:
    town.write("tjanster/a.md", *SERVICE, "läge: stängd", "orsak: Vi flyttar.")
    town.build()
    assert 'class="go"' not in town.page("/tjanster/a/")


def test_an_eservice_without_a_known_address_is_not_offered(town: Municipality) -> None:
    channels = "kanaler: [{typ: etjänst, mål: etjanster/e}, {typ: telefon, mål: 08-123 456}]"
    town.write("etjanster/e.md", "titel: Sök", "tjänster: tjanster/a", "källa: Arkivet")
    town.write("tjanster/a.md", *SERVICE[:2], channels, SERVICE[3])
    town.build()
    for address in ("/tjanster/a/", "/e-tjanster/", "/a-o/"):
        assert 'href="/e-tjanster/e/"' not in main(town.page(address)), address
    assert town.has("/e-tjanster/e/")


def test_what_is_coming_stands_before_what_has_been_and_choosing_is_folded(town: Municipality) -> None:
    for day in ("2026-11-01", "2026-12-01", "2026-12-08"):
        town.write(f"moten/{day}.md", "organ: ks", f"start: {day} 10:00")
    town.build()
    page = main(town.page("/moten/"))
    order = [page.index(text) for text in ("<details", "Efter år", "Efter organ", "</details>", "Kommande")]
    assert order == sorted(order)
    days = re.findall(r"/moten/ks/([\d-]+)/\"", page)
    assert days == ["2026-12-01", "2026-12-08", "2026-11-01"]


def test_a_coming_meeting_goes_into_a_calendar_by_itself(town: Municipality) -> None:
    town.write("moten/a.md", "organ: ks", "start: 2026-12-01 10:00")
    town.write("moten/b.md", "organ: ks", "start: 2026-12-08 10:00", "inställt: ja")
    town.write("moten/c.md", "organ: ks", "start: 2026-11-01 10:00")
    town.build()
    assert 'href="/moten/ks/2026-12-01.ics"' in town.page("/moten/ks/2026-12-01/")
    text = town.page("/moten/ks/2026-12-01.ics")
    assert (text.count("BEGIN:VEVENT"), "DTSTART:20261201T090000Z" in text) == (1, True)
    assert ".ics" not in main(town.page("/moten/ks/2026-12-08/")).replace("/kalender/ks.ics", "")
    assert not (town.site / "moten/ks/2026-11-01.ics").exists()


def test_services_stand_once_each_under_their_topic(town: Municipality) -> None:
    terms = (
        "- {slug: skola, namn: Skola, under: [{slug: resor, namn: Resor}]}\n- {slug: bygga, namn: Bygga}\n"
    )
    (town.content / "ämnen.yml").write_text(terms, encoding="utf-8")
    town.write("tjanster/a.md", *SERVICE, "ämnen: [resor, bygga]")
    town.write("tjanster/b.md", *SERVICE)
    town.build()
    page = main(town.page("/tjanster/"))
    assert [page.count(f'href="/tjanster/{name}/"') for name in "ab"] == [1, 1]
    assert re.findall(r"<h2 id=\"_grupp[^>]*>([^<]*)", page) == ["Skola", "Övrigt"]


def test_every_list_is_reached_from_what_the_menu_names(town: Municipality) -> None:
    town.write("sidor/kontakta-oss.md", text="[Alla](/kontakter/)")
    town.build()
    menu = re.findall(
        r'<li><a href="([^"]*)"', town.page("/").partition('id="_meny"')[2].partition("</nav>")[0]
    )
    assert "/kontakta-oss/" in menu
    near = {link for address in menu for link in re.findall(r'href="(/[a-z-]+/)"', main(town.page(address)))}
    assert near >= {"/organ/", "/ansvar/", "/granskningar/", "/trygghet/", "/moten/", "/kontakter/"}
    assert "/platser/" in town.page("/kontakter/")


def test_each_cell_of_a_table_knows_the_name_of_its_column() -> None:
    found = render("| Avgift & tid | **Kr** | |\n| --- | ---: | --- |\n| a | 1 | x |\n| b | | |").html
    labels = re.findall(r'<td(?: class="right")? data-label="([^"]*)"', found)
    assert labels == ["Avgift &amp; tid", "Kr"] * 2
    assert found.count("data-label") == found.count("<td") - 2


def test_every_feed_is_listed_under_its_kind(town: Municipality) -> None:
    (town.content / "ämnen.yml").write_text("- {slug: skola, namn: Skola}\n", encoding="utf-8")
    town.build()
    page = main(town.page("/floden/"))
    feeds = {f"/floden/{path.name}" for path in (town.site / "floden").glob("*.atom")}
    assert set(re.findall(r'href="(/floden/[^"]*\.atom)"', page.partition('class="box"')[0])) == feeds
    folded = re.findall(r"<summary>([^<]*)</summary>.*?</details>", page, re.DOTALL)
    assert folded[:2] == ["Ett ämne", "Ett slags innehåll"]
    assert page.index("/floden/alla.atom") < page.index("<details")


def test_without_script_every_page_leads_to_the_disruptions(town: Municipality) -> None:
    town.write("sidor/a.md")
    town.build()
    link = '<noscript><p class="see"><a href="/driftinfo/">'
    assert [link in town.page(address) for address in ("/a/", "/sok/", "/", "/driftinfo/")] == [
        True,
        True,
        False,
        False,
    ]


THEME = Path(__file__).parents[3] / "theme"
IN_ENGLISH = [model.info.name for model in TYPES if model.info.in_english]


def test_every_heading_of_a_type_that_may_be_in_english_has_its_english() -> None:
    texts = [(THEME / "types" / f"{name}.html").read_text(encoding="utf-8") for name in IN_ENGLISH]
    texts.append((THEME / "parts.html").read_text(encoding="utf-8"))
    calls = r"(?:said|row|items|steps|text|listing|documents)\('([^']*)'"
    wanted = {word for text in texts for word in re.findall(calls, text)}
    english = environment().get_template("english.html").module.ENGLISH  # type: ignore[attr-defined]
    seen_in_preview_alone = {"Så går sms:et ut"}
    assert wanted - english.keys() - seen_in_preview_alone == set()
    assert {name: BY_NAME[name].info.swedish.capitalize() in english for name in IN_ENGLISH} == dict.fromkeys(
        IN_ENGLISH, True
    )


def test_words_between_the_tags_of_a_type_that_may_be_in_english_are_said_in_its_language() -> None:
    for name in IN_ENGLISH:
        text = re.sub(
            r"{#.*?#}|{%.*?%}|{{.*?}}", "", (THEME / "types" / f"{name}.html").read_text(), flags=re.S
        )
        words = [word for word in re.findall(r">([^<]*)<", text) if re.search(r"[A-Za-zÅÄÖåäö]{3}", word)]
        assert words == ([] if name != "alert" else ["Så här går sms:et ut"]), name


def test_a_service_in_english_has_english_headings(town: Municipality) -> None:
    town.write("tjanster/a.md", *SERVICE, "språk: en", "behövs: Pass", "får: Plats", 'kostnad: {belopp: "0"}')
    town.build()
    page = main(town.page("/tjanster/a/"))
    for word in (
        "Service",
        "Who is it for?",
        "What to do",
        "What you need",
        "Free of charge.",
        "Call 08-123 456",
    ):
        assert word in page
    assert not re.search("Så gör du|Kostnad|Gratis|Kontaktvägar|Telefon", page)


def test_a_record_in_english_of_a_type_with_swedish_headings_is_refused(town: Municipality) -> None:
    town.write("moten/a.md", "organ: ks", "start: 2026-12-01 10:00", "språk: en")
    assert town.problems()["language-of-type"].severity == "error"
    town.write("moten/a.md", "organ: ks", "start: 2026-12-01 10:00", "språk: sv-lattlast")
    assert "language-of-type" not in town.problems()


def test_a_to_z_has_a_page_a_letter_when_it_is_long(town: Municipality) -> None:
    terms = ", ".join(f"sak {number}" for number in range(a_to_z.WHOLE))
    topics = f"- slug: sak\n  namn: Sak\n  beskrivning: Allt.\n  synonymer: [{terms}]\n"
    (town.content / "ämnen.yml").write_text(topics, encoding="utf-8")
    town.write("tjanster/s7.md", "titel: Skridskor", *SERVICE)
    town.write("tjanster/e.md", "titel: Årets café", *SERVICE)
    town.write("tjanster/x.md", "titel: Érables 4", *SERVICE)
    town.build()
    whole = main(town.page("/a-o/"))
    assert 'href="/a-o/s/"' in whole
    assert 'href="/tjanster/s7/"' not in whole
    letter = main(town.page("/a-o/s/"))
    assert 'href="/a-o/s/" aria-current="page"' in letter
    assert 'href="/tjanster/s7/"' in letter
    assert "/tjanster/e/" not in letter
    assert 'href="/tjanster/e/"' in town.page("/a-o/aa/")
    assert 'href="/tjanster/x/"' in town.page("/a-o/e/")


@pytest.mark.parametrize(
    ("title", "letter"),
    [("ål", "Å"), ("Ärende", "Ä"), ("über", "U"), ("éclair", "E"), ("112", "0–9"), ("”Hej”", "0–9"),
     ("ßen", "S"), ("A\u030al", "A"), ("Ærø", "Æ")],
)  # fmt: skip
def test_a_title_stands_under_its_swedish_letter(title: str, letter: str) -> None:
    assert a_to_z.letter_of(title) == letter


def test_a_service_says_its_dates_beside_the_button(town: Municipality) -> None:
    dates = "viktiga_datum:\n  - när: 2026-11-23\n    vad: Sista dag att söka\n  - när: 25 augusti varje år\n    vad: Igen"
    town.write("tjanster/a.md", *SERVICE, dates)
    assert not town.build().problems
    page = main(town.page("/tjanster/a/"))
    assert page.index('class="go"') < page.index("Viktiga datum") < page.index("För vem?")
    assert "23 november 2026 (har varit)" in page
    assert "25 augusti varje år<" in page


@pytest.mark.parametrize("day", ["2026-13-01", "2026-11", "20261101"])
def test_a_date_of_a_service_is_one_of_the_calendar_or_words(town: Municipality, day: str) -> None:
    town.write("tjanster/a.md", *SERVICE, f"viktiga_datum:\n  - när: '{day}'\n    vad: Sök")
    assert set(town.problems()) == {"invalid-date"}


def test_a_day_that_passes_makes_a_build_due(town: Municipality) -> None:
    town.write("tjanster/a.md", *SERVICE, "viktiga_datum:\n  - när: 2026-12-01\n    vad: Sök")
    town.now = datetime(2026, 12, 1, 8, tzinfo=UTC)
    result = town.build()
    assert result.due
    assert result.due.astimezone(STOCKHOLM).isoformat() == "2026-12-02T00:00:00+01:00"


def test_the_way_in_stands_first_among_the_contacts(town: Municipality) -> None:
    town.write("kontakter/abc.md", "titel: Abc", "telefon: 08-123 457", "frågor: Allt")
    town.write("sidor/kontakta-oss.md", "ansvarig: kontakter/vaxel")
    town.build()
    page = main(town.page("/kontakter/"))
    assert page.index("Växeln") < page.index("Abc")


def test_a_body_that_has_ended_is_told_as_such_wherever_it_was_responsible(town: Municipality) -> None:
    town.write("organ/sn.md", "titel: Socialnämnden", "slag: nämnd", 'till: "2018"', "ansvarar_för: Stöd")
    town.write("tjanster/a.md", *SERVICE, "politiskt_ansvar: organ/sn")
    town.write("tjanster/b.md", *SERVICE, "politiskt_ansvar: organ/ks")
    town.build()
    assert re.search(r"Var politiskt ansvarig</h2><p><a[^>]*>Socialnämnden</a> till och med 2018<", town.page("/tjanster/a/"))
    assert "Politiskt ansvarig</h2>" in town.page("/tjanster/b/")
    assert "Ansvarade för" in town.page("/organ/sn/")


def test_a_body_is_reached_by_its_own_contact_and_not_by_who_writes_of_it(town: Municipality) -> None:
    town.write("kontakter/el.md", "titel: Elbolaget", "telefon: 020-82 00 00", "frågor: El")
    town.write("organ/el.md", "titel: Elverket", "slag: annan huvudman", "kontakt: kontakter/el", "ansvarig: kontakter/vaxel")
    town.build()
    box = town.page("/organ/el/").partition("Vem kan hjälpa mig?")[2].partition("</section>")[0]
    assert "Elbolaget" in box


def test_a_page_that_leads_to_an_eservice_is_not_said_to_be_it(town: Municipality) -> None:
    town.write("etjanster/e.md", "titel: Sök", "mål: https://e.example/", "via_sida: ja", "tjänster: tjanster/a")
    town.write("tjanster/a.md", *SERVICE)
    town.write("fragor/q.md", "svar: Ja.", "relaterat: etjanster/e")
    town.build()
    for address in ("/tjanster/a/", "/fragor/q/", "/e-tjanster/e/"):
        assert "Till sidan med e-tjänsten" in main(town.page(address)), address


def test_a_question_does_not_show_twice_where_to_go(town: Municipality) -> None:
    town.write("tjanster/a.md", *SERVICE)
    town.write("fragor/q.md", "svar: Ja.", "relaterat: tjanster/a")
    town.build()
    assert main(town.page("/fragor/q/")).count('href="/tjanster/a/"') == 1


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://a.se/nyheter/repuhe!6BDLTOeUT@yXwN3vL7fTA/", "a.se"),
        ("https://a.se/4.6703f427184b917f230c7ccc.html", "a.se"),
        ("https://a.se/x/2024-01-02-sophamtning.html", "a.se: 2024-01-02 sophamtning"),
        ("https://a.se/Kommun_demokrati/Klotter/", "a.se: Klotter"),
        ("https://a.se/handling-1b", "a.se: handling 1b"),
        ("https://a.se/KF-2012", "a.se: KF 2012"),
    ],
)
def test_what_a_machine_calls_a_page_is_no_name(address: str, name: str) -> None:
    assert place(address) == name


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Det kostar 24 000 kronor.", "24\u00a0000\u00a0kronor"),
        ("1 250 000 kr", "1\u00a0250\u00a0000\u00a0kr"),
        ("2 av 100 kronor", "2 av 100 kronor"),
    ],
)
def test_a_sum_is_kept_on_one_line(text: str, kept: str) -> None:
    assert kept in keep_sums(text)
    assert kept in re.sub("<[^>]*>", "", render(text, {}).html)


def test_who_cannot_search_chooses_the_first_letter(town: Municipality) -> None:
    town.build()
    help_ = town.page("/sok/").partition("<noscript><p class=\"banner\">")[2].partition("</noscript>")[0]
    assert 'href="/a-o/#_bokstav-v">V</a>' in help_


@pytest.mark.parametrize("section", [address for address in MENU_SECTION if address != "/kontakter/"])
def test_every_list_belongs_to_the_page_of_the_menu_that_leads_to_it(section: str) -> None:
    led = {address for address, _ in BESIDE.get(MENU_SECTION[section], ())}
    page = (CONTENT / f"sidor{MENU_SECTION[section].rstrip('/')}.md")
    assert section in led or f"({section})" in page.read_text(encoding="utf-8")


def test_what_is_in_another_language_than_the_page_says_so(town: Municipality) -> None:
    town.write("sidor/a.md", "titel: Kris", "ansvarig: kontakter/vaxel")
    lines = ("titel: Crisis", "språk: en", "översätter: sidor/a", "ansvarig: kontakter/vaxel", "relaterat: sidor/a")
    town.write("sidor/b.md", *lines)
    town.build()
    english, swedish = town.page("/b/"), town.page("/a/")
    assert '<p class="name"><a href="/kontakt/vaxel/" lang="sv" hreflang="sv">Växeln</a>' in english
    assert '<a href="/a/" lang="sv" hreflang="sv">Kris</a>' in english
    assert '<p lang="sv">Kort om saken.</p>' in english
    assert '<p class="name"><a href="/kontakt/vaxel/">Växeln</a>' in swedish


@pytest.mark.parametrize("words", ["Ring direkt.", "Ring direkt, när växeln är stängd 08-999 99 99."])
def test_what_is_urgent_never_leads_to_the_switchboard_alone_at_night(town: Municipality, words: str) -> None:
    town.config = Config(switchboard="08-123 456", duty_phone="08-999 99 99")
    town.write("ärendetyper/a.md", "slag: felanmälan", f"akut: {words}", "akut_telefon: 08-123 456", "organ: organ/ks")
    town.build()
    (page,) = (town.site / "felanmalan").glob("a/index.html")
    banner = page.read_text(encoding="utf-8").partition('<p class="banner warn">')[2].partition("</p>")[0]
    assert "tel:089999999" in banner
    assert "tel:08123456" in banner
    assert "på kontorstid" in banner


def test_what_can_be_reported_is_called_what_people_call_it(town: Municipality) -> None:
    town.write("ärendetyper/a.md", "titel: Hål i gatan", "slag: felanmälan", "organ: organ/ks")
    town.build()
    assert '<p class="kind" data-search-skip>Felanmälan</p>' in town.page("/felanmalan/a/")
