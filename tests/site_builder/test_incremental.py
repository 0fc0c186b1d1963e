"""Incremental is never wrong: after each step the site is byte-identical to a full build at that moment."""

import random
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from site_builder import config as settings
from site_builder import load
from site_builder.build import Options, build, read
from site_builder.config import Config
from site_builder.template_cache import TemplateCache

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


class World:
    """A copy of the real content, the moment, and the settings: everything that a site is made of."""

    def __init__(self, home: Path, seed: int) -> None:
        self.home = home
        self.random = random.Random(seed)
        self.content = home / "content"
        self.now = NOW
        self.config = Config()
        shutil.copytree(ROOT / "content", self.content)

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

    def rename_with_redirect(self) -> None:
        path = sorted((self.content / "nyheter").rglob("*.md"))[0]
        year = next(
            line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("publicerad")
        )
        old = f"/nyheter/{''.join(filter(str.isdigit, year))[:4]}/{path.stem}/"
        text = path.read_text(encoding="utf-8").replace("status:", f"ersätter: {old}\nstatus:", 1)
        if "ersätter" in path.read_text(encoding="utf-8"):
            return
        path.unlink()
        path.with_name(f"{path.stem}-x.md").write_text(text, encoding="utf-8")

    def edit_vocabulary(self) -> None:
        path = self.content / "ämnen.yml"
        path.write_text(path.read_text(encoding="utf-8").replace("namn: ", "namn: Om ", 1), encoding="utf-8")

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
    World.rename_with_redirect,
    World.edit_vocabulary,
    World.change_settings,
    World.pass_time,
)


@pytest.mark.parametrize(
    "seed", [1, pytest.param(2, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)]
)
def test_after_each_step_the_site_is_that_of_a_full_build(tmp_path: Path, seed: int) -> None:
    world = World(tmp_path, seed)
    world.build("kept")
    steps = list(STEPS)
    world.random.shuffle(steps)
    for number, step in enumerate(steps):
        step(world)
        shutil.copy(tmp_path / "kept.publicerat.json", tmp_path / f"fresh{number}.publicerat.json")
        kept, fresh = world.build("kept"), world.build(f"fresh{number}", full=True)
        different = sorted(path for path in kept.keys() | fresh.keys() if kept.get(path) != fresh.get(path))
        assert different == [], step.__name__


def test_a_changed_template_makes_every_page_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path, 1)
    before = world.build("site")
    theme = tmp_path / "theme"
    shutil.copytree(settings.THEME, theme)
    monkeypatch.setattr(settings, "THEME", theme)
    monkeypatch.setattr("site_builder.rendering.THEME", theme)
    monkeypatch.setattr("site_builder.outputs.THEME", theme)
    base = theme / "frame.html"
    base.write_text(
        base.read_text(encoding="utf-8").replace("</footer>", "<p>Nytt</p></footer>"), encoding="utf-8"
    )
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


def test_a_cache_of_another_version_is_ignored(tmp_path: Path) -> None:
    world = World(tmp_path, 1)
    cache = tmp_path / "cache"
    load.load([world.content], cache, "one version").keep()
    assert load.load([world.content], cache, "one version").texts.fresh == {}
    assert len(load.load([world.content], cache, "another version").texts.fresh) > 100


def test_one_edit_writes_one_part_of_the_cache_and_a_removed_file_leaves_it(tmp_path: Path) -> None:
    world = World(tmp_path, 1)
    folder = tmp_path / "cache"

    def parts() -> dict[str, bytes]:
        load.load([world.content], folder, "one").keep()
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
    read([world.content], NOW, cache)[0].content.keep()
    monkeypatch.setattr("site_builder.reading.read_file", None)
    assert "tjanster/bygglov/index.html" in world.build("site")
