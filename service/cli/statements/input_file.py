"""The input of a command: a file, or stdin."""

from __future__ import annotations

import stat
import sys
from io import BufferedReader
from pathlib import Path
from typing import Final

from service.cli.failure import WRONG_USE, Failure, cause_of
from service.cli.interrupt import open_to_read, raising_interrupts
from service.cli.output import Output
from service.cli.streams import is_terminal
from service.cli.views.words import printable

__all__ = ["check_bundle", "name_of_input", "read_input"]

_MOST: Final = 1 << 30


@raising_interrupts()
def read_input(file: Path | None, output: Output) -> bytes:
    """Read the whole file; None and `-` mean stdin. Raises `Failure` (wrong use) if it cannot be
    read or has more than 1 GiB."""
    try:
        if file is None or _is_stdin(file):
            return _from_stdin(output)
        return _all_of(open_to_read(file))
    except OSError as error:
        detail = f"{name_of_input(file)} cannot be read"
        raise Failure(WRONG_USE, detail, cause_of(error)) from error


def name_of_input(file: Path | None) -> str:
    """The name of the input in messages."""
    return "stdin" if file is None or _is_stdin(file) else printable(str(file))


def check_bundle(path: Path) -> None:
    """Raise `Failure` (wrong use) if it is a pipe or a device, because a bundle is read more than
    once."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return  # opening the file will report it
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        detail = "A bundle is read more than once: save it to a file, and name that."
        raise Failure(WRONG_USE, f"{path} is not a file", detail)


def _is_stdin(file: Path) -> bool:
    return str(file) == "-"


def _from_stdin(output: Output) -> bytes:
    if sys.stdin is None:
        raise Failure(WRONG_USE, "There is no stdin", "Name a file.")
    if is_terminal(sys.stdin):
        output.note("Reading from the keyboard; Ctrl-D ends it.")
    return _all_of(open_to_read(sys.stdin.fileno()))


def _all_of(file: BufferedReader) -> bytes:
    with file:
        content = file.read(_MOST + 1)
    if len(content) > _MOST:
        raise Failure(WRONG_USE, "It has more than 1 GiB", "Split it, and give one part at a time.")
    return content
