"""Several builds of one site at a time, as real processes: it ends as one build would end it."""

import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from time import sleep
from typing import IO

import pytest

from site_builder.publishing.build import Options, build
from site_builder.publishing.publish import ASIDE, INTENT, JOURNAL
from site_builder.publishing.site_lock import site_lock
from tests.site_builder.conftest import Municipality

pytestmark = pytest.mark.no_cover


def start(town: Municipality, *words: str) -> "subprocess.Popen[str]":
    """`site-builder build` in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "site_builder.cli", "build", "--no-search", *words],
        cwd=town.home,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def end(process: "subprocess.Popen[str]") -> str:
    """What it said when it was done."""
    said, errors = process.communicate(timeout=100)
    assert process.returncode == 0, said + errors
    return said


def line(stream: IO[str] | None) -> str:
    assert stream
    return stream.readline()


def tree(site: Path) -> dict[str, bytes]:
    return {str(path.relative_to(site)): path.read_bytes() for path in site.rglob("*") if path.is_file()}


@pytest.fixture
def town(tmp_path: Path) -> Municipality:
    """Enough records for the builds to have something to do."""
    made = Municipality(tmp_path)
    for number in range(40):
        made.write(f"nyheter/nyhet-{number}.md", f"titel: Nyhet {number}")
    return made


def test_a_second_build_waits_says_so_and_then_sees_what_was_written_meanwhile(town: Municipality) -> None:
    with site_lock(town.site):
        second = start(town)
        assert "Ett annat bygge av samma webbplats pågår" in line(second.stderr)
        town.write("nyheter/sen.md", "titel: Skriven medan bygget väntade")
    end(second)
    assert "Skriven medan bygget väntade" in town.page("/nyheter/")


def test_a_build_that_has_waited_is_of_the_moment_when_it_begins(town: Municipality) -> None:
    town.write("nyheter/snart.md", "titel: Snart", 'publiceras_från: "2026-11-24 09:01"')
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with site_lock(town.site):
            held.set()
            release.wait()

    def wait() -> None:
        sleep(0.2)
        release.set()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    now = datetime(2026, 11, 24, 8, 0, 59, 900_000, tzinfo=UTC)
    build(Options([town.content], town.site, now, cache=town.home / "cache"), wait=wait)
    holder.join()
    assert town.has("/nyheter/2026/snart/")


@pytest.mark.parametrize("count", [2, 3, 4])
def test_builds_started_together_leave_the_site_as_one_build_would(town: Municipality, count: int) -> None:
    end(start(town))
    builds = []
    for number in range(count):
        for path in (town.content / "nyheter").glob("*.md"):
            path.write_text(path.read_text() + f"\nTillagt {number}.\n")
        builds.append(start(town, *(["--full"] if number % 2 else [])))
    for process in builds:
        end(process)
    after = tree(town.site)
    assert not [name for name in after if name.endswith((ASIDE, INTENT, JOURNAL))]
    assert f"Tillagt {count - 1}." in town.page("/nyheter/2026/nyhet-7/")
    assert " 0 ändrade" in end(start(town, "--full"))
    assert tree(town.site) == after


def test_a_build_that_is_killed_holds_nobody_up(town: Municipality) -> None:
    for number in range(400):  # enough for processes of its own, which may outlive it
        town.write(f"nyheter/fler-{number}.md", f"titel: Fler {number}")
    first = start(town)
    while not (town.site / INTENT).exists():
        assert first.poll() is None
    first.kill()
    first.wait()
    end(start(town))
    assert "Fler 399" in town.page("/nyheter/2026/fler-399/")
    for stream in (first.stdout, first.stderr):
        assert stream
        stream.close()
