"""`site-builder edit`: the editor alone, for whoever sits at this machine, with the site underneath."""

import argparse
import sys
from pathlib import Path
from typing import Any

from editor.settings import EditorSettings


def register(commands: Any, content: argparse.ArgumentParser) -> None:
    """Tell `site-builder` of the command."""
    editing = commands.add_parser("edit", help="redigera i webbläsaren", parents=[content])
    editing.add_argument("--port", type=int, default=8002)
    editing.set_defaults(run=_edit)


def _edit(options: argparse.Namespace, roots: list[Path]) -> int:
    from editor.repository.git import GitError
    from editor.web.app import create_app
    from foundation.web.server import make_server
    from site_builder.editing.report import report
    from site_builder.problems import has_errors
    from site_builder.publishing.build import Options, build

    home = Path(".cache/edit")
    address = f"http://127.0.0.1:{options.port}"
    settings = EditorSettings(content=roots, site=home / "site", base_url=address)
    first = build(Options(roots, settings.site, options.now, cache=settings.cache))
    if has_errors(first.problems):
        sys.stdout.write(report(first.problems, "text", None) + "\n")
    try:
        app = create_app(settings, address, settings.site)
    except GitError as failure:
        sys.stderr.write(f"{roots[0]} ligger inte i något Git-förråd, så inget kan sparas ({failure}).\n")
        return 1
    sys.stdout.write(f"Redigera på {address}/redigera/ (Ctrl+C avslutar)\n")
    sys.stdout.flush()
    make_server(app, "127.0.0.1", options.port).run()
    return 0
