"""400 % zoom, text spacing, large text, target size, forced colours, reduced motion and print."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import Mode, context, open_page
from tests.browser.keyboard import unmarked, walk
from tests.browser.tried_site import TEMPLATES, extreme_addresses, template_address

pytestmark = pytest.mark.browser

SOME = {"start", "service-odd", "decision", "board", "search-hits", "contact"}
EACH = [
    pytest.param(name, marks=() if name in SOME else pytest.mark.slow)
    for name in TEMPLATES
    if name != "redirect"  # it leads on before anybody can look
]
STYLE = """css => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""
SPACING = """
* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-bottom: 2em !important }"""
"""WCAG 2.2, 1.4.12."""

CUT = """() => [...document.querySelectorAll('body *')].filter((one) => {
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  const clips = (value) => ['hidden', 'clip'].includes(value);
  const scrolled = () => {
    for (let up = one.parentElement; up; up = up.parentElement)
      if (['auto', 'scroll'].includes(getComputedStyle(up).overflowX)) return true;
    return false;
  };
  return box.width > 1 && box.height > 1 && style.display !== 'inline' && !one.closest('svg')
    && (clips(style.overflowX) && one.scrollWidth > one.clientWidth + 1
      || clips(style.overflowY) && one.scrollHeight > one.clientHeight + 1
      || one.textContent.trim() && (box.right < 0 || box.left >= innerWidth) && !scrolled());
}).map((one) => one.outerHTML.slice(0, 90))"""
"""What hides a part of itself, or stands beside the window and cannot be scrolled to."""

SMALL = """() => {
  const targets = [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
    .map((one) => {
      const chosen = ['checkbox', 'radio'].includes(one.type) && (one.closest('label') ?? one.labels?.[0]);
      const target = chosen || one;
      return {one: target, boxes: [...target.getClientRects()]};
    })
    .filter(({boxes: [box]}) => box?.width > 1 && box.height > 1 && box.right > 0 && box.bottom > -scrollY);
  const told = (node) => node.nodeType === 3 ? node.textContent.trim()
    : node.nodeType === 1 && node.textContent.trim() && node.getBoundingClientRect().width > 1;
  const near = (box, other) => {
    const x = box.x + box.width / 2, y = box.y + box.height / 2;
    const across = Math.max(other.x - x, 0, x - other.right);
    const down = Math.max(other.y - y, 0, y - other.bottom);
    return Math.hypot(across, down) < 12;
  };
  return targets.filter(({one, boxes}) => {
    const [box] = boxes;
    if (Math.round(box.width) >= 24 && Math.round(box.height) >= 24) return false;
    if (getComputedStyle(one).display !== 'inline') return true;
    const inSentence = [...one.parentElement.childNodes].some((node) => node !== one && told(node));
    const others = targets.filter((other) => other.one !== one);
    return !inSentence && others.some((other) => other.boxes.some((each) => near(box, each)));
  }).map(({one, boxes}) => `${Math.round(boxes[0].height)} ${one.outerHTML.slice(0, 120)}`);
}"""
"""Targets under 24 by 24 pixels. A link in a sentence may be smaller, and one alone on its line that has no
other target within the circle of 24 pixels around its middle (WCAG 2.2, 2.5.8)."""


PALE = """() => [...document.querySelectorAll('body *')]
  .filter((one) => one.offsetParent)
  .filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .filter((one) => [null, '::before'].some((part) => {
    const [red, green, blue] = getComputedStyle(one, part).color.match(/[0-9]+/g).map(Number);
    return red + green + blue > 500;
  })).map((one) => one.outerHTML.slice(0, 120))"""
"""What has a light ink."""


def width(page: Page) -> int:
    """How wide the page is, with what has to be scrolled to."""
    found: int = page.evaluate("document.documentElement.scrollWidth")
    return found


