"""What other programs write for headings, lists and signs is told; common text that looks alike is not."""

import pytest

from site_builder.text.markdown import render
from site_builder.text.pasted_layout import faults
from tests.site_builder.conftest import Municipality


def found(text: str) -> list[tuple[str, int]]:
    return [(fault.code, fault.row) for fault in faults(text, render(text).html)]


@pytest.mark.parametrize(
    "text",
    [
        *(f"{sign} Ett\n{sign} Två" for sign in ("→", "»", "♦", "✅", "✔️", "->", "=>", "--")),
        "I. Ett\nII. Två\nIII. Tre",
        "A) Ett\nB) Två",
        "A. Ett\nB. Två",
        "1. Ett\n    a. Under\n    b. Till",
        "1: Ett\n2: Två",
        "1 - Ett\n2 - Två",
        "1\\. Ett\n2\\. Två",
        "\\- Ett\n\\- Två",
        "\u200b- Ett",
        "Vi erbjuder: • mat • dryck • vila",
        "Vi erbjuder: - mat - dryck - vila",
        "== Rubrik ==",
        "=== Rubrik ===",
        "h2. Rubrik",
        "[b]Viktigt[/b] i dag",
        "'''Viktigt''' i dag",
        "Det gäller ~inte~ nu",
        "Hej :smile: på er",
        "> [!NOTE]\n> Tänk på detta",
        "+++",
        ":::",
        "Se [@smith2010, s. 3].",
        "[1] Källa ett",
        "[1]: Källa ett",
        "*[HTML]: Hyper Text",
        "Ytan är 10 m^2^",
        "Ytan är 10 m^2",
        "Utsläpp av CO~2~",
        "Text<o:p></o:p>",
        "[Hit](https://x.example/ ”titel”)",
        "[Hit]\n(https://x.example/a)",
        "! [Bild](/filer/x.jpg)",
        "Namn        Pris\nLiten       100\nStor        200",
        "Namn;Pris;Dag\nA;1;2\nB;2;3",
        "Kommu-\nnen har beslutat",
        "Besöksadress\nMarknadsgränd 2\nTyresö",
        "Måndag 8–17\nTisdag 8–17\nOnsdag stängt",
    ],
)
def test_what_another_program_would_have_shown_otherwise_is_told_once(text: str) -> None:
    assert [code for code, _ in found(f"Först.\n\n{text}\n\nSedan.")] == ["layout-as-text"]


@pytest.mark.parametrize(
    "text",
    [
        "→ Läs mer om bygglov.",
        "»Citat», sade ordföranden.",
        "I. Ett ensamt avsnitt",
        "Karl XII. var kung.\nDet var länge sedan.",
        "Kl. 10:15:30 började mötet.",
        "Det kostar ~100 till ~200 kronor.",
        "Storleken är 3--4 meter.",
        "A = B och C == D",
        "Se [bilaga 1](/x/) och [2] i listan.",
        "Adressen är https://x.example/~namn/fil~2.",
        "Klockan 12: lunch",
        "Barn- och\nungdomsnämnden",
        "Barn-\noch ungdomsnämnden",
        "Skriv `:smile:` eller `m^2` i fältet.",
        "En lång rad som redaktören själv har brutit vid sjuttiotvå tecken\noch som går vidare\nhär.",
        "Kort rad.\nKort rad till.\nOch en.",
        "Rad ett\\\nRad två\\\nRad tre",
        "- Ett\n- Två\n- Tre",
        "Mat • dryck",
        "Öppet måndag - fredag, lördag - söndag stängt.",
        "Ordföranden: Vi - alltså nämnden - är nöjda.",
        "| A    | B |\n| --- | --- |\n| 1    | 2 |",
        "Läs [mer][1].\n\n[1]: https://x.example/",
        "Rubriken ''så'' kallad",
    ],
)
def test_common_text_is_let_be(text: str) -> None:
    assert found(text) == []


def test_a_blank_in_a_links_address_is_written_as_one() -> None:
    assert 'href="https://x.example/a%20b"' in render("[Hit](https://x.example/a b)").html
    assert render("[Hit](/filer/a b.pdf)").links == [("/filer/a b.pdf", "Hit")]


@pytest.mark.parametrize(
    "text", ["KÃ¶ket", "Ã–ppet", "8â€“17", "Â§ 3", "K\ufffdket", "o\ufb03ciell", "\uf0e0 Mejla"]
)
def test_broken_letters_are_told_in_texts_and_fields(town: Municipality, text: str) -> None:
    town.write("sidor/a.md", "titel: A", text=f"Hej.\n\n{text}")
    town.write("sidor/b.md", f"titel: {text} och mer")
    told = [one for one in town.all_problems() if one.code == "broken-letters"]
    assert [one.line for one in told] == [10, 6]
    town.write("sidor/a.md", "titel: A", text="São Paulo, â och Â, 5 €.")
    town.write("sidor/b.md", "titel: B")
    assert "broken-letters" not in town.problems()


def test_titles_that_differ_in_a_letter_or_a_number_of_their_own_can_be_told_apart(
    town: Municipality,
) -> None:
    pairs = (
        ("Parkering zon A", "Parkering zon B"),
        ("Etapp två del I", "Etapp två del II"),
        ("Skola F–3", "Skola F–6"),
    )
    for number, titles in enumerate(pairs):
        for title in titles:
            town.write(f"sidor/s-{number}-{titles.index(title)}.md", f"titel: {title}")
    assert "similar-title" not in town.problems()
    town.write("sidor/x.md", "titel: Ansök om förskola")
    town.write("sidor/y.md", "titel: Ansöka om förskola")
    assert "similar-title" in town.problems()
