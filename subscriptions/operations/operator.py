"""This module finds who is at the keyboard: the audit log names people, not the account they work as."""

import os
import pwd
from collections.abc import Mapping
from getpass import getuser
from pathlib import Path

NOBODY = 2**32 - 1
"""The kernel's login id of a process that no login began (proc(5), loginuid)."""


def operator(environment: Mapping[str, str] = os.environ, login: Path = Path("/proc/self/loginuid")) -> str:
    """The account that logged in, whatever it became since; else sudo's caller; else whose process it is."""
    try:
        number = int(login.read_text(encoding="ascii"))
        if number != NOBODY:
            return pwd.getpwuid(number).pw_name
    except (OSError, ValueError, KeyError):
        pass  # no such file in some containers; then the next best
    if caller := environment.get("SUDO_USER"):
        return caller
    try:
        return getuser()
    except (OSError, KeyError):  # a container's user without a name
        return f"uid {os.getuid()}"
