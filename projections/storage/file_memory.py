"""What queries keep in memory of the files, for all readers of a process."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from events.errors import Damaged, QueryTooLong

if TYPE_CHECKING:
    from projections.storage.reader import Reader

__all__ = ["ONLY", "FileMemory", "FilePlace", "SharedMemory"]


class SharedMemory:
    """What is kept of all files together, by timeline; the numbers of timelines are different ones
    in each partition. `thread` is the one that works, or worked last."""

    def __init__(self) -> None:
        self.kept: dict[int, Any] = {}
        self.thread: threading.Thread | None = None


class FilePlace(NamedTuple):
    """Which partition a file is of, and of how many."""

    partition: int
    partitions: int


ONLY: Final = FilePlace(0, 1)


class FileMemory:
    """One file's part of what is kept. `kept` is the queries' own and has the timelines of all
    files; who looks at it or adds to it for a timeline of this file holds `lock`.

    `beside` opens a reader that a thread can use; without it, `start` does the work at once.
    `folder` is where files of the process may be, None for where the system keeps such files.
    """

    def __init__(
        self,
        beside: Callable[[], AbstractContextManager[Reader]] | None = None,
        shared: SharedMemory | None = None,
        place: FilePlace = ONLY,
        folder: Path | None = None,
    ) -> None:
        self.folder = folder
        self._shared = SharedMemory() if shared is None else shared
        self._place = place
        self.kept = self._shared.kept
        self.lock = threading.Lock()
        self.closed = False
        self._beside = beside
        self._thread: threading.Thread | None = None

    def start(self, work: Callable[[Reader], None], reader: Reader) -> None:
        """Do the work in a thread, with a reader of its own, unless other work is under way, for
        this file or another one. `work` must end soon after `closed` is true."""
        if self._beside is None:
            work(reader)
        elif not self.closed and not _is_alive(self._shared.thread):
            arguments = (self._beside, work)
            thread = threading.Thread(target=_run, args=arguments, name="columns", daemon=True)
            self._thread = self._shared.thread = thread
            thread.start()

    def wait(self) -> None:
        """Wait for the work on this file that is under way."""
        if self._thread is not None:
            self._thread.join()

    def forget(self) -> None:
        """Drop everything of this file: some of it may have to be gone."""
        with self.lock:
            for timeline in list(self.kept):
                if timeline % self._place.partitions == self._place.partition:
                    self.kept.pop(timeline, None)

    def close(self) -> None:
        """Wait for the thread, and forget everything. Closing twice is harmless."""
        self.closed = True
        self.wait()
        self.forget()


def _is_alive(thread: threading.Thread | None) -> bool:
    return thread is not None and thread.is_alive()


def _run(
    beside: Callable[[], AbstractContextManager[Reader]], work: Callable[[Reader], None]
) -> None:
    # The reader reports damage itself; who asks next begins the work again.
    with suppress(Damaged, QueryTooLong), beside() as reader:
        work(reader)
