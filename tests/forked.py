"""What a process does first that was forked for a test: it becomes a program of its own."""

from __future__ import annotations

import fcntl
import importlib
import os
import sys
import termios
from collections.abc import Callable
from multiprocessing import reduction
from typing import Any, NoReturn

from tests.leash import end_with_tests

__all__ = ["Descriptor", "become", "call", "onrecord", "onrecord_anew", "take_terminal"]

_STREAMS = (("r", -1, "strict"), ("w", -1, "strict"), ("w", 1, "backslashreplace"))
"""How the interpreter opens the standard streams: mode, buffering, errors."""


def onrecord() -> int:
    """The program's exit code."""
    code: int = importlib.import_module("service.cli").main()
    return code


def onrecord_anew() -> int:
    """The same, with all modules of the program imported anew, when and in the order in which it
    imports them: as in a fresh process, but for the libraries."""
    for name in [*sys.modules]:
        if name.partition(".")[0] in ("events", "projections", "service"):
            del sys.modules[name]
    return onrecord()


def become(
    run: Callable[[], int],
    arguments: list[str],
    environment: dict[str, str],
    folder: str,
    descriptors: list[int | None],
) -> NoReturn:
    """In the process that was forked: what the interpreter does between its start and `main`."""
    end_with_tests()
    _take_streams(descriptors)
    os.environ.clear()  # noqa: TID251 - it becomes the environment of this program
    os.environ.update(environment)  # noqa: TID251 - for the same reason
    os.chdir(folder)
    sys.argv = ["onrecord", *arguments]
    sys.exit(run())


def _take_streams(descriptors: list[int | None]) -> None:
    """Make these the standard streams, and close the one that is None."""
    for number, descriptor in enumerate(descriptors):
        if descriptor is not None:
            os.dup2(descriptor, number)
    for descriptor in descriptors:
        if descriptor is not None and descriptor > 2:
            os.close(descriptor)
    for number, descriptor in enumerate(descriptors):
        if descriptor is None:
            os.close(number)
    if descriptors[0] is not None and os.isatty(0):
        os.setsid()
        take_terminal()
    opened = [
        os.fdopen(number, mode, lines, "utf-8", errors, closefd=False)
        if descriptors[number] is not None
        else None
        for number, (mode, lines, errors) in enumerate(_STREAMS)
    ]
    sys.stdin, sys.stdout, sys.stderr = opened


def call(function: Callable[..., None], *arguments: object) -> None:
    end_with_tests()
    function(*arguments)


def take_terminal() -> None:
    """Make stdin the terminal of this process's session, so that it gets the terminal's Ctrl-C from
    now on."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Descriptor:
    """An open file that is passed to another process."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __reduce__(self) -> tuple[Callable[[Any], int], tuple[Any]]:
        return _taken, (reduction.DupFd(self._number),)


def _taken(sent: Any) -> int:
    number: int = sent.detach()
    return number
