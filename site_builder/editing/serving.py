"""Serve a folder as the web server of the real site would: its headers, its 404."""

from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex",
    "Cache-Control": "no-cache",
}
"""What every answer carries: much as in the deployment examples, and nothing here is to be indexed."""


class Handler(SimpleHTTPRequestHandler):
    """Static files with the headers that the deployed site sends."""

    protocol_version = "HTTP/1.1"
    extensions_map = SimpleHTTPRequestHandler.extensions_map | {
        ".atom": "application/atom+xml",
        ".rss": "application/rss+xml",
        ".opml": "text/x-opml",
        ".json": "application/json",
        ".js": "text/javascript",
        ".html": "text/html; charset=utf-8",
    }

    def send_head(self) -> Any:
        """Answer with the file as it is: its time has whole seconds, and a site may be new twice in one."""
        del self.headers["If-Modified-Since"]
        path, question, query = self.path.partition("?")
        known = as_named(Path(self.directory), unquote(path))
        if known:
            self.send_response(301)
            self.send_header("Location", quote(known) + question + query)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        return super().send_head()

    def end_headers(self) -> None:
        """Add the headers to every answer."""
        for name, value in HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """The site's own page where something is missing."""
        page = Path(self.directory, "404.html")
        if code != 404 or not page.exists():
            super().send_error(code, message, explain)
            return
        data = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Say nothing of ordinary requests."""


def as_named(site: Path, asked: str) -> str:
    """The address that differs from the one asked for only in capitals; empty where there is none.

    The deployed servers do so too (deploy/redirects).
    """
    parts = [part for part in asked.split("/") if part]
    plain = asked == asked.lower() and not asked.startswith("/filer/")  # only there names have capitals
    if plain or ".." in parts or (site / "/".join(parts)).exists():
        return ""
    here = site
    for part in parts:
        names = sorted(path.name for path in here.iterdir()) if here.is_dir() else []
        found = next((name for name in names if name.lower() == part.lower()), "")
        if not found or found.startswith("."):
            return ""
        here /= found
    if here.is_dir():
        return f"/{here.relative_to(site).as_posix()}/" if (here / "index.html").is_file() else ""
    return f"/{here.relative_to(site).as_posix()}"


def server(port: int, site: Path) -> ThreadingHTTPServer:
    """A server of `site` on this machine only; port 0 lets the system choose."""
    return ThreadingHTTPServer(("127.0.0.1", port), partial(Handler, directory=str(site)))
