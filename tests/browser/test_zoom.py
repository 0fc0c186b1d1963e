"""400 % zoom, text spacing, target size, forced colours, print."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import Mode, context, open_page
from tests.browser.tried_site import TEMPLATES, template_address

pytestmark = pytest.mark.browser

SPACING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
    word-spacing: .16em !important } p { margin-bottom: 2em !important }`);
  document.adoptedStyleSheets = [sheet];
}"""
CUT = """() => [...document.querySelectorAll('main *, header *, footer *')].filter((one) => {
  const style = getComputedStyle(one);
  return !one.closest('.vh, .table, .icon') && style.display !== 'inline' && one.tagName !== 'INPUT'
    && ['hidden', 'clip'].includes(style.overflowX)
    && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1);
}).map((one) => one.outerHTML.slice(0, 90))"""
SMALL = """() => [...document.querySelectorAll('a[href], button, input, summary')].filter((one) => {
  const box = one.getBoundingClientRect(), parent = one.parentElement;
  if (!box.width || one.classList.contains('skip') || one.closest('label')) return false;
  const own = [...parent.childNodes].filter((n) => n !== one && n.textContent.trim()
    && !(n.nodeType === 1 && (n.classList.contains('vh') || n.classList.contains('icon')))).length > 0;
  const inSentence = getComputedStyle(one).display === 'inline' && (own || parent.closest('.text, p'));
  return !inSentence && (box.width < 24 || box.height < 24);
}).map((one) => `${Math.round(one.getBoundingClientRect().height)} ${one.outerHTML.slice(0, 120)}`)"""

SOME = ("start", "service-odd", "decision", "board", "a-to-z", "search-hits", "contact", "feeds")


@pytest.mark.parametrize("name", SOME)
def test_text_spacing_and_400_percent_lose_nothing(narrow: Page, base: str, site: Path, name: str) -> None:
    open_page(narrow, base + template_address(site, name))
    narrow.evaluate(SPACING)
    assert narrow.evaluate("document.documentElement.scrollWidth") <= 320
    assert narrow.evaluate(CUT) == []


@pytest.mark.parametrize(
    "name", [name if name in SOME else pytest.param(name, marks=pytest.mark.slow) for name in TEMPLATES]
)
@pytest.mark.parametrize("width", [320, 1280])
def test_targets_are_at_least_24_pixels(
    browser: Browser, base: str, site: Path, name: str, width: int
) -> None:
    with context(browser, Mode("light", width, True)) as window:
        page = window.new_page()
        open_page(page, base + template_address(site, name))
        assert page.evaluate(SMALL) == []


def test_a_wide_table_scrolls_by_keyboard_and_not_the_page(narrow: Page, base: str) -> None:
    open_page(narrow, base + "/tjanster/udda/")
    table = narrow.get_by_role("group", name="Tabell")
    assert table.evaluate("one => one.scrollWidth > one.clientWidth")
    table.focus()
    narrow.keyboard.press("ArrowRight")
    narrow.wait_for_function("() => document.querySelector('.table').scrollLeft > 0")


def test_forced_colours_show_borders(browser: Browser, base: str) -> None:
    with context(browser, Mode("light", 1280, True), forced_colors="active") as window:
        page = window.new_page()
        open_page(page, base + "/anslagstavla/")
        assert page.locator(".board").first.evaluate("one => getComputedStyle(one).borderStyle") == "solid"


def test_print_leaves_the_menu_out_and_keeps_the_contact(wide: Page, base: str) -> None:
    open_page(wide, base + "/tjanster/hemtjanst/")
    wide.emulate_media(media="print")
    assert not wide.locator("#meny").is_visible()
    assert not wide.locator(".foot").is_visible()
    assert wide.get_by_role("heading", name="Vem kan hjälpa mig?").is_visible()
    assert wide.locator("body").evaluate("one => getComputedStyle(one).color") == "rgb(0, 0, 0)"
