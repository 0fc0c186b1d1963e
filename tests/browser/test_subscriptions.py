"""The subscription service's pages in a real browser: axe, width, keyboard, and everything without script."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from foundation import database
from foundation.signed_links import leave_path
from subscriptions.tables import contacts
from tests.browser.chromium import MODES, Mode, axe, complaints, context, open_page
from tests.browser.keyboard import walk
from tests.subscriptions.serving import Service, link, running
from tests.subscriptions.web_server import serve

pytestmark = pytest.mark.browser
ADDRESS = "anna@exempel.se"


@pytest.fixture(scope="module")
def service(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service in the built site's own shell."""
    url = f"sqlite:///{tmp_path_factory.mktemp('service')}/s.sqlite3"
    database.migrate(url)
    with serve() as nothing, running(url, nothing, site) as one:
        yield one


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service while the site cannot be reached: its own plain shell."""
    url = f"sqlite:///{tmp_path_factory.mktemp('plain')}/s.sqlite3"
    database.migrate(url)
    with serve() as site:
        site.answers["/skal.html"] = (500, {}, b"")
        with running(url, site) as one:
            yield one


@pytest.fixture(autouse=True)
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """All these visitors come from one address."""
    monkeypatch.setattr("foundation.limits.exceeded", lambda *_: [])


def form(page: Page, service: Service) -> None:
    open_page(page, f"{service.address}/prenumerera/?amne=avfall-atervinning&kris=1")
    for group in page.locator("summary").all():
        group.click()


def form_with_faults(page: Page, service: Service) -> None:
    open_page(page, f"{service.address}/prenumerera/")
    page.fill("#epost", "anna")
    page.get_by_role("button", name="Bevaka").click()


def code(page: Page, service: Service) -> None:
    open_page(page, f"{service.address}/prenumerera/?kris=1")
    page.fill("#mobil", "070-174 06 05")
    page.get_by_role("button", name="Bevaka").click()
    page.get_by_role("button", name="Bekräfta").click()


def confirm(page: Page, service: Service) -> None:
    service.sign_up(email=ADDRESS, val=["crisis:"])
    mail = [message for message in service.deliver() if message["channel"] == "email"][-1]
    open_page(page, service.address + link(mail, "bekrafta"))


def manage(page: Page, service: Service) -> None:
    open_page(page, service.address + service.subscribe(ADDRESS, val=["crisis:", "all:"]))
    page.get_by_text("Lägg till mer").click()


def manage_with_faults(page: Page, service: Service) -> None:
    manage(page, service)
    page.get_by_role("button", name="Pausa").click()


def erase(page: Page, service: Service) -> None:
    open_page(page, f"{service.address}{service.subscribe(ADDRESS, val=['crisis:'])}/radera")


def leave(page: Page, service: Service) -> None:
    service.subscribe(ADDRESS, val=["crisis:"])
    with database.read(service.engine) as connection:
        row = connection.execute(contacts.select().order_by(contacts.c.id)).first()
    assert row is not None
    open_page(page, service.address + leave_path(service.keys, row.id, row.created_at))


def inbox(page: Page, service: Service) -> None:
    service.sign_up(email=ADDRESS, val=["crisis:"])
    service.deliver()
    open_page(page, f"{service.address}/dev/inkorg/")
    page.get_by_text("Som webbsida").first.click()


def at(path: str) -> Callable[[Page, Service], None]:
    return lambda page, service: open_page(page, f"{service.address}/prenumerera/{path}")


PAGES: dict[str, Callable[[Page, Service], None]] = {
    "form": form, "form-faults": form_with_faults, "code": code, "confirm": confirm, "manage": manage,
    "manage-faults": manage_with_faults, "erase": erase, "leave": leave, "inbox": inbox,
    "sent": at("skickat"), "ask-link": at("hantera/"), "link-sent": at("hantera/skickat"),
    "report": at("tillganglighet"), "thanks": at("tillganglighet/tack"), "privacy": at("integritet"),
    "left": at("avslutat"), "missing": at("bekrafta/1-0-0-aa"),
}  # fmt: skip
REPRESENTATIVE = {
    ("form", "light", 320), ("form-faults", "dark", 1280), ("manage-faults", "light", 320),
    ("report", "dark", 320), ("privacy", "light", 320), ("leave", "light", 1280),
}  # fmt: skip
LOOKS = [
    pytest.param(
        name, mode, id=f"{name}-{mode}",
        marks=() if (name, mode.scheme, mode.width) in REPRESENTATIVE and mode.scripts else pytest.mark.slow,
    )
    for name in PAGES for mode in MODES
]  # fmt: skip


@pytest.mark.parametrize(("name", "mode"), LOOKS)
def test_a_page_in_the_sites_shell_is_accessible(
    browser: Browser, service: Service, name: str, mode: Mode
) -> None:
    look(browser, service, name, mode)


@pytest.mark.parametrize(("name", "mode"), LOOKS)
def test_a_page_in_the_plain_shell_is_accessible(
    browser: Browser, plain: Service, name: str, mode: Mode
) -> None:
    look(browser, plain, name, mode)


def look(browser: Browser, service: Service, name: str, mode: Mode) -> None:
    with context(browser, mode) as window:
        page = window.new_page()
        said = complaints(page)
        PAGES[name](page, service)
        assert [one for one in said if "status of 4" not in one] == []  # a page of faults is a 422
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= mode.width


@pytest.mark.parametrize("name", ["form", "manage-faults", "report"])
def test_every_stop_of_a_form_is_named_visible_and_uncovered(
    browser: Browser, service: Service, name: str
) -> None:
    with context(browser, Mode("light", 320, True), reduced_motion="reduce") as window:
        page = window.new_page()
        PAGES[name](page, service)
        for stop in walk(page):
            assert stop.name, stop
            assert stop.visible, stop
            assert not stop.covered, stop


def test_faults_take_the_focus_without_script(browser: Browser, service: Service) -> None:
    with browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 800}) as window:
        page = window.new_page()
        form_with_faults(page, service)
        expect(page.locator(".error-summary")).to_be_focused()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("#"))
        expect(page.locator("#epost")).to_have_value("anna")


def test_a_citizen_follows_confirms_changes_and_leaves_by_keyboard_without_script(
    browser: Browser, service: Service
) -> None:
    with browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 800}) as window:
        page = window.new_page()
        page.goto(f"{service.address}/amnen/avfall-atervinning/")
        page.locator("a[href^='/prenumerera/?']").first.press("Enter")
        expect(page.get_by_label("Avfall", exact=False).first).to_be_checked()
        page.get_by_label("E-postadress").focus()
        page.keyboard.type("bo@exempel.se")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Vi har skickat ett mejl")
        service.deliver()
        page.goto(f"{service.address}/dev/inkorg/")
        page.get_by_role("link", name="bekrafta").first.press("Enter")
        page.get_by_role("button", name="Bekräfta").press("Enter")
        page.get_by_role("link", name="Se och ändra").press("Enter")
        page.get_by_label("Hur ofta").first.select_option("weekly")
        page.get_by_role("button", name="Spara").press("Enter")
        expect(page.get_by_role("status")).to_have_text("Dina val är sparade.")
        expect(page.get_by_label("Hur ofta").first).to_have_value("weekly")
        page.get_by_role("link", name="Avsluta alla").press("Enter")
        page.get_by_role("button", name="Avsluta alla").press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Dina bevakningar är avslutade")


def test_no_request_tells_the_signed_link_that_led_to_it_and_forms_are_still_taken(
    browser: Browser, plain: Service
) -> None:
    with browser.new_context() as window:
        page = window.new_page()
        link_to_manage = plain.address + plain.subscribe("cissi@exempel.se", val=["crisis:", "all:"])
        asked: list[tuple[str, str]] = []
        page.on("request", lambda one: asked.append((one.method, one.all_headers().get("referer", ""))))
        page.goto(link_to_manage)
        page.get_by_role("button", name="Spara").click()
        expect(page.get_by_role("status")).to_have_text("Dina val är sparade.")
    told = {referer for _, referer in asked}
    assert told <= {"", f"{plain.address}/"}
    assert "POST" in {method for method, _ in asked}
    assert f"{plain.address}/" in told
