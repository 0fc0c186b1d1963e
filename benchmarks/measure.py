"""Run a command and measure it: seconds, and the peak memory of its whole process tree."""

import os
import platform
import resource
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

SAMPLES = 0.1
"""Seconds between two looks at the memory."""

_ENVIRONMENT = {"NO_MKDOCS_2_WARNING": "1", "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": ""}
"""Python keeps what it has compiled, as it does where nobody says otherwise."""


class Run(NamedTuple):
    """What one command took."""

    seconds: float
    """Until it said so (`until`), otherwise until it ended."""
    whole: float
    """Seconds until it ended."""
    peak: float
    """MiB: the highest sum of PSS over the process tree."""
    cpu: float
    """Seconds of processor time, all processes together: tells what a busy machine hides."""


def run(command: Sequence[str | Path], folder: Path, until: str = "", *, watch: bool = True) -> Run:
    """Run in `folder`; raises RuntimeError with what it said when it fails.

    To `watch` the memory holds up a program that lasts a second by a tenth: without, the peak is 0.
    """
    spent, begun = _cpu(), time.perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | _ENVIRONMENT,
    )
    peak = [0.0]
    watcher = threading.Thread(target=_watch, args=(process, peak))
    if watch:
        watcher.start()
    said, seconds = [], 0.0
    assert process.stdout is not None
    for line in process.stdout:
        said.append(line)
        if until and until in line and not seconds:
            seconds = time.perf_counter() - begun
    code = process.wait()
    whole = time.perf_counter() - begun
    if watch:
        watcher.join()
    if code:
        raise RuntimeError(f"{Path(command[0]).name} ended with {code}:\n{''.join(said[-20:])}")
    return Run(seconds or whole, whole, peak[0], _cpu() - spent)


def repeat(times: int, once: Callable[[int], Run]) -> Run:
    """The medians and the highest peak of several runs; `once` is told which one it is."""
    return alternate(times, once)[0]


def alternate(times: int, *each: Callable[[int], Run]) -> list[Run]:
    """The same of several things, taken in turns: a machine that grows slower is slower for all of them."""
    turns = [[once(turn) for once in each] for turn in range(times)]
    return [_middle(runs) for runs in zip(*turns, strict=True)]


def _middle(runs: Sequence[Run]) -> Run:
    return Run(
        median(one.seconds for one in runs),
        median(one.whole for one in runs),
        max(one.peak for one in runs),
        median(one.cpu for one in runs),
    )


def _cpu() -> float:
    """Processor seconds of all the processes that this one has waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _watch(process: subprocess.Popen[str], peak: list[float]) -> None:
    while process.poll() is None:
        peak[0] = max(peak[0], sum(map(_pss, _tree(process.pid))) / 1024)
        time.sleep(SAMPLES)


def _tree(pid: int) -> list[int]:
    """The process and all below it."""
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            found += map(int, _read(task).split())
    return found


def _pss(pid: int) -> int:
    """kB; 0 for a process that is gone."""
    lines = _read(Path(f"/proc/{pid}/smaps_rollup")).splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # the process has ended in the meantime
        return ""


def memory(pid: int) -> float:
    """MiB: the PSS of one process."""
    return _pss(pid) / 1024


def machine() -> str:
    """The machine in one line, without its name: processor, cores, memory, system, Python, load."""
    info = _read(Path("/proc/cpuinfo"))
    model = next((line.split(":")[1].strip() for line in info.splitlines() if "model name" in line), "")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    return (
        f"{model or platform.machine()}, {len(os.sched_getaffinity(0))} cores, {memory:.0f} GiB of memory, "
        f"{platform.system()}, Python {platform.python_version()}; load at start {load:.1f}"
    )
