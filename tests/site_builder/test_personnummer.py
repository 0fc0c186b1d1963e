"""Personnummer: every spelling is found, and what only looks like one is let be. All numbers are made up."""

import timeit
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.text.personnummer import find, luhn
from tests.site_builder.conftest import Municipality

DAYS = st.dates(min_value=date(1900, 1, 1))
SIGNS = st.sampled_from(["", "-", "+", " ", "–", "‑", " - ", "\u00ad", "\u00a0"])


def checked(nine: str) -> str:
    """Nine digits with their check digit."""
    return next(nine + digit for digit in "0123456789" if luhn(nine + digit))


@pytest.mark.parametrize(
    "text",
    [
        "811228-9874",
        "19811228-9874",
        "8112289874",
        "198112289874",
        "811228+9874",
        "811228 9874",
        "19811228 - 9874",
        "811228–9874",
        "81 12 28-9874",
        "1981-12-28-9874",
        "1981.12.28-9874",
        "1981-12-28 9874",
        "(811228-9874)",
        "pnr:8112289874.",
        "701063-2391",
        "19701063-2391",
        "content/nyheter/protokoll-19811228-9874.md",
        "/filer/8112289874.pdf",
        "19811228-9874-protokoll",
        "８１１２２８-９８７４",
    ],
)
def test_a_number_is_found_however_it_is_written(text: str) -> None:
    assert len(list(find(text))) == 1


@pytest.mark.parametrize(
    "text",
    [
        "811228-9875",
        "811328-9877",
        "08-578 291 00",
        "telefon: 0701234560",
        "Ring 0730123459",
        "+46 70 123 45 67",
        "2012/KS 0171 003",
        "2012/811228-9874",
        "dnr 8112289874123",
        "556677-8899",
        "2012-04-24 2013-05-01",
        "24fce6e5-cef9-422a-88be-a8112289874f",
        "19811228-9874-4abc-8abc-000000000000",
        "810230-1236",
        "",
    ],
)
def test_what_only_looks_like_one_is_let_be(text: str) -> None:
    assert list(find(text)) == []


@given(DAYS, st.integers(0, 999), SIGNS, st.booleans(), st.booleans())
def test_any_persons_number_is_found(
    born: date, serial: int, sign: str, century: bool, coordination: bool
) -> None:
    day = born.day + 60 * coordination
    ten = checked(f"{born:%y%m}{day:02}{serial:03}")
    text = f"Hen heter {f'{born:%Y}'[:2] * century}{ten[:6]}{sign}{ten[6:]}, sa de."
    assert list(find(text)) == ([10] if born.year < 2100 or not century else [])


@given(st.from_regex(r"\d{6}-?\d{4}", fullmatch=True))
def test_a_wrong_check_digit_is_never_one(text: str) -> None:
    digits = "".join(character for character in text if character.isdigit())
    assert luhn(digits) or list(find(text)) == []


@pytest.mark.parametrize("text", ["811228-9875 ", "1", "81 ", "- ", "19811228"])
def test_a_long_text_is_read_quickly(text: str) -> None:
    long = text * (1_000_000 // len(text))
    assert timeit.timeit(lambda: list(find(long)), number=1) < 5


@pytest.mark.parametrize(
    ("path", "line"), [("nyheter/a.md", "sökord: 811228-9874"), ("nyheter/beslut-811228-9874.md", "titel: A")]
)
def test_it_is_an_error_in_a_field_and_in_a_file_name(town: Municipality, path: str, line: str) -> None:
    town.write(path, line)
    assert town.problems()["personnummer"].severity == "error"
    assert town.build().files == 0
