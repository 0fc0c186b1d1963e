"""axe-core finds nothing on any template, in any mode; the console stays silent; nothing overflows."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import MODES, Mode, axe, complaints, context, open_page
from tests.browser.tried_site import TEMPLATES, template_address

pytestmark = pytest.mark.browser

REPRESENTATIVE = {
    (name, Mode(scheme, width, scripts))
    for name, scheme, width, scripts in (
        ("start", "light", 320, True),
        ("start", "dark", 1280, True),
        ("service-odd", "light", 320, False),
        ("decision", "dark", 320, True),
        ("search-hits", "light", 1280, True),
        ("board", "dark", 1280, False),
        ("alert", "light", 320, True),
        ("page-english", "light", 1280, True),
    )
}
"""What `make test` looks at; `make test-all` looks at everything."""


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        pytest.param(
            name, mode, id=f"{name}-{mode}", marks=() if (name, mode) in REPRESENTATIVE else pytest.mark.slow
        )
        for name in TEMPLATES
        for mode in MODES
        if not name.startswith("redirect")  # it leads on before anybody can look
    ],
)
def test_a_page_is_accessible(browser: Browser, base: str, site: Path, name: str, mode: Mode) -> None:
    with context(browser, mode) as window:
        page = window.new_page()
        said = complaints(page)
        open_page(page, base + template_address(site, name))
        assert said == []
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= mode.width
