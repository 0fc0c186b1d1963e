"""Layout from other programs: told once a block where it comes out otherwise, or made right."""

import pytest

from site_builder.text.markdown import render
from site_builder.text.pasted_layout import faults
from tests.site_builder.conftest import Municipality


def found(text: str) -> list[tuple[str, int]]:
    return [(fault.code, fault.row) for fault in faults(text, render(text).html)]


@pytest.mark.parametrize(
    "text",
    [
        *(f"{sign}\tEtt\n{sign}\tTvå" for sign in ("●", "■", "➢", "o", "\uf0a7", "\uf0d8", "✓", "§")),
        *(f"{sign} Ett\n\n{sign} Två\n\n{sign} Tre" for sign in ("●", "o  ", "—")),
        "– Ett\n– Två",
        "— Ett\n— Två",
        "–\u00a0Ett",
        "-Boka\n-Betala",
        "-Boka",
        "*Boka\n*Betala",
        "1.Boka tid\n2.Betala",
        "a) Ett\nb) Två",
        "(1) Ett\n(2) Två",
        "ii) Två",
        "- [ ] Ett\n- [x] Två",
        "Se noten.[^1]",
        "[^1]: Noten.",
        "Det ~~gamla~~ nya",
        "Det ==viktiga==",
        "!!! note\n    Text",
        "::: tip",
        "[TOC]",
        "[[_TOC_]]",
        "[[En sida]]",
        "{{ page.title }}",
        "Text {.viktigt}",
        "Läs [mer om saken] (/nyheter/)",
        "Läs (mer om saken)[/nyheter/]",
        "Läs [mer om saken][sidan]",
        "** Obs! ** Läs",
        "**Obs! ** Läs",
        "*Obs**",
        "**Obs*",
        "Namn\tTelefon\nA\t08-1\nB\t08-2",
        "- Ett\n\n  Mer om ett",
    ],
)
def test_what_is_shown_as_it_is_written_is_told_once(text: str) -> None:
    assert [code for code, _ in found(text)] == ["layout-as-text"]


@pytest.mark.parametrize(
    ("text", "code", "row"),
    [
        ("Före.\n\n1. maj är vi stängda.", "unexpected-list", 2),
        ("2026. Då bygger vi.", "unexpected-list", 0),
        ("Text\n---", "unexpected-heading", 0),
        ("Text\n\nRubrik\n=====", "unexpected-heading", 2),
        ("- Ett\n-", "unexpected-heading", 0),
        ("Före.\n\n**Så gör du**\n\nText.", "bold-as-heading", 2),
        ("__Så gör du__:\n\nText.", "bold-as-heading", 0),
        ("##\n\nText", "empty-heading", 0),
        ("Text.\n\n    Indraget stycke.", "unexpected-code", 2),
        ("Ett\n: Förklaring", "layout-as-text", 1),
        ("```\nKod\n```", "layout-as-text", 0),
    ],
)
def test_what_becomes_something_else_is_told_on_its_row(text: str, code: str, row: int) -> None:
    assert found(text) == [(code, row)]


@pytest.mark.parametrize(
    "text",
    [
        "Öppet 8\n– 16 alla dagar",
        "Temperaturen är\n-3 grader",
        "Vi möts den\n1. maj",
        "- Ett\n- Två\n\n1. Boka\n2. Betala",
        "- Ett\n\n    Mer om ett\n- Två",
        "- Ett\n    - Under\n\nText efter",
        "**Obs!** Läs *noga* och __fet__.",
        "**Stängt i dag.**",
        "2 * 3 * 4 = 24",
        "Kod: `[^1]` och `~~x~~` och `** a **`",
        "Enligt 5 § [1990:52] (LVU) gäller detta.",
        "Text [obs] och (parentes)[sic]",
        "Text\n\n---\n\nText",
        "| a | b |\n| --- | --- |\n| 1 | 2 |",
        "[mer][sidan]\n\n[sidan]: /nyheter/",
        "Det kostar 10:-",
        "Vem\noch varför",
        "§ 71 Bygglov",
    ],
)
def test_what_comes_out_as_it_was_meant_is_let_through(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("-\u00a0Ett\n-\u00a0Två", "<li>Ett</li>"),
        ("1.\u00a0\u00a0Ett\n2.\u00a0Två", "<li>Ett</li>"),
        ("Rad ett\\\nRad två", "Rad ett<br>"),
    ],
)
def test_what_can_be_read_in_one_way_alone_is_made_right(text: str, html: str) -> None:
    rendered = render(text)
    assert html in rendered.html
    assert not list(faults(text, rendered.html))


