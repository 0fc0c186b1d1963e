"""What goes on is logged by every room of ours, and by libraries only what is wrong."""

import subprocess
import sys

CODE = """
import logging
from delivery.sending import lanes
from foundation import logs
from subscriptions.operations import worker

logs.set_up()
for log in (lanes.log, worker.log, logging.getLogger("foundation.x"), logging.getLogger("httpx")):
    log.info(log.name)
"""


def test_every_room_of_ours_says_what_goes_on() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    told = ("delivery.sending.lanes", "subscriptions.operations.worker", "foundation.x")
    assert [line.count("info") for line in done.stderr.splitlines()] == [1, 1, 1]
    assert all(name in line for name, line in zip(told, done.stderr.splitlines(), strict=True))
