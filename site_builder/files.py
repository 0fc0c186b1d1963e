"""Files are written aside and swapped in, so that nobody ever reads half of one."""

import os
from pathlib import Path


def replace_file(path: Path, data: bytes, mode: int | None = None) -> None:
    """Give `path` new content in one step, with these permissions where they are said; durable after a crash.

    Raises OSError; what was there before is untouched then.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with aside.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if mode is not None:
            aside.chmod(mode)
        aside.replace(path)
    except OSError:
        aside.unlink(missing_ok=True)
        raise
