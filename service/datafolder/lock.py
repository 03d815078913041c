"""The lock that gives one data folder to one owner at a time."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
from pathlib import Path
from typing import Final

from events.errors import LogError

__all__ = ["LOCK", "RESTORING", "FolderInUse", "FolderLock", "HalfRestored"]

LOCK: Final = "onrecord.lock"
RESTORING: Final = "restoring"
"""The subfolder that an unfinished restore writes to if it cannot write beside the folder."""
_FIRST_PAUSE: Final = 0.01
_LAST_PAUSE: Final = 0.2


class FolderInUse(LogError):
    """The data folder is in use by another process; `pid` is its id, if known. If that one
    `is_gone`, a process that it started is left."""

    def __init__(self, folder: Path, pid: int | None, *, is_gone: bool = False) -> None:
        owner, what = f"process {pid}" if pid else "another process", "Stop that one first"
        if is_gone:
            owner = f"a process that is left of a service that was killed, process {pid}"
            what = f"End it first (`fuser {folder / LOCK}` names it)"
        super().__init__(
            f"The data folder {folder} is in use by {owner}. {what}, or take another folder with "
            "--data-dir (ONRECORD_DATA_DIR)."
        )
        self.folder = folder
        self.pid = pid


class HalfRestored(LogError):
    """A restore into the folder was not completed."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"A restore into {folder} was cut off, or is under way. If none is, run `onrecord "
            "restore` into it again: it begins from the start."
        )


class FolderLock:
    """`flock` on `onrecord.lock`, a file that is never removed and contains its owner's process id.

    The lock belongs to the open file, not to the process: a child that inherits the descriptor
    holds it too. The bundled Valkey does, so the folder stays locked until both have ended, even if
    the owner was killed while Valkey was still writing.
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
        """Take the lock. Raises `FolderInUse` at once if the owner is alive. If it died, its Valkey
        has `limit` seconds to finish writing and end before that is raised. Raises
        `HalfRestored`."""
        if (self._folder / RESTORING).exists():
            raise HalfRestored(self._folder)
        loop = asyncio.get_running_loop()
        deadline, pause = loop.time() + limit, _FIRST_PAUSE
        while not self._try():
            pid = self._owner()
            is_gone = pid is not None and not _lives(pid)
            if (pid and not is_gone) or loop.time() >= deadline:
                raise FolderInUse(self._folder, pid, is_gone=is_gone)
            await asyncio.sleep(pause)  # noqa: TID251 - flock has no time limit: ask again
            pause = min(pause * 2, _LAST_PAUSE)

    def release(self) -> None:
        """Release the lock in this process; a child that inherited it still holds it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _try(self) -> bool:
        path = self._folder / LOCK
        if path.exists() and not path.is_file():
            raise OSError(errno.EINVAL, "It is not a file: remove it", str(path))
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
        descriptor = os.open(path, flags, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        except BlockingIOError:
            os.close(descriptor)
            return False
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
        return True

    def _owner(self) -> int | None:
        text = (self._folder / LOCK).read_text("ascii", "replace").strip()
        return int(text) if text.isdecimal() else None


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # the process is alive and belongs to another user
        return True
    return True
