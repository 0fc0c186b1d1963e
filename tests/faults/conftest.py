"""The databases of the service's own tests, and far ends that a test can make stall."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from foundation.database import open_engine
from tests.faults.far_end import Relay, relaying


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
