"""Which timelines' columns are in memory, and how they get there."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from projections.queries.listing.filter import StatementFilter
from projections.queries.shown.encoded import encoded
from projections.queries.shown.statements import show_some
from projections.queries.timelines import TimelineRef, timeline_at
from projections.storage.reader import Reader

if TYPE_CHECKING:
    from projections.queries.columns.columns import Columns
    from projections.queries.columns.hits import Hits
    from projections.queries.columns.shelf import Shelf
    from projections.storage.file_memory import FileMemory
    from projections.storage.read_model import ReadModel

__all__ = ["drop_redacted", "hits_in", "make_room"]

_FEWEST = 500
"""Timelines of fewer events are asked in the tables, which is as quick."""

_BEHIND = 1_000
"""Events that a query adds to the columns itself. More are added in a thread."""

_MOST_EVENTS = 8_000_000
"""Events of all timelines in memory; beyond it those that were asked longest ago are dropped."""

_SHELVED = 20_000
"""Timelines of so many events have a shelf, which is an open file."""

_ROOM = 16 << 20
"""Bytes of encoded statements in memory beside all columns; beyond it those that were asked longest
ago are dropped."""

_LARGEST = 2**32 - 2
"""Columns have 32 bits for a revision."""

_WAIT = 0.02
"""Seconds to wait for another thread that adds to the columns."""

_REDACTIONS = "SELECT count(*) FROM redactions WHERE tl = ?"


def hits_in(
    reader: Reader, ref: TimelineRef, filter_: StatementFilter, revision: int
) -> Hits | None:
    """What the filter selects as of `revision`; None where the columns are not in memory, or not
    yet. Raises QueryTooLong."""
    if not _FEWEST <= ref.revision <= _LARGEST:
        return None
    # Imported where it is needed first: a program that asks nothing does without NumPy.
    from projections.queries.columns.choosing import hits_of  # noqa: PLC0415 - loads NumPy

    columns = _columns_of(reader, ref)
    return None if columns is None else hits_of(reader, columns, ref.tl, filter_, revision)


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
        if columns.redactions < _redactions(reader, ref.tl):
            reader.memory.kept.pop(ref.tl, None)


def _columns_of(reader: Reader, ref: TimelineRef) -> Columns | None:
    memory = reader.memory
    if not memory.lock.acquire(timeout=_WAIT):
        return None
    try:
        columns = _current(reader, ref.tl)
        if columns is None:
            return None
        behind = ref.revision - columns.revision > _BEHIND
        if not behind and not _advance(reader, ref, columns):
            return None
    finally:
        memory.lock.release()
    if behind or columns.moves.is_stale or _stale(columns):
        memory.start(partial(_load, ref), reader)
    return None if behind else columns


def _current(reader: Reader, tl: int) -> Columns | None:
    """The timeline's columns, new ones where a redaction has changed its past. None where the
    reader sees an earlier state of the file."""
    from projections.queries.columns.columns import Columns  # noqa: PLC0415 - loads NumPy

    kept = reader.memory.kept
    redactions = _redactions(reader, tl)
    columns: Columns | None = kept.pop(tl, None)
    if columns is None or columns.redactions < redactions:
        columns = Columns(redactions)
    kept[tl] = columns
    while len(kept) > 1 and sum(other.revision for other in [*kept.values()]) > _MOST_EVENTS:
        kept.pop(next(iter(kept)))
    return columns if columns.redactions == redactions else None


def _advance(reader: Reader, ref: TimelineRef, columns: Columns) -> bool:
    """Add at most `_BEHIND` events. False where the timeline's past was changed meanwhile: the
    columns are dropped then, as they may hold some of both."""
    from projections.queries.columns.loading import advance  # noqa: PLC0415 - loads NumPy

    if columns.revision < ref.revision:
        shelf = columns.shelf
        if shelf.is_outdated if shelf is not None else ref.revision >= _SHELVED:
            columns.shelf = _new_shelf(reader.memory, len(columns))
        advance(reader, ref.tl, columns, min(columns.revision + _BEHIND, ref.revision))
        if _redactions(reader, ref.tl) != columns.redactions:
            reader.memory.kept.pop(ref.tl, None)
            return False
    return True


def _new_shelf(memory: FileMemory, rows: int) -> Shelf | None:
    """A shelf for so many rows, none of whose statements is on it."""
    from projections.queries.columns.shelf import Shelf  # noqa: PLC0415 - loads NumPy

    try:
        shelf = Shelf(memory.folder)
    except OSError:  # of a disk that is full, for one: the tables answer
        return None
    shelf.extend([b""] * rows)
    return shelf


def _load(ref: TimelineRef, reader: Reader) -> None:
    """Add what is there until nothing is missing, then sort; stop where it is no longer wanted."""
    from projections.queries.columns.orders.sorting import sort_further  # noqa: PLC0415 - loads NumPy

    memory = reader.memory
    while not memory.closed:
        with memory.lock:
            columns = memory.kept.get(ref.tl)
            if columns is None or _redactions(reader, ref.tl) != columns.redactions:
                return
            behind = columns.revision < ref.revision
            if behind and not _advance(reader, ref, columns):
                return
        if columns.moves.is_stale:
            columns.moves.settle(memory.lock)
        if behind:
            continue
        for clock in _stale(columns):
            columns.sortings[clock] = sort_further(columns, clock)
        for terms in columns.terms.values():
            terms.settle(memory.lock)
        _shelve(ref.tl, reader, columns)
        return


def _shelve(tl: int, reader: Reader, columns: Columns) -> None:
    """Put on the shelf what is shown of statements that were changed, while they are wanted. As of
    the same revision the tables always say the same, unless something is redacted meanwhile."""
    memory, revision, rows = reader.memory, columns.revision, columns.off_shelf()
    first = 0
    while first < len(rows):
        some = rows[first : first + _BEHIND]
        sts, changes = columns.st.values[some].tolist(), columns.changes_of(some, revision)
        read = [encoded(one.json) for one in show_some(reader, tl, sts, revision, changes)]
        with memory.lock:
            if memory.closed or memory.kept.get(tl) is not columns:
                return
            if _redactions(reader, tl) != columns.redactions:
                return
            columns.put_on_shelf([*zip(some.tolist(), sts, changes, read, strict=False)])
        first += len(read)  # of heavy ones fewer are read at once


def _stale(columns: Columns) -> list[str]:
    """The clocks in whose order the rows are to be sorted again."""
    from projections.queries.columns.orders.sorting import CLOCKS, is_stale  # noqa: PLC0415 - loads NumPy

    return [clock for clock in CLOCKS if is_stale(columns, clock)]


def _redactions(reader: Reader, tl: int) -> int:
    row = reader.once(_REDACTIONS, (tl,))
    return int(row[0]) if row else 0
