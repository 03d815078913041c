"""Which timelines are asked of columns in memory, and what of these is dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING

from projections.queries.listing.filter import StatementFilter
from projections.queries.timelines import TimelineRef, timeline_at
from projections.storage.reader import Reader

if TYPE_CHECKING:
    from projections.queries.columns.hits import Hits
    from projections.storage.file_memory import FileMemory
    from projections.storage.read_model import ReadModel

__all__ = ["drop_redacted", "hits_in", "make_room"]

_FEWEST = 500
"""Timelines of fewer events are asked in the tables, which is as quick."""

_ROOM = 16 << 20
"""Bytes of encoded statements in memory beside all columns; beyond it those that were asked longest
ago are dropped."""

_LARGEST = 2**32 - 2
"""Columns have 32 bits for a revision."""


def hits_in(
    reader: Reader, ref: TimelineRef, filter_: StatementFilter, revision: int
) -> Hits | None:
    """What the filter selects as of `revision`; None where the columns are not in memory, or not
    yet. Raises QueryTooLong."""
    if not _FEWEST <= ref.revision <= _LARGEST:
        return None
    return _in_memory()(reader, ref, filter_, revision)


@cache
def _in_memory() -> Callable[[Reader, TimelineRef, StatementFilter, int], Hits | None]:
    # Imported when it is needed first: a program that asks nothing does without NumPy.
    from projections.queries.columns.current import current_hits  # noqa: PLC0415 - loads NumPy

    return current_hits


def make_room(memory: FileMemory) -> None:
    """Drop encoded statements of the timelines that were asked longest ago, and of each those that
    were asked longest ago, until there is room."""
    every = [columns.encoded for columns in [*memory.kept.values()]]
    while sum(encoded.size for encoded in every) > _ROOM:
        next(encoded for encoded in every if encoded.size).age()


def drop_redacted(read_model: ReadModel, folded: Iterable[str]) -> None:
    """More is folded of these timelines: drop the columns of those of which something is redacted
    by now, though nobody asks."""
    for name in folded:
        reader = read_model.reader_of(name)
        ref = timeline_at(reader, name) if reader.memory.kept else None
        columns = None if ref is None else reader.memory.kept.get(ref.tl)
        if ref is None or columns is None:
            continue
        if columns.redactions < ref.redactions:
            reader.memory.kept.pop(ref.tl, None)
