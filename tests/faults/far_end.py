"""A real mail server that keeps what it was given and stalls where a test wants the service to die."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from threading import Event
from time import monotonic
from typing import Any

from aiosmtpd.controller import Controller

from tests.subscriptions.serving import free_port


class Relay:
    """``received``: (recipient, Message-ID, subject, when) of each mail whose final dot came;
    ``envelopes``: its sender and its content.

    ``stall(point, after)`` holds every answer at MAIL, RCPT or after the final dot ("dot"), from the time
    that so many mails have come in; ``reached`` tells that somebody waits there.
    """

    def __init__(self, port: int) -> None:
        self.url = f"smtp://127.0.0.1:{port}?starttls=no"
        self.received: list[tuple[str, str, str, float]] = []
        self.envelopes: list[tuple[str, bytes]] = []
        self.reached = Event()
        self.pause = 0.0
        self.silent: set[str] = set()  # recipients whose mail is taken in and never answered
        self._point, self._after = "", 0

    def stall(self, point: str, after: int = 0) -> None:
        self._after, self._point = after, point
        self.reached.clear()

    def go_on(self) -> None:
        self._point = ""

    def copies(self) -> Counter[str]:
        """How many mails each address has got."""
        return Counter(recipient for recipient, *_ in self.received)

    def heard(self, *titles: str) -> Counter[tuple[str, str]]:
        """How many times each address has been told of each title; news that wait together share a mail."""
        found: Counter[tuple[str, str]] = Counter()
        for (recipient, *_), (_, content) in zip(self.received, self.envelopes, strict=True):
            body = message_from_bytes(content, policy=default).get_body(("plain",))
            text = body.get_content() if body else ""
            found.update((recipient, title) for title in titles if title in text)
        return found

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        await self._wait("MAIL")
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        await self._wait("RCPT")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        mail = message_from_bytes(envelope.content)
        [recipient] = envelope.rcpt_tos
        self.received.append((recipient, str(mail["Message-ID"]), str(mail["Subject"]), monotonic()))
        self.envelopes.append((str(envelope.mail_from), bytes(envelope.content)))
        await asyncio.sleep(self.pause)
        await self._wait("dot")
        while recipient in self.silent:
            await asyncio.sleep(0.01)
        return "250 2.0.0 Ok"

    async def _wait(self, point: str) -> None:
        while self._point == point and len(self.received) >= self._after:
            self.reached.set()
            await asyncio.sleep(0.01)


@contextmanager
def relaying(port: int = 0) -> Iterator[Relay]:
    """A relay on a free port, or on one that was chosen before."""
    relay = Relay(port or free_port())
    number = int(relay.url.partition("?")[0].rpartition(":")[2])
    controller = Controller(relay, hostname="127.0.0.1", port=number, ready_timeout=60)
    controller.start()
    try:
        yield relay
    finally:
        relay.go_on()
        relay.silent.clear()
        controller.stop()
