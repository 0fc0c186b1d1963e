"""`make run` starts the site with examples, the services beside it, and a new build at each change.

The two packages meet only through the built site: the service is a process of its own, told where things are
by its environment.
"""

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from watchfiles import watch

from site_builder import config as settings
from site_builder.config import THEME
from site_builder.editing.examples import write_examples
from site_builder.editing.report import report
from site_builder.problems import has_errors
from site_builder.publishing import search
from site_builder.publishing.build import CACHE, Options, Result, build, read
from site_builder.site.due import due

CONTENT = Path("content")
HOME = Path(".cache/run")
EXAMPLES = HOME / "exempel"
SITE = HOME / "site"
LONGEST = timedelta(hours=1)


def main() -> int:
    """Build, start the service, and build again at each change until interrupted."""
    port = int(os.environ.get("PORT", "8000"))
    address = f"http://127.0.0.1:{port}"
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a stop is a stop, however it is asked for
    changed = threading.Event()
    threading.Thread(target=_watch, args=(changed,), daemon=True).start()
    result = rebuild(address)
    if has_errors(result.problems):
        return 1
    index()
    service = subprocess.Popen(command(port), env=environment(address))  # noqa: S603 - our own program
    _say(f"Webbplatsen finns på {address} och inkorgen på {address}/dev/inkorg/ (Ctrl+C avslutar)")
    try:
        return _follow(address, changed, service)
    except KeyboardInterrupt:
        return 0
    finally:  # whatever ends us, the service must not live on and hold the port
        service.terminate()
        service.wait(timeout=30)


def _watch(changed: threading.Event) -> None:
    """Notice every change, also those that come while a build runs."""
    for _ in watch(CONTENT, THEME, raise_interrupt=False):
        changed.set()


def _follow(address: str, changed: threading.Event, service: subprocess.Popen[bytes]) -> int:
    """Build when something changes, begins or ends; returns when the service ends by itself."""
    while service.poll() is None:
        moment = min(_due(address), datetime.now(UTC) + LONGEST)
        while service.poll() is None and datetime.now(UTC) < moment:
            if changed.wait(timeout=1.0):
                break
        changed.clear()
        result = rebuild(address)
        if not has_errors(result.problems):
            index()
    _say(f"Bevakningstjänsten avslutades med kod {service.returncode}.")
    return service.returncode or 1


def _due(address: str) -> datetime:
    config = settings.read()._replace(base=address)
    site, _, _ = read([CONTENT, EXAMPLES], datetime.now(UTC), config=config)
    return due(site) or site.now + LONGEST


def command(port: int) -> list[str]:
    """How the services are started, with the site under them."""
    return [sys.executable, "-m", "tools.serve", str(SITE), str(port)]


def environment(address: str) -> dict[str, str]:
    """The service's settings for development: SQLite, the local inbox, the site's own feeds."""
    name = "SUBSCRIPTIONS_"
    told = {
        "ENVIRONMENT": "development",
        "DATABASE_URL": f"sqlite:///{HOME / 'subscriptions.sqlite3'}",
        "PUBLIC_URL": address,
        "FEED_URLS": f"{address}/floden/alla.atom",
        "CRISIS_FEED_URLS": f"{address}/floden/kris.atom",
        "POLL_INTERVAL": "5s",
        "SITE_NAME": settings.read().name,
        "DEMONSTRATION": str(settings.read().demonstration).lower(),
    }
    return os.environ | {name + key: os.environ.get(name + key, value) for key, value in told.items()}


def rebuild(address: str) -> Result:
    """Build once with fresh examples, and tell how it went."""
    now = datetime.now(UTC)
    write_examples(EXAMPLES, now)
    config = settings.read()._replace(base=address)
    result = build(Options([CONTENT, EXAMPLES], SITE, now, config=config), wait=_wait)
    if has_errors(result.problems):
        _say(report(result.problems, "text", None))
    else:
        _say(f"Publicerat efter {result.seconds:.2f} s: {result.changed} ändrade filer.")
    return result


def index() -> None:
    """Let the search follow; where it cannot, say so and go on with the index before."""
    try:
        search.index(SITE, CACHE)
    except search.SearchError as failure:
        _say(str(failure))


def _wait() -> None:
    _say("Ett annat bygge av samma webbplats pågår. Väntar tills det är klart …")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
