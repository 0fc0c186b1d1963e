"""An alert shows on every page soon after it is published, without the page being built again."""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from site_builder.content.fields import STOCKHOLM
from site_builder.problems import has_errors
from site_builder.publishing.build import Options, build
from tests.browser.chromium import Mode, context, open_page
from tests.browser.tried_site import ROOT, alert, served

pytestmark = pytest.mark.browser

SOON = 16_000
"""Milliseconds within which an open page must have asked again."""
PAGES = ("/tjanster/hemtjanst/", "/beslut/kommunstyrelsen/2012-04-24/71/")


class Municipality(NamedTuple):
    """A site of its own, where alerts are published while pages are open."""

    folder: Path
    base: str
    started: datetime

    def publish(self, minutes: int = 0, **alerts: str) -> None:
        """Build with these alerts, and no others, so many minutes after the beginning."""
        shutil.rmtree(self.folder / "content", ignore_errors=True)
        (self.folder / "content" / "driftinfo").mkdir(parents=True)
        for name, text in alerts.items():
            (self.folder / "content" / "driftinfo" / f"{name}.md").write_text(text, encoding="utf-8")
        roots = [ROOT / "content", self.folder / "content"]
        now = self.started + timedelta(minutes=minutes)
        result = build(Options(roots, self.folder / "site", now, cache=self.folder / "cache"))
        assert not has_errors(result.problems), result.problems

    def made(self) -> dict[str, tuple[int, int]]:
        """Which file of which moment stands at each of the tried addresses."""
        files = {address: self.folder / "site" / address.strip("/") / "index.html" for address in PAGES}
        return {address: (file.stat().st_ino, file.stat().st_mtime_ns) for address, file in files.items()}


@pytest.fixture(scope="module")
def municipality(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Municipality]:
    folder = tmp_path_factory.mktemp("kris")
    (folder / "site").mkdir()
    with served(folder / "site") as base:
        one = Municipality(folder, base, datetime.now(UTC))
        one.publish()
        yield one


def test_alerts_published_while_a_page_is_open_come_in_order_and_go_when_ended(
    wide: Page, municipality: Municipality
) -> None:
    now = municipality.started
    outage = alert("strom", "Strömavbrott", now, allvar="mindre", instruktion="Spara på varmvattnet.")
    water = alert("vatten", "Vattnet är farligt", now, allvar="extrem", instruktion="Koka vattnet.")
    region = _open(wide, municipality, PAGES[0], now)
    assert region.get_by_role("article").count() == 0
    before = municipality.made()

    municipality.publish(1, strom=outage, vatten=water)
    assert municipality.made() == before
    wide.clock.run_for(SOON)
    region.get_by_role("article").nth(1).wait_for()
    titles = region.get_by_role("heading").all_inner_texts()
    assert [title.rpartition(": ")[2] for title in titles] == ["Vattnet är farligt", "Strömavbrott"]
    text = region.inner_text()
    for wanted in ("Extrem", "Mindre", "Bollmora", "Koka vattnet.", "Spara på varmvattnet.", "till "):
        assert wanted in text
    wide.goto(municipality.base + str(region.get_by_role("link").first.get_attribute("href")))
    assert wide.get_by_role("heading", level=1).inner_text().endswith("Vattnet är farligt")

    region = _open(wide, municipality, PAGES[1], now)
    expect(region.get_by_role("article")).to_have_count(2)
    ended = alert("vatten-slut", "Faran är över", now, avslutar="driftinfo/vatten", allvar="mindre")
    municipality.publish(2, strom=outage, vatten=water, slut=ended)
    wide.clock.run_for(SOON)
    region.get_by_text("Vattnet är farligt").wait_for(state="detached")
    municipality.publish(3)
    wide.clock.run_for(SOON)
    region.get_by_role("article").first.wait_for(state="detached")
    assert municipality.made() == before


@pytest.mark.parametrize("scripts", [True, False])
def test_the_alerts_are_asked_for_with_the_page_and_only_once(
    browser: Browser, municipality: Municipality, scripts: bool
) -> None:
    with context(browser, Mode("light", 320, scripts)) as window:
        page = window.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url.removeprefix(municipality.base)))
        open_page(page, municipality.base + PAGES[0])
        assert [address for address in asked if "/api/" in address] == ["/api/v1/alerts.json"]


def test_an_alert_goes_when_it_expires_even_without_network(wide: Page, municipality: Municipality) -> None:
    now = municipality.started
    municipality.publish(4, kort=alert("kort", "Kort störning", now, hours=1, allvar="måttlig"))
    region = _open(wide, municipality, PAGES[0], now)
    region.get_by_role("article").wait_for()
    wide.route("**/api/**", lambda route: route.abort("blockedbyclient"))
    wide.clock.run_for(SOON)
    assert region.get_by_role("article").count() == 1
    wide.clock.run_for("01:30:00")
    region.get_by_role("article").wait_for(state="detached")


