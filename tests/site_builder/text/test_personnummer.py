"""Personnummer: every spelling is found, and what only looks like one is let be. All numbers are made up."""

import time
import timeit
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.text.personnummer import find, find_like, is_shown, luhn
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
        "8112\u00ad28-98\u200b74",
        "personnummer 0703121236",
        "070312-1236",
        "200703121236",
        "1981-12-28-0048",
        "811228.9874",
        "811228/9874",
        "811228:9874",
        "1981-12-28/9874",
        "811228_9874",
        "811228·9874",
        "811228--9874",
        "811228  9874",
        "811228\t9874",
        "1981‑12‑28‑9874",
        "８１１２２８－９８７４",
        "811228-9874-01",
        "pnr8112289874",
        "personnummer: 202611040045",
        "20261104-0045",
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
        "811360-1234",
        "811292-1237",
        "0703121236",
        "Sms till 0703121236 eller 0709281232.",
        "2026-11-04 0045",
        "202611040045",
        "20261104_0045",
        "20261104:0045",
        "0101131236",
        "tel. 0801131231",
        "OCR 8112289874",
        "Det var 811228. 9874 kronor",
        "",
    ],
)
def test_what_only_looks_like_one_is_let_be(text: str) -> None:
    assert list(find(text)) == []


def test_a_moment_of_our_days_in_one_row_is_warned_about() -> None:
    assert len(list(find_like("202611040045"))) == 1
    assert list(find_like("202611040046")) == []


def test_other_tags_and_comments_part_nothing() -> None:
    assert is_shown("<kbd>801230</kbd><!-- x -->-2389")


@pytest.mark.parametrize("apart", ["</td><td>", "</p><p>", "<br>", "</li><li>"])
def test_what_stands_in_different_cells_and_lines_is_no_number(apart: str) -> None:
    assert not is_shown(f"801230{apart}2389")


@given(DAYS, st.integers(0, 999), SIGNS, st.booleans(), st.booleans())
def test_any_persons_number_is_found(
    born: date, serial: int, sign: str, century: bool, coordination: bool
) -> None:
    """A mobile phone's number looks like that of somebody born in 2007, so what it is must be said."""
    day = born.day + 60 * coordination
    ten = checked(f"{born:%y%m}{day:02}{serial:03}")
    text = f"Personnr: {f'{born:%Y}'[:2] * century}{ten[:6]}{sign}{ten[6:]}, sa de."
    assert list(find(text)) == ([10] if born.year < 2100 or not century else [])


@pytest.mark.parametrize("month", range(13))
@pytest.mark.parametrize("day", [60, 61, 90, 91])
def test_a_samordningsnummer_needs_no_day_of_the_calendar(month: int, day: int) -> None:
    assert len(list(find(checked(f"70{month:02}{day}239")))) == 1


@given(st.from_regex(r"\d{6}-?\d{4}", fullmatch=True))
def test_a_wrong_check_digit_is_never_one(text: str) -> None:
    digits = "".join(character for character in text if character.isdigit())
    assert luhn(digits) or list(find(text)) == []


@pytest.mark.parametrize("text", ["811228-9875 ", "1", "81 ", "- ", "19811228"])
def test_a_long_text_is_read_quickly(text: str) -> None:
    long = text * (1_000_000 // len(text))
    assert timeit.timeit(lambda: list(find(long)), timer=time.process_time, number=1) < 5


@pytest.mark.parametrize(
    ("path", "line"), [("nyheter/a.md", "sökord: 811228-9874"), ("nyheter/beslut-811228-9874.md", "titel: A")]
)
def test_it_is_an_error_in_a_field_and_in_a_file_name(town: Municipality, path: str, line: str) -> None:
    town.write(path, line)
    assert town.problems()["personnummer"].severity == "error"
    assert town.build().files == 0


@pytest.mark.parametrize(
    "text",
    [
        r"801230\-2389",
        "801230&ndash;2389",
        "801230&#45;2389",
        "**801230**-2389",
        "_801230_\u20112389",
        "`801230`-2389",
        "[801230](/kontakt/vaxel/)-2389",
        "[karta](https://exempel.example/801230%2D2389)",
        "8&#48;1230-2389",
        "801230\n2389",
    ],
)
def test_it_is_found_in_what_the_page_shows(town: Municipality, text: str) -> None:
    town.write("nyheter/a.md", text=f"Ett ord.\n\nHär står {text} i texten.\n")
    found = [problem for problem in town.all_problems() if problem.code == "personnummer"]
    assert [problem.line for problem in found] == [10]


def test_it_is_found_in_a_field_that_yaml_has_read(town: Municipality) -> None:
    town.write("nyheter/a.md", 'sökord: "801230\\x2d2389"')
    assert town.problems()["personnummer"].severity == "error"


@pytest.mark.parametrize(
    "text", ["| 801230 | 2389 |\n| --- | --- |\n| a | b |", "801230\n\n2389", "- 801230\n- 2389"]
)
def test_what_stands_apart_on_the_page_is_no_number(town: Municipality, text: str) -> None:
    town.write("nyheter/a.md", text=f"Ett ord.\n\n{text}\n")
    assert "personnummer" not in town.problems()
