"""Mending any text: nothing is lost, and the second time there is nothing to do."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from site_builder.editing.fixes import fix, fix_file
from tests.site_builder.conftest import Municipality

KEY = "00000000-0000-4000-8000-000000000900"
LINES = st.lists(
    st.sampled_from(
        ["---", "--- ", "id: x", "id:", '"id": y', "titel: Tyreso\u0308", "", "\ufeff", "text ", "  id: z"]
    )
    | st.text(max_size=10)
)


@given(LINES, st.sampled_from(["\n", "\r\n", "\r"]))
@example(["---", "id:", "id:", "---"], "\n")
def test_mending_loses_nothing_and_is_done_at_once(lines: list[str], end: str) -> None:
    text = end.join(lines)
    once = fix(text, lambda: KEY)
    assert fix(once, lambda: "another") == once
    plain = unicodedata.normalize("NFC", text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    assert plain in {once, once.replace(f"id: {KEY}\n", "", 1), once.replace(f"id: {KEY}", "id:", 1)}


def test_an_id_is_added_only_where_there_is_none() -> None:
    assert fix("--- \ntitel: a\n---\n", lambda: KEY) == f"--- \nid: {KEY}\ntitel: a\n---\n"
    assert fix("---\n---\n", lambda: KEY) == f"---\nid: {KEY}\n---\n"
    assert fix("---\na:\n  id: z\n---\n", lambda: KEY).startswith(f"---\nid: {KEY}\n")
    for given_id in ("id: x", '"id": x', "id : x"):
        assert fix(f"---\n{given_id}\n---\n") == f"---\n{given_id}\n---\n"


def test_an_empty_id_is_filled_where_it_stands() -> None:
    assert fix("---\ntitel: a\nid:\n---\n", lambda: KEY) == f"---\ntitel: a\nid: {KEY}\n---\n"
    assert fix("---\nid:  # nytt\nb: c\n---\n", lambda: KEY) == f"---\nid: {KEY}  # nytt\nb: c\n---\n"
    for given_id in ("id:\n  x", 'id: "x"', "b:\n  id:\nid: x", "id:\nid:", "id: x\nid:"):
        assert fix(f"---\n{given_id}\n---\n") == f"---\n{given_id}\n---\n"


def dirty(text: str) -> str:
    return text.replace("|", "\u200b").replace("~", "\u00a0").replace("^", "\u00ad")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("e-post: ~info@exem|pel.example^", "e-post: info@exempel.example"),
        ('e-post: "|info@exempel.example"', 'e-post: "info@exempel.example"'),
        ("telefon: 08-123~456|", "telefon: 08-123 456"),
        ("mål: |https://exempel.example/a^b", "mål: https://exempel.example/ab"),
        ("  länk: /kontakt/vaxel|/", "  länk: /kontakt/vaxel/"),
        ("- ~info@exempel.example", "- info@exempel.example"),
        ("titel: Sam^manträde~5 § med|", "titel: Sam^manträde~5 § med|"),
        ("ingress: Skriv till info@exempel.example,~tack", "ingress: Skriv till info@exempel.example,~tack"),
    ],
)
def test_signs_that_do_not_show_leave_fields_that_hold_an_address(before: str, after: str) -> None:
    text = "---\nid: x\n{}\n---\nSam^man\n"
    assert fix(dirty(text.format(before))) == dirty(text.format(after))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Se [Väx^eln](/kontakt/vaxel|/).", "Se [Väx^eln](/kontakt/vaxel/)."),
        ("[a](~https://exempel.example/|)~b", "[a](https://exempel.example/)~b"),
        ("<|info@exempel.example>", "<info@exempel.example>"),
        ('[a](/b| "Ti^tel")', '[a](/b| "Ti^tel")'),
        ("(5~kg) och 3~<~4~>~2", "(5~kg) och 3~<~4~>~2"),
    ],
)
def test_signs_that_do_not_show_leave_links_and_stay_in_texts(before: str, after: str) -> None:
    text = "---\nid: x\n---\n{}\n"
    assert fix(dirty(text.format(before))) == dirty(text.format(after))


@pytest.mark.parametrize("sign", ["\u00a0", "\u200b", "\u00ad", "\u200d", "\u2060", "\u3000"], ids=ascii)
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("e-post", "info@exempel.example"),
        ("telefon", "08-123 456"),
        ("mål", "https://exempel.example/a"),
        ("text", "[Växeln](/kontakt/vaxel/)"),
        ("text", "[Växeln](mailto:info@exempel.example)"),
    ],
)
def test_an_address_with_a_sign_that_does_not_show_is_an_error_until_it_is_mended(
    town: Municipality, field: str, value: str, sign: str
) -> None:
    path = "etjanster/a.md" if field == "mål" else "kontakter/a.md"
    place = len(value) // 2 + 3
    marked = value[:place] + sign + value[place:]
    lines, text = ([], marked) if field == "text" else ([f"{field}: {marked}"], "")
    file = town.write(path, *lines, text=text)
    assert town.problems()["invisible-character"].severity == "error"
    assert fix_file(file)
    assert not {"invisible-character", "invalid-phone", "invalid-email"} & town.problems().keys()
    assert value.replace(" ", "") in file.read_text("utf-8").replace(" ", "")
