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

from site_builder import config as settings
from site_builder.config import Config
from site_builder.publishing.build import Options, build, read
from site_builder.reading import load, record_file
from site_builder.reading.cache import NAME
from tests.site_builder.conftest import Municipality

ROOT = Path(__file__).parents[3]

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
        if not self.content.exists():
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


def small(home: Path, patch: pytest.MonkeyPatch | None = None) -> World:
    """A world of four records, for what does not hang on how much there is."""
    town = Municipality(home)
    channel = "kanaler:\n  - typ: telefon\n    mål: 112"
    text = "## Så gör du\n\nRing."
    town.write("tjanster/bygglov.md", "vem: Alla", "hur: [Ring]", "ansvarig: vaxel", channel, text=text)
    town.write("nyheter/ny.md", "titel: Nytt badhus", text="Det öppnar i vår.")
    return World(home, 1, patch)


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
    world = small(tmp_path, monkeypatch)
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
    world = small(tmp_path)
    before = world.build("site")
    for path in (tmp_path / "site.cache").rglob("*"):
        if path.is_file():
            path.write_bytes(damage)
    assert world.build("site", full=True) == before


@pytest.mark.parametrize("table", ["files", "texts"])
def test_what_was_damaged_where_it_is_kept_is_read_again_from_its_file(tmp_path: Path, table: str) -> None:
    world = small(tmp_path)
    before = world.build("site")
    column = {"files": "record", "texts": "data"}[table]
    with closing(sqlite3.connect(tmp_path / "site.cache" / NAME)) as connection, connection:
        connection.execute(f"UPDATE {table} SET {column} = substr({column}, 1, 90)")
    assert world.build("site", full=True) == before


def test_what_is_kept_is_just_what_was_read(tmp_path: Path) -> None:
    world = World(tmp_path, 1)
    first = load.load([world.content], tmp_path / "cache", "one")
    first.save()
    second = load.load([world.content], tmp_path / "cache", "one")
    assert second.cache.fresh == {}
    assert repr(second.records) == repr(first.records)
    assert second.problems == first.problems
    for one in first.records:
        read = record_file.read_file(world.content, Path(one.file))
        assert repr(read.indexed) == repr(one)
        assert second.cache.texts(one.file, one.digest) == read.texts


def test_a_cache_of_another_version_is_ignored_and_written_anew(tmp_path: Path) -> None:
    world = small(tmp_path)
    cache = tmp_path / "cache"
    load.load([world.content], cache, "one version").save()
    other = load.load([world.content], cache, "another version")
    assert len(other.cache.fresh) == 4
    other.save()
    assert load.load([world.content], cache, "another version").cache.fresh == {}
    assert len(load.load([world.content], cache, "one version").cache.fresh) == 4


@pytest.mark.parametrize(
    "kind", ["folders of the version before", "other tables", "a folder", "another format"]
)
def test_what_another_version_has_left_is_no_hindrance(tmp_path: Path, kind: str) -> None:
    world, cache = small(tmp_path), tmp_path / "site.cache"
    (cache / "lästa-0011223344556677").mkdir(parents=True)
    (cache / "lästa-0011223344556677" / "00").write_bytes(b"cos\nsystem\n(S'false'\ntR.")
    (cache / "mallar").mkdir()
    if kind == "other tables":
        with closing(sqlite3.connect(cache / NAME)) as connection, connection:
            connection.executescript(
                "CREATE TABLE files (a, b); CREATE TABLE version (number); PRAGMA user_version = 9;"
            )
    elif kind == "a folder":
        (cache / NAME).mkdir()
    elif kind == "another format":
        (cache / NAME).write_bytes(b"SQLite format 4\0" + b"x" * 5000)
    first = world.build("site")
    assert world.build("site") == first
    again = load.load([world.content], cache, settings.reading_stamp())
    assert (again.cache.fresh == {}) == (kind != "a folder")


def test_one_edit_writes_one_file_of_the_cache_and_a_removed_one_leaves_it(tmp_path: Path) -> None:
    world = small(tmp_path)

    def paths() -> set[str]:
        content = load.load([world.content], tmp_path / "cache", "one")
        content.save()
        with closing(sqlite3.connect(tmp_path / "cache" / NAME)) as connection:
            assert {row[0] for row in connection.execute("SELECT path FROM texts")} <= {
                row[0] for row in connection.execute("SELECT path FROM files")
            }
            kept = {row[0] for row in connection.execute("SELECT path FROM files")}
        assert kept == {str(path) for path in world.content.glob("*/**/*.md")}
        return set(content.cache.fresh)

    assert len(paths()) == 4
    path = world.content / "tjanster" / "bygglov.md"
    path.write_text(path.read_text(encoding="utf-8") + "\nEtt tillägg.\n", encoding="utf-8")
    assert paths() == {str(path)}
    path.unlink()
    assert paths() == set()


