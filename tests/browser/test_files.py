"""What the browser gets: valid HTML, little of it, nothing inline, nobody else's."""

import gzip
import re
import subprocess
from pathlib import Path

import pytest

from tests.browser.tried_site import ROOT, TEMPLATES, template_address

VNU = ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"


def file(site: Path, name: str) -> Path:
    """The HTML file of a template."""
    address = template_address(site, name).partition("?")[0].lstrip("/")
    return site / (address + "index.html" if not address or address.endswith("/") else address)


@pytest.mark.browser
def test_every_template_is_valid_by_the_nu_checker(site: Path) -> None:
    files = sorted({str(file(site, name)) for name in TEMPLATES})
    command = ["java", "-Xmx512m", "-jar", str(VNU), "--errors-only", *files]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize("name", ["service", "decision", "contact", "page", "news", "search"])
def test_a_first_view_weighs_at_most_40_kilobytes(site: Path, name: str) -> None:
    parts = [file(site, name), site / "css/site.css", site / "js/site.js", site / "img/icon.svg"]
    parts += [site / "js/search.js"] if name == "search" else []
    assert sum(len(gzip.compress(part.read_bytes(), 6)) for part in parts) <= 40_000


def test_no_page_has_inline_script_or_style_or_asks_a_third_party(site: Path) -> None:
    wrong = []
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        if re.search(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=\"/)", text):
            wrong.append((page.name, "inline"))
        if re.search(
            r"<(?:script|img|iframe|link rel=\"(?:stylesheet|icon)\")[^>]+(?:src|href)=\"(?:https?:)?//", text
        ):
            wrong.append((page.name, "third party"))
    assert wrong == []
