"""The caches that queries keep for the files, shared by all readers of a process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from events.errors import Damaged, QueryTooLong

if TYPE_CHECKING:
    from projections.storage.reader import Reader

__all__ = ["ONLY", "FileMemory", "FilePlace", "ProcessMemory"]

_QUIET, _PATIENCE = 1.0, 3.0
"""Seconds without a question that the tables answer, and the most seconds to wait for them."""


class ProcessMemory:
    """The caches of all files of this process, by timeline; a timeline's number is unique over all
    partitions. `thread` is the one that works, or worked last."""

    def __init__(self) -> None:
        self.columns: dict[int, Any] = {}
        self.thread: threading.Thread | None = None


class FilePlace(NamedTuple):
    """The partition of a file, and the number of partitions."""

    partition: int
    partitions: int


ONLY: Final = FilePlace(0, 1)


class FileMemory:
    """One file's part of the caches. `columns` belongs to the queries and has the timelines of all
    files; hold `lock` to read or add a timeline of this file.

    `beside` opens a reader that a thread can use; without it, `start` does the work at once.
    `folder` is where the process may write files, None for the system's temporary folder. `file` is
    the device and the inode of the file that is read; without it nothing is shared with others.
    """

    def __init__(
        self,
        beside: Callable[[], AbstractContextManager[Reader]] | None = None,
        process: ProcessMemory | None = None,
        place: FilePlace = ONLY,
        folder: Path | None = None,
        file: tuple[int, int] | None = None,
    ) -> None:
        self.folder = folder
        self.file = file
        self._process = ProcessMemory() if process is None else process
        self._place = place
        self.columns = self._process.columns
        self.lock = threading.Lock()
        self._closing = threading.Event()
        self._beside = beside
        self._thread: threading.Thread | None = None
        self._missed = threading.Event()
        self._is_awaited = False

    @property
    def closed(self) -> bool:
        """Whether work on this file must end."""
        return self._closing.is_set()

    @property
    def is_working(self) -> bool:
        """Whether work is running for any file, so that no other is started."""
        thread = self._process.thread
        return thread is not None and thread.is_alive()

    def start(self, work: Callable[[Reader], None], reader: Reader) -> None:
        """Do the work in a thread with its own reader, unless other work is running for any file.
        `work` must end soon after `closed` is true."""
        if self._beside is None:
            work(reader)
        elif not self.closed and not self.is_working:
            arguments = (self._beside, work)
            thread = threading.Thread(target=_run, args=arguments, name="columns", daemon=True)
            self._thread = self._process.thread = thread
            thread.start()

    def note_missed(self) -> None:
        """Note a question that the tables answer, because its columns are not loaded."""
        self._missed.set()

    def await_quiet(self) -> None:
        """For the work: wait until there was no such question for a second, at most three seconds,
        and no longer if somebody waits for the work."""
        if self._beside is None:
            return
        end = monotonic() + _PATIENCE
        while True:
            self._missed.clear()
            if self.closed or self._is_awaited or monotonic() >= end:
                return
            if not self._missed.wait(_QUIET):
                return

    def wait(self) -> None:
        """Wait until the running work on this file ends."""
        if self._thread is not None:
            self._is_awaited = True
            self._missed.set()
            self._thread.join()
            self._is_awaited = False

    def forget(self) -> None:
        """Drop the caches of this file: they may contain redacted text."""
        with self.lock:
            for timeline in list(self.columns):
                if timeline % self._place.partitions == self._place.partition:
                    self.columns.pop(timeline, None)

    def close(self) -> None:
        """Wait for the thread, and drop the caches. Closing twice is harmless."""
        self._closing.set()
        self.wait()
        self.forget()


def _run(
    beside: Callable[[], AbstractContextManager[Reader]], work: Callable[[Reader], None]
) -> None:
    # The reader reports damage itself; the next question begins the work again.
    with suppress(Damaged, QueryTooLong), beside() as reader:
        work(reader)
