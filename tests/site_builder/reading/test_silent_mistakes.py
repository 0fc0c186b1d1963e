"""Mistakes that look right: each is told in its place, and its good neighbour is let through."""

import pytest

from tests.site_builder.conftest import Municipality

ALERT = (
    "händelse: a",
    "slag: störning",
    "allvar: mindre",
    "område: Hela kommunen",
    'gäller_från: "2026-11-24 06:00"',
)


def codes(town: Municipality) -> set[str]:
    return {problem.code for problem in town.all_problems()}


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://localhost:8001/nyheter/", "private-address"),
        ("http://127.0.0.1/", "private-address"),
        ("http://[::1]/", "private-address"),
        ("https://10.2.3.4/a", "private-address"),
        ("http://publicering/sidan", "private-address"),
        ("https://wiki.kommun.local/a", "private-address"),
        ("https://intranet.kommun.se/a", "inside-address"),
        ("https://kommunen.sharepoint.com/:w:/s/a", "inside-address"),
        (
            "https://eur05.safelinks.protection.outlook.com/?url=https%3A%2F%2Fskr.se%2F&data=1",
            "wrapped-address",
        ),
        ("mailto:servicecenter", "invalid-email"),
        ("mailto:", "invalid-email"),
        ("tel:växeln", "invalid-phone"),
        ("mailto:a@kommun.se?subject=Hej", None),
        ("mailto:a@kommun.se,b@kommun.se", None),
        ("tel:+46-8-578%20291%2000", None),
        ("https://www.insidan.example/", "inside-address"),
        ("https://intranat-nytt.se/", None),
        ("https://skr.se/a?url=https://intranet.kommun.se/", None),
        ("https://8.8.8.8/", None),
    ],
)
def test_where_no_citizen_comes_is_told_in_texts_and_fields(
    town: Municipality, address: str, code: str | None
) -> None:
    town.write("nyheter/a.md", text=f"[Mer om saken]({address})")
    town.write("tjanster/a.md", "källa: Prov", "kanaler:", "  - typ: webb", f'    mål: "{address}"')
    found = {(one.code, one.field) for one in town.all_problems() if one.code != "required-field-empty"}
    assert found == ({(code, ""), (code, "kanaler.1.mål")} if code else set())


def test_a_wrapped_address_is_unwrapped_in_the_advice(town: Municipality) -> None:
    wrapped = "https://eur05.safelinks.protection.outlook.com/?url=https%3A%2F%2Fskr.se%2Fa&data=1"
    town.write("nyheter/a.md", text=f"[Mer om saken]({wrapped})")
    assert town.problems()["wrapped-address"].suggestion == "Länka till https://skr.se/a."


@pytest.mark.parametrize(
    "lines",
    [
        ("protokoll:", "  namn: Protokollet", "  länk: /filer/saknas.pdf"),
        ("protokoll:", "  namn: Protokollet", "  länk: /moten/saknas/"),
    ],
)
def test_a_dead_address_in_a_field_is_told_on_its_line(town: Municipality, lines: tuple[str, ...]) -> None:
    notice = ("slag: protokoll", "organ: ks", 'tillkännagivet: "2026-11-23"', "exempel: ja")
    town.write("anslag/a.md", *notice, *lines)
    assert town.problems()["broken-link"].line == 13


def test_old_addresses_need_not_be_there(town: Municipality) -> None:
    town.write("nyheter/a.md", "ersätter: /gammal/sida/")
    assert not town.problems()


@pytest.mark.parametrize("where", ["titel", "text"])
def test_two_versions_that_are_not_merged_are_told_in_words(town: Municipality, where: str) -> None:
    conflict = "<<<<<<< HEAD\ningress: Ett\n=======\ningress: Två\n>>>>>>> main"
    path = town.write("nyheter/a.md", text=conflict if where == "text" else "")
    if where == "titel":
        path.write_text(path.read_text().replace("ingress: Kort om saken.", conflict))
    [problem] = town.all_problems()
    assert problem.code == "merge-conflict"
    assert "två versioner" in problem.message
    assert problem.line == (8 if where == "text" else 4)


