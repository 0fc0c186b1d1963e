"""`site-builder edit`: the editor alone, with the site underneath; or as a service, as it is operated."""

import argparse
import sys
from pathlib import Path
from typing import Any

HOME = Path(".cache/edit")
HOST = "127.0.0.1"


def register(commands: Any, content: argparse.ArgumentParser) -> None:
    """Tell `site-builder` of the command."""
    editing = commands.add_parser("edit", help="redigera i webbläsaren", parents=[content])
    editing.add_argument("--port", type=int, default=8002)
    editing.add_argument(
        "--service",
        action="store_true",
        help="som driften kör den: allt ur EDITOR_…, STAFF_… och SUBSCRIPTIONS_…",
    )
    editing.set_defaults(run=_edit)


def _edit(options: argparse.Namespace, roots: list[Path]) -> int:
    from editor.repository.git import GitError
    from foundation import logs
    from foundation.settings import SettingsError

    logs.set_up()
    try:
        return _serve(options.port) if options.service else _try_out(options, roots)
    except GitError as failure:
        print(f"Innehållet ligger inte i något Git-förråd, så inget kan sparas ({failure}).", file=sys.stderr)
    except SettingsError as failure:
        print(failure, file=sys.stderr)
    return 1


def _serve(port: int) -> int:
    """As it is operated: the web server stands before it, and the site is served by that."""
    from editor.settings import EditorSettings
    from editor.web.app import Services, create_app
    from editor.workspace.held import place_of
    from foundation import database
    from foundation.settings import ServiceSettings, load
    from foundation.staff.settings import StaffSettings
    from foundation.web.server import make_server

    settings = load(ServiceSettings, {})
    engine = database.open_engine(settings.database_url, settings.state_file)
    app = create_app(place_of(load(EditorSettings)), Services(settings, load(StaffSettings), engine))
    make_server(app, HOST, port).run()
    return 0


def _try_out(options: argparse.Namespace, roots: list[Path]) -> int:
    """For whoever sits at this machine: one click logs in, and the site is served too."""
    from editor.web.app import Services, create_app
    from editor.workspace.held import Place
    from foundation import database
    from foundation.settings import ServiceSettings, load
    from foundation.staff.settings import StaffSettings
    from foundation.web.server import make_server
    from site_builder import config
    from site_builder.publishing.build import CACHE, Options, build

    address = f"http://{HOST}:{options.port}"
    place = Place(roots, HOME / "site", None, CACHE, config.read()._replace(base=address))
    HOME.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{HOME / 'edit.sqlite3'}"
    settings = load(ServiceSettings, {}, environment="development", database_url=url, public_url=address)
    database.migrate(url)
    services = Services(settings, load(StaffSettings), database.open_engine(url))
    app = create_app(place, services, place.site)
    build(Options(roots, place.site, options.now, config=place.config))
    print(f"Redigera på {address}/redigera/ (Ctrl+C avslutar)", flush=True)
    make_server(app, HOST, options.port).run()
    return 0
