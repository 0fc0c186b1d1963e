"""Without network the search answers of what one comes to do, says so, and nothing else is saved."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import Mode, context
from tests.browser.test_search import answered, hits, search

pytestmark = pytest.mark.browser

_SAVED = """async () => (await Promise.all((await caches.keys()).map(async (name) =>
  (await (await caches.open(name)).keys()).map((one) => new URL(one.url).pathname)))).flat()"""


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Page]:
    """A page that may complain: that there is no network is what it is about."""
    with context(browser, Mode("light", 1280, True)) as window:
        yield window.new_page()


def visited(page: Page, base: str) -> None:
    """Search with network, until the service worker has saved what it saves."""
    search(page, base, "bygglov")
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("navigator.serviceWorker.controller !== null")


def test_a_search_that_was_visited_answers_without_network_and_says_of_when(visitor: Page, base: str) -> None:
    visited(visitor, base)
    visitor.context.set_offline(True)
    search(visitor, base, "hemtjänst")
    expect(hits(visitor).get_by_role("link").first).to_have_text("Sök hemtjänst")
    said = visitor.get_by_role("status").filter(has_text="hemtjänst")
    expect(said).to_contain_text("Du är utan nät.")
    expect(said).to_contain_text("larm efter det syns inte")


def test_with_network_what_is_new_is_shown_and_not_what_was_saved(wide: Page, base: str) -> None:
    visited(wide, base)
    found = search(wide, base, "hemtjänst")
    assert "Sök hemtjänst" in found[0]
    assert "Du är utan nät" not in wide.get_by_role("main").inner_text()


def test_nothing_but_the_search_is_saved(wide: Page, base: str) -> None:
    visited(wide, base)
    for address in ("/", "/driftinfo/", "/prenumerera/prov.html", "/tjanster/bygglov/"):
        wide.goto(base + address)
    wide.goto(f"{base}/sok/?q=hemligt")
    answered(wide, "hemligt")
    saved = wide.evaluate(_SAVED)
    assert {"/sok/", "/sok/index/core.json"} <= set(saved)
    assert [
        one for one in saved if not one.startswith(("/sok/", "/search/", "/js/", "/css/", "/img/icon.svg"))
    ] == ["/api/v1/search-phrases.json"]
    assert "hemligt" not in str(saved)


def test_every_script_of_the_search_is_saved(site: Path) -> None:
    told = (site / "js" / "offline-search.js").read_text(encoding="utf-8")
    scripts = [*(site / "js").glob("search*.js"), site / "js" / "suggest.js", site / "js" / "site.js"]
    assert [one.name for one in scripts if f'"/js/{one.name}"' not in told] == []


def test_a_worker_without_parts_removes_what_was_saved_and_itself(wide: Page, base: str, site: Path) -> None:
    visited(wide, base)
    worker = site / "service-worker.js"
    before = worker.read_text(encoding="utf-8")
    try:
        worker.write_text(re.sub(r"PARTS = \[.*\]", "PARTS = []", before), encoding="utf-8")
        wide.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update())")
        wide.wait_for_function("navigator.serviceWorker.getRegistration().then((one) => !one)")
        wide.wait_for_function("caches.keys().then((names) => !names.length)")
    finally:
        worker.write_text(before, encoding="utf-8")
