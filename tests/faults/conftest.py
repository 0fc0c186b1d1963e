"""The databases of the service's own tests, and far ends that a test can make stall."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from foundation.database import open_engine
from tests.faults.far_end import Relay, relaying
from tests.subscriptions.conftest import (
    database_url as database_url,
)
from tests.subscriptions.conftest import (
    postgres_cluster as postgres_cluster,
)
from tests.subscriptions.conftest import (
    postgres_template as postgres_template,
)
from tests.subscriptions.conftest import (
    sqlite_template as sqlite_template,
)
from tests.subscriptions.conftest import (
    sqlite_url as sqlite_url,
)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on the test's own database, on SQLite and on PostgreSQL."""
    opened = open_engine(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Engine]:
    """An engine on SQLite, for what does not depend on the database."""
    opened = open_engine(sqlite_url)
    yield opened
    opened.dispose()


@pytest.fixture
def relay() -> Iterator[Relay]:
    """A mail server that takes everything in, until it is told to stall."""
    with relaying() as made:
        yield made
