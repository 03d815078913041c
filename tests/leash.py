"""The end of programs that tests start, once the process of the test has ended, even if that was
killed. Those that are forked from a process of the tests have it from there: that one has imported
this module."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from multiprocessing import forkserver
from typing import Any, Final

__all__ = ["end_with_tests", "leashed"]

_FORKED_FROM: Final = os.getpid()
_PR_SET_PDEATHSIG: Final = 1


def end_with_tests() -> None:
    """Let this program be killed once the process of its test has ended, even if that was killed;
    what the program has started ends with it. The process that it was forked from waits for the
    end of a pipe, of which each program is given a copy, and the system passes its death on."""
    told: Any = forkserver._forkserver
    if told._forkserver_alive_fd is not None:
        os.close(told._forkserver_alive_fd)
        told._forkserver_alive_fd = None
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL))
        if os.getppid() != _FORKED_FROM:  # it died before
            os._exit(1)


def leashed(command: Sequence[str]) -> list[str]:
    """The command of a program that the system kills when the thread that starts it has ended,
    where there is a tool for that."""
    return [*_tool(), *command]


@cache
def _tool() -> tuple[str, ...]:
    """The beginning of such a command; nothing if there is no util-linux of 2018 or later."""
    found = shutil.which("setpriv")
    tool = () if found is None else (found, "--pdeathsig", "KILL", "--")
    tried = subprocess.run([*tool, sys.executable, "--version"], capture_output=True, check=False)
    return () if tried.returncode else tool
