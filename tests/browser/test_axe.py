"""axe-core finds nothing on any template, in any mode; the console stays silent; nothing overflows."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import MODES, Mode, axe, complaints, context, hold, open_page
from tests.browser.tried_site import TEMPLATES, extreme_addresses, template_address, tried_pages

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
    ],
)
def test_a_page_is_accessible(browser: Browser, base: str, site: Path, name: str, mode: Mode) -> None:
    with context(browser, mode) as window:
        page = window.new_page()
        said = complaints(page)
        address = base + template_address(site, name)
        if name == "redirect":
            hold(page, address)
        open_page(page, address)
        assert page.url == address
        assert said == []
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= mode.width


@pytest.mark.parametrize(
    "mode", [MODES[0], *(pytest.param(mode, marks=pytest.mark.slow) for mode in MODES[1:])], ids=str
)
def test_far_too_much_and_next_to_nothing_are_accessible(
    browser: Browser, base: str, site: Path, mode: Mode
) -> None:
    found = {}
    with context(browser, mode) as window:
        page = window.new_page()
        said = complaints(page)
        for address in extreme_addresses(site):
            page.goto(base + address)
            found[address] = axe(page)
    assert said == []
    assert {address: wrong for address, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(
    "mode", [MODES[0], *(pytest.param(mode, marks=pytest.mark.slow) for mode in MODES[1:])], ids=str
)
def test_what_an_editor_sees_of_a_faulty_file_is_accessible(
    browser: Browser, preview: str, mode: Mode
) -> None:
    with context(browser, mode) as window:
        page = window.new_page()
        said = complaints(page)
        open_page(page, preview)
        assert page.locator("main").get_by_text("kanaler").count()
        assert said == []
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= mode.width


def test_every_template_and_type_of_record_is_among_those_tried(site: Path) -> None:
    pages = list(tried_pages(site))
    tried = {template_address(site, name).strip("/") for name in TEMPLATES} | {"prenumerera/skal.html"}
    shown = {kind for address, kind in pages if address.strip("/") in tried}
    assert {kind for _, kind in pages} - shown == set()
