"""`site-builder plan`: what a build would do now, without doing it."""

import argparse
import sys
from pathlib import Path
from typing import Any


def register(commands: Any, content: argparse.ArgumentParser) -> None:
    """Tell `site-builder` of the command."""
    planning = commands.add_parser("plan", help="visa vad ett bygge skulle göra", parents=[content])
    planning.add_argument("--site", default="site", help="mappen som webbplatsen skrivs till")
    planning.add_argument("--published", metavar="FIL", help="vad allmänheten senast såg")
    planning.add_argument("--config", metavar="FIL", help="egna inställningar")
    planning.set_defaults(run=_plan)


def _plan(options: argparse.Namespace, roots: list[Path]) -> int:
    from editor.workspace.held import HeldSite, Place
    from editor.workspace.planning import Plan, plan
    from site_builder import config
    from site_builder.editing.report import report
    from site_builder.problems import has_errors
    from site_builder.publishing.build import CACHE

    own = Path(options.config) if options.config else None
    published = Path(options.published) if options.published else None
    place = Place(roots, Path(options.site), published, CACHE, config.read(own=own))
    held = HeldSite(place, lambda: options.now).now()
    if has_errors(held.problems):
        print(report(held.problems, "text", None))
        print("Inget skulle publiceras förrän felen är rättade.", file=sys.stderr)
        return 1

    def lines(made: Plan) -> list[str]:
        words = {"new": "ny sida", "changed": "ändrad sida", "gone": "försvinner"}
        rows = [f"{words[kind]}: {address}" for kind, pages in made.pages.items() for address in pages]
        rows += [f"omledning: {old} → {new}" for old, new in made.redirects]
        rows += [f"anslag: {title}, till och med {day or 'okänt'}" for title, day in made.notices]
        rows += [f"nyhet som går ut: {title} ({kind})" for title, kind in made.news]
        rows += [f"går inte ut: {reason}" for reason in made.held]
        rows += [f"sms: {text} [{parts}]" for text, parts in made.sms]
        files = len(made.new) + len(made.changed) + len(made.gone)
        return [*rows, f"{files} filer ändras, {made.told} nyheter går ut"]

    print("\n".join(lines(plan(place, held.site, held.pages))))
    return 0
