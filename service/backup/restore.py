"""Restores a backup into a folder that is empty or does not exist.

Everything is first written beside the folder, made durable and compared with its checksums; then it
replaces the folder in one step. So an interrupted restore leaves the folder unchanged. Its files
stay beside the folder until the next restore removes them. A mounted volume cannot be replaced, so
there everything is written within the folder, which cannot be used meanwhile (`FolderLock`).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from pathlib import Path
from typing import BinaryIO, Final

from events.errors import OnrecordError
from projections.ledger.file import LEDGER
from service.backup.file import BackupDescription, BadBackup, pieces_of
from service.datafolder.durable_file import sync_folder
from service.datafolder.files import FILES
from service.datafolder.lock import LOCK, RESTORING, FolderLock

__all__ = ["Restore", "RestoreRefused"]

_VOLUME_S_OWN: Final = ("lost+found",)
"""Names that a new mounted volume may contain."""
_KEPT: Final = {line.name.partition("/")[0] for line in FILES if line.is_kept} | {
    f"{LEDGER}-wal",
    LOCK,
}
"""The files that a restore finally puts into the folder itself."""


class RestoreRefused(OnrecordError):
    """The restore was refused; nothing was restored."""


class Restore:
    """One restore of a backup into `folder`; `about` is set once the first chunk is read."""

    def __init__(self, file: BinaryIO, folder: Path) -> None:
        self._file = file
        self._folder = folder.resolve()
        self._is_mounted = self._folder.is_mount()
        beside = self._folder.with_name(f"{self._folder.name}.{RESTORING}")
        self._beside = self._folder / RESTORING if self._is_mounted else beside
        self.about = BackupDescription("", "")

    async def begin(self) -> FolderLock:
        """Prepare the place to write to. Returns a lock, which the caller must release. Raises
        RestoreRefused, OSError, and FolderInUse if another restore is running."""
        was_cut_off = self._is_mounted and self._beside.exists()
        if not was_cut_off:
            self._refuse_what_is_there()
        self._beside.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FolderLock(self._beside)
        await lock.acquire(0.0)
        try:
            _empty(self._beside)
            for name in _KEPT if was_cut_off else ():
                _remove(self._folder / name)
            self._refuse_what_is_there()
        except BaseException:
            self.give_up()
            lock.release()
            raise
        return lock

    def write(self) -> Generator[int, None, None]:
        """Write everything beside the folder, then replace the folder by it. Yields the number of
        bytes of each chunk. If it raises BadBackup or OSError, the folder is unchanged."""
        file: BinaryIO | None = None
        try:
            for piece in pieces_of(self._file):
                if isinstance(piece, BackupDescription):
                    self.about = piece
                    continue
                if piece.begins:
                    _close(file)
                    file = self._create(piece.name)
                assert file is not None
                file.write(piece.content)
                yield len(piece.content)
        finally:
            _close(file)
        for place, _, _ in os.walk(self._beside, topdown=False):
            sync_folder(Path(place))
        self._put_in_place()

    def give_up(self) -> None:
        """Remove everything that this restore has written."""
        shutil.rmtree(self._beside, ignore_errors=True)

    def _refuse_what_is_there(self) -> None:
        if self._folder.exists() and not self._folder.is_dir():
            raise RestoreRefused(f"{self._folder} is not a folder.")
        allowed = (*_VOLUME_S_OWN, RESTORING) if self._is_mounted else ()
        entries = self._folder.iterdir() if self._folder.exists() else ()
        there = sorted(path.name for path in entries if path.name not in allowed)
        if there:
            raise RestoreRefused(
                f"{self._folder} is not empty: it holds {there[0]!r}. Restore into another folder, "
                "or move away what is there and keep it."
            )

    def _create(self, name: str) -> BinaryIO:
        if not any(line.is_kept and line.pattern.fullmatch(name) for line in FILES):
            raise BadBackup(f"It holds {name[:99]!r}, which no data folder keeps.")
        path = self._beside / name
        for folder in reversed(path.relative_to(self._beside).parents[:-1]):
            (self._beside / folder).mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        return os.fdopen(descriptor, "wb")

    def _put_in_place(self) -> None:
        if not self._is_mounted:
            self._beside.replace(self._folder)
            sync_folder(self._folder.parent)
            return
        for path in sorted(self._beside.iterdir()):
            path.replace(self._folder / path.name)
        sync_folder(self._folder)
        self._beside.rmdir()  # from here on the folder can be used
        sync_folder(self._folder)


def _empty(folder: Path) -> None:
    """Remove everything that an interrupted restore has written, except the lock file."""
    for path in folder.iterdir():
        if path.name != LOCK:
            _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _close(file: BinaryIO | None) -> None:
    """Close the file durably. Closing twice is harmless."""
    if file is not None and not file.closed:
        file.flush()
        os.fsync(file.fileno())
        file.close()
