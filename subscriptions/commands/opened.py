"""The database for as long as a command lasts, and how a command ends."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from foundation import database
from subscriptions.settings import Settings


@contextmanager
def opened(settings: Settings) -> Iterator[Engine]:
    """An engine with the journal beside the state file."""
    engine = database.open_engine(settings.database_url, settings.state_file)
    try:
        yield engine
    finally:
        engine.dispose()


def told(done: bool, good: str, bad: str) -> int:
    """Say which it was; the command's exit code."""
    print(good if done else bad, file=sys.stdout if done else sys.stderr)
    return 0 if done else 1
