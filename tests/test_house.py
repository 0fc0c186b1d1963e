"""The drawing of the house is fresh, its rule for arrows holds, and rooms say what lies in them."""

import ast
import re
from graphlib import CycleError
from pathlib import Path

import pytest

from site_builder.content import BY_NAME
from tools import house


def test_the_drawing_is_what_the_code_says() -> None:
    assert house.PAGE.read_text(encoding="utf-8") == house.page(), "run: make docs"


def test_an_arrow_that_others_imply_is_left_out() -> None:
    graph = {"a": {"b", "c", "d"}, "b": {"c"}, "c": {"d"}, "d": set(), "e": {"d"}}
    assert house.needed(graph) == {"a": ["b"], "b": ["c"], "c": ["d"], "d": [], "e": ["d"]}


def test_a_house_that_goes_in_a_circle_is_not_drawn() -> None:
    with pytest.raises(CycleError):
        house.needed({"a": {"b"}, "b": {"c"}, "c": {"a"}})


@pytest.mark.parametrize(
    "room",
    sorted(
        path
        for package in house.packages()
        for path in Path(package).rglob("__init__.py")
        if "versions" not in path.parts
    ),
    ids=lambda path: path.parent.as_posix(),
)
def test_the_docstring_of_a_room_names_all_that_lies_in_it(room: Path) -> None:
    doc = ast.get_docstring(ast.parse(room.read_text(encoding="utf-8"))) or ""
    inside = {path.stem for path in room.parent.glob("*.py")} - {"__init__"}
    inside |= {path.parent.name for path in room.parent.glob("*/__init__.py")}
    if room.parent.name == "content":
        inside -= set(BY_NAME)  # a type is a module, and the glossary names them
    assert {name for name in inside if not re.search(rf"\b{name}\b", doc)} == set()
