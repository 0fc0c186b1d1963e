"""Incremental is never wrong: after each step the site is byte-identical to a full build at that moment."""

import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from site_builder import config as settings
from site_builder.config import Config
from site_builder.publishing.build import Options, build, read
from site_builder.publishing.template_cache import TemplateCache
from site_builder.reading import load
from site_builder.reading.background import beside

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.no_cover  # whole builds, which others measure: they would take twice as long
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


class World:
    """A copy of the real content and theme, the moment, and the settings: all that a site is made of."""

    def __init__(self, home: Path, seed: int, patch: pytest.MonkeyPatch | None = None) -> None:
        """With `patch`, the theme is a copy too, and can be changed."""
        self.home = home
        self.random = random.Random(seed)
        self.content = home / "content"
        self.theme = home / "theme"
        self.now = NOW
        self.config = Config()
        shutil.copytree(ROOT / "content", self.content)
        if patch:
            shutil.copytree(settings.THEME, self.theme)
            for module in ("config", "publishing.rendering", "publishing.outputs"):
                patch.setattr(f"site_builder.{module}.THEME", self.theme)

    def build(self, name: str, *, full: bool = False) -> dict[str, bytes]:
        """Build into a folder of that name, and read what came out."""
        site = self.home / name
        result = build(
            Options(
                [self.content],
                site,
                self.now,
                full=full,
                cache=self.home / f"{name}.cache",
                config=self.config,
            )
        )
        assert result.files, result.problems
        skip = {".publicerat.json"}
        return {
            path.relative_to(site).as_posix(): path.read_bytes()
            for path in site.rglob("*")
            if path.is_file() and path.name not in skip
        }

    def record(self) -> Path:
        """Some record that others may show."""
        return self.random.choice(
            sorted((self.content / self.random.choice(("tjanster", "fragor"))).glob("*.md"))
        )

    # What an informatör and an operator do, in any order.

    def edit_text(self) -> None:
        path = self.record()
        path.write_text(path.read_text(encoding="utf-8") + "\nEtt tillägg.\n", encoding="utf-8")

    def edit_title(self) -> None:
        path = self.record()
        text = path.read_text(encoding="utf-8")
        path.write_text(
            text.replace("titel: ", "titel: Nya ", 1).replace('titel: Nya "', 'titel: "Nya ', 1),
            encoding="utf-8",
        )

    def edit_contact(self) -> None:
        path = self.content / "kontakter" / "servicecenter.md"
        path.write_text(
            path.read_text(encoding="utf-8").replace("titel: ", "titel: Vårt ", 1), encoding="utf-8"
        )

    def hide(self) -> None:
        path = sorted((self.content / "nyheter").rglob("*.md"))[self.random.randrange(20)]
        path.write_text(
            path.read_text(encoding="utf-8").replace("status: publicerad", "status: arkiverad"),
            encoding="utf-8",
        )

    def add(self) -> None:
        number = self.random.randrange(10**6)
        text = (
            f"---\nid: 00000000-0000-4000-8000-{number:012}\ntitel: Ny {number}\ningress: Ny.\n"
            f'status: publicerad\npublicerad: "2026-11-{self.random.randrange(10, 24)}"\n'
            "ämnen: avfall-atervinning\n---\nText.\n"
        )
        (self.content / "nyheter" / f"ny-{number}.md").write_text(text, encoding="utf-8")

    def rename(self) -> None:
        path = self._old_news()
        self._take_over(path, path.with_name(f"{path.stem}-x.md"), path)

    def delete(self) -> None:
        path = self._old_news()
        heir = sorted((self.content / "fragor").glob("*.md"))[0]
        self._take_over(path, heir, heir)

    def _old_news(self) -> Path:
        """A piece that still has the address it was given."""
        pieces = sorted((self.content / "nyheter").rglob("*.md"))
        return next(path for path in pieces if "ersätter" not in path.read_text(encoding="utf-8"))

    def _take_over(self, path: Path, heir: Path, source: Path) -> None:
        """The address of `path` leads to `heir`, which says what `source` does; `path` is no more."""
        text = path.read_text(encoding="utf-8")
        year = next(line for line in text.splitlines() if line.startswith("publicerad"))
        old = f"/nyheter/{''.join(filter(str.isdigit, year))[:4]}/{path.stem}/"
        written = source.read_text(encoding="utf-8").replace("status:", f"ersätter: {old}\nstatus:", 1)
        path.unlink()
        heir.write_text(written, encoding="utf-8")

    def edit_vocabulary(self) -> None:
        path = self.content / "ämnen.yml"
        path.write_text(path.read_text(encoding="utf-8").replace("namn: ", "namn: Om ", 1), encoding="utf-8")

    def change_template(self) -> None:
        path = self.theme / "frame.html"
        path.write_text(
            path.read_text(encoding="utf-8").replace("</footer>", "<p>Nytt</p></footer>"), encoding="utf-8"
        )

    def change_settings(self) -> None:
        self.config = self.config._replace(name=f"{self.config.name}!")

    def pass_time(self) -> None:
        self.now += timedelta(days=self.random.randrange(1, 90))


STEPS: tuple[Callable[[World], None], ...] = (
    World.edit_text,
    World.edit_title,
    World.edit_contact,
    World.hide,
    World.add,
    World.rename,
    World.delete,
    World.edit_vocabulary,
    World.change_template,
    World.change_settings,
    World.pass_time,
)


