"""The snapshot of a timeline: made by one process at a time, mapped by each that is asked."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

from projections.queries.columns.columns import Columns
from projections.queries.columns.sharing.array_file import (
    UnusableSnapshot,
    map_arrays,
    write_arrays,
)
from projections.queries.columns.sharing.image import columns_in, image_of, pack_keys
from projections.queries.timelines import TimelineRef, timeline_at
from projections.storage.file_memory import FileMemory
from projections.storage.files.column_files import ColumnFiles
from projections.storage.reader import Reader
from projections.storage.schema import VERSION

__all__ = ["SharedTimeline"]

_GROWTH: Final = 8
"""The next snapshot is made once one in this many events is newer than the last one."""

_ANOTHER_SHAPE: Final = (AttributeError, LookupError, TypeError, ValueError)
"""What a snapshot raises that another version of the program has made, with other parts."""

_MOMENT = "SELECT position, recorded_at FROM events WHERE tl = ? AND revision = ?"


class SharedTimeline(NamedTuple):
    """A timeline whose columns are shared by snapshots in `folder`. The thread that loads takes its
    `turn` first, and so finds, makes and removes files alone. Only the keeper removes some too."""

    memory: FileMemory
    ref: TimelineRef
    folder: Path

    @classmethod
    def of(cls, memory: FileMemory, ref: TimelineRef) -> SharedTimeline | None:
        """None if the memory is of no file that others could read."""
        folder = memory.folder
        return None if folder is None or memory.file is None else cls(memory, ref, folder)

    @property
    def files(self) -> ColumnFiles:
        return ColumnFiles(self.folder, self.ref.tl)

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Keep other processes from loading the timeline, until the block or this process ends.
        False if one of them loads it. Nobody waits for that, so that the thread loads other
        timelines meanwhile; who is asked later finds the snapshot."""
        try:
            lock = os.open(self.files.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:  # such as a full disk: each process for itself
            yield True
            return
        try:
            yield _locked(lock)
        finally:
            os.close(lock)

    def is_taken(self) -> bool:
        """Whether a process loads the timeline now."""
        with self.turn() as is_ours:
            return not is_ours

    def has_newer_than(self, columns: Columns) -> bool:
        """Whether there is a snapshot, and these columns are not mapped from it. They may be mapped
        from one before, or from none."""
        with suppress(FileNotFoundError):
            return self._snapshot(columns).stat().st_ino != columns.mapped.inode
        return False

    def is_due(self, columns: Columns) -> bool:
        """Whether these columns have grown so much, or another shelf, that others should map
        them."""
        is_grown = columns.revision * (_GROWTH - 1) > columns.mapped.revision * _GROWTH
        return is_grown or _shelf_path(columns) != columns.mapped.shelf

    def mapped_for(self, reader: Reader, columns: Columns) -> Columns | None:
        """New columns in place of these, mapped from the newer snapshot; None if there is none, or
        if it cannot be used. One that nobody can use is removed."""
        if not self.has_newer_than(columns):
            return None
        path = self._snapshot(columns)
        try:
            image = map_arrays(path)
            if image["of"] == self._identity(reader, image["revision"], columns.redactions):
                return columns_in(image, self.folder, path.stat().st_ino)
        except (FileNotFoundError, UnusableSnapshot, *_ANOTHER_SHAPE):
            pass  # it, or its shelf, is gone or damaged
        except OSError:  # such as too little memory, which says nothing of the file
            return None
        with suppress(OSError):  # such as a folder in which nothing can be removed
            path.unlink()
        return None

    def publish(self, reader: Reader, columns: Columns) -> None:
        """Make a snapshot of these columns, unless they are no longer in use, or the disk has no
        room. Nothing is left if something was redacted meanwhile."""
        with self.memory.lock:
            if self.memory.columns.get(self.ref.tl) is not columns:
                return
            image = image_of(columns)
        pack_keys(image)
        image["of"] = self._identity(reader, image["revision"], columns.redactions)
        path = self._snapshot(columns)
        if not self._written(path, image, columns.redactions):
            self.abandon(columns)
        elif self._is_current(reader, columns):
            self.files.remove_others(path, _shelf_path(columns))
        else:
            self.files.remove_others()

    def _written(self, path: Path, image: dict[str, Any], redactions: int) -> bool:
        """Whether the snapshot is there now; if not, all is as it was."""
        new = self.files.fresh(redactions, "new")
        try:
            write_arrays(new, image)
            if not self.memory.closed:
                new.replace(path)
                return True
        except OSError:  # such as a full disk: these columns stay this process's own
            pass
        new.unlink(missing_ok=True)
        return False

    def abandon(self, columns: Columns | None) -> None:
        """Take the name of a shelf that no snapshot has, so that it ends with this process."""
        shelf = None if columns is None else _shelf_path(columns)
        if columns is not None and shelf is not None and shelf != columns.mapped.shelf:
            shelf.unlink(missing_ok=True)

    def _is_current(self, reader: Reader, columns: Columns) -> bool:
        now = timeline_at(reader, self.ref.name)
        return now is not None and now.redactions == columns.redactions

    def _snapshot(self, columns: Columns) -> Path:
        return self.files.snapshot(columns.redactions)

    def _identity(self, reader: Reader, revision: int, redactions: int) -> list[object]:
        """What tells the file that columns were read from, and the history in it."""
        moment = reader.one(_MOMENT, (self.ref.tl, revision))
        return [VERSION, *(self.memory.file or ()), redactions, revision, *(moment or ())]


def _shelf_path(columns: Columns) -> Path | None:
    return None if columns.shelf is None else columns.shelf.path


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
