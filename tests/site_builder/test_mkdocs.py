"""MkDocs and its fork render the very pages that the pipeline renders, and stop where it stops."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from site_builder.publishing.build import Options, build

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
HOSTS = ["mkdocs", "properdocs"]

SETTINGS = f"""
INHERIT: {ROOT}/mkdocs.yml
docs_dir: {{content}}
site_dir: {{site}}
theme:
  custom_dir: {ROOT}/theme
plugins:
  - medborgarfokus:
      now: "{NOW.isoformat()}"
      published: {{site}}.json
      content: [{{more}}]
"""


def run(host: str, content: Path, site: Path, more: Path) -> subprocess.CompletedProcess[str]:
    settings = site.parent / "settings.yml"
    settings.write_text(SETTINGS.format(content=content, site=site, more=more), encoding="utf-8")
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
    return subprocess.run(
        [sys.executable, "-m", host, "build", "-q", "-f", str(settings)],
        capture_output=True,
        text=True,
        env=environment,
        cwd=ROOT,
    )


def pages(folder: Path) -> dict[str, bytes]:
    """Pages, pictures and documents."""
    found = [*folder.rglob("*.html"), *folder.glob("filer/*"), *folder.glob("bilder/*")]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def with_picture(folder: Path) -> Path:
    """A content folder with one page, and one picture on it."""
    for name in ("filer", "sidor"):
        (folder / name).mkdir(parents=True)
    head = "id: 00000000-0000-4000-8000-000000000001\ntitel: Torget\ningress: Kort.\nstatus: publicerad"
    text = f'---\n{head}\npublicerad: "2026-11-23"\n---\n![Torget](/filer/torget.jpg)\n'
    (folder / "sidor" / "bild-av-torget.md").write_text(text, encoding="utf-8")
    Image.new("RGB", (500, 300), "green").save(folder / "filer" / "torget.jpg")
    return folder


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_gives_the_same_pages_as_the_pipeline(host: str, tmp_path: Path) -> None:
    ours = tmp_path / "ours"
    more = with_picture(tmp_path / "more")
    result = build(Options([ROOT / "content", more], ours, NOW, cache=tmp_path / "cache"))
    assert result.files > 1000, result.problems
    ran = run(host, ROOT / "content", tmp_path / "theirs", more)
    assert ran.returncode == 0, ran.stderr
    assert pages(tmp_path / "theirs") == pages(ours)
    assert len([path for path in pages(ours) if path.startswith(("filer/", "bilder/"))]) == 3


@pytest.mark.parametrize("host", HOSTS)
def test_a_host_stops_at_an_error_in_the_content_and_names_it(host: str, tmp_path: Path) -> None:
    content = tmp_path / "content" / "nyheter"
    content.mkdir(parents=True)
    (content / "trasig.md").write_text("---\ntitel: Trasig\n---\n", encoding="utf-8")
    more = with_picture(tmp_path / "more")
    ran = run(host, content.parent, tmp_path / "site", more)
    assert ran.returncode != 0
    assert "missing-field" in ran.stderr
