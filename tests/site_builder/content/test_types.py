"""A type declares itself: nothing but its own module, template and folder knows that it exists."""

import ast
from pathlib import Path

import pytest

from site_builder.config import THEME
from site_builder.content import BY_NAME, TYPES
from site_builder.publishing.build import read
from site_builder.publishing.rendering import environment
from tests.site_builder.conftest import Municipality


@pytest.mark.parametrize("name", BY_NAME)
def test_a_type_is_one_module_and_one_template_of_its_name(name: str) -> None:
    assert BY_NAME[name].__module__ == f"site_builder.content.{name}"
    assert (THEME / "types" / f"{name}.html").is_file()


def test_every_type_has_a_place_of_its_own_among_the_others() -> None:
    assert len({model.info.rank for model in TYPES}) == len(TYPES)
    assert [model.info.rank for model in TYPES] == sorted(model.info.rank for model in TYPES)


def test_a_topic_shows_what_one_can_do_before_what_has_been_said() -> None:
    names = list(BY_NAME)
    assert names[:4] == ["service", "eservice", "question", "safety"]
    assert names.index("news") < names.index("decision") < names.index("meeting") < names.index("notice")


def test_the_theme_has_the_line_that_each_type_asks_for() -> None:
    lines = environment().get_template("parts.html").module.LINES  # type: ignore[attr-defined]
    assert {model.info.line for model in TYPES} <= set(lines)


def test_no_module_lists_the_types() -> None:
    for path in Path("site_builder").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            words = node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", [])
            named = {word.value for word in words if isinstance(word, ast.Constant)} & BY_NAME.keys()
            assert len(named) < 5, f"{path}: {named}"


def test_a_page_may_lead_to_whatever_type_there_is(town: Municipality) -> None:
    town.write("sidor/om.md", "relaterat: organ/ks")
    site, _, problems = read([town.content], town.now, town.home / "cache")
    (page,) = (one for one in site.all if one.slug == "om")
    (reference,) = (found for found in page.references if found.attribute == "related")
    assert reference.types == tuple(BY_NAME)
    assert "wrong-type" not in {problem.code for problem in problems}
