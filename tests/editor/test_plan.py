"""What the plan foretells is what then happens."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editor.workspace.held import HeldSite, Place
from editor.workspace.planning import plan
from site_builder.publishing import manifest
from tests.site_builder.conftest import Municipality

CHANGES = st.lists(
    st.sampled_from(["vem", "titel", "stor", "liten", "ny", "bort", "namn", "larm"]), min_size=1, max_size=3
)


@settings(max_examples=8)
@given(changes=CHANGES)
def test_the_files_and_news_that_a_build_changes_are_those_that_were_foretold(
    changes: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    town = made(tmp_path_factory.mktemp("kommun"))
    town.build()
    before = contents(town.site)
    for change in changes:
        change_town(town, change)
    town.now = town.now.replace(hour=9)
    place = Place([town.content], town.site, None, town.home / "cache", town.config)
    held = HeldSite(place, lambda: town.now).now()
    foretold = plan(place, held.site, held.pages)
    was = manifest.read(town.site.with_name("site.publicerat.json"))
    result = town.build()
    after = contents(town.site)
    assert set(foretold.new) == after.keys() - before.keys()
    assert set(foretold.gone) == before.keys() - after.keys()
    assert set(foretold.changed) == {
        path for path in after.keys() & before.keys() if after[path] != before[path]
    }
    told = {
        key
        for key, seen in manifest.read(town.site.with_name("site.publicerat.json")).news.items()
        if seen != was.news.get(key)
    }
    assert foretold.told == len(told)
    assert f"{foretold.told} nyhet" in result.reach or not foretold.told


def made(home: Path) -> Municipality:
    """A municipality with a service."""
    town = Municipality(home)
    town.write("tjanster/a.md", *SERVICE, "vem: Alla", "titel: A", key=77)
    return town


SERVICE = ("hur: Ring", "ansvarig: vaxel", "kanaler:\n  - typ: telefon\n    mål: 112")


def change_town(town: Municipality, change: str) -> None:
    """One change, as an editor makes it."""
    file = town.content / "tjanster/a.md"
    moment = '"2026-11-24 09:30"'
    if change == "ny":
        town.write("fragor/ny.md", "svar: Ja", f"publicerad: {moment}", key=78)
    elif change == "larm":
        lines = ("händelse: Avbrott", "slag: störning", "allvar: mindre", "områden: []", "område: Här")
        times = (f"publicerad: {moment}", f"gäller_från: {moment}", 'upphör: "2026-11-25"')
        town.write("driftinfo/x.md", *lines, *times, key=79)
    elif file.exists():
        text = file.read_text(encoding="utf-8")
        head, _, rest = text.partition("\n---\n")
        kinds = {
            "stor": f"\nändringar:\n  - när: {moment}\n    slag: stor\n    not: Ny",
            "liten": f"\nändringar:\n  - när: {moment}\n    slag: liten",
        }
        if change == "vem":
            text = text.replace("vem: Alla", "vem: Du")
        elif change == "titel":
            text = text.replace("titel: A", "titel: B")
        elif change in kinds and "ändringar" not in head:
            text = f"{head}{kinds[change]}\n---\n{rest}"
        elif change == "bort" and "avpubliceras" not in head:
            text = f"{head}\navpubliceras: {moment}\n---\n{rest}"
        elif change == "namn" and "ersätter" not in head:
            file.unlink()
            file = file.with_name("b.md")
            text = f"{head}\nersätter: /tjanster/a/\n---\n{rest}"
        file.write_text(text, encoding="utf-8")


def contents(site: Path) -> dict[str, bytes]:
    """Every published file."""
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in site.rglob("*")
        if path.is_file() and path.name != ".publicerat.json"
    }
