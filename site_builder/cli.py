"""The command `site-builder`: check and build."""

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from site_builder.build import build
from site_builder.checks import check
from site_builder.load import load
from site_builder.problems import Problem, has_errors
from site_builder.site import Site


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0, or 1 when problems stop publication."""
    options = _parser().parse_args(arguments)
    roots = [Path(root) for root in options.content or ["content"]]
    missing = [str(root) for root in roots if not root.is_dir()]
    if missing:
        print(f"Mappen {', '.join(missing)} finns inte. Ange den med --content.", file=sys.stderr)
        return 1
    now = datetime.now(UTC)
    if options.command == "check":
        content = load(roots)
        problems = check(content, Site(content, now))
        print(report(problems, options.format, len(content.entries)))
        return int(has_errors(problems))
    result = build(roots, Path(options.site), now, strict=options.strict)
    stopped = has_errors(result.problems, strict=options.strict)
    if stopped:
        print(report(result.problems, "text", 0))
        print("Inget publicerades; den förra webbplatsen är orörd.", file=sys.stderr)
    else:
        print(f"{result.files} filer, {result.changed} ändrade, i {options.site}/")
    return int(stopped)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "site-builder", description="Från Markdown till webbplats, flöden och data."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    checking = commands.add_parser("check", help="visa alla problem i innehållet")
    checking.add_argument("--format", choices=("text", "github", "json"), default="text")
    building = commands.add_parser("build", help="bygg webbplatsen")
    building.add_argument("--site", default="site", help="mappen som webbplatsen skrivs till")
    building.add_argument("--strict", action="store_true", help="låt också varningar stoppa")
    for command in (checking, building):
        command.add_argument(
            "--content", action="append", metavar="MAPP", help="innehållsmapp; får anges flera gånger"
        )
    return parser


def report(problems: list[Problem], style: str, count: int) -> str:
    """All problems as text for people, as GitHub annotations or as JSON."""
    if style == "json":
        return json.dumps([problem._asdict() for problem in problems], ensure_ascii=False, indent=1)
    if style == "github":
        return "\n".join(
            f"::{p.severity} file={p.file},line={p.line or 1},title={p.code}::"
            + f"{p.message} {p.suggestion}".rstrip()
            for p in problems
        )
    kinds = {"error": "fel", "warning": "varning"}
    lines = []
    for p in problems:
        where = f"{p.file}:{p.line}" if p.line else p.file
        lines.append(
            f"{where}: {kinds[p.severity]}: {f'{p.field}: ' if p.field else ''}{p.message} [{p.code}]"
        )
        lines += [f"    → {p.suggestion}"] if p.suggestion else []
    errors = sum(problem.severity == "error" for problem in problems)
    lines.append(f"{count} poster, {errors} fel, {len(problems) - errors} varningar")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
