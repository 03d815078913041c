"""The end of programs that are forked from a process of the tests. That one has imported this
module."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from multiprocessing import forkserver
from typing import Any, Final

__all__ = ["end_with_tests"]

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
