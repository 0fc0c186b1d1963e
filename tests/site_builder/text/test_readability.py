"""How texts read: LIX as it is defined, heavy words, and what is not judged."""

import timeit

import pytest

from site_builder.text import readability
from tests.site_builder.conftest import Municipality

PLAIN = "Du kan låna en bok. Ta med ditt kort. Vi har öppet till åtta. "
HARD = (
    "Kommunstyrelseförvaltningens verksamhetsuppföljning omfattar kvalitetsutveckling, ekonomistyrning, "
    "upphandlingsfrågor, personalförsörjning, informationssäkerhet, arkivhantering, beredskapsplanering och "
    "samhällsbyggnadsprocessens långsiktiga utvecklingsmöjligheter inom ramverket för den nya kommande "
    "planperioden. "
)


def test_lix_is_words_a_sentence_and_long_words_of_a_hundred() -> None:
    found = readability.measure("Jag bor här. Grannarna flyttade igår.")
    assert found.words == 6
    assert found.lix == pytest.approx(6 / 2 + 100 * 2 / 6)


@pytest.mark.parametrize(
    "more",
    [
        "\n\n| Kommunfullmäktige | Sammanträdesplaneringen |\n| --- | --- |\n",
        "\n\n> Kommunfullmäktige fastställer sammanträdesplaneringen.\n",
        "\n\n## Sammanträdesplaneringen\n",
        " https://kommun.example/sammantradesplaneringen",
        " §§ 68–82",
        " 2012/KS 0171",
        " `sammanträdesplaneringen`",
    ],
)
def test_tables_quotations_headings_numbers_and_addresses_are_left_out(more: str) -> None:
    assert readability.measure(PLAIN + more).lix == pytest.approx(readability.measure(PLAIN).lix)


def test_an_abbreviation_ends_no_sentence() -> None:
    assert readability.measure("Vi öppnar kl. 8, t.ex. i dag.").lix == pytest.approx(
        readability.measure("Vi öppnar kl 8, tex i dag.").lix, abs=1
    )


def test_a_text_without_words_has_no_lix() -> None:
    assert readability.measure("112\n\n| a |\n").lix == 0


def test_a_hard_text_is_told_with_its_longest_sentence_and_where_it_is() -> None:
    found = readability.hard_to_read(45, [PLAIN, HARD * 4])
    assert found is not None
    where, message, hint = found
    assert where == 1
    assert "högst 45" in message
    assert "Kommunstyrelseförvaltningens verksamhetsuppföljning" in hint


def test_an_easy_text_and_a_very_short_one_are_let_be() -> None:
    assert readability.hard_to_read(45, [PLAIN * 10]) is None
    assert readability.hard_to_read(45, [HARD]) is None


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Du erhåller ett svar.", "få"),
        ("ERFORDRAS", "behövs"),
        ("Det sker i enlighet med planen.", "enligt"),
        ("Vi beaktar\nditt svar.", "ta hänsyn till"),
    ],
)
def test_a_heavy_word_has_a_plain_one_in_any_form(text: str, plain: str) -> None:
    assert [found[1] for found in readability.heavy_words(text)] == [plain]


def test_a_quoted_word_or_a_part_of_a_word_is_no_heavy_word() -> None:
    assert list(readability.heavy_words("> Härmed beslutas.\n\nDockan ligger på tyget. `dock`")) == []


def test_the_list_has_at_least_sixty_words_each_with_a_replacement() -> None:
    rows = [row for row in readability.WORDS.read_text(encoding="utf-8").splitlines() if row[0] != "#"]
    assert len(rows) >= 60
    assert all(all(part.strip() for part in row.split(" = ")) and row.count(" = ") == 1 for row in rows)


def test_fields_are_judged_as_the_body_is(town: Municipality) -> None:
    town.write("trygghet/a.md", f"före: {HARD * 4}", "efter: Du erhåller hjälp.")
    found = town.problems()
    assert (found["hard-to-read"].field, found["heavy-word"].field) == ("före", "efter")
    assert found["hard-to-read"].severity == "warning"


def test_a_decision_is_quoted_but_its_plain_summary_is_judged(town: Municipality) -> None:
    lines = (
        "utfall: beslutat",
        "organ: ks",
        'datum: "2026-11-01"',
        "beslutspunkter: Nämnden erhåller medel.",
    )
    town.write("beslut/a.md", *lines, text=HARD * 4 + "Härmed.")
    assert not {"hard-to-read", "heavy-word"} & town.problems().keys()
    town.write("beslut/a.md", *lines, "sammanfattning: Nämnden erhåller pengar.")
    assert town.problems()["heavy-word"].field == "sammanfattning"


def test_an_ordinary_text_is_read_within_milliseconds() -> None:
    text = PLAIN * 30

    def once() -> None:
        readability.hard_to_read(45, [text])
        list(readability.heavy_words(text))

    assert min(timeit.repeat(once, number=10, repeat=5)) / 10 < 0.005


@pytest.mark.parametrize(
    "sign", [".", "\n", "x", "](", "`", "| a |\n", "> ", "@", "a@", "-", "1", "§ ", " \n"]
)
def test_a_long_monotonous_text_takes_no_long_time(sign: str) -> None:
    text = sign * (100_000 // len(sign))

    def once() -> None:
        readability.hard_to_read(45, [text])
        list(readability.heavy_words(text))

    assert timeit.timeit(once, number=1) < 5
