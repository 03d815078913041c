"""How a run of the tests ends when somebody asks for it, or when a test hangs."""

from __future__ import annotations

import faulthandler
import os
import signal
import time
from types import FrameType
from typing import Final

__all__ = ["HangWatch", "end_in_order"]

_ASKING: Final = (signal.SIGTERM, signal.SIGHUP)


def end_in_order() -> None:
    """Let SIGTERM, and the end of a terminal, do what Ctrl-C does: fixtures end what they have
    started. Some tests put the system's own way back, so it is called before each."""
    for number in _ASKING:
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    for each in _ASKING:  # some ask twice, which would interrupt the end
        signal.signal(each, signal.SIG_IGN)
    signal.raise_signal(signal.SIGINT)


class HangWatch:
    """Ends this process with the stack of every thread once a test has lasted for so many seconds,
    or a tenth longer.

    What pytest has for it (`faulthandler_timeout`) starts and ends a thread for each test, for
    which several workers wait for a millisecond. So one clock is for all tests that begin within
    that tenth.
    """

    def __init__(self, seconds: float = 600.0) -> None:
        self._seconds = seconds
        self._errors = os.dup(2)
        self._since: float | None = None

    def begin(self) -> None:
        """A test begins."""
        now = time.monotonic()
        if self._since is None or now - self._since > self._seconds / 10:
            self._since = now
            faulthandler.dump_traceback_later(self._seconds * 1.1, exit=True, file=self._errors)

    def rest(self) -> None:
        """Until the next test begins, the process may take its time."""
        self._since = None
        faulthandler.cancel_dump_traceback_later()

    def close(self) -> None:
        self.rest()
        os.close(self._errors)
