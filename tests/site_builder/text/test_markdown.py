"""Markdown: the quick way gives the very HTML of the whole one, and nothing hostile comes through."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from site_builder.text import markdown
from tests.site_builder.conftest import Municipality

PIECES = [
    "a",
    "ord ",
    "**",
    "*",
    "_",
    "[",
    "](/x/)",
    "\n",
    "\n\n",
    "# ",
    "## ",
    "- ",
    "* ",
    "1. ",
    "> ",
    "|",
    "12",
    ".",
    "---",
]
LINKS = [
    "[a *b* c](/x/#y)",
    "[a[b]](/x)",
    "[a](/x(y))",
    "[](/x)",
    "[a]()",
    "[a](/x 'y')",
    "[a](/x",
    '"',
    "'",
    " \n",
]
TABLE = "\n\n| a | b |\n| --- | ---: |\n| 1 | 2 |\n\n"


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.sampled_from([*PIECES, *LINKS, TABLE, "!", ":", "=", "å", "~", "(", ")", "]"]), max_size=30)
)
def test_a_text_with_nothing_rare_comes_out_the_same_either_way(pieces: list[str]) -> None:
    text = "".join(pieces)
    quick = markdown.render(text)
    whole, collector = markdown._converters["whole"]
    collector.anchors = {}
    expected = whole.reset().convert(text) if text.strip() else ""
    assert quick.html.replace(markdown._SCROLLS, "").replace("</table></div>", "</table>") == expected
    if expected:
        assert quick.headings == collector.headings


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](data:text/html,x)",
        "[a]( javascript:alert(1))",
        "[a](&#106;avascript:alert(1))",
        "[a](//evil.example)",
        "<javascript:alert(1)>",
        "[a][b]\n\n[b]: javascript:alert(1)",
    ],
)
def test_nothing_hostile_becomes_markup(text: str) -> None:
    made = markdown.render(text).html.lower()
    assert "<script" not in made
    assert "<img" not in made
    assert 'href="javascript' not in made
    assert 'href="data' not in made
    assert 'href="//' not in made
    assert 'href="&#' not in made


@pytest.mark.parametrize("written", ["<info@kommun.example>", "<mailto:info@kommun.example>"])
def test_an_address_for_mail_between_signs_becomes_a_plain_link(written: str) -> None:
    made = markdown.render(f"Skriv till {written}.")
    assert made.links == [("mailto:info@kommun.example", "info@kommun.example")]
    assert '<a href="mailto:info@kommun.example">info@kommun.example</a>' in made.html


def test_equal_headings_get_addresses_of_their_own() -> None:
    found = [anchor for _, anchor, _ in markdown.render("## Så\n\n## Så\n\n## Så").headings]
    assert len(set(found)) == 3


def test_equal_headings_of_two_texts_of_a_page_get_addresses_of_their_own() -> None:
    taken: markdown.Anchors = {}
    found = [markdown.render("## Så", taken).headings[0][1] for _ in range(2)]
    assert found == ["sa", "sa--2"]


def test_a_table_of_many_rows_is_rendered_in_reasonable_time() -> None:
    text = "| a | b |\n| --- | --- |\n" + "| 1 | 2 |\n" * 20_000
    assert markdown.render(text).html.count("<tr>") == 20_001


def test_a_text_that_was_too_deep_leaves_nothing_behind_for_the_next() -> None:
    with pytest.raises(markdown.TooDeepError):
        markdown.render("- " * 3000 + "x")
    assert markdown.render("a").html == "<p>a</p>"
    with pytest.raises(markdown.TooDeepError):
        markdown.render("- " * 3000 + "`x`")
    assert markdown.render("`a`").html == "<p><code>a</code></p>"


def test_a_field_and_the_text_may_have_the_same_heading_and_both_can_be_linked_to(town: Municipality) -> None:
    town.write(
        "beslut/b.md", "organ: ks", 'datum: "2026-11-01"', "utfall: beslutat", "paragraf: 71",
        'bakgrund: "## Läget"', "beslutspunkter: Ja.",
        text="## Läget\n\nSe [läget](#laget) och [läget förr](#laget--2).",
    )  # fmt: skip
    assert "broken-anchor" not in town.problems()
    town.build()
    page = town.page("/beslut/ks/2026-11-01/71/")
    assert page.count('id="laget"') == page.count('id="laget--2"') == 1
