"""A running case service with its own database, its kinds of cases and its inbox."""

from collections.abc import Iterator

import pytest

from tests.cases.serving import Municipality, running
from tests.subscriptions.conftest import (  # noqa: F401 - fixtures
    database_url,
    engine,
    postgres_cluster,
    postgres_template,
    sqlite_template,
    sqlite_url,
)


@pytest.fixture
def town(sqlite_url: str) -> Iterator[Municipality]:  # noqa: F811
    """The service on SQLite, where what is tried does not depend on the database."""
    with running(sqlite_url) as made:
        yield made


@pytest.fixture
def both(database_url: str) -> Iterator[Municipality]:  # noqa: F811
    """The service on each database."""
    with running(database_url) as made:
        yield made
