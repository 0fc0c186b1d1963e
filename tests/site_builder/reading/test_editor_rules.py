"""Rules that an editor meets: each mistake is told with what to do, and its good neighbour is let through."""

import pytest

from site_builder.publishing.build import read
from site_builder.site import sms_messages
from tests.site_builder.conftest import Municipality

IN_FORCE = (
    "händelse: a",
    "slag: störning",
    "allvar: mindre",
    'gäller_från: "2026-11-24 06:00"',
    'upphör: "2026-11-24 15:00"',
)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("å" * 160, set()),
        ("å" * 161, {"sms-too-long"}),
        ("[" + "å" * 158, set()),
        ("[" + "å" * 159, {"sms-too-long"}),
        ("Vattnet är avstängt – koka", {"sms-odd-signs"}),
        ("Vattnet är avstängt 😀", {"sms-odd-signs"}),
    ],
)
def test_the_text_of_an_sms_fits_into_one(town: Municipality, text: str, codes: set[str]) -> None:
    town.write("driftinfo/a.md", *IN_FORCE, f'sms: "{text}"')
    assert {code for code in town.problems() if code.startswith("sms-")} == codes


def test_an_sms_is_counted_as_it_leaves(town: Municipality) -> None:
    """With the sender's name, the page's link and the link to leave: 93 signs do not fit into one part."""
    town.write("driftinfo/vattenlacka.md", *IN_FORCE, f'sms: "{"å" * 93}"')
    town.write("driftinfo/ovning.md", *IN_FORCE[2:], "händelse: a", "slag: övning", "sms: Övning")
    site = read([town.content], town.now, town.home / "cache")[0]
    [line] = sms_messages.counts(site)
    assert "driftinfo/vattenlacka.md: sms:et går ut i 2 delar: " in line
    town.build(preview=True)
    page = town.page("/driftinfo/vattenlacka/")
    assert "Så här går sms:et ut" in page
    assert f"{'å' * 93}<br>https://kommun.example/driftinfo/vattenlacka/<br>Sluta: https://" in page
    town.build()
    assert "Så här går sms:et ut" not in town.page("/driftinfo/vattenlacka/")


@pytest.mark.parametrize(("end", "wrong"), [("18:30", True), ("17:00", True), ("18:31", False)])
def test_a_meeting_ends_after_it_begins(town: Municipality, end: str, wrong: bool) -> None:
    town.write("moten/a.md", "organ: ks", 'start: "2026-12-01 18:30"', f'slut: "2026-12-01 {end}"')
    assert ("dates-out-of-order" in town.problems()) == wrong


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        ("källa: Etapp #2", "#2"),
        ("källa:\n  - Etapp #2", "#2"),
        ('källa: "Etapp #2"', ""),
        ("källa: Etapp  # en anmärkning", ""),
        ("källa: Etapp#2", ""),
        ("# källa: Etapp #2", ""),
        ("källa: >-\n  Etapp #2\n  vem: Etapp #2", ""),
    ],
)
def test_words_that_a_number_sign_would_hide_are_told(town: Municipality, line: str, hidden: str) -> None:
    town.write("nyheter/a.md", line)
    found = town.problems()
    assert ("hidden-text" in found) == bool(hidden)
    assert not hidden or f"”{hidden}”" in found["hidden-text"].message


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        (('avpubliceras: "2026-11-23"',), True),
        (('avpubliceras: "2026-11-24"',), False),
        (('publiceras_från: "2026-11-25"', 'avpubliceras: "2026-11-25"'), True),
        (('publiceras_från: "2026-11-25"', 'avpubliceras: "2026-11-25 00:01"'), False),
    ],
)
def test_a_page_must_not_be_withdrawn_before_it_is_shown(
    town: Municipality, lines: tuple[str, ...], wrong: bool
) -> None:
    town.write("nyheter/a.md", *lines)
    assert ("dates-out-of-order" in town.problems()) == wrong


def test_the_page_that_a_translation_belongs_to_must_exist(town: Municipality) -> None:
    town.write("sidor/kris.md")
    town.write("sidor/crisis.md", "språk: en", "översätter: kriss")
    assert "”kris”" in town.problems()["missing-reference"].suggestion
    town.write("sidor/crisis.md", "språk: en", "översätter: kris")
    assert not town.problems()


def test_a_file_with_the_line_ends_of_old_macs_is_read(town: Municipality) -> None:
    file = town.write("nyheter/a.md", "källa: Etapp #2")
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r"))
    assert town.problems()["hidden-text"].line == town.problems()["crlf"].line + 6


def test_what_a_page_is_of_no_use_without_is_told(town: Municipality) -> None:
    town.write("tjanster/a.md")
    town.write("platser/a.md")
    found = {(one.file[-13:], one.field) for one in town.all_problems() if one.code == "required-field-empty"}
    service = {("tjanster/a.md", field) for field in ("vem", "hur", "kanaler", "ansvarig")}
    assert found == service | {("/platser/a.md", "adress")}
