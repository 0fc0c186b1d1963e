"""The resident taker of bounces is a small LMTP server (RFC 2033) that the mail server delivers to.

Starting a process for each bounce costs a second of a processor's time; an address that stays costs some
milliseconds. An answer of 250 means: read, and written down for good. 451: the mail server keeps it.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from delivery.bounces.report import read_report
from foundation.database import write
from foundation.encryption import Keys
from subscriptions.people.bounces import apply_report

log = logging.getLogger(__name__)

LARGEST = 30_000_000
"""Bytes of a message that is taken; of a large one only the beginning is read."""

LONGEST_LINE = 1_000_000
"""Bytes: others write longer lines than RFC 5321 allows, and a report must not be lost for it."""

TAKEN = "250 2.0.0 Taken"
LATER = "451 4.3.0 Try again later"


def take(engine: Engine, keys: Keys, raw: bytes, recipient: str, now: datetime) -> bool:
    """Read one message and write down what it says; False where it says nothing new of ours."""
    report = read_report(keys, raw, recipient)
    if report is None:
        return False
    with write(engine) as connection:
        return apply_report(connection, keys, report, now)


class Handler:
    """What is done with a message; one at a time, as one database is written."""

    def __init__(self, engine: Engine, keys: Keys, clock: Callable[[], datetime]) -> None:
        self._engine, self._keys, self._clock = engine, keys, clock
        self._pool = ThreadPoolExecutor(1)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802, ARG002 - aiosmtpd's
        """One answer for each recipient (RFC 2033, 4.2)."""
        raw = f"Return-Path: <{envelope.mail_from or ''}>\r\n".encode() + envelope.content
        loop = asyncio.get_running_loop()
        answers = [
            await loop.run_in_executor(self._pool, self._take, raw, recipient)
            for recipient in envelope.rcpt_tos
        ]
        return "\r\n".join(answers)

    def _take(self, raw: bytes, recipient: str) -> str:
        try:
            new = take(self._engine, self._keys, raw, recipient, self._clock())
        except SQLAlchemyError as error:
            log.warning("a bounce waits for the database", extra={"error": type(error).__name__})
            return LATER
        except Exception:
            log.exception("a bounce could not be taken")
            return LATER
        log.debug("a bounce was taken", extra={"new": new})
        return TAKEN


class _Server(LMTP):
    line_length_limit = LONGEST_LINE


class _Controller(Controller):
    def factory(self) -> LMTP:
        return _Server(self.handler, data_size_limit=LARGEST, enable_SMTPUTF8=True, ident="medborgarfokus")


@contextmanager
def listening(address: str, engine: Engine, keys: Keys, clock: Callable[[], datetime]) -> Iterator[None]:
    """Take bounces at ``host:port`` for as long as the block lasts; OSError where it is taken."""
    host, _, port = address.rpartition(":")
    controller = _Controller(Handler(engine, keys, clock), host.strip("[]"), int(port), ready_timeout=10)
    controller.start()
    log.info("bounces are taken", extra={"address": address})
    try:
        yield
    finally:
        controller.stop()
