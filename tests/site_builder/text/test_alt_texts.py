"""A description that is a file's name describes nothing; one that only looks like it is left alone."""

import pytest

from site_builder.text.alt_texts import says_nothing
from tests.site_builder.conftest import Municipality


@pytest.mark.parametrize(
    "alt",
    [
        "IMG_1234",
        "img-20261130-wa0003.jpg",
        "DSC00012",
        "DSCN0012.JPG",
        "P1010234",
        "20261130_102233",
        "Skärmbild 2026-11-30 kl. 10.22.33",
        "Screenshot 2026-11-30 at 10.22.33.png",
        "image1",
        "bild 2",
        "Bild",
        "foto.",
        "torget_vinter_ny",
        "torget_vinter_ny.jpg",
        "Karta.PNG",
        "Namnlös-1",
        "Alt text",
    ],
)
def test_a_file_name_is_no_description(alt: str) -> None:
    assert says_nothing(alt, "/filer/torget_vinter_ny.jpg")


@pytest.mark.parametrize(
    "alt",
    [
        "Torget en vinterdag",
        "Torget",
        "Bild av torget",
        "Foto: torget 1923",
        "Karta över lekplatsen",
        "Bild 2 av 3: bron under bygget",
        "Logotyp för Tyresö kommun",
        "Tyresö",
        "Buss 875",
        "Skärmbild av e-tjänstens första sida",
        "112",
    ],
)
def test_a_description_is_let_through(alt: str) -> None:
    assert not says_nothing(alt, "/filer/tyreso.jpg")


def test_the_check_tells_it_as_a_warning_on_its_line(town: Municipality) -> None:
    (town.content / "filer").mkdir()
    (town.content / "filer" / "a.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8"
    )
    town.write("sidor/x.md", "titel: X", text="Hej.\n\n![IMG_1234](/filer/a.svg)\n\n![ ](/filer/a.svg)")
    told = {one.code: (one.severity, one.line) for one in town.all_problems()}
    assert told["alt-text-says-nothing"] == ("warning", 10)
    assert told["missing-alt-text"][0] == "error"
