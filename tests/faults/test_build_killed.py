"""kill -9 in the middle of a build: every file that is served is whole, and the next command finishes."""

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from xml.etree import ElementTree

import pytest

from site_builder.publishing.publish import ASIDE, INTENT, JOURNAL

CONTENT = Path(__file__).parents[2] / "content"
WORDS = "Tillagt från början."
XML = {".atom", ".rss", ".xml", ".opml"}


class Building:
    """A copy of the content in a folder of its own, built by the command and killed by the test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.site = folder / "site"
        shutil.copytree(CONTENT, folder / "content")

    def edit(self, words: str) -> None:
        for path in (self.folder / "content/nyheter").rglob("*.md"):
            with path.open("a", encoding="utf-8") as file:
                file.write(f"\n{words}\n")

    def start(self) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [sys.executable, "-m", "site_builder.cli", "build"],
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def finish(self) -> None:
        process = self.start()
        _, errors = process.communicate(timeout=200)
        assert process.returncode == 0, errors.decode()

    def kill_when(self, moment: Callable[[], bool]) -> bool:
        """True when the build was killed; False when it was done before."""
        process = self.start()
        while process.poll() is None and not moment():
            sleep(0.0005)
        ended = process.poll() is not None
        process.kill()
        process.communicate()
        return not ended

    def served(self) -> dict[str, Path]:
        """What a web server would hand out: no hidden files, nothing that lies beside its place."""
        files = {path.relative_to(self.site): path for path in self.site.rglob("*") if path.is_file()}
        return {
            name.as_posix(): path
            for name, path in files.items()
            if path.suffix != ASIDE and not any(part.startswith(".") for part in name.parts)
        }

    def assert_whole(self) -> None:
        for name, path in self.served().items():
            data = path.read_bytes()
            if path.suffix == ".html":
                assert data.rstrip().endswith(b"</html>"), name
            elif path.suffix == ".json":
                json.loads(data)
            elif path.suffix in XML:
                ElementTree.fromstring(data)

    def has_words(self, words: str) -> int:
        return sum(
            words in path.read_text() for name, path in self.served().items() if name.endswith(".html")
        )

    def assert_finished(self) -> None:
        self.assert_whole()
        left = [
            path for path in self.site.rglob("*") if path.suffix == ASIDE or path.name in (INTENT, JOURNAL)
        ]
        assert left == []


@pytest.fixture
def building(tmp_path: Path) -> Building:
    return Building(tmp_path)


def pages(building: Building) -> set[str]:
    """The names of what is served; the search index names its parts by what they hold."""
    return {name for name in building.served() if not name.startswith("sok/index/")}


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_build_killed_at_its_tender_points_leaves_whole_files_and_is_completed(building: Building) -> None:
    site = building.site
    building.edit(WORDS)
    assert building.kill_when((site / INTENT).exists)  # of a site that was never there
    building.assert_whole()
    building.finish()
    building.assert_finished()
    known = pages(building)
    page = next(
        path for path in building.served().values() if path.suffix == ".html" and WORDS in path.read_text()
    )
    points: dict[str, Callable[[], bool]] = {
        "begun": (site / INTENT).exists,
        "aside": page.with_name(page.name + ASIDE).exists,
        "journal": (site / JOURNAL).exists,
    }
    for name, moment in points.items():
        before = building.has_words(f"Tillagt {name}.")
        building.edit(f"Tillagt {name}.")
        assert building.kill_when(moment), name
        building.assert_whole()
        assert before == 0
        building.finish()
        building.assert_finished()
        assert pages(building) == known
        assert building.has_words(f"Tillagt {name}.") > 10


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_build_killed_at_any_moment_leaves_whole_files_and_is_completed(building: Building) -> None:
    chance = random.Random(11)
    began = monotonic()
    building.finish()
    whole = monotonic() - began
    known = pages(building)
    for number in range(5):
        building.edit(f"Tillagt {number}.")
        end = monotonic() + chance.uniform(0.1, whole)
        building.kill_when(lambda end=end: monotonic() > end)  # type: ignore[misc]
        building.assert_whole()
    building.finish()
    building.assert_finished()
    assert pages(building) == known
    assert building.has_words("Tillagt 4.") > 10
