"""What tests of several folders share."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, one for the whole process: Playwright's synchronous API cannot be begun twice."""
    with chromium() as made:
        yield made
