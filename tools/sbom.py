"""`make sbom` writes what the program consists of, as a CycloneDX bill of materials.

`cyclonedx-py` describes everything that is installed here, tools for tests too; what the lock of the program
itself does not name is left out. CycloneDX 1.6: https://cyclonedx.org/docs/1.6/json/
"""

import json
import platform
import re
import subprocess
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

ROOT = Path(__file__).parent.parent
OUT = Path("sbom.cdx.json")


def main() -> int:
    """Write the bill of this environment, where it is true to the lock; returns the exit code."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = _locked((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    direct = _direct((ROOT / "requirements.in").read_text(encoding="utf-8"))
    bill = runtime(installed(), project, locked, direct)
    wrong = differing(bill, locked)
    if wrong:
        sys.stderr.write(f"Annat installerat än låsfilen säger: {', '.join(wrong)}. Kör make setup.\n")
        return 1
    bill["serialNumber"] = f"urn:uuid:{uuid4()}"
    bill["metadata"]["timestamp"] = datetime.now(UTC).isoformat(timespec="seconds")
    text = json.dumps(bill, ensure_ascii=False, indent=1) + "\n"
    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)  # by the published schema
    if fault is not None:
        sys.stderr.write(f"Förteckningen är inte riktig CycloneDX: {fault}\n")
        return 1
    OUT.write_text(text, encoding="utf-8")
    sys.stdout.write(f"{len(bill['components'])} delar i {OUT}\n")
    return 0


def installed() -> dict[str, Any]:
    """Everything in this Python environment, as the format's own tool tells it."""
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--spec-version", "1.6", "--no-validate"]
    ran = subprocess.run([*command, sys.executable], capture_output=True, check=True)  # noqa: S603 - our own words
    bill: dict[str, Any] = json.loads(ran.stdout)
    return bill


def runtime(
    bill: dict[str, Any], project: dict[str, Any], locked: dict[str, str], direct: set[str]
) -> dict[str, Any]:
    """The bill of the program: the locked parts, Python, and what needs what; `direct` are those we name."""
    kept = {part["bom-ref"]: part for part in bill["components"] if _plain(part["name"]) in locked}
    language = f"python=={platform.python_version()}"
    root = project["name"]
    needs = sorted(ref for ref, part in kept.items() if _plain(part["name"]) in direct)
    graph = [
        {"ref": each["ref"], "dependsOn": [ref for ref in each.get("dependsOn", []) if ref in kept]}
        for each in bill["dependencies"]
        if each["ref"] in kept
    ]
    return {
        "$schema": bill["$schema"],
        "bomFormat": bill["bomFormat"],
        "specVersion": bill["specVersion"],
        "version": 1,
        "metadata": {
            "tools": bill["metadata"]["tools"],
            "component": {
                "bom-ref": root, "type": "application", "name": root,
                "version": project["version"], "description": project["description"],
            },
        },
        "components": [
            {"bom-ref": language, "type": "platform", "name": "python", "version": platform.python_version()},
            *kept.values(),
        ],
        "dependencies": [{"ref": root, "dependsOn": [language, *needs]}, *graph],
    }  # fmt: skip


def differing(bill: dict[str, Any], locked: dict[str, str]) -> list[str]:
    """Parts whose version is not the locked one."""
    return [
        f"{part['name']} {part['version']}"
        for part in bill["components"]
        if locked.get(_plain(part["name"]), part["version"]) != part["version"]
    ]


def _locked(text: str) -> dict[str, str]:
    """Versions by name."""
    return {
        _plain(name): version
        for name, version in re.findall(r"^([\w.-]+)(?:\[.*?\])?==([^\s;\\]+)", text, re.M)
    }


def _direct(text: str) -> set[str]:
    return {_plain(name) for name in re.findall(r"^([A-Za-z][\w.-]*)", text, re.M)}


def _plain(name: str) -> str:
    """A package's name as it is compared: https://peps.python.org/pep-0503/"""
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    sys.exit(main())
