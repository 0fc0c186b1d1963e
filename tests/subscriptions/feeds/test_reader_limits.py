"""A document that costs too much time or memory ends the process that reads it, and nothing else."""

import sys

import pytest

from subscriptions.feeds import reader_pool
from subscriptions.feeds.reader_pool import ReaderPool
from subscriptions.feeds.reader_process import READING

COSTLY = """
import time
from subscriptions.feeds import reader_process

def parse(answer):
    if answer.url == "work":
        while True:
            pass
    if answer.url == "memory":
        bytearray(2 * reader_process.MEMORY)
    if answer.url == "wait":
        time.sleep(600)
    return reader_process.feed.Document(())

reader_process.WORK = 0.5
reader_process.feed.parse = parse
reader_process.main()
"""


@pytest.mark.parametrize("cost", ["work", "memory", "wait"])
def test_a_document_that_costs_too_much_ends_its_process_and_the_next_gets_another(
    cost: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = ReaderPool((sys.executable, "-c", COSTLY))
    try:
        with monkeypatch.context() as patch:
            if cost == "wait":
                patch.setattr(reader_pool, "PATIENCE", 3.0)
            with pytest.raises(EOFError):
                pool.ask(cost, "", b"x")
        reading = READING.validate_json(pool.ask("cheap", "", b"x"))
        assert reading.document is not None
        assert reading.document.entries == ()
    finally:
        pool.close()
