"""`make run` shows a few cases that say that they are examples, and never twice."""

import json
from pathlib import Path

from tests.cases.serving import KINDS, Municipality
from tools.case_examples import write_examples


def test_the_examples_are_labelled_and_written_once(town: Municipality, tmp_path: Path) -> None:
    file = tmp_path / "site" / "api" / "v1" / "case-categories.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"case-categories": KINDS}), encoding="utf-8")
    made = [write_examples(town.engine, town.keys, town.own, tmp_path / "site", town.now) for _ in range(2)]
    assert made == [4, 0]
    assert "Exempel: lampan" in town.get("/felanmalan/lista/").text
    assert "Exempel: en gunga" in town.get("/arenden/2/").text
    assert town.deliver() == []
