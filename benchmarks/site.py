"""Measure the site builder beside its peers, on the same records, in one run (`make bench`).

    python -m benchmarks.site [--records N …] [--without-peers]

Prints the tables and writes them to benchmarks/RESULTS.md.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import NamedTuple

from benchmarks.corpus import Record, file_of, records, write_content
from benchmarks.measure import Run, alternate, machine, repeat, run
from benchmarks.peers import Peer, hugo, material
from benchmarks.report import publish, table

MANY = 20_000
"""From so many records on each program runs fewer times, and the search index is left aside."""

LIVE = "Byggt efter"
"""What `site-builder build` says once every page, list, feed and data file is in place."""


class Row(NamedTuple):
    """One program's figures for one number of records."""

    name: str
    cold: Run | None
    edit: Run | None = None


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description="Measure the site builder beside Hugo and mkdocs-material.")
    parser.add_argument("--records", type=int, nargs="+", default=[1_000, 10_000, 50_000], metavar="N")
    parser.add_argument("--without-peers", action="store_true", help="measure the site builder alone")
    options = parser.parse_args()
    parts = [f"{datetime.now(UTC):%Y-%m-%d}. {machine()}."]
    with ExitStack() as folders:  # removed at the very end: see `put_by`
        for number in options.records:
            folder = Path(folders.enter_context(tempfile.TemporaryDirectory(prefix="bench")))
            rows = list(_measure(number, folder, peers=number < MANY and not options.without_peers))
            parts += [f"### {number:,} records", _table(rows)]
            print("\n\n".join(parts[-2:]), flush=True)
    publish("Building the site", "\n\n".join(parts))


def _measure(number: int, folder: Path, *, peers: bool) -> Iterator[Row]:
    made = records(number)
    if peers:
        yield _peer(hugo(made, folder / "hugo"), made, cold=3, edits=5)
        yield _peer(material(made, folder / "material"), made)
        yield _peer(material(made, folder / "leaves", leaves=True), made, edits=0)
    yield from _ours(made, folder / "ours")


def _peer(peer: Peer, made: Sequence[Record], cold: int = 1, edits: int = 1) -> Row:
    def build(turn: int) -> Run:  # noqa: ARG001 - every cold build is alike
        put_by(peer.folder, "public", "site", "resources")
        return run(peer.command, peer.folder)

    def change(turn: int) -> Run:
        edit(peer.source / file_of(edited(made)), turn)
        return run(peer.command, peer.folder, watch=False)

    _tell(peer.name)
    return Row(peer.name, repeat(cold, build), repeat(edits, change) if edits else None)


def _ours(made: Sequence[Record], folder: Path) -> Iterator[Row]:
    write_content(list(made), folder / "content")
    many = len(made) >= MANY
    command = [*OURS, "build", *(["--no-search"] if many else [])]
    source = folder / "content" / edited(made).file
    page = folder / "site" / edited(made).address.strip("/") / "index.html"

    def forget() -> None:
        put_by(folder, "site", ".cache", "site.publicerat.json")

    def check(turn: int) -> Run:  # noqa: ARG001 - every cold check is alike
        forget()
        return run([*OURS, "check"], folder)

    def check_edit(turn: int) -> Run:
        edit(source, 100 + turn)
        return run([*OURS, "check"], folder, watch=False)

    def build(turn: int) -> Run:  # noqa: ARG001 - every cold build is alike
        forget()
        return run([*command, "--full"], folder, LIVE)

    def build_edit(turn: int) -> Run:
        said = edit(source, turn)
        result = run(command, folder, LIVE, watch=False)
        assert said in page.read_text(encoding="utf-8"), "the change is not on the page"
        return result

    def both(turn: int) -> Run:
        first, then = check(turn), run(command, folder, LIVE)
        return Run(
            first.seconds + then.seconds,
            first.whole + then.whole,
            max(first.peak, then.peak),
            first.cpu + then.cpu,
        )

    _tell("site-builder")
    together, alone = alternate(1 if many else 5, both, build)
    edited_alone = repeat(5, build_edit)
    checks = Row("site-builder check", repeat(1 if many else 2, check), repeat(5, check_edit))
    yield Row("site-builder build", alone, edited_alone)
    yield checks
    yield Row("site-builder check, then build", together)


OURS = (Path(sys.executable).with_name("site-builder").absolute(),)


_numbers = count(1)


def put_by(folder: Path, *names: str) -> None:
    """Move what a run has made out of the way: for minutes after a removal, ext4 makes files far slower.

    It looks at inodes that were freed lately one by one (`recently_deleted` in Linux's fs/ext4/ialloc.c).
    """
    for name in names:
        if (folder / name).exists():
            (folder / name).rename(folder / f"{name}.before-{next(_numbers)}")


def edit(path: Path, turn: int) -> str:
    """Add a paragraph of its own to one file; returns what it says."""
    said = f"Tillägg nummer {turn} i denna mätning."
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{said}\n", encoding="utf-8")
    return said


def edited(made: Sequence[Record]) -> Record:
    """An ordinary decision in the middle of the archive."""
    decisions = [record for record in made if record.file.startswith("beslut/")]
    return decisions[len(decisions) // 2]


def _table(rows: Sequence[Row]) -> str:
    ours = next(row for row in rows if row.name == "site-builder build")
    own = [row.name for row in rows if row.name.startswith("site-builder")]
    lines = [
        [
            row.name,
            _seconds(row.cold),
            _times(row.cold, ours.cold) if row.name not in own else "",
            _cpu(row.cold),
            _seconds(row.edit),
            _times(row.edit, ours.edit) if row.name not in own else "",
            _cpu(row.edit),
            f"{max(one.peak for one in (row.cold, row.edit) if one):.0f} MiB",
        ]
        for row in rows
    ]
    note = ""
    if ours.cold and ours.edit and ours.edit.whole - ours.edit.seconds > 0.2:
        note = (
            "\n\nTime is counted until the change is live. The search index follows in the same command, "
            f"which ends after {ours.cold.whole:.1f} s (cold) and {ours.edit.whole:.1f} s (after one edit)."
        )
    head = ["", "cold", "× ours", "CPU", "after one edit", "× ours", "CPU", "peak memory"]
    return table(head, lines) + note


def _seconds(one: Run | None) -> str:
    return f"{one.seconds:.2f} s" if one else "–"


def _cpu(one: Run | None) -> str:
    return f"{one.cpu:.2f} s" if one else "–"


def _times(one: Run | None, ours: Run | None) -> str:
    return f"{one.seconds / ours.seconds:.1f}" if one and ours else "–"


def _tell(what: str) -> None:
    print(f"measuring {what} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
