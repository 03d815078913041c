"""The read model for processes that only read: a file for each partition."""

from __future__ import annotations

from collections.abc import Callable, MutableSequence, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from events.log.contract import partition_of
from projections.storage.cache_budget import CacheBudget
from projections.storage.file_memory import FilePlace, ProcessMemory
from projections.storage.files.commit_mark import CommitMark
from projections.storage.model_file import CACHE, ModelFile
from projections.storage.reader import Reader
from projections.storage.schema import VERSION

__all__ = ["ReadModel", "file_name"]


class ReadModel:
    """Reads the files in `folder`, each opened for its first query, in the thread that made this
    object. `on_damage` is called, in any thread, with the partition whose file proves to be
    damaged. `marks` are the numbers of a `CommitMark` for each partition, in memory that is shared
    with the process that writes; without them that has none."""

    def __init__(
        self,
        folder: Path,
        partitions: int,
        marks: MutableSequence[int] | memoryview[int] | None = None,
    ) -> None:
        self.on_damage: Callable[[int], None] = lambda _: None
        process, self._budget = ProcessMemory(), CacheBudget(CACHE)
        self._files = [
            ModelFile(
                folder / file_name(p),
                FilePlace(p, partitions),
                process,
                self._budget,
                None if marks is None else CommitMark(marks, p),
            )
            for p in range(partitions)
        ]
        self._readers = [file.reader for file in self._files]
        for partition, file in enumerate(self._files):
            file.on_damage = partial(self._damaged, partition)

    @property
    def files(self) -> Sequence[ModelFile]:
        """The files by their partition."""
        return self._files

    def reader_of(self, timeline: str) -> Reader:
        """For short queries about the timeline."""
        return self._readers[partition_of(timeline, len(self._readers))]

    def readers(self) -> Sequence[Reader]:
        """For short queries about all timelines: a reader for each partition that has any
        timelines."""
        return [file.reader for file in self._files if file.exists]

    def aside(self, timeline: str) -> AbstractContextManager[Reader]:
        """A separate reader for a long query about the timeline in another thread; see
        `ModelFile.aside`."""
        return self._file_of(timeline).aside()

    def checkpoint(self, partition: int) -> int:
        """The last folded position of the partition; 0 for none."""
        if not self._files[partition].exists:
            return 0
        sql = "SELECT position FROM checkpoints WHERE partition = ?"
        row = self._files[partition].reader.one(sql, (partition,))
        return int(row[0]) if row else 0

    def expect(self, checkpoints: Sequence[int]) -> None:
        """Take these checkpoints as reached: a partition with a checkpoint above 0 must have a
        file."""
        for file, position in zip(self._files, checkpoints, strict=True):
            file.must_exist = file.must_exist or position > 0

    def forget(self, timeline: str | None = None) -> None:
        """Drop what queries cache of the timeline, or of all: some of it may have been redacted."""
        for file in self._files if timeline is None else [self._file_of(timeline)]:
            file.reader.memory.forget()

    def refresh(self) -> None:
        """Let later queries see everything that is committed by now."""
        for file in self._files:
            file.refresh()

    def release_idle(self) -> bool:
        """Called now and then: give back the memory of files that nobody queries. Returns whether
        there was any."""
        return self._budget.release_idle()

    def close(self) -> None:
        """Close the files. Closing twice is harmless."""
        for file in self._files:
            file.close()

    def _file_of(self, timeline: str) -> ModelFile:
        return self._files[partition_of(timeline, len(self._files))]

    def _damaged(self, partition: int) -> None:
        self.on_damage(partition)


def file_name(partition: int, *, beside: bool = False) -> str:
    """The name of a partition's file, or of the new file beside it that is being filled."""
    return f"readmodel-{VERSION}.{partition}{'.new' if beside else ''}.sqlite3"
