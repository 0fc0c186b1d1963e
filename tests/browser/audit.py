"""An accessibility run whose results the statement shows: axe on everything, and Lighthouse.

`make audit` writes `accessibility/results.json`; commit it.
"""

import json
import sys
import tempfile
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from benchmarks.lighthouse import live, medians
from site_builder.config import theme_digest
from site_builder.content.fields import STOCKHOLM
from site_builder.pages.special import AUDIT
from tests.browser.chromium import MODES, axe, chromium, context, hold, open_page
from tests.browser.tried_site import ROOT, TEMPLATES, build_tried_site, served, template_address

METHOD = (
    "Automatisk prövning av en sida för varje mall med axe-core i Chromium: ljust och mörkt läge, "
    "320 och 1280 bildpunkters bredd, med och utan webbplatsens skript. "
    "Ingen människa med hjälpmedel har prövat."
)


def run(browser: Browser, base: str, site: Path) -> list[dict[str, Any]]:
    """axe on everything; one row a template and mode, with every violation."""
    rows: list[dict[str, Any]] = []
    for mode in MODES:
        with context(browser, mode) as window:
            page = window.new_page()
            hold(page, base + TEMPLATES["redirect"])
            for name in TEMPLATES:
                address = template_address(site, name)
                open_page(page, base + address)
                rules = axe(page)
                rows.append(
                    {
                        "template": name,
                        "address": address,
                        "mode": str(mode),
                        "violations": len(rules),
                        "rules": rules,
                    }
                )
                for rule in rules:
                    sys.stdout.write(f"{name} {mode}: {rule}\n")
        sys.stdout.write(f"{mode}: {len(TEMPLATES)} sidor prövade\n")
    return rows


def tools(browser: Browser) -> dict[str, str]:
    """The programs that test, with their versions."""

    def installed(name: str) -> str:
        package = ROOT / "node_modules" / name / "package.json"
        return str(json.loads(package.read_text(encoding="utf-8"))["version"])

    return {
        "axe-core": installed("axe-core"),
        "Chromium": browser.version,
        "Lighthouse": installed("lighthouse"),
        "Playwright": version("playwright"),
    }


def main() -> int:
    """Run, write, and tell; 1 where anything was found. SystemExit where the theme changes meanwhile."""
    theme, now = theme_digest(), datetime.now(STOCKHOLM)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        site = build_tried_site(folder / "tried", now)
        with chromium() as browser, served(site) as base:
            rows, versions = run(browser, base, site), tools(browser)
        with live(folder / "live") as base:
            points = medians(base)
    if theme_digest() != theme:
        raise SystemExit("Temat ändrades under prövningen. Kör den igen.")
    result = {
        "date": now.date().isoformat(),
        "method": METHOD,
        "versions": versions,
        "theme": theme,
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
