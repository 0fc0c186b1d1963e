"""The container's file: it copies every room, and its base is an argument."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8")


def test_every_package_that_is_installed_is_copied_into_the_image() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = project["tool"]["setuptools"]["packages"]["find"]["include"]
    packages = {name.rstrip("*") for name in included}
    copied = set(re.findall(r"^COPY (\w+) \1$", TEXT, re.M))
    assert packages | {"theme"} <= copied
    guide = (ROOT / "docs" / "drift.md").read_text(encoding="utf-8")
    for compiled in re.findall(r"compileall -q ([\w ]*\w)", TEXT + guide):
        assert set(compiled.split()) == packages


def test_the_base_may_be_given_by_its_digest_and_the_web_is_asked_whether_it_is_well() -> None:
    assert re.search(r"^ARG BASE=\S+$", TEXT, re.M)
    bases = re.findall(r"^FROM (\S+)", TEXT, re.M)
    assert set(bases) == {"${BASE}"}
    last = TEXT.rpartition("FROM ${BASE}")[2]
    assert "/prenumerera/healthz" in last.partition("HEALTHCHECK")[2]
    assert re.search(r"^USER medborgarfokus$", last, re.M)
