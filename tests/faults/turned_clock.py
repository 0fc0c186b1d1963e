"""``python -m tests.faults.turned_clock FILE``: the worker, by a clock as many seconds wrong as FILE says."""

import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

from foundation import logs
from foundation.database import open_engine
from subscriptions.operations.worker import Worker
from subscriptions.settings import load_settings


class Clock:
    """The hands of such a worker's clock, in a folder of the test's."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "wrong"
        self.module = f"tests.faults.turned_clock {self._file}"
        self.turn(0)

    def turn(self, seconds: float) -> None:
        new = self._file.with_suffix(".new")
        new.write_text(str(seconds))
        new.replace(self._file)


def main(wrong: Path) -> None:
    logs.set_up()
    settings = load_settings()

    def clock() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(wrong.read_text()))

    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    Worker(settings, open_engine(settings.database_url), clock).run(stop)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
