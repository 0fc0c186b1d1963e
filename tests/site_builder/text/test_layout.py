"""Lists and tables as people write them: what Markdown does not take for one is told, and nothing else."""

import pytest

from site_builder.text.markdown import render
from site_builder.text.unrendered_markup import faults
from tests.site_builder.conftest import Municipality

TABLE = "| a | b |\n| --- | --- |\n"


def found(text: str) -> list[tuple[str, int]]:
    return [(fault.code, fault.row) for fault in faults(text, render(text).html)]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("Ta med:\n- pass\n- körkort", 1),
        ("Ta med:\n  - pass\n  - körkort", 1),
        ("Ta med:\n1. pass\n2. körkort", 1),
        ("## Så\n**Ta med**\n* pass", 2),
        ("•\tPunkt", 0),
        ("Ta med:\n\n• pass\n• körkort", 2),
        ("1) Ett\n2) Två", 0),
        ("1. Ett\n- Två", 1),
        ("Text\n| a | b |\n| --- | --- |\n| 1 | 2 |", 1),
        ("Text\na | b\n--- | ---\n1 | 2", 1),
        ("| a | b |\n| 1 | 2 |", 0),
        ("| a | b |\n| --- | --- | --- |\n| 1 | 2 |", 0),
        ("- a\n  - b\n  - c", 1),
        ("- a\n\n  - b", 2),
        ("1. a\n   - b\n2. c", 1),
    ],
)
def test_what_looks_like_a_list_or_a_table_and_is_none_is_told(text: str, row: int) -> None:
    assert found(text) == [("layout-as-text", row)]


@pytest.mark.parametrize(
    "text",
    [
        "Ta med:\n\n- pass\n- körkort",
        "## Ta med\n- pass\n- körkort",
        "- en lång\n  punkt\n- en till",
        "- a\n    - b\n        - c\n- d",
        "1. a\n    - b\n2. c",
        "- a\n\n    mer\n- b",
        "  - a\n  - b",
        "- a\n\nText\n\n  - b",
        "Öppet 8\n– 16 · 17 | 18\noch 1 * 2",
        "    - kod\n    | kod |",
        "a\n\n```\nx\n- kod\n```",
        f"Före:\n\n{TABLE}| 1 | 2 |\n\n- a",
        f"## Före\n{TABLE}| 1 |",
        f"{TABLE}| `a|b` | c \\| d |",
        "a | b\n--- | ---\n1 | 2",
    ],
)
def test_lists_and_tables_that_are_well_written_are_let_through(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("row", ["| 1 | 2 | 3 |", "| 1 | 2 | 3", "1 | 2 | 3"])
def test_a_cell_that_is_not_shown_is_told(row: str) -> None:
    assert "3" not in render(TABLE + row).html
    assert found(f"{TABLE}| 1 | 2 |\n{row}") == [("lost-cells", 3)]


@pytest.mark.parametrize("indent", [2, 3, 4])
def test_an_item_under_another_is_told_just_where_it_comes_out_beside_it(indent: int) -> None:
    text = f"- a\n{' ' * indent}- b"
    assert (render(text).html.count("<ul>") == 2) == (found(text) == [])


def test_the_fault_has_its_line_in_the_text_and_in_a_field(town: Municipality) -> None:
    town.write("nyheter/a.md", text="Ta med:\n- pass")
    assert town.problems()["layout-as-text"].line == 9
    town.write("nyheter/a.md")
    town.write("fragor/a.md", "svar: |\n  Ta med:\n  - pass")
    problem = town.problems()["layout-as-text"]
    assert (problem.field, problem.line) == ("svar", 9)


@pytest.mark.parametrize("text", ["<p class=viktigt>Hej</p>", "a\n\n<!-- fråga Eva -->", "rad<br/>rad"])
def test_html_in_the_text_is_told_where_it_is_shown(text: str) -> None:
    assert found(text) == [("raw-markup", text.count("\n"))]


@pytest.mark.parametrize("text", ["Skriv `<br>` så.", "    <br>", "1 < 2", "<info@kommun.se>", "<ditt namn>"])
def test_other_signs_like_those_of_html_are_let_through(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("value", ["Läs **noga**", "Se [a](/b/)", "<p class='x'>Hej</p>", "Hej <!-- Eva -->"])
def test_markup_in_a_field_that_is_plain_text_is_told(town: Municipality, value: str) -> None:
    town.write("nyheter/a.md", f'ingress: "{value}"')
    problem = town.problems()["raw-markup"]
    assert (problem.field, problem.line) == ("ingress", 6)


def test_markdown_in_a_field_that_takes_it_and_stars_in_a_sum_are_let_through(town: Municipality) -> None:
    town.write("fragor/a.md", "svar: Läs **noga**", "ingress: 2 ** 3 ** 4 [obs] (a)")
    assert not town.problems()
