"""Logs are structured: one JSON object a line, with numbers and codes instead of people."""

import json
import logging
import os
import sys
from datetime import UTC, datetime

from foundation.outages import OutageFilter

PRIORITIES = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6))
"""The journal's priority of each level (sd-daemon(3)): ``journalctl -p err`` shows 3 and what is worse."""

OURS = ("foundation", "delivery", "subscriptions")
"""Whose loggers say what goes on, and not only what is wrong."""

STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """Time, level, logger, message, and whatever was given as ``extra``."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in STANDARD}
        if record.exc_info:
            line["error"] = _without_values(record)
        return json.dumps(line, ensure_ascii=False, default=str)


def _without_values(record: logging.LogRecord) -> str:
    """Which error, and where: never its words, which may hold an address (SQL parameters do)."""
    assert record.exc_info
    kind, _, trace = record.exc_info
    where = []
    while trace is not None:
        where.append(f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}")
        trace = trace.tb_next
    return f"{kind.__name__ if kind else '?'} at {' > '.join(where[-6:])}"


class JournalFormatter(JsonFormatter):
    """The same line, with the priority that the journal takes off again."""

    def format(self, record: logging.LogRecord) -> str:
        number = next((number for level, number in PRIORITIES if record.levelno >= level), 7)
        return f"<{number}>{super().format(record)}"


def is_journal(descriptor: int, stream: str) -> bool:
    """Whether a file descriptor is the journal's: ``stream`` is systemd's JOURNAL_STREAM, "device:inode"."""
    try:
        found = os.fstat(descriptor)
    except OSError:
        return False
    return stream == f"{found.st_dev}:{found.st_ino}"


def set_up(level: int = logging.INFO) -> None:
    """Log to standard error in this form; libraries only when something is wrong."""
    handler = logging.StreamHandler(sys.stderr)
    journal = is_journal(2, os.environ.get("JOURNAL_STREAM", ""))
    handler.setFormatter(JournalFormatter() if journal else JsonFormatter())
    handler.addFilter(OutageFilter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in OURS:
        logging.getLogger(name).setLevel(level)
