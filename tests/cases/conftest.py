"""A running case service with its own database, its kinds of cases and its inbox."""

from collections.abc import Iterator

import pytest

from tests.cases.serving import Municipality, running


@pytest.fixture
def town(sqlite_url: str) -> Iterator[Municipality]:
    """The service on SQLite, where what is tried does not depend on the database."""
    with running(sqlite_url) as made:
        yield made


@pytest.fixture
def both(database_url: str) -> Iterator[Municipality]:
    """The service on each database."""
    with running(database_url) as made:
        yield made