@pytest.mark.parametrize("name", EACH)
def test_text_spacing_at_400_percent_loses_nothing(narrow: Page, base: str, site: Path, name: str) -> None:
    open_page(narrow, base + template_address(site, name))
    narrow.evaluate(STYLE, SPACING)
    assert width(narrow) <= 320
    assert narrow.evaluate(CUT) == []


@pytest.mark.parametrize("name", EACH)
def test_text_of_twice_the_size_loses_nothing(wide: Page, base: str, site: Path, name: str) -> None:
    open_page(wide, base + template_address(site, name))
    wide.evaluate(STYLE, "html { font-size: 200% !important }")
    assert width(wide) <= 1280
    assert wide.evaluate(CUT) == []


def test_a_phone_number_in_text_of_twice_the_size_stays_on_the_phone(narrow: Page, base: str) -> None:
    open_page(narrow, base + "/tjanster/overklaga/")
    narrow.evaluate(STYLE, "html { font-size: 200% !important }")
    assert width(narrow) <= 320


def test_the_count_beside_a_way_to_choose_is_whole_and_apart_from_it(narrow: Page, base: str) -> None:
    open_page(narrow, base + "/beslut/")
    looks = narrow.locator(".chips .quiet").evaluate_all("""all => all.map((one) => {
      const before = document.createRange(), lines = document.createRange();
      before.selectNodeContents(one.previousSibling);
      lines.selectNodeContents(one);
      const right = Math.max(...[...before.getClientRects()].map((box) => box.right));
      return [lines.getClientRects().length, one.getBoundingClientRect().left - right >= 3];
    })""")
    assert looks
    assert all(look == [1, True] for look in looks), looks


@pytest.mark.parametrize("name", EACH)
def test_targets_are_at_least_24_pixels(narrow: Page, base: str, site: Path, name: str) -> None:
    open_page(narrow, base + template_address(site, name))
    assert narrow.evaluate(SMALL) == []
    narrow.set_viewport_size({"width": 1280, "height": 800})
    assert narrow.evaluate(SMALL) == []


def test_far_too_much_and_next_to_nothing_fit_at_400_percent(narrow: Page, base: str, site: Path) -> None:
    found = {}
    for address in extreme_addresses(site):
        narrow.goto(base + address)
        found[address] = [width(narrow), *narrow.evaluate(CUT), *narrow.evaluate(SMALL)]
    assert len(found) == 30
    assert {address: wrong for address, wrong in found.items() if wrong != [320]} == {}


@pytest.mark.parametrize("address", ["/404.html", "/sok/", "/tjanster/mycket/"])
def test_a_bullet_stands_beside_the_first_line_of_a_link(narrow: Page, base: str, address: str) -> None:
    open_page(narrow, base + address)
    bulleted = narrow.locator("main li").filter(has=narrow.locator("a"))
    shown = bulleted.evaluate_all("""all => all
      .filter((one) => getComputedStyle(one).display === 'list-item' && one.firstElementChild.tagName === 'A'
        && getComputedStyle(one).listStyleType !== 'none')
      .map((one) => getComputedStyle(one.firstElementChild).display)""")
    assert set(shown) == {"inline"}  # a bullet stands beside the last line of an inline-block


def test_what_is_cut_or_small_is_found_out(narrow: Page, base: str) -> None:
    open_page(narrow, base + "/")
    narrow.evaluate(
        STYLE,
        "h1 { height: 5px !important; overflow: hidden } "
        "footer li a { display: block; height: 9px; min-height: 0 !important; padding: 0 !important }",
    )
    assert any(one.startswith("<h1") for one in narrow.evaluate(CUT))
    assert any(one.startswith("9 <a") for one in narrow.evaluate(SMALL))


