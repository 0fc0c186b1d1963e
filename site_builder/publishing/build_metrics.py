"""Prometheus is told of the last build by a file for node_exporter's textfile collector.

What the last good build said (its moment, its size, when the next must run) stays until the next good one, so
that a build that fails, or never runs, shows by its age. Format: Prometheus' text exposition, version 0.0.4.
"""

import re
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from site_builder.files import replace_file

MEANINGS = {
    "site_builder_last_run_timestamp_seconds": "When a build last ended, well or badly.",
    "site_builder_last_run_success": "1 where the last build ended well, 0 where it failed.",
    "site_builder_last_success_timestamp_seconds": "When a build last ended well.",
    "site_builder_due_timestamp_seconds": "When something in the content next begins or ends by itself.",
    "site_builder_duration_seconds": "How long the last good build took until all was public.",
    "site_builder_files": "Files of the site.",
    "site_builder_warnings": "Warnings about the content.",
}


class Success(NamedTuple):
    """What a good build tells: the next moment at which it must run again, and its size."""

    due: datetime | None
    seconds: float
    files: int
    warnings: int


def text(before: str, now: datetime, success: Success | None, folder: str) -> str:
    """The file's new text; `before` is the old one, `success` None where the build failed.

    `folder`, the file's own, tells the sites of one machine apart: the collector refuses a metric told twice.
    """
    label = f'{{folder="{_escaped(folder)}"}}'
    values = dict(re.findall(r"^(site_builder_[a-z_]+)(?:\{.*\})? ([0-9.]+)$", before, re.M))
    values |= {
        "site_builder_last_run_timestamp_seconds": f"{now.timestamp():.3f}",
        "site_builder_last_run_success": str(int(success is not None)),
    }
    if success is not None:
        values.pop("site_builder_due_timestamp_seconds", None)
        if success.due is not None:
            values["site_builder_due_timestamp_seconds"] = f"{success.due.timestamp():.3f}"
        values |= {
            "site_builder_last_success_timestamp_seconds": f"{now.timestamp():.3f}",
            "site_builder_duration_seconds": f"{success.seconds:.3f}",
            "site_builder_files": str(success.files),
            "site_builder_warnings": str(success.warnings),
        }
    return "".join(
        f"# HELP {name} {meaning}\n# TYPE {name} gauge\n{name}{label} {values[name]}\n"
        for name, meaning in MEANINGS.items()
        if name in values
    )


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def write(path: Path, now: datetime, success: Success | None) -> None:
    """Replace the file in one step: the collector never reads half of it. Raises OSError."""
    try:
        before = path.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        before = ""
    replace_file(path, text(before, now, success, str(path.absolute().parent)).encode(), 0o644)
