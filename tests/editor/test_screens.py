"""Every screen of the editor in a browser: axe finds nothing, nothing is wider than a phone, keys suffice."""

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, expect

from foundation.web.server import make_server
from tests.browser.chromium import Mode, axe, complaints, context
from tests.editor.conftest import Newsroom
from tests.subscriptions.serving import free_port

pytestmark = pytest.mark.browser
PAGE = "/redigera/tjanster/bygglov/"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The editor over real HTTP with one proposal: its address, and the proposal's key."""
    newsroom = Newsroom(Path(tmp_path_factory.mktemp("redaktion")), port=free_port())
    newsroom.write_service()
    newsroom.town.build()
    newsroom.send(PAGE, newsroom.open(PAGE), "spara", vem="Du som bygger")
    key = newsroom.git("for-each-ref", "--format=%(refname:lstrip=3)", "refs/heads/forslag/").strip()
    server = make_server(newsroom.app(static=newsroom.town.site), "127.0.0.1", newsroom.port)
    thread = Thread(target=server.run)
    thread.start()
    yield newsroom.address, key
    server.should_exit = True
    thread.join()


def log_in(page: Page, address: str) -> None:
    """As whoever may do everything."""
    page.set_default_timeout(120_000)  # a slow machine is no fault
    page.goto(f"{address}/redigera/")
    page.get_by_role("button", name="Lokal redaktör").click()
    page.wait_for_url(f"{address}/redigera/")


@pytest.mark.parametrize("mode", [Mode("light", 1280, False), Mode("dark", 320, False)], ids=str)
def test_axe_finds_nothing_on_any_screen_and_none_is_wider_than_the_window(
    desk: tuple[str, str], browser: Browser, mode: Mode
) -> None:
    address, key = desk
    with context(browser, mode) as window:
        page = window.new_page()
        log_in(page, address)
        said = complaints(page)
        screens = ["", "larm/", "filer/", "kalender/", "ny/moten/", "tjanster/bygglov/"]
        for screen in [*screens, "tjanster/bygglov/historik/", f"plan/{key}/"]:
            page.goto(f"{address}/redigera/{screen}")
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            assert (screen, axe(page)) == (screen, [])
            assert page.evaluate("document.documentElement.scrollWidth") <= mode.width, screen
        assert said == []


def test_a_field_is_changed_checked_and_published_by_keys_alone(
    desk: tuple[str, str], browser: Browser
) -> None:
    address, _ = desk
    with context(browser, Mode("light", 320, False)) as window:
        page = window.new_page()
        log_in(page, address)
        said = complaints(page)
        page.goto(address + PAGE)
        page.get_by_label("Ingress").focus()
        page.keyboard.press("Control+A")
        page.keyboard.type("Så får du bygga.")
        page.locator("form.write button[value=kontrollera]").last.focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert "Kontrollen hittade inga fel" in page.locator(":focus").inner_text()
        expect(page.frame_locator("iframe").get_by_text("Så får du bygga.")).to_be_visible()
        page.locator("form.write button[value=publicera]").focus()
        with page.expect_navigation(url="**?klart=publicerat"):
            page.keyboard.press("Enter")
        page.goto(f"{address}/tjanster/bygglov/")
        assert page.get_by_text("Så får du bygga.").count() == 1
        assert said == []
