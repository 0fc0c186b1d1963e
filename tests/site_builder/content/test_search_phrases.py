"""The table `sökfraser.yml`: rows of three kinds, and nothing half understood."""

from pathlib import Path

import pytest

from site_builder.content.search_phrases import FILE, Phrase, read


def rows(folder: Path, text: str) -> tuple[list[Phrase], list[str]]:
    """What the table says, and the codes of what is wrong with it."""
    (folder / FILE).write_text(text, encoding="utf-8")
    found, problems = read([folder])
    return found, [one.code for one in problems]


def test_a_row_says_what_an_expression_is_after_the_longest_expression_first(tmp_path: Path) -> None:
    told = rows(tmp_path, "- {fraser: [Pris, vad kostar], slag: [Tjänst], ord: [avgift], först: [/a/]}")
    assert told == ([Phrase(("vad kostar", "pris"), (), ("Tjänst",), ("avgift",), ("/a/",))], [])


def test_a_row_says_what_an_everyday_word_or_an_english_one_means(tmp_path: Path) -> None:
    text = "- {fraser: [soffa], betyder: [grovsopor]}\n- {engelska: [Library], betyder: [bibliotek]}\n"
    everyday, english = rows(tmp_path, text)[0]
    assert (everyday.phrases, everyday.means) == (("soffa",), ("grovsopor",))
    assert (english.english, english.means) == (("library",), ("bibliotek",))


@pytest.mark.parametrize(
    "row",
    [
        "{betyder: [grovsopor]}",
        "{engelska: [library]}",
        "{engelska: [library], slag: [Tjänst]}",
        "{fraser: [soffa], betyder: [grovsopor], slag: [Tjänst]}",
        "{fraser: soffa, betyder: [grovsopor]}",
        "{fraser: [soffa], synonym: [grovsopor]}",
    ],
)
def test_a_row_that_is_of_no_kind_is_a_problem_and_is_left_out(tmp_path: Path, row: str) -> None:
    assert rows(tmp_path, f"- {row}") == ([], ["search-phrase"])