def test_two_content_folders_are_kept_apart_in_one_file(tmp_path: Path) -> None:
    world = small(tmp_path)
    other = tmp_path / "other"
    shutil.copytree(world.content / "organ", other / "organ")
    for roots in ([world.content], [other], [world.content, other]):
        load.load(roots, tmp_path / "cache", "one").save()
    assert load.load([world.content, other], tmp_path / "cache", "one").cache.fresh == {}
    assert len(list((tmp_path / "cache").iterdir())) == 1


@pytest.mark.parametrize("foreign", ["file", "folder", "link"])
def test_what_another_user_may_have_put_there_is_neither_read_nor_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, foreign: str
) -> None:
    town = Municipality(tmp_path)
    cache, path = tmp_path / "cache", tmp_path / "cache" / NAME
    load.load([town.content], cache, "one").save()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE files SET record = replace(record, 'Kommunstyrelsen', 'Planted')")
    assert "Planted" in {one.title for one in load.load([town.content], cache, "one").records}
    if foreign == "link":
        path.rename(tmp_path / "elsewhere")
        path.symlink_to(tmp_path / "elsewhere")
    else:
        theirs = path if foreign == "file" else cache
        real = os.stat_result
        monkeypatch.setattr(Path, "lstat", lambda self: _as_owned(os.lstat(self), real, self == theirs))
        monkeypatch.setattr(
            Path,
            "stat",
            lambda self, **_: _as_owned(os.stat(self), real, self == theirs),  # noqa: PTH116
        )
    before = path.read_bytes()
    again = load.load([town.content], cache, "one")
    assert "Planted" not in {one.title for one in again.records}
    again.save()
    assert path.read_bytes() == before


def _as_owned(found: os.stat_result, kind: type[os.stat_result], foreign: bool) -> os.stat_result:
    values = list(found)
    values[4] = found.st_uid + 1 if foreign else found.st_uid
    return kind(values)


def test_whoever_asked_for_it_by_sudo_may_have_made_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town, cache = Municipality(tmp_path), tmp_path / "cache"
    load.load([town.content], cache, "one").save()
    here = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: here + 1)
    assert load.load([town.content], cache, "one").cache.fresh
    monkeypatch.setenv("SUDO_UID", str(here))
    assert not load.load([town.content], cache, "one").cache.fresh


def test_nothing_that_is_kept_can_run() -> None:
    files = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "site_builder").rglob("*.py")}
    in_memory = files.pop("ahead.py")  # from a process of its own, over a pipe; it opens nothing else
    assert in_memory.count("marshal.load(answer)") == in_memory.count("marshal.") - 1 == 1
    assert "Path" not in in_memory
    code = "\n".join(files.values())
    assert "marshal" not in code
    assert "FileSystemBytecodeCache" not in code
    assert code.count("BytecodeCache)") == 1  # a dict in memory
    assert code.count("pickle.load") == 1  # from a process of its own, over a pipe


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
    world = small(tmp_path)
    cache = tmp_path / "site.cache"
    read([world.content], NOW, cache)[0].content.save()
    monkeypatch.setattr("site_builder.reading.record_file.read_file", None)
    assert "tjanster/bygglov/index.html" in world.build("site")


def test_every_file_that_can_shape_a_page_is_in_the_stamp(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HERE", "THEME"):
        place = tmp_path / name
        shutil.copytree(getattr(settings, name), place, ignore=shutil.ignore_patterns("__pycache__"))
        monkeypatch.setattr(settings, name, place)
    monkeypatch.setattr(settings, "_libraries", lambda: "")
    before = settings.rendering_stamp(Config())
    reading = settings.reading_stamp()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 100
    for path in files:
        data = path.read_bytes()
        path.write_bytes(data + b"\n")
        assert settings.rendering_stamp(Config()) != before, path
        assert (settings.reading_stamp() != reading) == path.is_relative_to(tmp_path / "HERE"), path
        path.write_bytes(data)
    (tmp_path / "HERE" / "text" / "ny.json").write_text("{}", encoding="utf-8")
    assert settings.rendering_stamp(Config()) != before
    assert settings.rendering_stamp(Config(name="En annan")) != before
