"""The editors' documents say what the models and the checks say."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from site_builder.editing.documentation import BLOCKS, DOCS, with_block

SOURCES = Path("site_builder")
MAKERS = {"error", "warning", "fail", "severity", "kind", "Fault", "_fault", "_rule"}
"""Functions, and names for one of two of them, whose first argument is a problem's code."""

RULES = {"problems", "warnings", "_duplicates", "_problem"}
"""Functions that give codes in other ways: as the first of a tuple, or as the code of what has none."""

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+|crlf|personnummer|placeholder|tab|unreadable")


@pytest.mark.parametrize("name", BLOCKS)
def test_the_generated_part_of_a_document_is_what_the_models_say(name: str) -> None:
    text = (DOCS / name).read_text(encoding="utf-8")
    assert with_block(text, BLOCKS[name]()) == text, "run: make docs"


def test_the_catalogue_explains_every_code_and_no_other() -> None:
    text = (DOCS / "problem.md").read_text(encoding="utf-8")
    explained = re.findall(r"^\| `([a-z0-9-]+)`", text, re.MULTILINE)
    assert len(explained) == len(set(explained))
    assert set(explained) == {code for path in SOURCES.rglob("*.py") for code in codes(path)}


def test_every_row_of_the_catalogue_says_what_why_and_how_to_mend_it() -> None:
    text = (DOCS / "problem.md").read_text(encoding="utf-8")
    for row in re.findall(r"^\| `.*", text, re.MULTILINE):
        cells = [cell.strip() for cell in row.strip("|").split(" | ")]
        assert len(cells) == 3, row
        assert all(cell.rstrip("🔧 ").endswith((".", "`")) for cell in cells), row


def codes(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS:
            yield from _code(node.args[:1])
        elif isinstance(node, ast.FunctionDef) and node.name in RULES:
            for inner in ast.walk(node):
                if isinstance(inner, ast.Tuple):
                    yield from _code(inner.elts[:1])
                elif isinstance(inner, ast.IfExp):
                    yield from _code([inner.orelse])


def _code(nodes: list[ast.expr]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
            yield node.value
