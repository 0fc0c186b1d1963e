"""What an editor is told: every mistake of a file at once, each with what to do."""

import pytest
from PIL import Image

from tests.site_builder.conftest import Municipality


def test_the_text_is_checked_even_where_a_field_is_wrong(town: Municipality) -> None:
    town.write("nyheter/a.md", "ämen: x", text="# A\n\n[klicka här](/)\n\n811228-9874\n")
    assert {"unknown-field", "skipped-heading", "vague-link-text", "personnummer"} <= set(town.problems())


def test_a_fault_of_the_text_has_its_line_there_even_where_the_title_says_the_same(
    town: Municipality,
) -> None:
    town.write("nyheter/a.md", "titel: Tider", text="#### Tider")
    assert town.problems()["skipped-heading"].line == 8


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("En avgift tas ut.\n\n## Om avgift\n\n#### avgift", "skipped-heading", 12),
        ("## Tider\n\n#### Tid", "skipped-heading", 10),
        ("[A](/tjanster/bygglov/)\n\n[B](/tjanster/bygg)", "broken-link", 10),
        ("/tjanster/bygg/\n\n[B](/tjanster/bygg 'B')", "broken-link", 10),
        ("/tjanster/bygg/\n\n[B][b]\n\n[b]: /tjanster/bygg", "broken-link", 12),
        ("karta.png\n\n![Karta](karta.png)", "unsafe-link", 10),
    ],
)
def test_a_fault_has_the_line_where_it_is_and_not_where_its_word_is(
    town: Municipality, text: str, code: str, line: int
) -> None:
    town.write("tjanster/bygglov.md", "källa: Prov")
    town.write("nyheter/a.md", text=text)
    assert min(one.line for one in town.all_problems() if one.code == code) == line


@pytest.mark.parametrize(
    ("line", "code", "hint"),
    [
        ("hur:\n  - Ring: fråga", "not-text", "kolon"),
        ("kanaler: telefon", "invalid-value", "`  - typ: …`"),
        ("kostnad: 200 kr", "invalid-value", "belopp, text"),
        ("kanaler:\n  - typp: besök", "unknown-field", "”typ”"),
        ("kanaler:\n  - x: besök", "unknown-field", "typ, mål, text, öppettider"),
        ("kanaler:\n  - mål: 112", "missing-field", "`typ: …`. etjänst, telefon"),
        ("läge: trasig", "invalid-choice", "Välj normal"),
        ("ämnen: [a, b, c, d]", "invalid-value", "tre"),
        ("id: 7", "invalid-id", "--fix"),
        ("status: ”publicerad”", "invalid-choice", "typografiska"),
        ("publicerad: “2026-11-23”", "invalid-moment", "typografiska"),
        ("titel: ”Bygglov”", "typographic-quotes", "typografiska"),
        ("sökord: sopor, skräp", "comma-in-keyword", "ett värde per rad"),
    ],
)
def test_a_wrong_field_says_how_it_is_written(town: Municipality, line: str, code: str, hint: str) -> None:
    town.write("tjanster/a.md", line, "källa: Prov")
    problem = town.problems()[code]
    assert hint in problem.suggestion
    assert "None" not in problem.message + problem.suggestion


@pytest.mark.parametrize(
    ("picture", "code"),
    [
        ("/filer/karta.png", None),
        ("/filer/saknas.png", "broken-link"),
        ("karta.png", "unsafe-link"),
        ("https://annan.example/spår.png", "unsafe-link"),
        ("//annan.example/spår.png", "unsafe-link"),
    ],
)
def test_a_picture_is_one_of_our_own_that_exists(town: Municipality, picture: str, code: str | None) -> None:
    (town.content / "filer").mkdir()
    Image.new("1", (2, 2)).save(town.content / "filer/karta.png")
    town.write("nyheter/a.md", text=f"![Karta]({picture})")
    assert set(town.problems()) == ({code} if code else set())


def test_a_copied_file_is_told_to_drop_its_id(town: Municipality) -> None:
    town.write("nyheter/a.md", key=7)
    town.write("nyheter/b.md", key=7)
    assert "kopia" in town.problems()["duplicate-id"].suggestion


@pytest.mark.parametrize("amount", ["1.200", "1,200", "12.000.000"])
def test_a_sum_that_can_be_read_in_two_ways_is_refused(town: Municipality, amount: str) -> None:
    town.write("tjanster/a.md", f"kostnad:\n  belopp: {amount}", "källa: Prov")
    assert f"Skriv {amount.replace('.', '').replace(',', '')}," in town.problems()["invalid-number"].message


@pytest.mark.parametrize("amount", ["1200", "1 200", "1200,50", "1.5"])
def test_a_sum_that_can_be_read_in_one_way_is_taken(town: Municipality, amount: str) -> None:
    town.write("tjanster/a.md", f"kostnad:\n  belopp: {amount}", "källa: Prov")
    assert "invalid-number" not in town.problems()


def test_quotation_marks_inside_a_title_and_commas_elsewhere_are_let_through(town: Municipality) -> None:
    town.write("nyheter/a.md", "titel: ”Bygglov” och ”rivningslov”", "källa: Plan, bygg och miljö")
    assert not town.problems()


@pytest.mark.parametrize("text", ["ingress: första raden", "ingress: >-\n  första raden"])
def test_a_text_that_goes_on_with_a_colon_is_not_just_told_to_be_removed(
    town: Municipality, text: str
) -> None:
    town.write("nyheter/a.md", text, "andra raden: som fortsätter")
    assert "dra in raden två mellanslag" in town.problems()["unknown-field"].suggestion
    town.write("nyheter/a.md", "ingress: >-", "  första raden", "  andra raden: som fortsätter")
    assert not town.problems()


def test_an_unknown_field_after_a_list_is_told_to_be_removed(town: Municipality) -> None:
    town.write("nyheter/a.md", "källa:\n  - a", "okänt: b")
    assert town.problems()["unknown-field"].suggestion == "Ta bort fältet."


def test_a_second_list_of_changes_is_told_to_be_moved_to_the_first(town: Municipality) -> None:
    change = 'ändringar:\n  - när: "2026-11-23"\n    slag: liten'
    town.write("nyheter/a.md", change, change)
    assert "listan på rad 7" in town.problems()["duplicate-key"].suggestion
    town.write("nyheter/a.md", "källa: a", "källa: b")
    assert town.problems()["duplicate-key"].suggestion == "Behåll ett av dem."


@pytest.mark.parametrize(
    ("old", "hint"),
    [
        ("/gammal.aspx?id=3", "Skriv bara /gammal.aspx."),
        ("/a/#rubrik", "Skriv bara /a/."),
        ("/%E5/", "är å"),
    ],
)
def test_an_old_address_that_nobody_would_be_led_from_is_refused(
    town: Municipality, old: str, hint: str
) -> None:
    town.write("nyheter/a.md", f"ersätter: {old}")
    assert hint in town.problems()["invalid-address"].message
    town.write("nyheter/a.md", "ersätter: /å/gammal.aspx")
    assert not town.problems()
