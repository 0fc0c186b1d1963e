"""What `make run` starts: build, serve with security headers, rebuild when content changes."""

import os
import sys
import threading
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from watchfiles import watch

from site_builder.build import Options, build
from site_builder.config import THEME
from site_builder.problems import has_errors
from site_builder.report import report

CONTENT = Path("content")
SITE = Path(".cache/run/site")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}


class Handler(SimpleHTTPRequestHandler):
    """Static files with the headers that the deployed site sends."""

    def end_headers(self) -> None:
        """Add the headers to every answer."""
        for name, value in HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Say nothing of ordinary requests."""


def rebuild() -> bool:
    """Build once and tell how it went; False when problems stopped it."""
    result = build(Options([CONTENT], SITE, datetime.now(UTC)))
    stopped = has_errors(result.problems)
    sys.stdout.write(
        report(result.problems, "text", 0) + "\n" if stopped else f"Byggt: {result.changed} ändrade filer.\n"
    )
    sys.stdout.flush()
    return not stopped


def server(port: int, site: Path) -> ThreadingHTTPServer:
    """A server of `site` on this machine only; port 0 lets the system choose."""
    return ThreadingHTTPServer(("127.0.0.1", port), partial(Handler, directory=str(site)))


def main() -> int:
    """Build, serve, and watch until interrupted."""
    if not rebuild():
        return 1
    port = int(os.environ.get("PORT", "8000"))
    web = server(port, SITE)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    sys.stdout.write(f"Webbplatsen finns på http://127.0.0.1:{port} (Ctrl+C avslutar)\n")
    sys.stdout.flush()
    for _ in watch(CONTENT, THEME, raise_interrupt=False):
        rebuild()
    return 0


if __name__ == "__main__":
    sys.exit(main())
