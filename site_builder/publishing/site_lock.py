"""A lock on the site's folder lets one build at a time write there; the next waits for it."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_held: set[int] = set()
"""Descriptors with a lock in this process."""


def no_wait() -> None:
    """Say nothing of a wait."""


@contextmanager
def site_lock(site: Path, wait: Callable[[], None] = no_wait) -> Iterator[float]:
    """Hold the lock on `site`, which is made where it is not; gives the seconds that were waited.

    `wait` is called once, where another process (or thread) holds it. The system lets go of the lock when its
    holder ends, however it ends.
    """
    begun = time.monotonic()
    waited = False
    while True:
        made = not site.exists()
        site.mkdir(parents=True, exist_ok=True)
        folder = os.open(site, os.O_RDONLY | os.O_DIRECTORY)
        try:
            waited |= _lock(folder, None if waited else wait)
            if _is_there(site, folder):
                _held.add(folder)
                yield time.monotonic() - begun if waited else 0.0
                return
        finally:
            if made:
                with suppress(OSError):  # something has been published in it
                    site.rmdir()
            _held.discard(folder)
            os.close(folder)


def _lock(folder: int, wait: Callable[[], None] | None) -> bool:
    """Lock the open folder; True where another held it."""
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        if wait:
            wait()
        fcntl.flock(folder, fcntl.LOCK_EX)
        return True
    return False


def _is_there(site: Path, folder: int) -> bool:
    """False where the folder that was locked has been removed or exchanged meanwhile."""
    try:
        return os.path.samestat(site.stat(), os.fstat(folder))
    except FileNotFoundError:
        return False


def _let_go() -> None:
    """In a forked process: the lock is the parent's, and ends with it even where the child lives on."""
    while _held:
        os.close(_held.pop())


os.register_at_fork(after_in_child=_let_go)
