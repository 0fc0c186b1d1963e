"""Every figure is recomputed here in another way; numbers under five are never shown apart."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from sqlalchemy import insert, text

from cases.casework import statistics
from cases.casework.history import Details, seal
from cases.tables import cases
from foundation.database import read, write
from tests.cases.serving import NOW, Municipality


def fill(town: Municipality, seed: int = 7, count: int = 300) -> None:
    """Invented cases of a year, of few and many kinds."""
    chance = random.Random(seed)
    rows = []
    for number in range(1, count + 1):
        made = NOW - timedelta(days=chance.uniform(0, 400))
        answered = made + timedelta(hours=chance.uniform(0, 200)) if chance.random() < 0.9 else None
        done = (
            answered + timedelta(hours=chance.uniform(0, 400)) if answered and chance.random() < 0.8 else None
        )
        kind = (
            chance.choice(["Lampa"] * 10 + ["Hål"] * 5 + ["Sopor"] * 3)
            if number > 30
            else f"Sällsynt {number % 15}"
        )
        rows.append(
            {
                "kind": "fault", "category": kind.lower(), "category_name": kind, "body": "g",
                "body_name": chance.choice(["Gatuverksamheten", "VA-enheten"]), "channel": "web",
                "state": chance.choice(["done", "withdrawn"]) if done else "open", "created_at": made,
                "details": seal(town.keys, Details("x")), "due_at": made + timedelta(days=3),
                "first_due_at": made + timedelta(days=3), "promised_days": 2, "answered_at": answered,
                "done_at": done, "reopened": int(chance.random() < 0.1), "directly": chance.random() < 0.3,
            }
        )  # fmt: skip
    with write(town.engine) as connection:
        connection.execute(insert(cases), rows)


def by_sql(town: Municipality, where: str) -> dict[str, Any]:
    """The same figures from plain SQL and sorted lists."""
    year = "state NOT IN ('withdrawn', 'merged') AND created_at > :year AND created_at <= :now"
    now = int(NOW.timestamp() * 1000)
    values = {"year": now - 365 * 86_400_000, "now": now}
    with read(town.engine) as connection:

        def ask(what: str, more: str = "1=1") -> list[Any]:
            query = text(f"SELECT {what} FROM cases WHERE {year} AND {where} AND {more}")
            return [float(row[0]) for row in connection.execute(query, values)]

        answer = sorted(ask("(answered_at - created_at) / 86400000.0", "answered_at IS NOT NULL"))
        return {
            "count": len(ask("1")),
            "median": answer[len(answer) // 2]
            if len(answer) % 2
            else (answer[len(answer) // 2 - 1] + answer[len(answer) // 2]) / 2,
            "kept": len(ask("1", "answered_at < first_due_at")),
            "judged": len(ask("1", "(answered_at IS NOT NULL OR first_due_at <= :now)")),
            "directly": len(ask("1", "directly")),
        }


@pytest.mark.parametrize("kind", ["Lampa", "Hål", "Sopor"])
def test_every_figure_is_what_plain_sql_says(both: Municipality, kind: str) -> None:
    fill(both)
    with read(both.engine) as connection:
        told = statistics.compute(connection, NOW)
    [mine] = [one for one in told["by_category"] if one["name"] == kind]
    right = by_sql(both, f"category_name = '{kind}'")
    assert mine["count"] == right["count"]
    assert mine["first_answer_days"]["median"] == pytest.approx(right["median"], abs=0.051)
    assert mine["within_promise_percent"] == share(right["kept"], right["judged"])
    assert mine["answered_directly_percent"] == share(right["directly"], right["count"])


def share(part: int, whole: int) -> int | None:
    return None if part in range(1, 5) or whole - part in range(1, 5) else round(100 * part / whole)


class Row(NamedTuple):
    """A case as the figures need it."""

    name: str
    created_at: datetime = NOW
    answered_at: datetime | None = None
    done_at: datetime | None = None
    first_due_at: datetime = NOW
    reopened: int = 0
    directly: bool = False


def shown(*sizes: int) -> dict[str, int]:
    rows = [Row(f"G{n}") for n, size in enumerate(sizes) for _ in range(size)]
    return {one["name"]: one["count"] for one in statistics.grouped(rows, lambda row: row.name, NOW)}


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ((10, 6, 5), {"G0": 10, "G1": 6, "G2": 5}),
        ((10, 4, 3), {"G0": 10, "Övriga": 7}),
        ((10, 6, 2), {"G0": 10, "Övriga": 8}),  # 2 alone would be what is missing from the sum
        ((4,), {}),
        ((), {}),
        ((7, 1), {"Övriga": 8}),
    ],
)
def test_numbers_under_five_are_never_shown_apart(sizes: tuple[int, ...], expected: dict[str, int]) -> None:
    assert shown(*sizes) == expected
    assert sum(expected.values()) in (0, sum(sizes))


def test_a_share_never_tells_of_fewer_than_five_on_either_side() -> None:
    late = [Row("a", answered_at=NOW, directly=n < 4) for n in range(20)]
    told = statistics.figures(late, NOW + timedelta(days=9))
    assert told["answered_directly_percent"] is None
    assert told["reopened"] == 0
    assert told["within_promise_percent"] == 0


def test_the_figures_are_open_and_the_same_all_day(town: Municipality) -> None:
    fill(town, count=40)
    first = town.get("/arenden/statistik.json")
    assert first.headers["access-control-allow-origin"] == "*"
    for _ in range(6):
        town.report()
    assert town.get("/arenden/statistik.json").json() == first.json()
    town.turn(days=1)
    assert town.get("/arenden/statistik.json").json()["all"]["count"] > first.json()["all"]["count"]
    assert first.json()["to"] == datetime(2026, 11, 30, 23, tzinfo=UTC).astimezone(
        datetime.fromisoformat(first.json()["to"]).tzinfo
    ).isoformat(timespec="seconds")
