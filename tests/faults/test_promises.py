"""What docs/tillforlitlighet.md promises is held by tests that exist."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROMISES = re.findall(r"`(tests/\S+?\.py)::(\w+)`", (ROOT / "docs/tillforlitlighet.md").read_text())


def test_the_document_names_tests() -> None:
    assert len(PROMISES) > 15


@pytest.mark.parametrize(("path", "name"), PROMISES)
def test_the_test_that_holds_a_promise_exists(path: str, name: str) -> None:
    tree = ast.parse((ROOT / path).read_text())
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