@pytest.mark.parametrize(
    ("text", "address", "shown"),
    [
        (
            "Läs på https://skr.se/a_b?x=1&y=2.",
            "https://skr.se/a_b?x=1&amp;y=2",
            "https://skr.se/a_b?x=1&amp;y=2",
        ),
        ("Läs (www.skr.se).", "https://www.skr.se", "www.skr.se"),
        ("Läs på 1177.se, tack", "https://1177.se", "1177.se"),
        ("Läs på tyreso.se/bygglov!", "https://tyreso.se/bygglov", "tyreso.se/bygglov"),
        ("https://sv.wikipedia.org/wiki/A_(b)", *["https://sv.wikipedia.org/wiki/A_(b)"] * 2),
        ("Skriv till kommun@tyreso.se.", "mailto:kommun@tyreso.se", "kommun@tyreso.se"),
        ("**kommun@tyreso.se**", "mailto:kommun@tyreso.se", "kommun@tyreso.se"),
        ("- e-post: a.b-c@tyreso.se", "mailto:a.b-c@tyreso.se", "a.b-c@tyreso.se"),
    ],
)
def test_a_bare_address_is_a_link_that_is_checked_as_others(text: str, address: str, shown: str) -> None:
    rendered = render(text)
    assert f'<a href="{address}">{shown}</a>' in rendered.html
    assert [link.replace("&", "&amp;") for link, _ in rendered.links] == [address]


@pytest.mark.parametrize(
    "text",
    [
        "`https://skr.se`",
        "## Läs https://skr.se",
        "t.ex. och m.fl. 08.00-16.00 fil.pdf",
        "Sven.seglar och a@b",
        "[tyreso.se](https://www.tyreso.se/)",
        "<kommun@tyreso.se>",
        "javascript:alert(1)//skr.example",
    ],
)
def test_nothing_else_becomes_one(text: str) -> None:
    assert render(text).html.count("<a ") == text.count("](") + text.startswith("<")


def test_a_bare_address_cannot_break_out_of_its_link() -> None:
    html = render('https://skr.se/"onmouseover="x <b> https://skr.se/<script>').html
    assert "<script" not in html
    assert html.count('<a href="https://skr.se/">https://skr.se/</a>') == 2


def test_addresses_in_fields_are_links_too(town: Municipality) -> None:
    town.write("nyheter/a.md", "ingress: Läs på www.skr.se eller skriv till a@skr.se.")
    town.build()
    page = town.page("/nyheter/2026/a/")
    assert '<a href="https://www.skr.se">www.skr.se</a>' in page
    assert '<a href="mailto:a@skr.se">a@skr.se</a>' in page


@pytest.mark.parametrize("value", ["Bygg &amp; bo", "A&nbsp;B", "1 &#8211; 2"])
def test_entities_in_a_plain_field_are_told(town: Municipality, value: str) -> None:
    town.write("nyheter/a.md", f"titel: {value}")
    assert town.problems()["raw-markup"].field == "titel"


def test_a_layout_fault_has_its_line_and_one_problem(town: Municipality) -> None:
    town.write("nyheter/a.md", text="Ta med:\n\n●\tpass\n●\tkörkort")
    assert [(one.code, one.line) for one in town.all_problems()] == [("layout-as-text", 10)]
