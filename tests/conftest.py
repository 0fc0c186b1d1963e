"""What tests of several folders share."""

from collections.abc import Iterator

import pytest
from hypothesis import settings
from playwright.sync_api import Browser

from tests.browser.chromium import chromium

settings.register_profile("any machine", deadline=None)  # a slow one is no fault
settings.load_profile("any machine")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, one for the whole process: Playwright's synchronous API cannot be begun twice."""
    with chromium() as made:
        yield made
