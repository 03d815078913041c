"""Writes an output file completely or not at all."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

__all__ = ["folder_for", "writing_whole"]


@contextmanager
def writing_whole(path: Path) -> Iterator[IO[bytes]]:
    """A file to write to, which appears at `path` if the block ends without an error; otherwise
    `path` is unchanged. It is written beside `path` first.

    A link stays, and its target is replaced; a file keeps its permissions. A device, a pipe or a
    socket cannot be replaced: it is written to directly, so it also receives what was written
    before a failure. Raises OSError.
    """
    there = _there(path)
    if there is not None and not stat.S_ISREG(there.st_mode):
        with path.open("wb") as file:
            yield file
        return
    target = _led_to(path)
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with beside.open("xb") as file:
            if there is not None:
                os.fchmod(file.fileno(), stat.S_IMODE(there.st_mode))
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def folder_for(path: Path) -> Path | None:
    """The folder for temporary files while `path` is written: that of `path` if it is a file or a
    new path. For anything else None, which means the system's temporary folder."""
    there = _there(path)
    return _led_to(path).parent if there is None or stat.S_ISREG(there.st_mode) else None


def _there(path: Path) -> os.stat_result | None:
    """The status of the path or of its link's target; None if it does not exist."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _led_to(path: Path) -> Path:
    """The path with links resolved; the target may not exist yet."""
    return Path(os.path.realpath(path))
