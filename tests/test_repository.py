"""The repository's own promises: nothing in it depends on one machine or on one package index."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = ["requirements.txt", "requirements-dev.txt"]
INDEX_HOST = re.compile(
    "|".join(
        ["pypi" + r"\.org", "files\\.python" + "hosted", "registry" + r"\.npmjs", "deb" + r"\.debian\.org"]
    )
)
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:" + "|".join(["work", "tmp", "root", "opt/wheels"]) + r")/\w")


def tracked_texts() -> list[tuple[str, str]]:
    """Every tracked file with its path, read as text."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    paths = [ROOT / name.decode() for name in listed.split(b"\0") if name]
    assert len(paths) > 1
    return [
        (str(path.relative_to(ROOT)), path.read_bytes().decode("utf-8", "replace"))
        for path in paths
        if path.is_file()
    ]


def test_no_file_names_a_package_index() -> None:
    assert [path for path, text in tracked_texts() if INDEX_HOST.search(text)] == []


def test_no_file_holds_a_path_of_the_machine_it_was_written_on() -> None:
    assert [path for path, text in tracked_texts() if MACHINE_PATH.search(text)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_requirement_is_exact_and_has_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text().replace("\\\n", " ")
    requirements = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert requirements
    assert [line for line in requirements if "==" not in line or "--hash=sha256:" not in line] == []


def test_the_node_lock_names_no_download_address() -> None:
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text()


def test_only_one_package_imports_mkdocs() -> None:
    importing = re.compile(r"^\s*(?:import|from) (?:mkdocs|properdocs)\b", re.MULTILINE)
    found = [path for path, text in tracked_texts() if path.endswith(".py") and importing.search(text)]
    assert found == ["site_builder/mkdocs/plugin.py"]
