"""Feeds' documents read in processes of their own: one that costs too much costs its process."""

import json
import subprocess
import sys
from collections.abc import Sequence
from threading import Lock, Timer

PATIENCE = 60.0
"""Seconds by the clock for one document; reader_process counts its own work, which is less."""

PROGRAM = (sys.executable, "-m", "subscriptions.feeds.reader_process")


class ReaderPool:
    """Lends a process to each document, starts more when all are lent, and replaces one that ended."""

    def __init__(self, program: Sequence[str] = PROGRAM) -> None:
        self._program = program
        self._idle: list[subprocess.Popen[bytes]] = []
        self._lock = Lock()

    def ask(self, url: str, content_type: str, content: bytes) -> bytes:
        """What the process answers. Raises EOFError where a limit or a fault of its own ended it."""
        process = self._lend()
        clock = Timer(PATIENCE, process.kill)
        clock.daemon = True
        clock.start()
        try:
            answer = _exchange(process, url, content_type, content)
        except (OSError, ValueError, EOFError) as error:
            _end(process)
            raise EOFError from error
        finally:
            clock.cancel()
        with self._lock:
            self._idle.append(process)
        return answer

    def _lend(self) -> subprocess.Popen[bytes]:
        with self._lock:
            while self._idle:
                process = self._idle.pop()
                if process.poll() is None:
                    return process
                _end(process)
        return subprocess.Popen(  # noqa: S603 (a program of ours)
            self._program,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def close(self) -> None:
        """End all processes."""
        with self._lock:
            for process in self._idle:
                _end(process)
            self._idle.clear()


def _exchange(process: subprocess.Popen[bytes], url: str, content_type: str, content: bytes) -> bytes:
    """A line that says how long what follows is, then that, in both directions."""
    assert process.stdin is not None
    assert process.stdout is not None
    head = {"url": url, "content_type": content_type, "length": len(content)}
    process.stdin.write(json.dumps(head).encode() + b"\n" + content)
    process.stdin.flush()
    length = int(process.stdout.readline())
    answer = process.stdout.read(length)
    if len(answer) < length:
        raise EOFError
    return answer


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:  # what was not written has nobody to read it any more
                continue