def test_less_than_seven_signs_are_no_conflict(town: Municipality) -> None:
    town.write("nyheter/a.md", text="> > > Citat\n\n`<<<<<<< HEAD`")
    assert "merge-conflict" not in town.problems()


def test_a_file_pasted_into_another_is_told(town: Municipality) -> None:
    town.write("nyheter/a.md", text="Text.\n\n---\nid: a\ntitel: En till\n---\n\nMer text.")
    assert town.problems()["second-front-matter"].line == 10


def test_a_rule_between_paragraphs_is_no_second_head(town: Municipality) -> None:
    town.write("nyheter/a.md", text="Text.\n\n---\n\nStatusen: klar\n\nMer.")
    assert not town.problems()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("titel: Etapp # 2", True),
        ('titel: "Etapp # 2"', False),
        ("titel: Etapp  # den andra etappen", False),
        ("titel: Etapp 2 # 3 av # 4", True),
    ],
)
def test_a_title_that_ends_at_a_number_sign_is_told(town: Municipality, line: str, told: bool) -> None:
    town.write("nyheter/a.md", line)
    assert ("hidden-text" in town.problems()) == told


def test_a_step_that_merges_with_the_one_before_is_told(town: Municipality) -> None:
    town.write("tjanster/a.md", "källa: Prov", "hur:", "  - Ansök", "   -Boka tid", "  - Kom hit")
    problem = town.problems()["merged-items"]
    assert (problem.line, problem.field) == (10, "hur.1")
    assert "`- Boka tid`" in problem.suggestion


def test_a_minus_inside_a_text_merges_nothing(town: Municipality) -> None:
    town.write("tjanster/a.md", "källa: Prov", "hur:", "  - Håll minst -18 grader", "  - Kom hit")
    assert "merged-items" not in town.problems()


@pytest.mark.parametrize(("day", "told"), [("2027-11-24", True), ("2026-12-24", False)])
def test_an_alert_that_lasts_a_year_is_asked_about(town: Municipality, day: str, told: bool) -> None:
    town.write("driftinfo/a.md", *ALERT, f'upphör: "{day} 15:00"')
    assert ("expires-late" in town.problems()) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Vattnet är avstängt till 16.", True),
        ("Vattnet är avstängt till kl. 16.30 i dag.", True),
        ("Vattnet är avstängt till klockan 23.", False),
        ("Vattnet är avstängt till 23:00", False),
        ("Avstängt till 16 december.", False),
        ("Avstängt till 16 hushåll.", False),
        ("Ring 08-123 456 till 17, avstängt till 23.", False),
    ],
)
def test_an_end_in_words_is_the_end_of_the_alert(town: Municipality, text: str, told: bool) -> None:
    town.write("driftinfo/a.md", *ALERT, 'upphör: "2026-11-24 23:00"', f'sms: "{text}"')
    assert ("other-end" in town.problems()) == told


def test_an_alert_without_an_area_says_that_it_is_for_all(town: Municipality) -> None:
    lines = [line for line in ALERT if "område" not in line]
    town.write("driftinfo/a.md", *lines, 'upphör: "2026-11-24 23:00"')
    assert "hela kommunen" in town.problems()["area-missing"].message


@pytest.mark.parametrize(("day", "told"), [("2026-11-10", False), ("2026-11", False), ("2026-11-11", True)])
def test_a_decision_has_the_day_of_its_meeting(town: Municipality, day: str, told: bool) -> None:
    town.write("moten/ks.md", "organ: ks", 'start: "2026-11-10 18:00"')
    town.write(
        "beslut/a.md", "utfall: beslutat", "organ: ks", f'datum: "{day}"', "möte: ks", "beslutspunkter: Ja"
    )
    assert ("other-day" in town.problems()) == told


@pytest.mark.parametrize(
    ("lat", "long", "code"),
    [
        ("59.24", "18.22", None),
        ("54.95", "24.2", None),
        ("18.22", "59.24", "coordinate-outside-sweden"),
        ("40.7", "-74.0", "invalid-number"),
        ("6570000", "680000", "coordinate-impossible"),
        ("90", "18", "coordinate-outside-sweden"),
        ("90.1", "18", "coordinate-impossible"),
        ("59", "180.1", "coordinate-impossible"),
    ],
)
def test_a_coordinate_is_in_sweden(town: Municipality, lat: str, long: str, code: str | None) -> None:
    town.write("platser/a.md", "adress: a", "koordinat:", f"  lat: {lat}", f"  long: {long}")
    told = codes(town) - {"pdf-broken", "picture-broken"}  # of what is in it another test tells
    assert told == ({code} if code else set())


