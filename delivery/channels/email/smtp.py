"""Mails go to a relay by SMTP: connections stay open, commands are pipelined, silence is told as such.

Before the final dot is away nothing was sent: temporary. After it, until the answer: ambiguous.
Sources: RFC 5321 (verbs, time limits), RFC 2920 (pipelining), RFC 3463 (enhanced codes), RFC 6531 (SMTPUTF8).
"""

import logging
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from urllib.parse import parse_qs, unquote, urlsplit

from delivery.channels.email.enhanced_codes import GONE
from delivery.channels.email.patience import Patience, for_news
from delivery.message import Message
from delivery.model import Outcome, Result
from delivery.plain_text import text

log = logging.getLogger(__name__)

PER_CONNECTION = 1_000
"""Messages before a connection is renewed: relays grow weary of old ones."""

MAX_REPLY = 64_000

LOOK = 1.0
"""Seconds between looks at how long a reply may still be waited for; the lease is renewed meanwhile."""

OURS = re.compile(r"5\.(3|4|5|7)\.|5\.2\.2$")
"""Enhanced codes about the relay, the route, the protocol or our permissions, and the full mailbox.

Refusing one recipient or one mail so does not mean that the recipient is at fault: tried again.
"""

UNWELL = re.compile(r"5\.(3|4|5)\.")
"""Those after a mail that say that the relay cannot take any: it is left alone for a while.

Not 5.7, which may be about this one text: others must not wait for it.
"""


class ConnectionLostError(OSError):
    """The server hung up or fell silent."""


@dataclass(frozen=True, slots=True)
class Relay:
    """Where mail goes; ``starttls`` is require, optional or no."""

    host: str
    port: int
    tls: bool
    starttls: str
    user: str
    password: str
    timeout: float
    name: str  # what we call ourselves

    def __repr__(self) -> str:
        return f"Relay({self.host}:{self.port})"

    @classmethod
    def from_url(cls, url: str, timeout: float) -> "Relay":
        """``smtp://user:password@host:587?starttls=require`` or ``smtps://…:465``."""
        parts = urlsplit(url)
        tls = parts.scheme == "smtps"
        starttls = "no" if tls else parse_qs(parts.query).get("starttls", ["require"])[0]
        return cls(
            parts.hostname or "", parts.port or (465 if tls else 587), tls, starttls,
            unquote(parts.username or ""), unquote(parts.password or ""), timeout, socket.getfqdn(),
        )  # fmt: skip


class _Connection(smtplib.SMTP):
    """smtplib's connection with a time limit on the whole reply, so that a dripping server ends too."""

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self.count = 0
        self.patience: Callable[[], float] = lambda: relay.timeout
        self._buffer = b""
        super().__init__(relay.host, relay.port, relay.name, relay.timeout)

    def _get_socket(self, host: str, port: int, timeout: float):  # type: ignore[no-untyped-def]
        sock = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return (
            ssl.create_default_context().wrap_socket(sock, server_hostname=host) if self.relay.tls else sock
        )

    def getreply(self) -> tuple[int, bytes]:
        """One reply, all its lines. Raises ConnectionLostError on silence, end or nonsense."""
        began = monotonic()
        lines = []
        while True:
            line = self._line(began)
            lines.append(line[4:].strip())
            if sum(map(len, lines)) > MAX_REPLY or not line[:3].isdigit():
                self.close()
                raise ConnectionLostError("the reply is not SMTP")
            if line[3:4] != b"-":
                return int(line[:3]), b"\n".join(lines)

    def _line(self, began: float) -> bytes:
        while b"\n" not in self._buffer:
            left = began + self.patience() - monotonic()
            if self.sock is None or left <= 0 or len(self._buffer) > MAX_REPLY:
                self.close()
                raise ConnectionLostError("no reply in time")
            try:
                self.sock.settimeout(min(left, LOOK))
                received = self.sock.recv(8192)
            except TimeoutError:
                continue
            except OSError as error:
                self.close()
                raise ConnectionLostError(str(error) or type(error).__name__) from error
            if not received:
                self.close()
                raise ConnectionLostError("the server hung up")
            self._buffer += received
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line

    def write(self, data: bytes) -> None:
        """Raises ConnectionLostError; how much of it arrived is unknown."""
        try:
            if self.sock is None:
                raise ConnectionLostError("not connected")
            self.sock.settimeout(self.relay.timeout)
            self.sock.sendall(data)
        except OSError as error:
            self.close()
            raise ConnectionLostError(str(error) or type(error).__name__) from error

    def forget_unread(self) -> None:
        """Nothing said before the encryption counts (CVE-2011-0411)."""
        self._buffer = b""


