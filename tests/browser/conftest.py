"""One built and served site, and one browser, for all the tests of this folder."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import Mode, complaints, context
from tests.browser.tried_site import build_preview, build_tried_site, served


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site's folder."""
    return build_tried_site(tmp_path_factory.mktemp("tried"), datetime.now(UTC))


@pytest.fixture(scope="session")
def base(site: Path) -> Iterator[str]:
    """Its address."""
    with served(site) as address:
        yield address


@pytest.fixture(scope="session")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the page with all faults, in an editor's preview of a faulty file."""
    with served(build_preview(tmp_path_factory.mktemp("preview"), datetime.now(UTC))) as address:
        yield address + "/problem/"


@pytest.fixture
def wide(browser: Browser) -> Iterator[Page]:
    """A page at 1280 px that must not complain."""
    yield from _page(browser, Mode("light", 1280, True))


@pytest.fixture
def narrow(browser: Browser) -> Iterator[Page]:
    """A page at 320 px that must not complain."""
    yield from _page(browser, Mode("light", 320, True))


def _page(browser: Browser, mode: Mode) -> Iterator[Page]:
    with context(browser, mode) as window:
        page = window.new_page()
        said = complaints(page)
        yield page
        assert said == []
