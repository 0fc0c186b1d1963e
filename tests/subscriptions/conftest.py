"""A running service for the tests of its pages."""

from collections.abc import Iterator

import pytest

from tests.subscriptions.serving import Service, running
from tests.subscriptions.web_server import serve


@pytest.fixture
def citizen(database_url: str) -> Iterator[Service]:
    """A running service, on each database."""
    with serve() as site, running(database_url, site) as service:
        yield service


@pytest.fixture
def web(sqlite_url: str) -> Iterator[Service]:
    """A running service on SQLite."""
    with serve() as site, running(sqlite_url, site) as service:
        yield service
