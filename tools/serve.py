"""All services at one address, as ``make run`` shows them: the one whose path it is answers.

In operation a web server does this, with each service a process of its own (docs/drift.md).
"""

import logging
import signal
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

from sqlalchemy import Engine
from starlette.types import ASGIApp, Receive, Scope, Send

import cases.web.app
from cases.cli import keep_looking
from cases.messages.user import users as case_mails
from cases.settings import load_settings as load_case_settings
from editor.repository.git import GitError
from editor.web import app as editor
from editor.workspace.held import Place
from foundation import database, logs
from foundation.encryption import Keys
from foundation.settings import load
from foundation.staff.settings import StaffSettings
from foundation.web.server import make_server
from site_builder import config as site_settings
from site_builder.publishing.build import CACHE
from subscriptions.commands.opened import opened
from subscriptions.commands.serving import serve_and_work
from subscriptions.operations.worker import Worker
from subscriptions.settings import Settings, load_settings
from subscriptions.web.app import create_app
from tools.case_examples import write_examples

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
CONTENT = Path("content")
EXAMPLES = Path(".cache/run/exempel")


class ByPath:
    """An ASGI application of several: the longest beginning of the path decides, else ``rest``.

    Only ``rest`` is told of the server's start and stop.
    """

    def __init__(self, parts: Mapping[str, ASGIApp], rest: ASGIApp) -> None:
        self.parts = sorted(parts.items(), key=lambda part: -len(part[0]))
        self.rest = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        mine = (app for start, app in self.parts if scope["type"] == "http" and path.startswith(start))
        await next(mine, self.rest)(scope, receive, send)


def services(settings: Settings, engine: Engine, site: Path) -> dict[str, ASGIApp]:
    """The other services' applications, by the beginning of their paths."""
    config = site_settings.read()._replace(base=settings.public_url)
    place = Place([CONTENT, EXAMPLES], site, None, CACHE, config)
    staff = load(StaffSettings)
    answering = cases.web.app.create_app(settings, load_case_settings(), engine, staff)
    found: dict[str, ASGIApp] = dict.fromkeys(cases.web.app.PATHS, answering)
    try:
        found["/redigera"] = editor.create_app(place, editor.Services(settings, staff, engine))
    except GitError as error:
        log.warning("no editor: the content is not in Git", extra={"error": str(error)})
    return found


def main(site: Path, port: int) -> int:
    """Serve the site and everything beside it until interrupted."""
    settings = load_settings()
    logs.set_up()
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    database.migrate(settings.database_url)
    with opened(settings) as engine:
        keys = Keys(settings.secret_keys)
        write_examples(engine, keys, load_case_settings(), site, datetime.now(UTC))
        worker = Worker(settings, engine, other_users=lambda: case_mails(settings, keys))
        Thread(target=keep_looking, args=(engine, settings, load_case_settings(), stop), daemon=True).start()
        app = ByPath(services(settings, engine, site), create_app(settings, engine, site))
        return serve_and_work(make_server(app, HOST, port), worker, stop)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
