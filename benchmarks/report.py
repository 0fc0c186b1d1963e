"""Write measured tables into benchmarks/RESULTS.md, a section each; other sections stay as they are."""

import re
from collections.abc import Sequence
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")
TITLE = "# Measured results\n\nWritten by what measures, in `benchmarks/`; do not edit.\n"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table, padded so that it reads as plain text too; numbers to the right."""
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join(
        "| " + " | ".join(_padded(cell, width, column) for column, (cell, width) in enumerate(cells)) + " |"
        for cells in (list(zip(row, widths, strict=True)) for row in [head, rule, *rows])
    )


def publish(section: str, text: str, path: Path = RESULTS) -> None:
    """Put `text` under the heading `section`, in place of what stood there."""
    old = path.read_text(encoding="utf-8") if path.exists() else TITLE
    new = f"## {section}\n\n{text.strip()}\n"
    found = re.search(rf"^## {re.escape(section)}\n.*?(?=^## |\Z)", old, re.MULTILINE | re.DOTALL)
    if found:
        rest = old[found.end() :]
        old = old[: found.start()] + new + ("\n" + rest if rest else "")
    else:
        old = old.rstrip("\n") + "\n\n" + new
    path.write_text(old, encoding="utf-8")


def _padded(cell: str, width: int, column: int) -> str:
    return cell.rjust(width) if column else cell.ljust(width)
