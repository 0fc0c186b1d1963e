"""Front matter: read as plain strings, and every mistake told on its own line with the way to mend it."""

import timeit

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from site_builder.problems import Problem
from site_builder.reading.front_matter import read


def told(head: str) -> Problem:
    _, problems = read("a.md", f"---\n{head}\n---\nText\n".encode())
    return problems[0]


def test_values_are_the_strings_that_were_written() -> None:
    head = (
        "telefon: 0701234567\ntid: 18:00\ndag: 2026-05-29\nja: ja\nlista:\n  - a\n  - b: c\ntomt:\nutan: ''"
    )
    document, problems = read("a.md", f"---\n{head}\n---\nText\n".encode())
    assert document
    assert document.data == {
        "telefon": "0701234567",
        "tid": "18:00",
        "dag": "2026-05-29",
        "ja": "ja",
        "lista": ["a", {"b": "c"}],
        "utan": "",
    }
    assert (document.markdown, document.markdown_line, problems) == ("Text\n", 12, [])
    assert document.lines[("lista", 1, "b")] == 8


@pytest.mark.parametrize(
    ("head", "code", "line", "message", "hint"),
    [
        ("titel: Info: snö", "yaml-syntax", 2, "kolon", 'titel: "Info: snö"'),
        ('a: 1\ntitel: "Snö\nb: 2', "yaml-syntax", 3, "stängs aldrig", "sist"),
        ('titel: "Snö\ningress: "x"', "yaml-syntax", 2, "", "sist"),
        ('titel: "Snö" är vit', "yaml-syntax", 2, "citattecken", '"”Snö” är vit"'),
        ("titel: 'Snö's dag'", "yaml-syntax", 2, "", '"Snö\'s dag"'),
        ("titel:Snö\nvem: du", "yaml-syntax", 2, "mellanslag saknas", "`titel: Snö`"),
        ("titel:Snö", "yaml-syntax", 2, "mellanslag saknas", "`titel: Snö`"),
        ("titel: @kommunen", "yaml-syntax", 2, "citattecken", '"@kommunen"'),
        ("titel: *Viktigt* nu", "yaml-syntax", 2, "*", '"*Viktigt* nu"'),
        ("titel: &Co AB", "yaml-alias", 2, "&", "citattecken"),
        ("titel: !Viktigt nu", "yaml-alias", 2, "!", "citattecken"),
        ("a: [x]\nb: *a", "yaml-alias", 3, "*", "citattecken"),
        ("titel: [Snö\nvem: du", "yaml-syntax", 2, "hakparentes", '"[Snö"'),
        ("titel: >Snö", "yaml-syntax", 2, "Efter >", '">Snö"'),
        ("a: 1\n b: 2", "yaml-syntax", 3, "indragen", "indraget"),
        ("hur:\n-a\n- b", "yaml-syntax", 3, "strecket", "`- a`"),
        ("hur: - a", "yaml-syntax", 2, "lista", "egna rader"),
        ("? [a]\n: b", "yaml-syntax", 2, "fältnamn", "fält: värde"),
        ("a:\n\tb: 1", "tab", 3, "tabb", "mellanslag"),
        ("a: 1\na: 2", "duplicate-key", 3, "rad 2", "Behåll"),
        ("Bara text", "front-matter-not-mapping", 2, "fält", "titel:"),
        ("", "front-matter-missing", 1, "", ""),
        ('a: "\\x07"', "control-character", 2, "U+0007", "Ta bort"),
        ("a: 1\nb: x\u202ey", "control-character", 3, "U+202E", "Ta bort"),
        (
            "\n".join(" " * depth + "a:" for depth in range(40)),
            "front-matter-too-deep",
            23,
            "listor",
            "Flytta",
        ),
    ],
)
def test_a_mistake_has_its_line_its_reason_and_its_remedy(
    head: str, code: str, line: int, message: str, hint: str
) -> None:
    problem = told(head) if head else read("a.md", b"hej")[1][0]
    assert (problem.code, problem.line, problem.severity) == (code, line, "error")
    assert message in problem.message
    assert hint in problem.suggestion
    assert problem.suggestion
    assert problem.message.endswith(".")


@pytest.mark.parametrize("near", ["—-", "----", " ---", "--", "–––"])
def test_a_line_that_is_nearly_right_is_pointed_at(near: str) -> None:
    assert read("a.md", f"---\na: 1\n{near}\nText".encode())[1][0].suggestion.startswith("Rad 3 ")


def test_what_was_saved_otherwise_is_told_together_with_what_else_is_wrong() -> None:
    _, problems = read("a.md", "\ufeff---\r\ntitel: a: b\r\n---\r\n".encode())
    assert [problem.code for problem in problems] == ["byte-order-mark", "crlf", "yaml-syntax"]


def test_ordinary_signs_in_a_text_are_no_marks() -> None:
    document, problems = read("a.md", b"---\na: Fr\xc3\xa5ga & svar * 2 !\nb: >-\n  & x\n  * y\n---\n")
    assert document
    assert document.data == {"a": "Fråga & svar * 2 !", "b": "& x * y"}
    assert problems == []


@given(st.text(max_size=200))
def test_any_text_gives_a_document_or_problems_on_lines_of_the_file(text: str) -> None:
    raw = f"---\n{text}\n---\n".encode(errors="replace")
    document, problems = read("a.md", raw)
    assert document or problems
    assert all(0 <= problem.line <= raw.count(b"\n") + raw.count(b"\r") + 1 for problem in problems)


words = st.text("abcåäö :#-'\"[]{}&*!|>%@`,\n", max_size=20)


@given(
    st.dictionaries(
        st.text("abcåäö", min_size=1), words | st.lists(words, max_size=3), min_size=1, max_size=5
    )
)
def test_what_yaml_writes_is_read_back(data: dict[str, object]) -> None:
    head = yaml.safe_dump(data, allow_unicode=True, width=10_000)
    document, problems = read("a.md", f"---\n{head}---\n".encode())
    assert problems == []
    assert document
    assert document.data == data


def test_a_record_with_a_table_of_fifty_thousand_lines_is_read_at_once() -> None:
    raw = b"---\ntitel: a\n---\n" + b"| a | b |\n" * 50_000
    assert timeit.timeit(lambda: read("a.md", raw), number=1) < 1
