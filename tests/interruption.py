"""How a run of the tests ends when somebody asks for it."""

from __future__ import annotations

import signal
from types import FrameType
from typing import Final

__all__ = ["end_in_order"]

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
