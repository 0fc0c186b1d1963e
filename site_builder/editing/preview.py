"""The preview is the site with drafts, rebuilt at every change; a broken record shows its faults there."""

import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from watchfiles import watch

from site_builder.config import THEME
from site_builder.editing.report import report
from site_builder.editing.serving import server
from site_builder.problems import has_errors
from site_builder.publishing.build import Options, build
from site_builder.text.counts import counted

SITE = Path(".cache/preview/site")


def serve(roots: Sequence[Path], port: int) -> int:
    """Build, serve, and build again at every change, until interrupted; 1 where the port is taken."""
    try:
        web = server(port, SITE)
    except OSError as failure:
        sys.stderr.write(f"Port {port} går inte att öppna ({failure.strerror}). Välj en annan: --port.\n")
        return 1
    rebuild(roots)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    _say(f"Förhandsgranskning med utkast på http://127.0.0.1:{web.server_port} (Ctrl+C avslutar)")
    for _ in watch(*roots, THEME, raise_interrupt=False):
        rebuild(roots)
    return 0


def rebuild(roots: Sequence[Path], site: Path = SITE) -> bool:
    """Build once with drafts, and say how it went; True when it could have been published."""
    result = build(Options(roots, site, datetime.now(UTC), preview=True))
    if result.problems:
        _say(report(result.problems, "text", None))
    _say(f"Byggt på {result.seconds:.2f} s: {counted(result.changed, 'ändrad fil', 'ändrade filer')}.")
    return not has_errors(result.problems)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
