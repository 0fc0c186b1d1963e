"""Find a page, follow it, confirm, get to know of a change, read it, and leave."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.chromium import Mode, complaints, context
from tests.journeys.conftest import Hand, Keyboard, Mouse, Town, heading, until

pytestmark = pytest.mark.browser


def search_field(page: Page) -> Locator:
    """The field on the start page: a search box, and a combobox when the script for suggestions has come."""
    return page.get_by_role("main").locator('input[type="search"]')


def follow(page: Page, hand: Hand, town: Town, email: str) -> None:
    """From the page in view: the form, the mail, the button."""
    wanted = heading(page).inner_text()
    hand.press(page.get_by_role("link", name="Bevaka med e-post eller sms"))
    box = page.get_by_role("checkbox", name=re.compile(f"{re.escape(wanted)}$"))
    expect(box).to_be_checked()
    hand.write(page.get_by_label("E-postadress"), email)
    hand.press(page.get_by_role("button", name="Bevaka"))
    expect(heading(page)).to_have_text("Vi har skickat ett mejl")
    hand.press(message(page, town, email, "ekräfta").get_by_role("link", name="/bekrafta/"))
    expect(page.get_by_role("listitem").filter(has_text=wanted)).to_be_visible()
    hand.press(page.get_by_role("button", name="Bekräfta"))
    expect(heading(page)).to_have_text("Bevakningen är bekräftad")


def message(page: Page, town: Town, email: str, subject: str) -> Locator:
    """The newest message to an address about something, when it has come; the inbox is in view."""
    found = (
        page.get_by_role("article")
        .filter(has_text=email)
        .filter(has=page.get_by_role("heading", name=subject))
    )

    def look() -> int:
        page.goto(town.inbox)
        return found.count()

    until(look)
    return found.first


def leave(page: Page, hand: Hand, mail: Locator) -> None:
    """By the link at the end of the mail."""
    hand.press(mail.get_by_role("link", name="/avsluta/"))
    hand.press(page.get_by_role("button", name="Avsluta alla"))
    expect(heading(page)).to_have_text("Dina bevakningar är avslutade")


def test_by_mouse_on_a_wide_screen(browser: Browser, town: Town) -> None:
    with context(browser, Mode("light", 1280, True)) as window:
        page, hand, email = window.new_page(), Mouse(), "mus@exempel.se"
        said = complaints(page)
        page.goto(town.base)
        hand.write(search_field(page), "sopor")
        hand.press(page.get_by_role("main").get_by_role("button", name="Sök"))
        hand.press(page.get_by_role("main").get_by_role("link", name="Hämtning av mat- och restavfall"))
        follow(page, hand, town, email)
        town.change("tjanster/mat-och-restavfall.md", "Vi hämtar på en annan dag i jul.")
        mail = message(page, town, email, "Hämtning av mat- och restavfall")
        hand.press(mail.get_by_text("Som webbsida"))
        inside = mail.frame_locator("iframe")
        expect(inside.get_by_text("Vi hämtar på en annan dag i jul.")).to_be_visible()
        hand.press(inside.get_by_role("link", name="Läs hela texten"))
        page.wait_for_url(f"{town.base}/tjanster/mat-och-restavfall/")
        expect(page.get_by_role("main")).to_contain_text("Vi hämtar på en annan dag i jul.")
        leave(page, hand, message(page, town, email, "Hämtning av mat- och restavfall"))
        assert said == []


def test_by_keyboard_alone_on_a_narrow_screen(browser: Browser, town: Town) -> None:
    with context(browser, Mode("dark", 320, True)) as window:
        page, hand, email = window.new_page(), Keyboard(), "tangent@exempel.se"
        said = complaints(page)
        page.goto(town.base)
        hand.write(search_field(page), "hemhjälp")
        page.keyboard.press("Enter")
        hand.press(page.get_by_role("main").get_by_role("link", name="Sök hemtjänst"))
        follow(page, hand, town, email)
        town.change("tjanster/hemtjanst.md", "Du kan söka på en ny blankett.")
        mail = message(page, town, email, "Sök hemtjänst")
        expect(mail).to_contain_text("Du kan söka på en ny blankett.")
        hand.press(mail.get_by_role("link", name="/tjanster/hemtjanst/"))
        expect(heading(page)).to_have_text("Sök hemtjänst")
        leave(page, hand, message(page, town, email, "Sök hemtjänst"))
        assert said == []


def test_without_script(browser: Browser, town: Town) -> None:
    with browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 800}) as window:
        page, hand, email = window.new_page(), Mouse(), "utan@exempel.se"
        page.goto(town.base)
        hand.write(search_field(page), "bygglov")
        page.keyboard.press("Enter")
        hand.press(page.get_by_role("main").get_by_role("link", name="B", exact=True))
        hand.press(page.get_by_role("main").get_by_role("link", name="Bygglov och anmälan"))
        hand.press(page.get_by_role("main").get_by_role("link", name="Sök bygglov").first)
        follow(page, hand, town, email)
        town.change("tjanster/bygglov.md", "Handläggningen tar längre tid i sommar.")
        mail = message(page, town, email, "Sök bygglov")
        expect(mail).to_contain_text("Handläggningen tar längre tid i sommar.")
        hand.press(mail.get_by_role("link", name="/tjanster/bygglov/"))
        expect(page.get_by_role("main")).to_contain_text("Handläggningen tar längre tid i sommar.")
        leave(page, hand, message(page, town, email, "Sök bygglov"))
