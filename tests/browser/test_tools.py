"""The tools of these tests find what they are there to find: on a page with every fault, all of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import Mode, axe, complaints, context, open_page
from tests.browser.tried_site import served

pytestmark = pytest.mark.browser

FAULTY = """<!doctype html><html><head><meta charset="utf-8"><title>Fel</title>
<link rel="icon" href="data:,"><style>p { color: red }</style>
</head><body><script>document.title = "inline"</script><img src="http://tredje.example/bild.png" alt="">
<img src="/finns-inte.png" alt="">
<script src="/fel.js"></script><main><h1>Fel</h1><p><input name="q"></p>
<p><a href="/a"><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" alt="" width="9" height="9"></a></p>
</main></body></html>"""


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("faulty")
    (folder / "index.html").write_text(FAULTY, encoding="utf-8")
    (folder / "fel.js").write_text("console.error('från skriptet'); throw new Error('ohejdat')")
    with served(folder) as address:
        yield address


def test_every_kind_of_fault_is_heard(browser: Browser, faulty: str) -> None:
    with context(browser, Mode("light", 1280, True)) as window:
        page = window.new_page()
        said = complaints(page)
        open_page(page, faulty + "/")
    for fault in (
        "error: från skriptet",
        "exception: ohejdat",
        "status of 404",
        "inline style",
        "inline script",
        "third party: http://tredje.example/",
    ):
        assert any(fault in one for one in said), (fault, said)


def test_blocked_scripts_do_not_run_and_are_no_fault(browser: Browser, faulty: str) -> None:
    with context(browser, Mode("light", 1280, False)) as window:
        page = window.new_page()
        said = complaints(page)
        open_page(page, faulty + "/")
    assert not any("skriptet" in one or "ohejdat" in one or ".js" in one for one in said)


def test_axe_names_rule_and_selector(browser: Browser, faulty: str) -> None:
    with context(browser, Mode("light", 1280, True)) as window:
        page = window.new_page()
        open_page(page, faulty + "/")
        found = axe(page)
    for rule in ("html-has-lang: html", "label: input", "link-name: a"):
        assert any(one.startswith(rule) for one in found), (rule, found)
