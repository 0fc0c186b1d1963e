"""By keyboard alone: every stop is seen, named, in order and uncovered; skip link, menu and Esc."""

from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.browser.chromium import Mode, context, open_page
from tests.browser.keyboard import stop, unmarked, walk, walk_back
from tests.browser.tried_site import TEMPLATES, template_address

pytestmark = pytest.mark.browser

QUICK = {("start", 320), ("service-odd", 320), ("board", 1280), ("search-hits", 1280)}


@pytest.mark.parametrize(
    ("name", "width"),
    [
        pytest.param(name, width, marks=() if (name, width) in QUICK else pytest.mark.slow)
        for name in TEMPLATES
        if name != "redirect"  # it leads on before anybody can press a key
        for width in (320, 1280)
    ],
)
def test_every_stop_is_named_seen_marked_in_order_and_uncovered(
    browser: Browser, base: str, site: Path, name: str, width: int
) -> None:
    with context(browser, Mode("light", width, True), reduced_motion="reduce") as window:
        page = window.new_page()
        open_page(page, base + template_address(site, name))
        there = walk(page)
        assert unmarked(page) == []
        back = walk_back(page, there)
    assert len(there) > 10
    assert [unscripted(one.html) for one in reversed(back)] == [unscripted(one.html) for one in there]
    for one in there:
        assert one.name, one
        assert one.follows, one
    for one in there + back:
        assert one.visible, one
        assert not one.covered, one
    if width == 320:  # one column: what comes later stands further down
        lines = [one.line for one in there[1:]]
        assert all(after > before - 60 for before, after in pairwise(lines)), lines


def unscripted(html: str) -> str:
    """A stop as the page wrote it: a search field learns to suggest once it has had the focus."""
    return html.partition(' role="combobox"')[0].removesuffix(">")


@pytest.mark.parametrize("address", ["/", "/tjanster/hemtjanst/", "/beslut/", "/404.html"])
def test_the_first_stop_skips_to_the_content(narrow: Page, base: str, address: str) -> None:
    open_page(narrow, base + address)
    narrow.keyboard.press("Tab")
    first = stop(narrow)
    assert first is not None
    assert first.visible
    assert "innehåll" in first.name.lower()
    narrow.keyboard.press("Enter")
    assert narrow.evaluate("document.activeElement.tagName") == "MAIN"
    narrow.keyboard.press("Tab")
    assert narrow.evaluate("document.activeElement.matches('main *')")


def _menu(page: Page) -> tuple[Locator, Locator]:
    """The menu's button, and what it opens."""
    button = page.get_by_role("banner").get_by_role("button").and_(page.locator("[aria-expanded]"))
    assert button.count() == 1
    return button, page.locator(f"#{button.get_attribute('aria-controls')}")


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_the_menu_opens_and_closes_and_the_focus_comes_back(narrow: Page, base: str, key: str) -> None:
    open_page(narrow, base + "/")
    button, menu = _menu(narrow)
    assert (button.get_attribute("aria-expanded"), menu.is_visible()) == ("false", False)
    button.focus()
    narrow.keyboard.press(key)
    assert (button.get_attribute("aria-expanded"), menu.is_visible()) == ("true", True)
    narrow.keyboard.press("Tab")
    assert menu.evaluate("menu => menu.contains(document.activeElement)")
    narrow.keyboard.press("Escape")
    assert (button.get_attribute("aria-expanded"), menu.is_visible()) == ("false", False)
    assert button.evaluate("button => button === document.activeElement")
    narrow.keyboard.press("Tab")
    assert not menu.evaluate("menu => menu.contains(document.activeElement)")
    assert not narrow.evaluate("document.activeElement === document.body")


def test_a_closed_menu_is_no_stop_and_unknown_to_assistive_technology(narrow: Page, base: str) -> None:
    open_page(narrow, base + "/")
    _, menu = _menu(narrow)
    hidden = menu.evaluate(
        "menu => [...menu.querySelectorAll('a')].map((one) => one.outerHTML.slice(0, 120))"
    )
    assert len(hidden) >= 5
    banner = narrow.get_by_role("banner")
    assert banner.get_by_role("navigation").get_by_role("link").count() == 0
    narrow.keyboard.press("Tab")
    for _ in range(8):
        assert not menu.evaluate("menu => menu.contains(document.activeElement)")
        narrow.keyboard.press("Tab")


def test_a_wide_window_shows_the_menu_without_a_button(wide: Page, base: str) -> None:
    open_page(wide, base + "/")
    assert wide.get_by_role("banner").locator("[aria-expanded]:visible").count() == 0
    assert wide.get_by_role("banner").get_by_role("navigation").get_by_role("link").count() >= 5


def test_a_page_that_hides_its_focus_or_its_stops_is_found_out(wide: Page, base: str) -> None:
    open_page(wide, base + "/")
    wide.evaluate("""() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`footer a { outline: none !important; box-shadow: none !important }
        nav a { opacity: 0 } body::after { content: ''; position: fixed; inset: 0 0 60% 0 }`);
      document.adoptedStyleSheets = [sheet];
    }""")
    found = walk(wide)
    assert unmarked(wide)
    assert not all(one.visible for one in found)
    assert any(one.covered for one in found)
