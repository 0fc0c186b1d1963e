"""Search: everyday words, count announced, headings, filters, keyboard, no results, offline files only."""

import pytest
from playwright.sync_api import Page

from tests.browser.chromium import open_page

pytestmark = pytest.mark.browser


def search(page: Page, base: str, words: str) -> list[tuple[str, str]]:
    """(title, kind) of the first hits."""
    page.goto(f"{base}/sok/?q={words}")
    page.wait_for_function("() => /träff/.test(document.getElementById('antal').textContent)")
    rows = page.locator("#traffar > li")
    return [
        (row.locator("h2").inner_text(), row.locator(".meta").first.inner_text()) for row in rows.all()[:10]
    ]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("sopor", "avfall"),
        ("dagis", "förskol"),
        ("hål i vägen", "felanmäl"),
        ("gatlampa", "felanmäl"),
        ("överklaga", "överklaga"),
        ("bygga altan", "bygglov"),
        ("strömavbrott", "avbrott"),
        ("telefonnummer", "växel"),
    ],
)
def test_everyday_words_find_the_answer_among_the_first_five(
    wide: Page, base: str, words: str, wanted: str
) -> None:
    found = search(wide, base, words)
    assert any(wanted in title.lower() for title, _ in found[:5]), found


def test_services_and_answers_come_before_old_decisions(wide: Page, base: str) -> None:
    kinds = [kind for _, kind in search(wide, base, "bygglov")]
    assert kinds[0] in ("Tjänst", "E-tjänst", "Fråga", "Kontakt")


def test_the_count_is_announced_and_results_are_an_ordered_list_of_headings(wide: Page, base: str) -> None:
    assert search(wide, base, "snö")
    status = wide.get_by_role("status")
    assert "träff" in status.inner_text()
    assert wide.locator("main ol#traffar > li h2 > a[href]").count() > 0


def test_filters_narrow_the_results_by_keyboard(wide: Page, base: str) -> None:
    search(wide, base, "skola")
    before = wide.get_by_role("status").inner_text()
    box = wide.get_by_role("group", name="Slag").get_by_role("checkbox").first
    kind = box.get_attribute("value")
    box.focus()
    wide.keyboard.press("Space")
    wide.wait_for_function(
        "t => !['Söker …', t].includes(document.getElementById('antal').textContent)", arg=before
    )
    kinds = {row.inner_text() for row in wide.locator("#traffar .meta").all()}
    assert kinds == {kind}
    assert wide.evaluate("document.activeElement.value") == kind


def test_no_results_give_help(wide: Page, base: str) -> None:
    assert search(wide, base, "xqzxqz") == []
    assert "Inga träffar" in wide.get_by_role("status").inner_text()
    assert wide.locator("main").get_by_role("link", name="Allt från A till Ö").is_visible()


def test_a_query_is_in_the_address_and_the_back_button_brings_the_last_one(wide: Page, base: str) -> None:
    search(wide, base, "snö")
    wide.get_by_label("Vad söker du?").fill("sopor")
    wide.keyboard.press("Enter")
    wide.wait_for_function("() => document.getElementById('antal').textContent.includes('sopor')")
    assert wide.url.endswith("?q=sopor")
    wide.go_back()
    wide.wait_for_function("() => document.getElementById('antal').textContent.includes('snö')")
    assert wide.get_by_label("Vad söker du?").input_value() == "snö"


def test_a_query_is_never_taken_for_html(wide: Page, base: str) -> None:
    open_page(wide, base + "/sok/?q=%3Cimg src=x onerror=alert(1)%3E")
    assert wide.locator("main img").count() == 0
