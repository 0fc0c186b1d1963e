"""Debian's Chromium by playwright: offline but for the served site, and axe-core run inside it."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Route,
    sync_playwright,
)

from tests.browser.tried_site import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]


class Mode(NamedTuple):
    """How a page is looked at."""

    scheme: str
    width: int
    scripts: bool
    """False: the site's own scripts are blocked on the way (axe itself needs script to run)."""

    def __str__(self) -> str:
        return f"{self.scheme}-{self.width}-{'script' if self.scripts else 'utan-script'}"


MODES = [
    Mode(scheme, width, scripts)
    for scheme in ("light", "dark")
    for width in (320, 1280)
    for scripts in (True, False)
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser; raises FileNotFoundError where Chromium is not installed."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        raise FileNotFoundError("chromium saknas: sudo apt-get install chromium")
    flags = [*QUIET, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        try:
            yield browser
        finally:
            browser.close()


SCRIPT = re.compile(r"\.js(\?|$)")
REFRESH = re.compile(r'<meta http-equiv="refresh"[^>]*>')


def _block(route: Route) -> None:
    route.abort("blockedbyclient")


@contextmanager
def context(browser: Browser, mode: Mode, **more: Any) -> Iterator[BrowserContext]:
    """A window in this mode."""
    made = browser.new_context(
        viewport={"width": mode.width, "height": 800},
        color_scheme="dark" if mode.scheme == "dark" else "light",
        bypass_csp=False,
        **more,
    )
    if not mode.scripts:
        made.route(SCRIPT, _block)
    try:
        yield made
    finally:
        made.close()


def open_page(page: Page, address: str) -> None:
    """Go there and wait until the page's scripts have said what they have to say."""
    page.goto(address, wait_until="networkidle")


def hold(page: Page, address: str) -> None:
    """Let the browser stay on a page that would lead on to another at once."""

    def answer(route: Route) -> None:
        response = route.fetch()
        text, led = REFRESH.subn("", response.text())
        assert led == 1, f"{address} does not lead on"
        route.fulfill(response=response, body=text)

    page.route(address, answer)


def complaints(page: Page) -> list[str]:
    """What goes wrong from now on, in words; nothing is forgiven but what the tests themselves block.

    Errors and warnings of the console (Chromium tells breaches of the CSP there, and answers that are
    errors), exceptions, requests that fail, and requests to anybody else than the site.
    """
    said: list[str] = []
    blocked: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # what is fetched beforehand for a script that we block is of no use
        idle = blocked and "preloaded using link preload but not used" in message.text
        if message.type in ("error", "warning") and "ERR_BLOCKED_BY_CLIENT" not in message.text and not idle:
            said.append(f"{message.type}: {message.text}")

    def failed(request: Request) -> None:
        if (request.failure or "").startswith("net::ERR_BLOCKED_BY_CLIENT"):
            blocked.append(request.url)
        # a request that we leave behind by going elsewhere is aborted
        elif not (request.failure or "").startswith("net::ERR_ABORTED"):
            said.append(f"failed: {request.url} {request.failure}")

    def asked(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:http://127.0.0.1:")):
            said.append(f"third party: {request.url}")

    page.on("console", hear)
    page.on("pageerror", lambda error: said.append(f"exception: {error}"))
    page.on("requestfailed", failed)
    page.on("request", asked)
    return said


def axe(page: Page) -> list[str]:
    """Every violation as `rule: selector (what to do)`, none excepted."""
    page.wait_for_load_state()  # what a click has led to may lack its styles still
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})", TAGS
    )
    return [
        f"{rule['id']}: {node['target'][0]} ({rule['help']}; {(node.get('failureSummary') or '')[:200]})"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
