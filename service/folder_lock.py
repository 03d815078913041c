"""The lock that gives one data folder to one owner at a time."""

from __future__ import annotations

import asyncio
import fcntl
import os
from pathlib import Path
from typing import Final

from events.errors import LogError

__all__ = ["FolderInUse", "FolderLock"]

_NAME: Final = "onrecord.lock"
_FIRST_PAUSE: Final = 0.01
_LAST_PAUSE: Final = 0.2


class FolderInUse(LogError):
    """The data folder belongs to another process, `pid` where that is known."""

    def __init__(self, folder: Path, pid: int | None) -> None:
        owner = f"process {pid}" if pid else "another process"
        super().__init__(
            f"The data folder {folder} is in use by {owner}. Stop that one first, or take another "
            "folder with --data-dir (ONRECORD_DATA_DIR)."
        )
        self.folder = folder
        self.pid = pid


class FolderLock:
    """`flock` on `onrecord.lock`, a file that is never removed and says its owner's process id.

    The lock belongs to the open file, not to the process: whoever inherits the descriptor holds
    it too. The bundled Valkey does, so that the folder stays taken until the last of them has
    left, even if the owner was killed while Valkey was still writing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._descriptor: int | None = None

    def fileno(self) -> int:
        """The descriptor that holds the lock, for a child to inherit."""
        if self._descriptor is None:
            raise RuntimeError("the lock is not held")
        return self._descriptor

    async def acquire(self, limit: float) -> None:
        """Takes the lock. Raises `FolderInUse`: at once if the owner lives, else after `limit`
        seconds, in which a Valkey whose owner died can write out and leave.
        """
        loop = asyncio.get_running_loop()
        deadline, pause = loop.time() + limit, _FIRST_PAUSE
        while not self._try():
            pid = self._owner()
            if (pid and _lives(pid)) or loop.time() >= deadline:
                raise FolderInUse(self._folder, pid)
            await asyncio.sleep(pause)  # noqa: TID251 - flock has no time limit: ask again
            pause = min(pause * 2, _LAST_PAUSE)

    def release(self) -> None:
        """Gives the lock up, as far as this process is concerned."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _try(self) -> bool:
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
        descriptor = os.open(self._folder / _NAME, flags, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        self._descriptor = descriptor
        return True

    def _owner(self) -> int | None:
        text = (self._folder / _NAME).read_text("ascii", "replace").strip()
        return int(text) if text.isdecimal() else None


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it lives, and is somebody else's
        return True
    return True
