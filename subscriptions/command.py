"""The command ``subscriptions`` starts here: a bounce that the resident taker takes costs little.

Only the standard library is loaded before that is known. All else is in ``subscriptions.cli``.
"""

import os
import re
import smtplib
import sys
from email.parser import BytesHeaderParser
from pathlib import Path

from foundation.environment_file import read_environment

SETTING = "SUBSCRIPTIONS_BOUNCE_LMTP"
HEAD = 20_000
PATIENCE = 60.0
"""Seconds to wait for the taker before the mail server is told to try again."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; for its meaning and exit code see ``subscriptions.cli.main``."""
    given = sys.argv[1:] if arguments is None else arguments
    code = _handed_over(given)
    if code is not None:
        return code
    from subscriptions.cli import main as whole  # slow to load

    return whole(given)


def _handed_over(given: list[str]) -> int | None:
    """The exit code of a bounce that the taker answered for; None where nothing has been read yet."""
    rest, file = (given[2:], given[1]) if given[:1] == ["--env-file"] and len(given) > 2 else (given, "")
    if rest[:1] != ["bounce"] or len(rest) > 2 or rest[-1].startswith("-"):
        return None
    try:
        told = read_environment(Path(file).read_bytes().decode()) if file else {}
        host, _, port = told.get(SETTING, os.environ.get(SETTING, "")).rpartition(":")
        if not host:
            return None
        taker = smtplib.LMTP(host.strip("[]"), int(port), timeout=PATIENCE)
    except (ValueError, OSError):  # nobody listens: this process does it itself
        return None
    try:
        return _give(taker, sys.stdin.buffer.read(), rest[1] if len(rest) > 1 else "")
    finally:
        taker.close()


def _give(taker: smtplib.LMTP, raw: bytes, recipient: str) -> int:
    """0 where the taker has it; on every doubt the mail server must come back with it."""
    raw = re.sub(rb"\r?\n", b"\r\n", raw)
    path = str(BytesHeaderParser().parsebytes(raw[:HEAD]).get("Return-Path", ""))
    try:
        taker.sendmail(_address(path), [_address(recipient) or "studsar@localhost"], raw)
    except (OSError, ValueError):
        return os.EX_TEMPFAIL
    return 0


def _address(text: str) -> str:
    """An address that can stand in a command; empty for everything else, as for the empty path itself."""
    bare = text.strip().strip("<>")
    return bare if re.fullmatch(r"[!-;=?-~]+@[!-;=?-~]+", bare) else ""


if __name__ == "__main__":
    sys.exit(main())
