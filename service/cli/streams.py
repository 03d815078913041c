"""The standard streams, which may be closed, full, or without a reader."""

from __future__ import annotations

import fcntl
import io
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Final

__all__ = ["give_up", "hold_streams", "ignoring_errors_of", "is_terminal", "is_unwritable_stream"]

_STDIN, _STDOUT, _STDERR = range(3)
_DESCRIPTOR: Final = re.compile(r"/(proc/(?P<process>\d+)(/task/\d+)?|dev)/fd/(?P<number>\d{1,9})")
_MOST_LINKS: Final = 40
_MODES: Final = {_STDIN: os.O_WRONLY, _STDOUT: os.O_RDONLY, _STDERR: os.O_WRONLY}
_closed: Final[set[int]] = set()
"""The streams that were replaced because they were closed."""


def hold_streams() -> None:
    """Open something in place of each closed stream, so that no file or socket gets its number.

    Reading a closed stdin and writing to a closed stdout still fail. What is written to a closed
    stderr is dropped, because there is no other place to report it.
    """
    for number, mode in _MODES.items():
        if not _is_open(number):
            # The system uses the lowest free number, which is this one, because those below are
            # open.
            os.open(os.devnull, mode)
            _closed.add(number)
    if sys.stdout is None:
        sys.stdout = io.TextIOWrapper(io.FileIO(_STDOUT, "w"), encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = io.TextIOWrapper(io.FileIO(_STDERR, "w"), encoding="utf-8")


def is_terminal(stream: IO[Any]) -> bool:
    """Whether the stream is a terminal. Variables such as FORCE_COLOR do not make a pipe one."""
    try:
        return stream.isatty()
    except ValueError:  # it is closed
        return False


@contextmanager
def ignoring_errors_of(stream: IO[str]) -> Iterator[None]:
    """Ignore errors of writing to `stream` in the block: if stderr cannot be written, there is no
    other place to report it."""
    try:
        yield
    except OSError:
        give_up(stream)


def give_up(stream: IO[str]) -> None:
    """Drop what is still in the buffer of `stream` and cannot be written. Otherwise the end of the
    process would report it again."""
    with suppress(OSError, ValueError):  # it has no file behind it, or is closed
        number = stream.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, number)
        os.close(nowhere)


def is_unwritable_stream(path: Path) -> bool:
    """Whether the path, such as /dev/stdout, names a stream of this process that is closed or
    read-only. The replacement of a closed stream could be opened, and would lose the output. Call
    this before the command opens files, which may get the number of a closed stream."""
    number = _number_of(path)
    if number is None:
        return False
    try:
        mode = fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE
    except OSError:
        return True
    return number in _closed or mode == os.O_RDONLY


def _number_of(path: Path) -> int | None:
    """The number of this process's stream that the path or its link leads to; None if it leads to
    no stream."""
    for _ in range(_MOST_LINKS):
        path = Path(os.path.realpath(path.parent), path.name)
        if found := _DESCRIPTOR.fullmatch(str(path)):
            return int(found["number"]) if found["process"] in (None, str(os.getpid())) else None
        try:
            path = path.parent / path.readlink()
        except OSError:  # it is no link
            return None
    return None


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True
