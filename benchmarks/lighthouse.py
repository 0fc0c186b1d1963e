"""Ask Lighthouse about the site as it would be in use: the median of five runs of each page.

python -m benchmarks.lighthouse
"""

import json
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from statistics import median

from benchmarks.report import publish, table
from site_builder.config import read
from site_builder.editing.serving import Handler
from site_builder.problems import has_errors
from site_builder.publishing.build import Options, build
from site_builder.publishing.search import index

ROOT = Path(__file__).parents[1]
PROGRAM = ROOT / "node_modules" / ".bin" / "lighthouse"
CATEGORIES = ("accessibility", "best-practices", "seo", "performance")
PAGES = {
    "start": "/",
    "service": "/tjanster/hemtjanst/",
    "decision": "/beslut/kommunstyrelsen/2012-04-24/71/",
    "search": "/sok/?q=sopor",
}
ROUNDS = 5


class Live(Handler):
    """The site's server without the header that keeps a demonstration out of search engines."""

    def send_header(self, keyword: str, value: str) -> None:
        """Leave that header out."""
        if keyword != "X-Robots-Tag":
            super().send_header(keyword, value)


@contextmanager
def live(folder: Path) -> Iterator[str]:
    """The address of all of `content/`, built as no demonstration, while it is being served."""
    site = folder / "site"
    config = read()._replace(demonstration=False)
    made = build(Options([ROOT / "content"], site, datetime.now(UTC), cache=folder / "cache", config=config))
    if has_errors(made.problems):
        raise SystemExit(f"content/ has errors: {made.problems}")
    index(site, folder / "cache")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Live, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def ask(address: str) -> tuple[dict[str, float], list[str]]:
    """The points of each category, 0 to 100, and the audits that are not passed outside of performance.

    Raises CalledProcessError where Lighthouse fails.
    """
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory(prefix="lighthouse") as folder:
        report = Path(folder, "report.json")
        command = [str(PROGRAM), address, "--quiet", "--output=json", f"--output-path={report}"]
        command += [f"--chrome-flags={' '.join(['--headless=new', *root])}"]
        command += [f"--only-categories={','.join(CATEGORIES)}", "--no-enable-error-reporting"]
        chrome = {"CHROME_PATH": shutil.which("chromium") or ""}
        subprocess.run(command, check=True, env=os.environ | chrome, timeout=180)
        found = json.loads(report.read_text(encoding="utf-8"))
    points = {name: found["categories"][name]["score"] * 100 for name in CATEGORIES}
    named = {ref["id"] for name in CATEGORIES[:3] for ref in found["categories"][name]["auditRefs"]}
    failed = [one["id"] for one in found["audits"].values() if one["id"] in named and one["score"] == 0]
    return points, failed


def medians(base: str, rounds: int = ROUNDS) -> dict[str, dict[str, int]]:
    """The median points of each page and category."""
    found: dict[str, dict[str, int]] = {}
    for name, address in PAGES.items():
        asked = [ask(base + address) for _ in range(rounds)]
        found[name] = {kind: round(median(points[kind] for points, _ in asked)) for kind in CATEGORIES}
        print(f"{name}: {found[name]} {asked[0][1] or ''}", flush=True)
    return found


def main() -> None:
    """Ask, print and write."""
    with tempfile.TemporaryDirectory(prefix="lighthouse") as folder, live(Path(folder)) as base:
        found = medians(base)
    rows = [[name, *(str(points[kind]) for kind in CATEGORIES)] for name, points in found.items()]
    text = table(["median of five runs, out of 100", *CATEGORIES], rows)
    version = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]["lighthouse"]
    note = f"Lighthouse {version}, its simulated slow telephone, nothing compressed by the server."
    publish("Lighthouse", f"{text}\n\n{note}")


if __name__ == "__main__":
    main()
