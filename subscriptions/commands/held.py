"""What is held for approval, and the operator's answer."""

import argparse
from datetime import UTC, datetime

from subscriptions.commands.opened import opened, told
from subscriptions.operations import approval
from subscriptions.operations.operator import operator
from subscriptions.settings import Settings

QUEUE = "queue"
"""The word for all that is held after a restored backup."""


def held(settings: Settings, _: argparse.Namespace) -> int:
    """Show what waits."""
    with opened(settings) as engine:
        rows, messages = approval.held(engine), approval.held_messages(engine)
    for row in rows:
        why = approval.REASONS.get(row.reason, row.reason)
        print(f"{row.id}\t{row.revision:%Y-%m-%d %H:%M}\t{row.title}\t{row.link}\t({why})")
    if messages is not None:
        print(f"{QUEUE}\t{messages} meddelanden\t(databasen är en återläst säkerhetskopia)")
    if not rows and messages is None:
        print("Inget väntar på godkännande.")
    return 0


def approve(settings: Settings, given: argparse.Namespace) -> int:
    """Send something that waits, or the whole queue."""
    if given.id is None:
        return _answer_queue(settings, send=True)
    with opened(settings) as engine:
        done = approval.approve(engine, given.id, settings, datetime.now(UTC), operator())
    return told(done, f"{given.id} skickas.", f"{given.id} väntar inte på godkännande.")


def discard(settings: Settings, given: argparse.Namespace) -> int:
    """Never send something that waits, or the whole queue."""
    if given.id is None:
        return _answer_queue(settings, send=False)
    with opened(settings) as engine:
        done = approval.discard(engine, given.id, datetime.now(UTC), operator())
    return told(done, f"{given.id} skickas aldrig.", f"{given.id} väntar inte på godkännande.")


def _answer_queue(settings: Settings, *, send: bool) -> int:
    with opened(settings) as engine:
        count = approval.answer_queue(engine, send, datetime.now(UTC), operator())
    what = "skickas" if send else "skickas aldrig"
    return told(count is not None, f"{count} meddelanden {what}.", "Inget i kön hålls.")
