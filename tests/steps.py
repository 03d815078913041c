"""Kills programs at a chosen step; each operation that may change a file is a step."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import sys
from pathlib import Path

from service.backup.copy import back_up
from service.backup.file import BackupDescription
from service.backup.restore import Restore

__all__ = ["back_up_until", "back_up_whole", "restore_until", "restore_whole"]

_TOUCH = ("open", "os.", "shutil.")


def back_up_until(step: int, data: Path, file: Path) -> None:
    """Back up the folder into `file`, and kill this process before that step, counted from 1."""
    _kill_at(step)
    back_up_whole(data, file)


def back_up_whole(data: Path, file: Path) -> None:
    """Back up the folder into `file`."""
    for _ in back_up(data, file, BackupDescription("0.1.0", "")):
        pass


def restore_until(step: int, file: Path, data: Path, mounted: bool) -> None:
    """Restore `file` into the folder, and kill this process before that step; with `mounted` the
    folder is a mounted volume."""
    Path.is_mount = lambda path: mounted and path == data  # type: ignore[method-assign, assignment]  # - a step of its own
    _kill_at(step)
    restore_whole(file, data)


def restore_whole(file: Path, data: Path) -> None:
    """Restore `file` into the folder."""
    asyncio.run(_restore(file, data))


async def _restore(file: Path, data: Path) -> None:
    with file.open("rb") as opened:
        restored = Restore(opened, data)
        lock = await restored.begin()
        for _ in restored.write():
            pass
        lock.release()


def _kill_at(step: int) -> None:
    steps = itertools.count(1)

    def hear(event: str, _: object) -> None:
        # This hook is called before each of these events.
        if event.startswith(_TOUCH) and next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hear)
