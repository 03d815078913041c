"""What a command is given to read: a file, or what comes from stdin."""

from __future__ import annotations

import sys
from pathlib import Path

from service.cli.failure import WRONG_USE, Failure
from service.cli.output import Output

__all__ = ["read_input"]


def read_input(file: Path | None, output: Output) -> bytes:
    """All of the file; None and `-` are stdin. `Failure` (wrong use) where it cannot be read."""
    if file is None or str(file) == "-":
        if sys.stdin is None:
            raise Failure(WRONG_USE, "There is no stdin", "Name a file.")
        if sys.stdin.isatty():
            output.note("Reading from the keyboard; Ctrl-D ends it.")
        return sys.stdin.buffer.read()
    try:
        return file.read_bytes()
    except OSError as error:
        raise Failure(WRONG_USE, f"{file} cannot be read", f"{error.strerror}.") from error
