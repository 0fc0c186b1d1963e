"""``python -m tests.faults.freezing FILE STATEMENT``: a worker that freezes (SIGSTOP) in a transaction.

Once FILE exists it stops between the first statement that begins so and what follows, with its locks in its
hands.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from subscriptions.operations import worker
from subscriptions.settings import load_settings


def main(trigger: Path, beginning: str) -> None:
    armed: list[Any] = []

    @event.listens_for(Engine, "after_cursor_execute")
    def arm(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if not armed and statement.startswith(beginning) and trigger.exists():
            armed.append(connection.connection.driver_connection)

    @event.listens_for(Engine, "before_cursor_execute")
    @event.listens_for(Engine, "commit")
    def freeze(connection: Any, *_: Any) -> None:
        if armed and connection.connection.driver_connection is armed[0] and trigger.exists():
            trigger.unlink()
            os.kill(os.getpid(), signal.SIGSTOP)

    worker.work(load_settings())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2].replace("_", " "))
