"""Numbers in running text can be pressed; other digits are left alone."""

import pytest

from site_builder.text.markdown import render
from site_builder.text.phones import phones


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Ring 112 om någon är i fara.", "112"),
        ("Har strömmen gått ringer du 112.", "112"),
        ("- **113 13** om en kris", "11313"),
        ("- **112** om liv är i fara", "112"),
        ("Du kan ringa 112.", "112"),
        ("Larma 112.", "112"),
        ("Nödnumret 112 svarar alltid.", "112"),
        ("Vid fara: 112.", "112"),
        ("Ring 1177 eller 112 om det är bråttom.", "112"),
        ("Ring växeln, men 112 vid fara för liv.", "112"),
        ("Call 112 if it is urgent.", "112"),
        ("Vattenfall, 020-82 00 00.", "020820000"),
        ("Ring växeln på 08-578 291 00", "0857829100"),
        ("Trafikverket, 0771-921 921", "0771921921"),
    ],
)
def test_a_number_in_a_text_is_a_link_to_call(text: str, number: str) -> None:
    assert render(text).html.count(f'<a href="tel:{number}">') == 1


@pytest.mark.parametrize(
    "text",
    [
        "Det kostar 112 kronor.",
        "Mötet den 2012-04-24 klockan 18.30",
        "Dnr 2012/KS 0171",
        "`08-578 291 00`",
        "## Ring 112",
        "De var 112 vid årets slut.",
        "Kommunallagen 1:112 om möten",
        "Bara 112 av 300 svarade.",
    ],
)
def test_other_digits_are_no_link(text: str) -> None:
    assert "tel:" not in render(text).html


def test_a_number_that_is_a_link_already_stays_one() -> None:
    assert render("Ring [112](tel:112) eller [08-578 291 00](tel:0857829100)").html.count("<a ") == 2


def test_a_plain_text_is_escaped() -> None:
    assert phones("Ring 112 <b>") == 'Ring <a href="tel:112">112</a> &lt;b&gt;'