def test_a_table_stands_stacked_on_a_phone_with_its_columns_names(narrow: Page, base: str) -> None:
    open_page(narrow, base + "/tjanster/udda/")
    table = narrow.get_by_role("group", name="Tabell").first
    assert table.evaluate("one => one.scrollWidth <= one.clientWidth")
    cells = table.locator("td[data-label]")
    assert cells.count() > 1
    lefts = cells.evaluate_all("all => [...new Set(all.map((one) => one.getBoundingClientRect().left))]")
    assert len(lefts) == 1
    said = cells.first.evaluate("one => [getComputedStyle(one, '::before').content, one.dataset.label]")
    assert said[1] in said[0]


def test_a_wide_table_scrolls_by_keyboard_and_not_the_page(narrow: Page, base: str) -> None:
    narrow.set_viewport_size({"width": 600, "height": 800})
    open_page(narrow, base + "/tjanster/udda/")
    table = narrow.get_by_role("group", name="Tabell")
    assert table.evaluate("one => one.scrollWidth > one.clientWidth")
    assert width(narrow) <= 600
    table.focus()
    narrow.keyboard.press("ArrowRight")
    narrow.wait_for_function("one => one.scrollLeft > 0", arg=table.element_handle())


def test_forced_colours_keep_focus_borders_and_the_systems_colours(browser: Browser, base: str) -> None:
    with context(browser, Mode("light", 1280, True), forced_colors="active") as window:
        page = window.new_page()
        open_page(page, base + "/")
        asks = "matchMedia('(forced-colors: active)').matches"
        assert page.evaluate(asks)
        assert page.locator("*").evaluate_all(
            "all => all.filter((one) => getComputedStyle(one).forcedColorAdjust === 'none').length"
        ) == 0  # fmt: skip
        framed = (
            "one => ['borderTopStyle', 'outlineStyle'].some((name) => getComputedStyle(one)[name] !== 'none')"
        )
        for control in page.locator("main button, main input").all():
            assert control.evaluate(framed)
        assert walk(page)
        assert unmarked(page) == []


def test_nothing_moves_for_those_who_want_it_still(browser: Browser, base: str) -> None:
    moving = """() => [...document.querySelectorAll('*')].filter((one) => {
      const style = getComputedStyle(one);
      const long = (text) => text.split(',').some((part) => parseFloat(part) > 0.01);
      return long(style.transitionDuration) || style.animationName !== 'none' && long(style.animationDuration)
        || style.scrollBehavior === 'smooth';
    }).map((one) => one.outerHTML.slice(0, 90))"""
    with context(browser, Mode("light", 320, True), reduced_motion="reduce") as window:
        page = window.new_page()
        for address in ("/", "/tjanster/hemtjanst/", "/sok/?q=sopor"):
            open_page(page, base + address)
            assert page.evaluate(moving) == []


@pytest.mark.parametrize(
    "address", ["/tjanster/hemtjanst/", "/beslut/kommunstyrelsen/2012-04-24/71/", "/anslagstavla/"]
)
def test_print_leaves_the_menu_and_search_out_and_keeps_the_text(wide: Page, base: str, address: str) -> None:
    open_page(wide, base + address)
    wide.emulate_media(media="print", color_scheme="dark")
    assert wide.get_by_role("heading", level=1).is_visible()
    for left_out in ("navigation", "search", "button"):
        banner: Any = wide.get_by_role("banner")
        assert banner.get_by_role(left_out).count() == 0
    ink = "one => { const style = getComputedStyle(one); return [style.color, style.backgroundColor]; }"
    colour, ground = wide.locator("body").evaluate(ink)
    assert colour == "rgb(0, 0, 0)"
    assert ground in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
    assert wide.evaluate(PALE) == []  # printers leave grounds out
    for left_out in (".mark", ".related"):
        assert wide.locator(left_out).evaluate_all("all => all.every((one) => !one.offsetParent)")


def test_a_printed_service_keeps_its_contact(wide: Page, base: str) -> None:
    open_page(wide, base + "/tjanster/hemtjanst/")
    wide.emulate_media(media="print")
    assert wide.get_by_role("heading", name="Vem kan hjälpa mig?").is_visible()
    assert wide.locator("main a[href^='tel:']").first.is_visible()
