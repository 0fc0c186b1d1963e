"""What the browser gets: valid HTML with named landmarks, little of it, nothing inline, nobody else's."""

import gzip
import json
import re
import subprocess
from pathlib import Path

import pytest
from lxml import html

from site_builder.pages import MENU
from tests.browser.tried_site import ROOT, TEMPLATES, extreme_addresses, template_address

pytestmark = pytest.mark.browser

VNU = ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
LANDMARKS = ("//nav|//*[@role='navigation']", "//aside", "//*[@role='search']|//search")
INLINE = "//style|//@style|//script[not(@src)]|//@*[starts-with(name(), 'on')]"
FETCHED = (
    "//script/@src|//img/@src|//iframe/@src|//source/@srcset|//object/@data|//form/@action"
    "|//link[contains(' stylesheet icon preload modulepreload preconnect dns-prefetch ', @rel)]/@href"
)


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, html.HtmlElement]:
    """Every page of the site by its path; not the search index's own files and the service's empty shell."""
    files = [path for path in site.rglob("*.html") if path.name != "skal.html"]
    return {path.relative_to(site).as_posix(): html.fromstring(path.read_bytes()) for path in files}


def file(site: Path, name: str) -> Path:
    """The HTML file of a template."""
    address = template_address(site, name).partition("?")[0].lstrip("/")
    return site / (address + "index.html" if not address or address.endswith("/") else address)


def test_every_template_is_valid_by_the_nu_checker_without_a_warning(site: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.html"  # shows that the checker looks: one process, for it starts slowly
    bad.write_text("<!doctype html><title>x</title><section><p><div></p></section>", encoding="utf-8")
    files = sorted({str(file(site, name)) for name in TEMPLATES})
    files += [str(site / address.strip("/") / "index.html") for address in extreme_addresses(site)]
    command = ["java", "-Xmx512m", "-jar", str(VNU), "--format", "json", str(bad), *files]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    messages = json.loads(ran.stderr)["messages"]
    faults = [one for one in messages if one["url"].endswith("/bad.html")]
    assert {(one["type"], one.get("subType")) for one in faults} >= {("error", None), ("info", "warning")}
    found = [f"{one['url']}:{one.get('lastLine')}: {one['message']}" for one in messages if one not in faults]
    assert found == []


def test_every_page_has_one_main_heading_a_language_and_a_title_of_its_own(
    pages: dict[str, html.HtmlElement],
) -> None:
    for path, page in pages.items():
        assert len(page.xpath("//h1")) == 1, path
        assert page.xpath("//h1")[0].text_content().strip(), path
        assert page.get("lang") in ("sv", "en"), path
        assert page.xpath("string(//title)").strip(), path
        assert len(page.xpath("//main")) == 1, path
    for path in ("english/index.html", "contact-us/index.html"):
        assert pages[path].get("lang") == "en"


def test_headings_leave_out_no_level(pages: dict[str, html.HtmlElement]) -> None:
    for path, page in pages.items():
        levels = [
            int(one.tag[1]) for one in page.xpath("//main//*[self::h1 or self::h2 or self::h3 or self::h4]")
        ]
        for before, after in zip([0, *levels], levels, strict=False):
            assert after <= before + 1, (path, levels)


def test_landmarks_of_a_kind_have_names_of_their_own(pages: dict[str, html.HtmlElement]) -> None:
    for path, page in pages.items():
        for kind in LANDMARKS:
            names = [
                one.get("aria-label")
                or page.xpath("string(//*[@id=$id])", id=one.get("aria-labelledby") or "")
                for one in page.xpath(kind)
            ]
            assert all(names) or len(names) == 1, (path, kind)
            assert len(set(names)) == len(names), (path, names)


def test_the_menu_tells_where_one_is(pages: dict[str, html.HtmlElement]) -> None:
    for address in MENU:
        page = pages[f"{address.strip('/')}/index.html"]
        assert page.xpath("//header//nav//*[@aria-current='page']/@href") == [address]
    below = pages["beslut/kommunstyrelsen/2012-04-24/71/index.html"]
    assert below.xpath("//header//nav//*[@aria-current='true']/@href") == ["/beslut/"]


def test_no_page_has_inline_script_or_style_or_asks_a_third_party(pages: dict[str, html.HtmlElement]) -> None:
    assert len(pages) > 500
    for path, page in pages.items():
        assert page.xpath(INLINE) == [], path
        for address in page.xpath(FETCHED):
            assert re.match(r"/(?!/)", address), (path, address)


@pytest.mark.parametrize("name", ["start", "service", "decision", "contact", "page", "news", "search"])
def test_a_first_view_weighs_at_most_40_kilobytes(
    site: Path, name: str, pages: dict[str, html.HtmlElement]
) -> None:
    path = file(site, name)
    fetched = pages[path.relative_to(site).as_posix()].xpath(
        "//script/@src|//img/@src|//link[@rel='stylesheet' or @rel='icon' or @rel='preload']/@href"
    )
    parts = [path, *(site / address.partition("?")[0].lstrip("/") for address in fetched)]
    assert len(parts) > 3
    assert sum(len(gzip.compress(part.read_bytes(), 6)) for part in parts) <= 40_000
