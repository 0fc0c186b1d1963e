"""Mending any text: nothing is lost, and the second time there is nothing to do."""

import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from site_builder.editing.fixes import fix

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