def test_swapped_coordinates_are_told_to_change_places(town: Municipality) -> None:
    town.write("platser/a.md", "adress: a", "koordinat:", "  lat: 18.22", "  long: 59.24")
    assert "Byt plats" in town.problems()["coordinate-outside-sweden"].message


@pytest.mark.parametrize(("lines", "told"), [((), True), (("språk: en",), False)])
def test_a_translation_says_its_language(town: Municipality, lines: tuple[str, ...], told: bool) -> None:
    town.write("sidor/a.md")
    town.write("sidor/b.md", "titel: Something else", "översätter: sidor/a", *lines)
    assert ("translation-without-language" in town.problems()) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("811228-9875", True),
        ("19811228-9875", True),
        ("Organisationsnummer 212000-0092", False),
        ("Dnr 2012/811228-9875", False),
        ("811328-9875", False),
        ("Ring 070812-3456", False),
    ],
)
def test_what_is_a_personnummer_but_for_its_last_digit_is_told(
    town: Municipality, text: str, told: bool
) -> None:
    town.write("nyheter/a.md", text=text)
    assert ("personnummer-like" in town.problems()) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Ring 08-578 291 00.", True),
        ("Ring +46 8 578 291 00.", True),
        ("Ring 0857829100.", True),
        ("Ring 08-578 291 01.", False),
        ("Ring 108-578 291 00 1.", False),
    ],
)
def test_what_is_withheld_must_not_stand_in_the_text(town: Municipality, text: str, told: bool) -> None:
    lines = ("frågor: Allt", "telefon: 08-578 291 00", "visa_inte: telefon")
    town.write("kontakter/a.md", *lines, text=text)
    problems = town.problems()
    assert ("withheld-in-text" in problems) == told
    assert not told or problems["withheld-in-text"].line == 11


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("Parkeringstillstånd", "Parkeringstillständ", True),
        ("Söka bygglov", "Söka  bygg-lov", True),
        ("Hämta avfall", "Hämta avfallet", False),
        ("Snöröjning", "Snörjning", True),
        ("Skolval 2026", "Skolval 2027", False),
        ("Lov", "Lo", False),
    ],
)
def test_titles_that_cannot_be_told_apart_are_told(
    town: Municipality, one: str, other: str, told: bool
) -> None:
    town.write("sidor/a.md", f"titel: {one}")
    town.write("sidor/b.md", f"titel: {other}")
    town.write("nyheter/a.md", f"titel: {one}")
    assert ("similar-title" in town.problems()) == told


@pytest.mark.parametrize(
    ("name", "told"),
    [("a-kopia", True), ("a-kopia-2", True), ("a-desktop-4fk2", True), ("a-copy", True), ("a-lan", False)],
)
def test_a_copy_that_becomes_a_page_is_told(town: Municipality, name: str, told: bool) -> None:
    town.write("sidor/a.md", "titel: En sida")
    town.write(f"sidor/{name}.md", "titel: Något annat")
    assert ("copied-file" in town.problems()) == told


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Thumbs.db", "asset-leftover"),
        ("karta.pdf.crdownload", "asset-leftover"),
        ("karta.pdf~", "asset-leftover"),
        ("rapport.docx", "asset-format"),
        ("UTKAST rapport.pdf", "asset-draft"),
        ("rapport_utkast.pdf", "asset-draft"),
        ("kar\u200bta.png", "invisible-character"),
        ("utkastningar.pdf", None),
        ("karta.pdf", None),
    ],
)
def test_what_should_not_lie_among_the_public_files_is_told(
    town: Municipality, name: str, code: str | None
) -> None:
    (town.content / "filer").mkdir()
    (town.content / "filer" / name).write_bytes(b"a")
    told = codes(town) - {"pdf-broken", "picture-broken"}  # of what is in it another test tells
    assert told == ({code} if code else set())
