"""``python -m tests.faults.turned_clock FILE``: the worker, by a clock as many seconds wrong as FILE says."""

import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

from subscriptions import logs
from subscriptions.settings import load_settings
from subscriptions.store import open_engine
from subscriptions.worker import Worker


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