class SmtpSender:
    """As many connections as messages at once: kept open, used again, renewed when lost."""

    provider = "smtp"

    def __init__(self, url: str, timeout: float = 60.0, patience: Patience | None = None) -> None:
        """``timeout``: seconds for every reply but that to the final dot, which has its own ``patience``."""
        self.relay = Relay.from_url(url, timeout)
        self.patience = patience or for_news(1)
        self._idle: list[_Connection] = []
        self._lock = threading.Lock()

    def send(self, message: Message) -> Result:
        """Hand one mail to the relay."""
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        if connection is not None:
            result = self._transaction(connection, message)
            if result.code != "lost":
                return result
            # It went stale while it lay idle, which says nothing about message or relay: once more.
        opened = self._connect()
        return opened if isinstance(opened, Result) else self._transaction(opened, message)

    def close(self) -> None:
        """Say goodbye on every connection that is not in use."""
        with self._lock:
            connections, self._idle = self._idle, []
        for connection in connections:
            _quit(connection)

    def _connect(self) -> "_Connection | Result":
        connection = None
        try:
            connection = _Connection(self.relay)
            _greet(connection)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            if connection is not None:
                connection.close()
            code = str(getattr(error, "smtp_code", "")) or "connect"
            log.warning(
                "relay not available", extra={"provider": "smtp", "code": code, "error": type(error).__name__}
            )
            return Result(Outcome.TEMPORARY, code, _without_secrets(str(error)), unreachable=True)
        return connection

    def _transaction(self, connection: _Connection, message: Message) -> Result:
        try:
            result = self._deliver(connection, message)
        except BaseException:
            connection.close()
            raise
        if connection.sock is None or connection.count >= PER_CONNECTION:
            _quit(connection)
        else:
            with self._lock:
                self._idle.append(connection)
        return result

    def _deliver(self, connection: _Connection, message: Message) -> Result:
        connection.patience = lambda: self.relay.timeout
        try:
            refused = _envelope(connection, message)
        except ConnectionLostError as error:
            return Result(Outcome.TEMPORARY, "lost", str(error), unreachable=True)
        if refused is not None:
            return refused
        body = b"\r\n" + message.body
        body = body.replace(b"\r\n.", b"\r\n..")[2:]
        ending = b".\r\n" if body.endswith(b"\r\n") else b"\r\n.\r\n"
        try:
            connection.write(body + ending)  # the dot is the last to leave: if this fails, it has not
        except ConnectionLostError as error:
            return Result(Outcome.TEMPORARY, "lost-in-data", str(error), unreachable=True)
        with self.patience.waiting() as wait:
            connection.patience = wait.seconds
            try:
                code, words = connection.getreply()
            except ConnectionLostError as error:
                away = not wait.is_overtaken
                return Result(Outcome.AMBIGUOUS, "no-answer", str(error), unreachable=away)
        self.patience.answered()
        connection.count += 1
        return _after_data(connection, code, words)


def _greet(connection: _Connection) -> None:
    relay = connection.relay
    connection.ehlo_or_helo_if_needed()
    if relay.starttls != "no":
        if connection.has_extn("starttls"):
            connection.starttls(context=ssl.create_default_context())
            connection.forget_unread()
            connection.ehlo_or_helo_if_needed()
        elif relay.starttls == "require":
            raise smtplib.SMTPNotSupportedError("the relay offers no STARTTLS, which is required")
    if relay.user:
        connection.login(relay.user, relay.password)


