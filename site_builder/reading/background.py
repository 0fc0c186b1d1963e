"""Beside: work in a process of its own while this one goes on."""

import os
from collections.abc import Callable


def beside(work: Callable[[], None]) -> Callable[[], None]:
    """Begin `work` in a forked process; what is returned waits until it is done.

    Where the other process was killed or met an error, the work is done here, to meet the error here.
    """
    if (os.cpu_count() or 1) < 2:
        return work
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        finally:
            os._exit(1)

    def wait() -> None:
        if os.waitpid(child, 0)[1]:
            work()

    return wait
