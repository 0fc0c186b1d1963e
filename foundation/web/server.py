"""uvicorn with limited patience: whoever drips bytes is let go, and a stop lets what has begun finish."""

import asyncio
import socket
from collections.abc import Mapping
from typing import Any

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from foundation.web.guard import HEADERS

HEADER_PATIENCE = 10.0
"""Seconds for a request's head. uvicorn itself waits for ever."""

LAST_WORD = 1.0
"""Seconds that a new connection, or half a request's head, has for its request while the server stops."""

CONNECTIONS = 1000
GRACE = 20
FIRST = 3
"""The number of the first file that systemd hands over."""


class PatientProtocol(H11Protocol):
    """HTTP/1.1 that closes a connection whose next request does not get its head together."""

    _timer: asyncio.TimerHandle | None = None
    _stops = False
    _asked = False

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._start()

    def data_received(self, data: bytes) -> None:
        self._asked = True
        super().data_received(data)
        if self.conn.their_state is h11.IDLE:
            self._start()
        else:
            self._cancel()

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """A connection taken a moment before the stop gets to say, or to finish saying, what it wants."""
        is_half_said = bool(self.conn.trailing_data[0])
        if self._timer is not None and (is_half_said or not self._asked) and not self._stops:
            self._stops = True
            self.loop.call_later(LAST_WORD, self.shutdown)
        elif not self.transport.is_closing():
            super().shutdown()

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP reaches no application: the strict headers are added here."""
        told = {"Content-Type": "text/plain; charset=utf-8", "Connection": "close", **HEADERS}
        pairs = [(name.encode(), value.encode()) for name, value in told.items()]
        answer = h11.Response(status_code=400, headers=pairs, reason=b"Bad Request")
        for event in (answer, h11.Data(data=msg.encode("ascii")), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _start(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(HEADER_PATIENCE, self._give_up)

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()


def inherited_sockets(environ: Mapping[str, str], process: int) -> list[socket.socket]:
    """The listening sockets that systemd holds (sd_listen_fds(3)): connections wait in them over a restart.

    None where they are another process's.
    """
    if environ.get("LISTEN_PID") != str(process):
        return []
    return [socket.socket(fileno=FIRST + number) for number in range(int(environ.get("LISTEN_FDS", "0")))]


def make_server(app: ASGIApp, host: str, port: int) -> uvicorn.Server:
    """The server, not yet started. No access log: addresses hold signed tokens."""
    return uvicorn.Server(
        uvicorn.Config(
            app, host=host, port=port, http=PatientProtocol, ws="none", access_log=False, log_config=None,
            server_header=False, proxy_headers=False, limit_concurrency=CONNECTIONS,
            timeout_keep_alive=15, timeout_graceful_shutdown=GRACE,
        )
    )  # fmt: skip