def _envelope(connection: _Connection, message: Message) -> Result | None:
    """MAIL, RCPT and DATA in one write where the relay allows; None when it waits for the mail."""
    options = ""
    if not message.recipient.isascii():
        if not connection.has_extn("smtputf8"):
            return Result(
                Outcome.PERMANENT, "5.6.7", "the relay takes no addresses with other letters than a-z"
            )
        options = " SMTPUTF8 BODY=8BITMIME"
    commands = {
        "MAIL": f"MAIL FROM:<{message.return_path}>{options}\r\n".encode(),
        "RCPT": f"RCPT TO:<{message.recipient}>\r\n".encode(),
        "DATA": b"DATA\r\n",
    }
    pipelined = connection.has_extn("pipelining")
    if pipelined:
        connection.write(b"".join(commands.values()))
    refused: Result | None = None
    for verb, command in commands.items():
        if not pipelined:
            connection.write(command)
        refused = _answer(connection, verb, refused)
        if refused is not None and (connection.sock is None or not pipelined):
            break
    if refused is not None and connection.sock is not None:
        _reset(connection)
    return refused


def _answer(connection: _Connection, verb: str, refused: Result | None) -> Result | None:
    """Read one reply; the first refusal of a group is the one that counts."""
    code, words = connection.getreply()
    if verb == "DATA" and code == 354:
        if refused is not None:  # RFC 2920, 3.1: it went on though nobody is left to receive
            connection.write(b".\r\n")
            connection.getreply()
        return refused
    if code == 421:
        connection.close()
    if code >= 400 or verb == "DATA":
        return refused or _refusal(verb, code, words)
    return refused


def _reset(connection: _Connection) -> None:
    """Ready for the next mail, or closed; what was said about this one stands either way."""
    try:
        connection.write(b"RSET\r\n")
        code, _ = connection.getreply()
        if code >= 400:
            connection.close()
    except ConnectionLostError:
        connection.close()


def _refusal(verb: str, code: int, words: bytes) -> Result:
    """MAIL, RCPT or DATA refused. What is said about us is temporary; only RCPT can condemn an address."""
    enhanced = _enhanced(words)
    shown = enhanced or str(code)
    detail = f"{verb} {code} {_without_secrets(words.decode('utf-8', 'replace'))}"
    if code < 500 or verb == "MAIL" or OURS.match(enhanced):
        return Result(Outcome.TEMPORARY, shown, detail, unreachable=code == 421 or verb == "MAIL")
    refused = verb == "RCPT"
    gone = refused and bool(GONE.match(enhanced))
    return Result(Outcome.PERMANENT, shown, detail, suppress=gone, refused=refused)


def _after_data(connection: _Connection, code: int, words: bytes) -> Result:
    """The answer to the final dot. It is about the mail or about us, never about the recipient."""
    said = _without_secrets(words.decode("utf-8", "replace"))
    if 200 <= code < 300:
        return Result(Outcome.ACCEPTED, str(code), said)
    if code == 421:
        connection.close()
    enhanced = _enhanced(words)
    shown, detail = enhanced or str(code), f"DATA {code} {said}"
    if code >= 500 and enhanced and not OURS.match(enhanced):
        return Result(Outcome.PERMANENT, shown, detail)
    # "554 Transaction failed" may mean a paused account: the whole queue must not be given up for it.
    unreachable = code == 421 or bool(UNWELL.match(enhanced))
    return Result(Outcome.TEMPORARY, shown, detail, unreachable=unreachable)


def _enhanced(words: bytes) -> str:
    match = re.match(rb"([245]\.\d{1,3}\.\d{1,3})(?![\d.])", words)
    return match[1].decode() if match else ""


def _without_secrets(words: str) -> str:
    """A server's words for the ledger: one short line without addresses and controls (PostgreSQL: no NUL)."""
    return re.sub(r"\S+@\S+", "<…>", text(" ".join(words.split())))[:300]


def _quit(connection: _Connection) -> None:
    try:
        connection.patience = lambda: 2.0
        if connection.sock is not None:
            connection.write(b"QUIT\r\n")
    except OSError:
        pass  # already gone, which is what was wanted
    finally:
        connection.close()
