"""A real HTTP server on this machine whose answers a test decides."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Reply = tuple[int, dict[str, str], bytes]
Answers = dict[str, "Reply | bytes | str | Callable[[Any], None]"]
"""By path: a body, a whole reply, or what does as it likes with the request's handler."""


class Site:
    """The server: what it answers (``answers``) and what it was asked (``asked``: path and headers)."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.answers: Answers = {}
        self.asked: list[tuple[str, dict[str, str]]] = []


@contextmanager
def serve() -> Iterator[Site]:
    """A server on a free port, gone afterwards."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            answer = site.answers.get(self.path, (404, {}, b""))
            if callable(answer):
                answer(self)
                return
            if isinstance(answer, str):
                answer = answer.encode()
            status, headers, body = (
                (200, {"Content-Type": "application/atom+xml"}, answer)
                if isinstance(answer, bytes)
                else answer
            )
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site = Site(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