@pytest.mark.parametrize(
    ("seed", "many"), [(1, 4), *(pytest.param(seed, 99, marks=pytest.mark.slow) for seed in (1, 2, 3))]
)
def test_after_each_step_the_site_is_that_of_a_full_build(
    tmp_path: Path, seed: int, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, seed, monkeypatch)
    world.build("kept")
    steps = list(STEPS)
    world.random.shuffle(steps)
    for number, step in enumerate(steps[:many]):
        step(world)
        shutil.copy(tmp_path / "kept.publicerat.json", tmp_path / f"fresh{number}.publicerat.json")
        kept, fresh = world.build("kept"), world.build(f"fresh{number}", full=True)
        different = sorted(path for path in kept.keys() | fresh.keys() if kept.get(path) != fresh.get(path))
        assert different == [], step.__name__


def test_a_changed_template_makes_every_page_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path, 1, monkeypatch)
    before = world.build("site")
    world.change_template()
    after = world.build("site")
    assert b"<p>Nytt</p>" not in before["index.html"]
    assert all(
        b"<p>Nytt</p>" in data
        for path, data in after.items()
        if path.endswith("index.html") and b"<footer" in data
    )


@pytest.mark.parametrize("damage", [b"", b"\x00" * 200, b"not a cache at all" * 20])
def test_a_damaged_cache_is_ignored(tmp_path: Path, damage: bytes) -> None:
    world = World(tmp_path, 1)
    before = world.build("site")
    for path in (tmp_path / "site.cache").rglob("*"):
        if path.is_file():
            path.write_bytes(damage)
    assert world.build("site", full=True) == before


def test_a_text_that_was_damaged_where_it_is_kept_is_read_again_from_its_file(tmp_path: Path) -> None:
    world = World(tmp_path, 1)
    before = world.build("site")
    [path] = (tmp_path / "site.cache").rglob("texter.sqlite3")
    with closing(sqlite3.connect(path)) as connection, connection:
        for file, data in connection.execute("SELECT file, data FROM texts").fetchall():
            middle = len(data) // 2
            torn = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
            connection.execute("UPDATE texts SET data = ? WHERE file = ?", (torn, file))
    assert world.build("site", full=True) == before


def test_a_cache_of_another_version_is_ignored(tmp_path: Path) -> None:
    world = World(tmp_path, 1)
    cache = tmp_path / "cache"
    load.load([world.content], cache, "one version").saving.finish()
    assert load.load([world.content], cache, "one version").texts.fresh == {}
    assert len(load.load([world.content], cache, "another version").texts.fresh) > 100


def test_one_edit_writes_one_part_of_the_cache_and_a_removed_file_leaves_it(tmp_path: Path) -> None:
    world = World(tmp_path, 1)
    folder = tmp_path / "cache"

    def parts() -> dict[str, bytes]:
        load.load([world.content], folder, "one").saving.finish()
        return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix == ""}

    before, path = parts(), world.content / "tjanster" / "bygglov.md"
    path.write_text(path.read_text(encoding="utf-8") + "\nEtt tillägg.\n", encoding="utf-8")
    after = parts()
    [changed] = [name for name in before if before[name] != after[name]]
    path.unlink()
    assert b"tjanster/bygglov.md" in after[changed]
    assert b"tjanster/bygglov.md" not in parts()[changed]


def test_a_template_compiled_by_other_code_is_compiled_again(tmp_path: Path) -> None:
    (tmp_path / "start.html").write_text("{{ 'ett' | upper }}", encoding="utf-8")

    def shown(stamp: str, upper: Callable[[str], str]) -> str:
        made = Environment(
            loader=FileSystemLoader(tmp_path), bytecode_cache=TemplateCache(tmp_path / "c", stamp)
        )
        made.filters["upper"] = upper
        return made.get_template("start.html").render()

    assert shown("one", str.upper) == "ETT"
    assert shown("two", str.title) == "Ett"
    assert len(list((tmp_path / "c").iterdir())) == 1


def test_a_page_comes_out_where_its_compiled_template_cannot_be_kept(tmp_path: Path) -> None:
    (tmp_path / "start.html").write_text("{{ 'ett' }}", encoding="utf-8")
    (tmp_path / "c").write_text("a file where the folder should be", encoding="utf-8")
    made = Environment(loader=FileSystemLoader(tmp_path), bytecode_cache=TemplateCache(tmp_path / "c", "one"))
    assert made.get_template("start.html").render() == "ett"


def test_one_edited_text_makes_its_own_page_and_data_and_nothing_else(tmp_path: Path) -> None:
    world = World(tmp_path, 1)
    before = world.build("site")
    path = world.content / "tjanster" / "bygglov.md"
    path.write_text(path.read_text(encoding="utf-8") + "\nEtt tillägg.\n", encoding="utf-8")
    after = world.build("site")
    changed = sorted(name for name in before if before[name] != after[name])
    assert changed[1:] == ["tjanster/bygglov/index.html"]
    assert changed[0].startswith("api/v1/services/")


def test_what_check_has_read_is_not_read_again_by_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, 1)
    cache = tmp_path / "site.cache"
    read([world.content], NOW, cache, save=True)[0].content.saving.finish()
    monkeypatch.setattr("site_builder.reading.record_file.read_file", None)
    assert "tjanster/bygglov/index.html" in world.build("site")


def test_what_another_process_does_beside_is_done_when_it_has_been_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    wait = beside(lambda: (tmp_path / str(os.getpid())).touch())
    wait()
    [done] = tmp_path.iterdir()
    assert done.name != str(os.getpid())


def test_what_fails_in_the_other_process_is_done_in_this_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    here = os.getpid()

    def work() -> None:
        if os.getpid() != here:
            raise OSError("no space left there")
        (tmp_path / "done").touch()

    beside(work)()
    assert (tmp_path / "done").exists()
