"""How well it goes, as open data: times to the first answer and to the end, promises kept, answered directly.

Numbers under five are never shown apart (they could point at one person): small groups are counted together,
and where what is left over is itself small, the smallest that is shown goes there too.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from statistics import quantiles
from typing import Any

from sqlalchemy import Connection, select

from cases.model import State
from cases.tables import cases

FEWEST = 5
PERIOD = timedelta(days=365)
REST = "Övriga"
COUNTED = (State.NEW, State.OPEN, State.ASKED, State.DONE)
"""What was withdrawn or is another's double says nothing of how well we answer."""


def compute(connection: Connection, now: datetime) -> dict[str, Any]:
    """The figures of the last year, in all, by kind and by body."""
    columns = (
        cases.c.category_name, cases.c.body_name, cases.c.created_at, cases.c.answered_at, cases.c.done_at,
        cases.c.promised_days, cases.c.first_due_at, cases.c.reopened, cases.c.directly, cases.c.state,
    )  # fmt: skip
    query = select(*columns).where(
        cases.c.created_at > now - PERIOD, cases.c.created_at <= now, cases.c.state.in_(COUNTED)
    )
    rows = list(connection.execute(query))
    return {
        "from": (now - PERIOD).isoformat(timespec="seconds"),
        "to": now.isoformat(timespec="seconds"),
        "fewest": FEWEST,
        "all": figures(rows, now) if len(rows) >= FEWEST else None,
        "by_category": grouped(rows, lambda row: row.category_name, now),
        "by_body": grouped(rows, lambda row: row.body_name or REST, now),
    }


def grouped(rows: Iterable[Any], name: Callable[[Any], str], now: datetime) -> list[dict[str, Any]]:
    """The figures of each group of at least five, by name; the others together."""
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        groups[name(row)].append(row)
    rest = groups.pop(REST, [])
    small = [group for group, inside in groups.items() if len(inside) < FEWEST]
    for group in small:
        rest += groups.pop(group)
    while rest and len(rest) < FEWEST and groups:
        smallest = min(groups, key=lambda group: (len(groups[group]), group))
        rest += groups.pop(smallest)
    shown = [(group, groups[group]) for group in sorted(groups)]
    if len(rest) >= FEWEST:
        shown.append((REST, rest))
    return [{"name": group, **figures(inside, now)} for group, inside in shown]


def figures(rows: Sequence[Any], now: datetime) -> dict[str, Any]:
    """What is told of one group; None where a number under five would show."""
    answers = [row.answered_at - row.created_at for row in rows if row.answered_at]
    ends = [row.done_at - row.created_at for row in rows if row.done_at]
    kept = [row for row in rows if row.answered_at and row.answered_at < row.first_due_at]
    judged = [row for row in rows if row.answered_at or row.first_due_at <= now]
    return {
        "count": len(rows),
        "first_answer_days": _times(answers),
        "done_days": _times(ends),
        "within_promise_percent": _share(len(kept), len(judged)),
        "reopened": _count(sum(row.reopened > 0 for row in rows)),
        "answered_directly_percent": _share(sum(row.directly for row in rows), len(rows)),
    }


def _times(found: list[timedelta]) -> dict[str, float] | None:
    """Median and 90th percentile in days, interpolated inclusively."""
    if len(found) < FEWEST:
        return None
    days = [time / timedelta(days=1) for time in found]
    cuts = quantiles(days, n=10, method="inclusive")
    return {"median": round(cuts[4], 1), "p90": round(cuts[8], 1)}


def _share(part: int, whole: int) -> int | None:
    """Per cent, where neither side is a number from one to four."""
    if not whole or _count(part) is None or _count(whole - part) is None:
        return None
    return round(100 * part / whole)


def _count(number: int) -> int | None:
    return None if 0 < number < FEWEST else number
