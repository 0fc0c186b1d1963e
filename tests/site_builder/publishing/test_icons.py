"""The icons that the templates show lie in the theme, and no others."""

import re
import subprocess
import sys

from site_builder.config import THEME


def test_the_theme_has_each_icon_that_a_template_names_and_no_other() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in THEME.rglob("*.html"))
    have = {path.stem for path in (THEME / "icons").glob("*.svg")}
    named = set(re.findall(r"icon\('([a-z-]+)'\)", text))
    assert named <= have
    assert have <= set(re.findall(r"'([a-z-]+)'", text))


def test_pages_are_rendered_without_mkdocs_and_material() -> None:
    code = (
        "import sys; sys.modules['material'] = sys.modules['mkdocs'] = None\n"
        "import site_builder.cli; from site_builder.publishing.rendering import svg; print(svg('phone'))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.startswith("<svg")
