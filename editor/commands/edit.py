"""`site-builder edit` starts the editor alone, for whoever sits at this machine, with the site underneath."""

import argparse
import sys
from pathlib import Path
from typing import Any

HOME = Path(".cache/edit")


def register(commands: Any, content: argparse.ArgumentParser) -> None:
    """Tell `site-builder` of the command."""
    editing = commands.add_parser("edit", help="redigera i webbläsaren", parents=[content])
    editing.add_argument("--port", type=int, default=8002)
    editing.set_defaults(run=_edit)


def _edit(options: argparse.Namespace, roots: list[Path]) -> int:
    from editor.repository.git import GitError
    from editor.web.app import Services, create_app
    from editor.workspace.held import Place
    from foundation import database
    from foundation.settings import ServiceSettings, load
    from foundation.staff.settings import StaffSettings
    from foundation.web.server import make_server
    from site_builder import config
    from site_builder.publishing.build import CACHE, Options, build

    address = f"http://127.0.0.1:{options.port}"
    place = Place(roots, HOME / "site", None, CACHE, config.read()._replace(base=address))
    HOME.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{HOME / 'edit.sqlite3'}"
    settings = load(ServiceSettings, {}, environment="development", database_url=url, public_url=address)
    database.migrate(url)
    build(Options(roots, place.site, options.now, config=place.config))
    services = Services(settings, load(StaffSettings), database.open_engine(url))
    try:
        app = create_app(place, services, place.site)
    except GitError as failure:
        print(f"{roots[0]} ligger inte i något Git-förråd, så inget kan sparas ({failure}).", file=sys.stderr)
        return 1
    print(f"Redigera på {address}/redigera/ (Ctrl+C avslutar)", flush=True)
    make_server(app, "127.0.0.1", options.port).run()
    return 0
