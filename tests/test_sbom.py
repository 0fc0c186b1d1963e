"""The bill of materials: true to the lock, whole, and valid by the published schema."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tools import sbom

ROOT = Path(__file__).parent.parent
LOCK = "alfa==1.0 \\\n    --hash=sha256:0\nbeta-x[extra]==2.0 ; a < 'b' \\\n    --hash=sha256:0"
INSTALLED: dict[str, Any] = {
    "$schema": "s", "bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"tools": {}},
    "components": [
        {"bom-ref": "a", "name": "Alfa", "version": "1.0"},
        {"bom-ref": "b", "name": "Beta.X", "version": "2.0"},
        {"bom-ref": "t", "name": "pytest", "version": "9"},
    ],
    "dependencies": [{"ref": "a", "dependsOn": ["b", "t"]}, {"ref": "b"}, {"ref": "t", "dependsOn": ["a"]}],
}  # fmt: skip
PROJECT = {"name": "program", "version": "0", "description": "d"}


def made(locked: dict[str, str]) -> dict[str, Any]:
    return sbom.runtime(INSTALLED, PROJECT, locked, {"alfa"})


def test_what_only_tests_need_is_no_part_of_the_program() -> None:
    bill = made(sbom._locked(LOCK))
    assert [part["name"] for part in bill["components"]] == ["python", "Alfa", "Beta.X"]
    graph = {each["ref"]: each["dependsOn"] for each in bill["dependencies"]}
    assert graph["a"] == ["b"]
    assert graph["b"] == []
    assert graph["program"][1:] == ["a"]
    assert "t" not in graph


def test_another_version_than_the_locked_one_is_told() -> None:
    assert sbom.differing(made({"alfa": "1.1", "beta-x": "2.0"}), {"alfa": "1.1", "beta-x": "2.0"}) == [
        "Alfa 1.0"
    ]


@pytest.mark.slow
def test_the_bill_of_this_program_is_valid_and_names_all_that_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert sbom.main() == 0
    text = sbom.OUT.read_text(encoding="utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bill = json.loads(text)
    names = {sbom._plain(part["name"]) for part in bill["components"]}
    dependencies = sbom._direct((ROOT / "requirements.in").read_text(encoding="utf-8"))
    assert dependencies <= names
    assert "pytest" not in names
    references = {part["bom-ref"] for part in bill["components"]}
    graph = {each["ref"]: each["dependsOn"] for each in bill["dependencies"]}
    assert references - graph.keys() == {ref for ref in references if ref.startswith("python==")}
    assert all(part.get("purl", "").startswith("pkg:") for part in bill["components"][1:])
    assert bill["metadata"]["component"]["version"] == tomllib.loads(
        (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    )["project"]["version"]  # fmt: skip
