"""Files are read in processes that may use so much time and memory for each, and no more.

Python-Markdown takes time by the square of some texts' size, and a text of 1 MB may ask for gigabytes. One
record must not stop the others: its process ends, and it alone is lost.
"""

import fcntl
import os
import pickle
import resource
import signal
import traceback
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple, NoReturn, TypeVar

SECONDS = 5.0
"""Of processor time for one file: an ordinary text of 1 MB takes half a second."""
MEMORY = 512_000_000
"""Bytes that reading may need beyond what the program needs itself."""
MANY = 150
"""From so many files on, a process for each processor pays."""
_PIPE = 1_000_000
"""Bytes that a process may be ahead."""

_Job = TypeVar("_Job")
_Answer = TypeVar("_Answer")


class _Process(NamedTuple):
    child: int
    answers: BinaryIO


def each_within_limits(
    work: Callable[[_Job], _Answer],
    jobs: Sequence[_Job],
    lost: Callable[[_Job, str], _Answer],
    seconds: float | None = None,
) -> Generator[_Answer, None, None]:
    """What `work` makes of each job, in order; what `lost` makes of one that is over the limits or fails.

    `lost` is told of the failure; over the limits it is empty. `work` runs in forked processes: what it
    changes there is not seen here.
    """
    most = SECONDS if seconds is None else seconds
    count = min(os.cpu_count() or 1, len(jobs)) if len(jobs) >= MANY else 1
    lanes = [_start(work, jobs[lane::count], most) for lane in range(count)]
    try:
        for number, job in enumerate(jobs):
            lane = number % count
            try:
                answer, failure = pickle.load(lanes[lane].answers)  # noqa: S301 - from our own process, no file
            except (EOFError, pickle.UnpicklingError):
                _end(lanes[lane])
                lanes[lane] = _start(work, jobs[number + count :: count], most)
                answer, failure = None, ""
            yield lost(job, failure) if answer is None else answer
    finally:
        for process in lanes:
            _end(process)


def _start(work: Callable[[_Job], _Answer], jobs: Sequence[_Job], seconds: float) -> _Process:
    reader, writer = os.pipe()
    with suppress(OSError):  # a smaller one does too
        fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, _PIPE)
    child = os.fork()
    if child == 0:
        os.close(reader)
        _answer(work, jobs, writer, seconds)
    os.close(writer)
    return _Process(child, os.fdopen(reader, "rb"))


def _end(process: _Process) -> None:
    process.answers.close()
    with suppress(ProcessLookupError):
        os.kill(process.child, signal.SIGKILL)
    os.waitpid(process.child, 0)


def _answer(work: Callable[[_Job], _Answer], jobs: Sequence[_Job], writer: int, seconds: float) -> NoReturn:
    """In the forked process: for each job an answer, or None and the failure; leaves without tidying up."""
    try:
        signal.signal(signal.SIGPROF, signal.SIG_DFL)  # which ends the process
        _limit_memory()
        with os.fdopen(writer, "wb") as stream:
            for job in jobs:
                signal.setitimer(signal.ITIMER_PROF, seconds)
                stream.write(_tried(work, job))
                stream.flush()
    except BrokenPipeError:  # nobody asks any more
        pass
    finally:
        os._exit(0)


def _tried(work: Callable[[_Job], _Answer], job: _Job) -> bytes:
    try:
        return pickle.dumps((work(job), ""), protocol=pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return pickle.dumps((None, ""))
    except Exception as failure:
        traceback.print_exc()  # a fault of ours: told in full, and the others are read
        return pickle.dumps((None, repr(failure)))


def _limit_memory() -> None:
    """Where the system can tell how much there is already."""
    with suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + MEMORY
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (most if hard < 0 else min(most, hard), hard))
