"""Measure what a search fetches, at first and after, in headless Chromium.

python -m benchmarks.transfer [--records N]
"""

import argparse
import os
import tempfile
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

from playwright.sync_api import Page, sync_playwright

from benchmarks.corpus import records, write_content
from benchmarks.measure import run
from benchmarks.report import publish, table
from benchmarks.site import OURS

QUERIES = (
    "bygglov",
    "cykelväg",
    "avgift förskola",
    "lekplatsen",
    "hemtjänst",
    "protokoll kommunstyrelsen 2019",
)
SHOWN = 10
"""So many results show themselves at a time; each is a small file of its own."""
_SEARCH = """async ([query, shown]) => {
  const { Engine } = await import('/js/search-engine.js');
  const engine = await (window.engine ??= Engine.open('sv'));
  const found = await engine.find(query);
  await engine.topicsOf();
  await Promise.all(found.hits.slice(0, shown).map((hit) => engine.shown(hit)));
  return found.hits.length;
}"""


class _Counting(SimpleHTTPRequestHandler):
    """Serves files and keeps their sizes: the browser's own count misses what its workers fetch."""

    sent: ClassVar[list[int]] = []

    def copyfile(self, source: Any, outputfile: Any) -> None:
        self.sent.append(os.fstat(source.fileno()).st_size)
        super().copyfile(source, outputfile)

    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    """Build, search in one browser, print and write."""
    parser = argparse.ArgumentParser(description="Measure what a search fetches.")
    parser.add_argument("--records", type=int, default=10_000, metavar="N")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench") as name:
        folder = Path(name)
        write_content(records(options.records), folder / "content")
        run([*OURS, "build", "--full"], folder)
        rows = _searches(folder / "site")
    text = table(["query, in this order", "results", "files", "kB"], rows)
    print(text)
    publish(
        "What a search fetches",
        f"{options.records:,} records, the first {SHOWN} results shown. Files uncompressed, as they lie "
        f"on the disk.\n\n{text}",
    )


def _searches(site: Path) -> list[list[str]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Counting, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/sok/")
        rows = [_search(page, query) for query in QUERIES]
        browser.close()
    server.shutdown()
    return rows


def _search(page: Page, query: str) -> list[str]:
    page.wait_for_load_state("networkidle")
    _Counting.sent.clear()
    found = page.evaluate(_SEARCH, [query, SHOWN])
    return [query, str(found), str(len(_Counting.sent)), f"{sum(_Counting.sent) / 1000:.0f}"]


if __name__ == "__main__":
    main()