@pytest.mark.parametrize(
    ("clock", "said"), [("00:00", "till 16 maj klockan 24.00."), ("08:00", "till 17 maj klockan 08.00.")]
)
def test_an_alert_says_when_it_ends_as_its_page_does(
    wide: Page, municipality: Municipality, clock: str, said: str
) -> None:
    now = municipality.started
    text = re.sub("upphör: .*", f"upphör: 2031-05-17 {clock}", alert("lang", "Lång", now, allvar="mindre"))
    municipality.publish(5, lang=text)
    region = _open(wide, municipality, PAGES[0], now)
    expect(region.get_by_role("article")).to_contain_text(said)


def test_an_alert_cannot_be_sent_away(wide: Page, municipality: Municipality) -> None:
    now = municipality.started
    municipality.publish(5, kvar=alert("kvar", "Kvar", now, allvar="allvarlig"))
    region = _open(wide, municipality, PAGES[0], now)
    region.get_by_role("article").wait_for()
    assert region.get_by_role("button").count() == 0


def test_an_alerts_text_is_never_taken_for_html(wide: Page, municipality: Municipality) -> None:
    now = municipality.started
    hostile = "'<img src=x onerror=alert(1)>'"
    municipality.publish(6, ond=alert("ond", hostile, now, allvar="mindre", instruktion=hostile))
    region = _open(wide, municipality, PAGES[0], now)
    region.get_by_role("article").wait_for()
    assert region.locator("img").count() == 0
    assert region.get_by_role("heading").inner_text().endswith("<img src=x onerror=alert(1)>")


def test_four_alerts_take_a_line_each_and_leave_the_heading_on_a_phones_first_screen(
    narrow: Page, municipality: Municipality
) -> None:
    now = municipality.started
    severities = ("extrem", "allvarlig", "måttlig", "mindre")
    advice = "Ring 112 om någon är i fara, och koka allt vatten i tre minuter."
    title = "Vattnet i hela Bollmora är förorenat sedan i morse"
    alerts = {
        f"a{n}": alert(f"a{n}", title, now, allvar=word, instruktion=advice)
        for n, word in enumerate(severities)
    }
    municipality.publish(7, **alerts)
    region = _open(narrow, municipality, PAGES[0], now)
    expect(region.get_by_role("article")).to_have_count(4)
    line = "one => one.getBoundingClientRect().height < 2 * parseFloat(getComputedStyle(one).lineHeight)"
    assert all(one.evaluate(line) for one in region.get_by_role("article").all())
    assert region.get_by_role("link", name=title).count() == 4  # shortened for the eye alone
    colours = {
        one.evaluate("one => getComputedStyle(one).backgroundColor")
        for one in region.get_by_role("article").all()
    }
    signs = {one.inner_html() for one in region.locator("article svg").all()}
    assert (len(colours), len(signs)) == (4, 4)
    heading = narrow.get_by_role("heading", level=1)
    for height in (568, 256):  # a small phone, and 1280 by 1024 at 400 %
        narrow.set_viewport_size({"width": 320, "height": height})
        box = heading.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= height
    expect(region.get_by_role("link", name="Alla 4 meddelanden")).to_be_visible()


def test_that_something_is_over_is_told_for_twelve_hours(wide: Page, municipality: Municipality) -> None:
    now = municipality.started
    water = alert("vatten", "Vattnet är farligt", now, allvar="extrem")
    begins = f"{now.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"
    over = alert("slut", "Vattnet går att dricka", now, avslutar="driftinfo/vatten", allvar="mindre",
                 instruktion="Spola kranen i fem minuter.")  # fmt: skip
    over = re.sub("gäller_från: .*", f"gäller_från: {begins}", over)
    municipality.publish(8, vatten=water, slut=over)
    region = _open(wide, municipality, PAGES[0], now)
    expect(region.get_by_role("article")).to_have_text(
        re.compile("Över: Vattnet går att dricka.*Spola kranen i fem minuter")
    )
    assert "Mindre" not in region.inner_text()
    wide.goto(municipality.base + "/contact-us/")
    region = wide.get_by_role("region", name="Important information")
    expect(region.get_by_role("article").locator("[lang=en]")).to_have_text(re.compile("Over: "))
    wide.route("**/api/**", lambda route: route.abort("blockedbyclient"))
    wide.clock.run_for("12:00:30")
    expect(region.get_by_role("article")).to_have_count(0)


def _open(page: Page, municipality: Municipality, address: str, now: datetime) -> Locator:
    """Open a page whose clock the test turns; returns its labelled live region."""
    page.clock.install(time=now)
    page.goto(municipality.base + address, wait_until="networkidle")
    region = page.get_by_role("region", name="Viktig information")
    assert region.get_attribute("aria-live") == "polite"
    return region
