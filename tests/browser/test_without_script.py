"""With JavaScript really off everything can still be read, reached and asked for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html
from playwright.sync_api import Browser, Page

from site_builder.pages import MENU
from tests.browser.keyboard import stop
from tests.browser.tried_site import LONG, TEMPLATES, template_address

pytestmark = pytest.mark.browser


@pytest.fixture
def off(browser: Browser) -> Iterator[Page]:
    """A page at 320 px in a browser without JavaScript."""
    with browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 800}) as window:
        yield window.new_page()


def seen(page: Page) -> set[str]:
    """Where the links lead that can be seen."""
    found = page.locator("a:visible").evaluate_all("all => all.map((one) => one.getAttribute('href'))")
    return set(found)


def test_every_address_of_the_menu_can_be_reached_and_the_menu_link_leads_there(off: Page, base: str) -> None:
    off.goto(base + "/")
    assert MENU.keys() <= seen(off)
    link = off.get_by_role("banner").get_by_role("link", name="Meny")
    target = off.locator(str(link.get_attribute("href")))
    link.press("Enter")
    assert target.get_by_role("link").first.is_visible()
    off.keyboard.press("Tab")
    here = stop(off)
    assert here is not None
    assert here.html.startswith(f'<a href="{next(iter(MENU))}"')


def test_the_skip_link_moves_the_focus(off: Page, base: str) -> None:
    off.goto(base + "/beslut/")
    off.keyboard.press("Tab")
    off.keyboard.press("Enter")
    off.keyboard.press("Tab")
    assert off.locator("main :focus").count() == 1


@pytest.mark.parametrize(("address", "width"), [("/", 320), ("/tjanster/hemtjanst/", 1280)])
def test_the_search_form_leads_to_a_page_with_other_ways_to_find(
    off: Page, base: str, address: str, width: int
) -> None:
    off.set_viewport_size({"width": width, "height": 800})
    off.goto(base + address)
    off.get_by_role("search").get_by_role("searchbox").fill("sopor")
    off.keyboard.press("Enter")
    off.wait_for_url(base + "/sok/?q=sopor")
    ways = seen(off)
    assert {"/a-o/", "/e-tjanster/", "/kontakta-oss/"} <= ways
    assert sum(way.startswith("/amnen/") for way in ways) > 5


def test_search_can_be_reached_from_an_ordinary_page_on_a_small_screen(off: Page, base: str) -> None:
    off.goto(base + "/tjanster/hemtjanst/")
    assert "/sok/" in seen(off)
    off.get_by_role("banner").get_by_role("search").get_by_role("button", name="Sök").click()
    off.wait_for_url(base + "/sok/?q=")
    assert off.get_by_role("main").get_by_role("searchbox").is_visible()


@pytest.mark.parametrize("address", ["/", "/driftinfo/"])
def test_an_alert_in_force_is_told(off: Page, base: str, address: str) -> None:
    off.goto(base + address)
    assert off.get_by_role("main").get_by_text(f"Vattenläcka: {LONG}").is_visible()
    assert off.get_by_role("main").get_by_text("Allvarlig").first.is_visible()


def test_no_button_is_shown_that_needs_script(off: Page, base: str, site: Path) -> None:
    for name in TEMPLATES:
        if name != "redirect":
            off.goto(base + template_address(site, name))
            assert off.locator("button:visible").evaluate_all("all => all.filter((one) => !one.form)") == []


def test_every_service_is_at_most_two_clicks_from_the_start_and_shows_a_contact(site: Path) -> None:
    def links(address: str) -> set[str]:
        page = html.parse(site / address.lstrip("/") / "index.html")
        return {href.partition("#")[0] for href in page.xpath("//a/@href") if href.startswith("/")}

    def is_page(address: str) -> bool:
        return address.endswith("/") and (site / address.lstrip("/") / "index.html").exists()

    first = [address for address in links("/") if is_page(address)]
    near = set(first).union(*(links(address) for address in first))
    services = {f"/tjanster/{path.parent.name}/" for path in (site / "tjanster").glob("*/index.html")}
    services -= {TEMPLATES["gone"], TEMPLATES["redirect"]}
    assert len(services) > 20
    assert services <= near
    for service in services:
        assert any(address.startswith(("/kontakt/", "/organ/", "tel:")) for address in links(service)), (
            service
        )
