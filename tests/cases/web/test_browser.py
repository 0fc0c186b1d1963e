"""A phone without script, and the desk by keyboard: accessible, within the screen, small."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import AXE, TAGS
from tests.cases.serving import Municipality, running

pytestmark = pytest.mark.browser


@pytest.fixture
def plain(sqlite_url: str) -> Iterator[Municipality]:
    """The service in its own shell, as while the site's cannot be had."""
    with running(sqlite_url, shell="") as made:
        yield made


AXE_RUN = (
    "async (tags) => (await axe.run(document, {runOnly: tags})).violations.map((one) => one.id + "
    "one.nodes.map((node) => node.html).join())"
)


def look_over(page: Page) -> None:
    """No fault that axe finds, and nothing beside the screen."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate(AXE_RUN, TAGS) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def test_a_report_on_a_phone_and_its_answer_at_the_desk(plain: Municipality, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640}, bypass_csp=True)
    page = context.new_page()
    page.goto(f"{plain.shared.public_url}/felanmalan/ny/")
    look_over(page)
    page.get_by_role("link", name="Trasig gatlampa").click()
    look_over(page)
    page.get_by_role("button", name="Fortsätt").click()
    assert page.get_by_role("alert").get_by_role("link").count() == 2
    look_over(page)
    page.get_by_label("Var är det?").fill("Storgatan 3")
    page.get_by_label("Vad är fel?").fill("Lampan är släckt.")
    page.get_by_role("button", name="Fortsätt").click()
    look_over(page)
    page.get_by_role("button", name="Skicka").click()
    page.get_by_text("Vi har tagit emot ditt ärende").wait_for()
    look_over(page)
    assert context.cookies() == []
    receipt = page.url
    page.goto(f"{plain.shared.public_url}/arenden/")
    page.get_by_role("button", name="Handläggare").click()
    look_over(page)
    page.get_by_role("link", name="Trasig gatlampa").press("Enter")
    look_over(page)
    page.get_by_label("Text till den som anmälde").fill("Lampan är bytt.")
    page.get_by_label("Hur gick det?").select_option("done")
    page.get_by_role("button", name="Svara och avsluta").press("Enter")
    page.get_by_text("Avslutat: åtgärdat").first.wait_for()
    page.goto(f"{plain.shared.public_url}/arenden/nytt/")
    look_over(page)
    page.goto(receipt)
    page.get_by_role("button", name="Inte åtgärdat").click()
    page.get_by_text("Öppnat igen").wait_for()
    look_over(page)
    context.close()


@pytest.mark.parametrize("path", ["/felanmalan/ny/", "/synpunkter/", "/felanmalan/ny/?typ=trasig-gatlampa"])
def test_a_page_of_the_form_is_small(town: Municipality, path: str) -> None:
    assert len(town.get(path).content) < 30_000
