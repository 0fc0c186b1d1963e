"""The figures of the statistics, computed once a day."""

from datetime import datetime
from threading import Lock
from typing import Any

from sqlalchemy import Engine

from cases.casework import statistics
from foundation.database import read
from foundation.working_days import STOCKHOLM


class Nightly:
    """The figures as they stood at midnight: the same all day, so that no single case shows by comparison."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._made: tuple[datetime, dict[str, Any]] | None = None

    def get(self, engine: Engine, moment: datetime) -> dict[str, Any]:
        """Computed once a day by each process, from what had come by midnight."""
        now = moment.astimezone(STOCKHOLM)
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        with self._lock:
            if self._made is None or self._made[0] != midnight:
                with read(engine) as connection:
                    self._made = midnight, statistics.compute(connection, midnight)
            return self._made[1]
