"""A PostgreSQL server of one's own, by Debian's programs, gone afterwards."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAMS = Path("/usr/lib/postgresql")
MISSING = (
    "PostgreSQL's server programs are missing (/usr/lib/postgresql/*/bin). "
    "Install them: apt-get install postgresql. To run without them: pytest -m 'not postgres'."
)


@contextmanager
def cluster(options: str = "") -> Iterator[str]:
    """A new cluster behind a socket; yields the address of a server, `{}` where the database goes.

    `options` are the server's own (`-c name=value …`). Raises RuntimeError where it cannot be had.
    """
    where = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path must be short
    try:
        programs = newest()
        if os.geteuid() == 0:
            shutil.chown(where, "postgres", "postgres")
        data = str(where / "data")
        made = ("-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        run(programs / "initdb", *made, where=where)
        options = f"-c unix_socket_directories={where} -c listen_addresses= {options}"
        started = ("-D", data, "-o", options, "-l", str(where / "log"), "-w", "start")
        run(programs / "pg_ctl", *started, where=where)
        try:
            yield f"postgresql+psycopg://postgres@/{{}}?host={where}"
        finally:
            run(programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop", where=where)
    finally:
        shutil.rmtree(where)


def newest() -> Path:
    """The programs of the newest version that is installed."""
    found = sorted(PROGRAMS.glob("*/bin"), key=lambda path: int(path.parent.name.partition(".")[0]))
    if not found:
        raise RuntimeError(MISSING)
    return found[-1]


def run(program: Path, *arguments: str, where: Path) -> None:
    """PostgreSQL refuses to run as root: root becomes the user that Debian's package made."""
    user = "postgres" if os.geteuid() == 0 else None
    done = subprocess.run(
        [program, *arguments],
        cwd=where,
        user=user,
        group=user,
        extra_groups=None if user is None else [],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        log = where / "log"
        raise RuntimeError(f"{program.name} failed: {log.read_text() if log.exists() else done.returncode}")
