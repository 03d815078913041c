"""Decides which timelines are queried in columns in memory, and what of these is dropped."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING

from projections.queries.listing.filter import StatementFilter
from projections.queries.timelines import TimelineRef, timeline_at
from projections.storage.files.column_files import ColumnFiles
from projections.storage.reader import Reader

if TYPE_CHECKING:
    from projections.queries.columns.matching_rows import MatchingRows
    from projections.storage.file_memory import FileMemory
    from projections.storage.read_model import ReadModel

__all__ = ["keep_true", "load_libraries", "make_room", "matching_in"]

_FEWEST = 500
"""Timelines with fewer events are queried in the tables, which is as fast."""

_ROOM = 16 << 20
"""The most bytes of encoded statements in memory beside all columns; beyond it the least recently
used are dropped."""

_LARGEST = 2**32 - 2
"""The largest revision that columns can hold, in 32 bits."""


def matching_in(
    reader: Reader, ref: TimelineRef, filter_: StatementFilter, revision: int
) -> MatchingRows | None:
    """The rows that the filter selects as of `revision`; None if the timeline has no columns, or
    they are not loaded yet. Raises QueryTooLong."""
    if not _FEWEST <= ref.revision <= _LARGEST:
        return None
    return _in_memory()(reader, ref, filter_, revision)


def load_libraries() -> None:
    """Import NumPy before processes are forked, so that it is in memory once, and nobody's first
    question waits a fifth of a second for it. It starts no threads then: what a thread had locked
    would stay locked in a forked process."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # noqa: TID251 - the library looks nowhere else
    _in_memory()


@cache
def _in_memory() -> Callable[[Reader, TimelineRef, StatementFilter, int], MatchingRows | None]:
    # Imported at the first use, so that a program without queries does not load NumPy.
    from projections.queries.columns.current_columns import current_matching  # noqa: PLC0415 - loads NumPy

    return current_matching


def make_room(memory: FileMemory) -> None:
    """Drop encoded statements, first of the least recently used timelines and of each first the
    least recently used ones, until there is room."""
    every = [columns.encoded for columns in [*memory.columns.values()]]
    while sum(encoded.size for encoded in every) > _ROOM:
        next(encoded for encoded in every if encoded.size).age()


def keep_true(read_model: ReadModel, folded: Iterable[str]) -> None:
    """Of these timelines, which were folded further, drop the columns of those that have a new
    redaction, and the files by which they were shared; of others map the newer snapshot, if there
    is one, so that two are not in memory. Nobody has to query them."""
    for name in folded:
        reader = read_model.reader_of(name)
        ref = timeline_at(reader, name) if reader.memory.columns else None
        columns = None if ref is None else reader.memory.columns.get(ref.tl)
        if ref is None or columns is None:
            continue
        if columns.redactions < ref.redactions:
            reader.memory.columns.pop(ref.tl, None)
            if reader.memory.folder is not None:
                ColumnFiles(reader.memory.folder, ref.tl).remove_outdated(ref.redactions)
        elif columns.mapped.inode:
            from projections.queries.columns.current_columns import map_newer  # noqa: PLC0415 - loads NumPy

            map_newer(reader, ref, columns)
