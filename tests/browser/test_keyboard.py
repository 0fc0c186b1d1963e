"""By keyboard: skip link, menu at 320 px, search, visible focus, nothing focusable while hidden."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import Mode, context, open_page

pytestmark = pytest.mark.browser

STOP = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 10));
  return {tag: one.tagName, name: (one.getAttribute('aria-label') || one.labels?.[0]?.textContent ||
      one.textContent).trim(), width: box.width, height: box.height, outline: style.outlineStyle,
    thick: parseFloat(style.outlineWidth), covered: !(top && (one.contains(top) || top.contains(one)))};
}"""


def stops(page: Page, limit: int = 250) -> list[dict[str, object]]:
    """Every stop of the Tab key from the page's beginning to its end."""
    found: list[dict[str, object]] = []
    for _ in range(limit):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop["tag"] == "BODY":
            return found
        found.append(stop)
    raise AssertionError(f"more than {limit} stops")


@pytest.mark.parametrize("address", ["/", "/tjanster/hemtjanst/", "/anslagstavla/", "/tjanster/udda/"])
@pytest.mark.parametrize("width", [320, 1280])
def test_every_stop_is_named_visible_and_uncovered(
    browser: Browser, base: str, address: str, width: int
) -> None:
    with context(browser, Mode("light", width, True), reduced_motion="reduce") as window:
        page = window.new_page()
        open_page(page, base + address)
        found = stops(page)
        assert len(found) > 10
        for stop in found:
            assert stop["name"], stop
            assert stop["outline"] != "none" or stop["tag"] == "A", stop
            assert not stop["covered"], stop


def test_the_first_stop_skips_to_the_content(narrow: Page, base: str) -> None:
    open_page(narrow, base + "/tjanster/hemtjanst/")
    narrow.keyboard.press("Tab")
    assert narrow.evaluate("document.activeElement.className") == "skip"
    narrow.keyboard.press("Enter")
    assert narrow.evaluate("document.activeElement.id") == "innehall"
    narrow.keyboard.press("Tab")
    assert narrow.evaluate("document.activeElement.closest('main') !== null")


def test_the_menu_opens_and_closes_by_keyboard_and_hides_nothing_focusable(narrow: Page, base: str) -> None:
    open_page(narrow, base + "/")
    button = narrow.get_by_role("button", name="Meny")
    menu = narrow.get_by_role("navigation", name="Huvudmeny")
    assert button.get_attribute("aria-expanded") == "false"
    assert button.get_attribute("aria-controls") == "meny"
    assert not menu.is_visible()
    button.focus()
    narrow.keyboard.press("Enter")
    assert button.get_attribute("aria-expanded") == "true"
    narrow.keyboard.press("Tab")
    assert narrow.evaluate("document.activeElement.textContent") == "Tjänster"
    narrow.keyboard.press("Escape")
    assert not menu.is_visible()
    assert button.get_attribute("aria-expanded") == "false"
    assert narrow.evaluate("document.activeElement.id") == "menyknapp"
    narrow.keyboard.press("Tab")
    assert narrow.evaluate("document.activeElement.closest('#meny') === null")


def test_without_script_the_menu_is_a_link_to_the_footer(browser: Browser, base: str) -> None:
    with browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 800}) as window:
        page = window.new_page()
        page.goto(base + "/")
        page.get_by_role("link", name="Meny", exact=True).click()
        assert page.url.endswith("#meny-sidfot")
        page.get_by_role("navigation", name="Meny i sidfoten").get_by_role("link", name="Kontakt").click()
        assert page.url == base + "/kontakter/"


def test_without_script_search_leads_to_a_to_z_and_topics(browser: Browser, base: str) -> None:
    with browser.new_context(java_script_enabled=False) as window:
        page = window.new_page()
        page.goto(base + "/")
        page.get_by_label("Vad behöver du hjälp med?").fill("sopor")
        page.keyboard.press("Enter")
        page.wait_for_url(base + "/sok/?q=sopor")
        assert page.locator("main").get_by_role("link", name="Allt från A till Ö").is_visible()
        assert page.locator("main").get_by_role("link", name="Trafik och gator").is_visible()
