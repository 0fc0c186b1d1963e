"""Search: everyday words, count announced, headings, filters, keyboard, no results, offline files only."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chromium import open_page

pytestmark = pytest.mark.browser

COUNT = re.compile(r"(\d+|Inga) träff|(\d+|No) result")


def hits(page: Page) -> Locator:
    """The results: one ordered list in main."""
    return page.get_by_role("main").locator("ol").get_by_role("listitem")


def answered(page: Page, words: str) -> None:
    """Wait until the count of hits for these words is announced."""
    expect(page.get_by_role("status").filter(has_text=words)).to_have_text(COUNT)


def search(page: Page, base: str, words: str, where: str = "/sok/") -> list[str]:
    """What the first ten hits say, heading first."""
    page.goto(f"{base}{where}?q={quote(words)}")
    answered(page, words)
    return hits(page).all_inner_texts()[:10]


def title(hit: str) -> str:
    return hit.strip().partition("\n")[0].lower()


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
        ("SOPORNA", "sopor"),
    ],
)
def test_everyday_words_find_the_answer_among_the_first_five(
    wide: Page, base: str, words: str, wanted: str
) -> None:
    found = search(wide, base, words)
    assert any(wanted in title(hit) for hit in found[:5]), found


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("bygglov", "/tjanster/bygglov/"),
        ("sophämtning", "/tjanster/mat-och-restavfall/"),
        ("förskola", "/tjanster/ansok-om-forskoleplats/"),
        ("forskola", "/tjanster/ansok-om-forskoleplats/"),
        ("dagis", "/tjanster/ansok-om-forskoleplats/"),
        ("snöröjning", "/tjanster/snorojning/"),
        ("ekonomiskt bistånd", "/tjanster/ekonomiskt-bistand/"),
        ("socialbidrag", "/tjanster/ekonomiskt-bistand/"),
        ("lampan lyser inte", "/tjanster/felanmalan-gator-parker/"),
        ("parkeringsböter", "/tjanster/parkering-pa-gatan/"),
        ("kommunfullmäktige", "/organ/kommunfullmaktige/"),
        ("nästa möte kommunfullmäktige", "/moten/kommunfullmaktige/"),
        ("kommunfullmäktige protokoll", "/moten/kommunfullmaktige/"),
        ("hur lång tid tar bygglov", "/fragor/hur-lang-tid-tar-bygglov/"),
        ("sms", "/fa-nyheter/"),
        ("prenumerera", "/fa-nyheter/"),
        ("§ 71", "/beslut/kommunstyrelsen/2012-04-24/71/"),
        ("2012-71", "/beslut/kommunstyrelsen/2012-04-24/71/"),
    ],
)
def test_what_is_most_often_meant_comes_first(wide: Page, base: str, words: str, address: str) -> None:
    search(wide, base, words)
    assert hits(wide).get_by_role("link").first.get_attribute("href") == address


def test_those_without_water_are_shown_what_is_known_of_it(wide: Page, base: str) -> None:
    assert any(title(hit) == "driftinformation" for hit in search(wide, base, "inget vatten")[:5])


@pytest.mark.parametrize(
    ("wrong", "right"), [("hemtjenst", "hemtjänst"), ("kommunfullmektige", "kommunfullmäktige")]
)
def test_a_misspelt_word_is_searched_for_as_it_was_meant(
    wide: Page, base: str, wrong: str, right: str
) -> None:
    found = search(wide, base, wrong)
    assert right in title(found[0])
    expect(wide.get_by_role("status")).to_contain_text(f"Vi sökte på ”{right}”")
    expect(wide.get_by_role("status")).not_to_contain_text(f"på ”{wrong}”")


def test_a_correction_is_offered_as_a_question_where_something_else_was_found(wide: Page, base: str) -> None:
    wide.goto(f"{base}/sok/?q=äldreomsorg hemtjenst")
    said = wide.get_by_role("status")
    expect(said).to_contain_text("träffar på ”äldreomsorg hemtjenst”.")
    expect(said).to_contain_text("Menade du äldreomsorg hemtjänst?")
    said.get_by_role("link").click()
    answered(wide, "äldreomsorg hemtjänst")


def test_nonsense_finds_nothing_and_the_beginning_of_a_word_finds_it(wide: Page, base: str) -> None:
    assert search(wide, base, "asdfghjkl") == []
    assert "eternit" in title(search(wide, base, "eterni")[0])


def test_what_is_not_found_in_swedish_may_be_searched_for_in_english(wide: Page, base: str) -> None:
    assert search(wide, base, "library & xyzzy") == []
    wide.get_by_role("main").get_by_role("link", name="Search in English").click()
    expect(wide).to_have_url(re.compile("/search/"))
    expect(wide.locator("#q")).to_have_value("library & xyzzy")


def test_a_filter_says_how_many_hits_it_leaves_also_with_the_vocabularys_words(wide: Page, base: str) -> None:
    for place in range(3):
        search(wide, base, "sopor")
        box = wide.get_by_role("group", name="Slag").get_by_role("checkbox").nth(place)
        told = re.search(r"\((\d+)\)", box.locator("..").inner_text())
        assert told
        box.click()  # the boxes are made anew by the answer: `check` would look at another one
        expect(wide.get_by_role("status")).to_have_text(re.compile(rf"^{told[1]} träff"))


def test_a_year_puts_decisions_first(wide: Page, base: str) -> None:
    assert "\nBeslut" in search(wide, base, "kommunstyrelsen 2012")[0]


def test_words_that_no_page_has_together_are_found_one_by_one(wide: Page, base: str) -> None:
    assert search(wide, base, "eternit skolskjuts")
    expect(wide.get_by_role("status")).to_contain_text("något av dem")


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("crisis", "/in-a-crisis/"),
        ("emergency", "/in-a-crisis/"),
        ("contact", "/contact-us/"),
        ("preschool", "/amnen/forskola-skola/"),
    ],
)
def test_english_words_find_english_pages(wide: Page, base: str, words: str, address: str) -> None:
    search(wide, base, words, "/search/")
    assert hits(wide).get_by_role("link").first.get_attribute("href") == address


def test_english_pages_lead_to_the_english_search(wide: Page, base: str) -> None:
    open_page(wide, base + "/english/")
    wide.get_by_role("contentinfo").get_by_role("link", name="Search").click()
    expect(wide.get_by_role("heading", level=1)).to_have_text("Search")


@pytest.mark.parametrize(("words", "wanted"), [("parkeringsbot", "parkering"), ("snöskottning", "snö")])
def test_words_that_only_the_vocabulary_knows_find_what_it_says_of_them(
    wide: Page, base: str, words: str, wanted: str
) -> None:
    found = search(wide, base, words)
    assert sum(wanted in title(hit) for hit in found) > 1, found


def test_services_and_answers_come_before_old_decisions(wide: Page, base: str) -> None:
    first = search(wide, base, "bygglov")[0]
    assert re.search(r"^(Tjänst|E-tjänst|Fråga|Kontakt)", first, re.MULTILINE), first


def test_old_decisions_are_found_when_they_are_what_is_asked_for(wide: Page, base: str) -> None:
    search(wide, base, "kommunstyrelsen 2012")
    assert hits(wide).get_by_text(re.compile("^Beslut")).count()


def test_the_count_is_announced_and_every_result_is_a_heading_with_a_link(wide: Page, base: str) -> None:
    found = search(wide, base, "snö")
    assert wide.get_by_role("status").evaluate("one => one.closest('main') !== null")
    headings = hits(wide).get_by_role("heading", level=2).get_by_role("link")
    assert headings.count() == hits(wide).count() >= len(found) > 0


def test_a_link_of_a_result_leads_to_its_page(wide: Page, base: str) -> None:
    found = search(wide, base, "sopor")
    hits(wide).get_by_role("link").first.press("Enter")
    expect(wide.get_by_role("heading", level=1)).to_have_text(re.compile(title(found[0]), re.IGNORECASE))


def test_filters_narrow_the_results_by_keyboard_and_keep_the_focus(wide: Page, base: str) -> None:
    search(wide, base, "skola")
    before = wide.get_by_role("status").inner_text()
    box = wide.get_by_role("group", name="Slag").get_by_role("checkbox").first
    kind = str(box.get_attribute("value"))
    box.focus()
    wide.keyboard.press("Space")
    expect(wide.get_by_role("status")).not_to_have_text(before)
    answered(wide, "skola")
    others = hits(wide).filter(has_not=wide.get_by_text(kind, exact=True))
    expect(others).to_have_count(0)
    assert hits(wide).count() > 0
    assert wide.evaluate("document.activeElement.value") == kind


@pytest.mark.parametrize("name", ["Ämne", "Organ"])
def test_results_can_be_narrowed_by_topic_and_body_too(wide: Page, base: str, name: str) -> None:
    search(wide, base, "skola")
    before = wide.get_by_role("status").inner_text()
    wide.get_by_role("group", name=name).get_by_role("checkbox").first.click()  # `check` looks anew
    expect(wide.get_by_role("status")).not_to_have_text(before)
    answered(wide, "skola")
    assert hits(wide).count() > 0


def test_more_results_take_the_focus_to_the_first_new_one(wide: Page, base: str) -> None:
    search(wide, base, "beslut")
    before = hits(wide).count()
    wide.get_by_role("button", name="Visa fler").press("Enter")
    expect(hits(wide)).not_to_have_count(before)
    expect(hits(wide).nth(before).get_by_role("link")).to_be_focused()


def test_no_results_give_help(wide: Page, base: str) -> None:
    assert search(wide, base, "xqzxqz") == []
    assert "Inga träffar" in wide.get_by_role("status").inner_text()
    assert wide.get_by_role("main").get_by_role("link", name="Allt från A till Ö").is_visible()


def test_a_query_is_in_the_address_and_the_back_button_brings_the_last_one(wide: Page, base: str) -> None:
    search(wide, base, "snö")
    box = wide.get_by_role("main").locator("#q")
    box.fill("sopor")
    wide.keyboard.press("Enter")
    answered(wide, "sopor")
    assert wide.url.endswith("?q=sopor")
    wide.go_back()
    answered(wide, "snö")
    expect(box).to_have_value("snö")


def test_a_query_is_never_taken_for_html(wide: Page, base: str) -> None:
    open_page(wide, base + "/sok/?q=%3Cimg src=x onerror=alert(1)%3E")
    answered(wide, "<img")
    assert wide.locator("main img").count() == 0
