"""An accessibility run whose results the statement shows: axe on everything, and Lighthouse.

`make audit` writes `accessibility/results.json`; commit it.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser

from site_builder.config import theme_digest
from site_builder.pages.special import AUDIT
from tests.browser.chromium import MODES, axe, chromium, context, open_page
from tests.browser.tried_site import ROOT, TEMPLATES, build_tried_site, served, template_address

METHOD = (
    "Automatisk prövning av en sida för varje mall med axe-core i Chromium: ljust och mörkt läge, "
    "320 och 1280 bildpunkters bredd, med och utan webbplatsens skript. "
    "Ingen människa med hjälpmedel har prövat."
)
LIGHTHOUSE = ROOT / "node_modules" / ".bin" / "lighthouse"
CATEGORIES = ("accessibility", "best-practices", "performance")
PAGES = ("start", "service", "decision", "search")
ROUNDS = 5


def run(browser: Browser, base: str, site: Path) -> list[dict[str, Any]]:
    """axe on everything; one row a template and mode."""
    rows = []
    for mode in MODES:
        with context(browser, mode) as window:
            page = window.new_page()
            for name in TEMPLATES:
                if name == "redirect":  # it leads on before anybody can look
                    continue
                open_page(page, base + template_address(site, name))
                found = axe(page)
                rows.append(
                    {"template": name, "mode": str(mode), "violations": len(found), "rules": found[:20]}
                )
                for line in found:
                    sys.stdout.write(f"{name} {mode}: {line}\n")
        sys.stdout.write(f"{mode}: {len(TEMPLATES) - 1} sidor prövade\n")
    return rows


def lighthouse(address: str, folder: Path, rounds: int = ROUNDS) -> dict[str, int]:
    """The median of each category's points, 0 to 100. Raises CalledProcessError where Lighthouse fails."""
    scores: dict[str, list[float]] = {name: [] for name in CATEGORIES}
    flags = "--headless=new --no-sandbox" if os.geteuid() == 0 else "--headless=new"
    for number in range(rounds):
        report = folder / f"{number}.json"
        command = [str(LIGHTHOUSE), address, "--quiet", "--output=json", f"--output-path={report}"]
        command += [f"--chrome-flags={flags}", f"--only-categories={','.join(CATEGORIES)}"]
        chrome = {"CHROME_PATH": shutil.which("chromium") or ""}
        subprocess.run(command, check=True, env=os.environ | chrome, timeout=180)
        found = json.loads(report.read_text(encoding="utf-8"))["categories"]
        for name in CATEGORIES:
            scores[name].append(found[name]["score"] * 100)
    return {name: round(median(values)) for name, values in scores.items()}


def main() -> int:
    """Run, write, and tell; 1 where anything was found."""
    with tempfile.TemporaryDirectory() as folder:
        site = build_tried_site(Path(folder), datetime.now(UTC))
        with served(site) as base, chromium() as browser:
            rows = run(browser, base, site)
            chrome = browser.version
        ordinary = build_tried_site(Path(folder) / "vanlig", datetime.now(UTC), odd=False)
        with served(ordinary) as base:
            points = {
                name: lighthouse(base + template_address(ordinary, name), Path(folder)) for name in PAGES
            }
    package = json.loads((ROOT / "node_modules" / "axe-core" / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    result = {
        "date": datetime.now(UTC).date().isoformat(),
        "method": METHOD,
        "versions": {
            "axe-core": package["version"],
            "Chromium": chrome,
            "Lighthouse": lock["lighthouse"],
            "Playwright": version("playwright"),
        },
        "theme": theme_digest(),
        "lighthouse": points,
        "results": rows,
    }
    AUDIT.parent.mkdir(exist_ok=True)
    AUDIT.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    wrong = sum(row["violations"] for row in rows)
    sys.stdout.write(f"{len(rows)} sidlägen, {wrong} fel. Lighthouse: {points}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
