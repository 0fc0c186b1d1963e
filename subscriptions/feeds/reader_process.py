"""A process that reads feeds' documents for ``reader_pool``, within its limits of time and memory.

It knows no database, no key and no address of anybody, and ends when its input does.
"""

import json
import resource
import signal
import sys
from dataclasses import dataclass

from pydantic import TypeAdapter

from subscriptions.feeds import feed
from subscriptions.feeds.fetching import Answer, FeedError

MEMORY = 1_000_000_000
"""Bytes of address space."""
WORK = 20.0
"""Seconds of processor time for one document."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of a document: read, or refused and why."""

    document: feed.Document | None = None
    problem: str = ""


READING = TypeAdapter(Reading)


def main() -> None:
    """Read documents until there are no more. Too long a work ends the process by its signal."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the worker decides when it is over
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while line := sys.stdin.buffer.readline():
        head = json.loads(line)
        content = sys.stdin.buffer.read(head["length"])
        signal.setitimer(signal.ITIMER_VIRTUAL, WORK)
        reading = READING.dump_json(_read(Answer(head["url"], content, head["content_type"], None, None)))
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        sys.stdout.buffer.write(b"%d\n" % len(reading) + reading)
        sys.stdout.buffer.flush()


def _read(answer: Answer) -> Reading:
    try:
        return Reading(document=feed.parse(answer))
    except FeedError as error:
        return Reading(problem=str(error))


if __name__ == "__main__":
    main()
