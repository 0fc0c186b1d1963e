"""Weigh the first view of an ordinary page, ours beside stock Material's.

python -m benchmarks.weight
"""

import gzip
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from benchmarks.corpus import Record, records, write_content
from benchmarks.measure import run
from benchmarks.peers import material
from benchmarks.report import publish, table
from benchmarks.site import OURS, edited

_LOADED = re.compile(
    r'<link[^>]*rel="?stylesheet"?[^>]*>|<script[^>]*\bsrc=[^>]*>|<link[^>]*rel="?modulepreload"?[^>]*>'
)
_ADDRESS = re.compile(r'(?:href|src)=(?:"([^"]+)"|([^\s>]+))')
_IMPORT = re.compile(rb"""\b(?:import|from)\s*["']([^"']+\.js)["']""")
KINDS = ("html", "css", "js")


def main() -> None:
    """Build both, weigh the same record's page, print and write."""
    made = records(200)
    with tempfile.TemporaryDirectory(prefix="bench") as name:
        folder = Path(name)
        write_content(made, folder / "ours/content")
        run([*OURS, "build", "--full"], folder / "ours")
        peer = material(made, folder / "material")
        run(peer.command, peer.folder)
        rows = [
            row
            for title, site in (
                ("this project", folder / "ours/site"),
                ("stock Material", peer.folder / "site"),
            )
            for row in _rows(title, site, edited(made))
        ]
    text = table(["kB, first view of one decision", *KINDS, "together"], rows)
    note = "The same record in both; own files only: stock Material also asks another host for fonts."
    print(text)
    publish("Weight of a page", f"{text}\n\n{note}")


def _rows(title: str, site: Path, record: Record) -> Iterator[list[str]]:
    files = list(first_view(site, record.address))
    for compression in ("gzip", "brotli") if shutil.which("node") else ("gzip",):
        sizes = dict.fromkeys(KINDS, 0)
        for path in files:
            sizes[path.suffix.lstrip(".")] += _compressed(path, compression)
        numbers = [*sizes.values(), sum(sizes.values())]
        yield [f"{title}, {compression}", *(f"{number / 1000:.1f}" for number in numbers)]


def first_view(site: Path, address: str) -> Iterator[Path]:
    """The page and every style sheet and script of its own that it loads before anyone does anything."""
    page = site / address.strip("/") / "index.html"
    yield page
    seen: set[Path] = set()
    todo = list(_addresses(page.read_text(encoding="utf-8"), address))
    while todo:
        here = todo.pop(0)
        path = site / urlsplit(here).path.lstrip("/")
        if path not in seen:
            seen.add(path)
            yield path
            if path.suffix == ".js":
                todo += [urljoin(here, one.decode()) for one in _IMPORT.findall(path.read_bytes())]


def _addresses(page: str, address: str) -> Iterator[str]:
    for tag in _LOADED.findall(page):
        found = _ADDRESS.search(tag)
        if found:
            target = urljoin(address, found[1] or found[2])
            if not urlsplit(target).netloc:
                yield target


def _compressed(path: Path, compression: str) -> int:
    if compression == "gzip":
        return len(gzip.compress(path.read_bytes(), 9, mtime=0))
    script = "process.stdout.write(require('zlib').brotliCompressSync(require('fs').readFileSync(0)))"
    compressed = subprocess.run(
        ["node", "-e", script], input=path.read_bytes(), stdout=subprocess.PIPE, check=True
    )
    return len(compressed.stdout)


if __name__ == "__main__":
    main()
