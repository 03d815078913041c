"""The columns of a timeline, kept current for a query: filled, sorted, and dropped if they are
outdated by a redaction."""

from __future__ import annotations

from functools import partial

from projections.queries.columns.choosing import matching_of
from projections.queries.columns.columns import Columns
from projections.queries.columns.loading import advance
from projections.queries.columns.matching_rows import MatchingRows
from projections.queries.columns.orders import sorting
from projections.queries.columns.shelf import Shelf
from projections.queries.listing.filter import StatementFilter
from projections.queries.shown.encoded import encoded
from projections.queries.shown.statements import show_some
from projections.queries.timelines import TimelineRef, timeline_at
from projections.storage.file_memory import FileMemory
from projections.storage.reader import Reader

__all__ = ["current_matching"]

_BEHIND = 1_000
"""The most events that a query itself adds to the columns. More are added in a thread."""

_MOST_EVENTS = 8_000_000
"""The most events of all timelines in memory; beyond it the least recently used timelines are
dropped."""

_SHELVED = 20_000
"""Timelines with at least as many events have a shelf, which is an open file."""

_WAIT = 0.02
"""Seconds to wait for another thread that adds to the columns."""


def current_matching(
    reader: Reader, ref: TimelineRef, filter_: StatementFilter, revision: int
) -> MatchingRows | None:
    """The rows that the filter selects as of `revision`; None if the columns are not loaded yet.
    Raises QueryTooLong."""
    columns = _columns_of(reader, ref)
    return None if columns is None else matching_of(reader, columns, ref.tl, filter_, revision)


def _columns_of(reader: Reader, ref: TimelineRef) -> Columns | None:
    memory = reader.memory
    if not memory.lock.acquire(timeout=_WAIT):
        return None
    try:
        columns = _current(reader, ref)
        if columns is None:
            return None
        behind = ref.revision - columns.revision > _BEHIND
        if columns.revision < ref.revision and not behind and not _advance(reader, ref, columns):
            return None
    finally:
        memory.lock.release()
    if behind or columns.standing_history.is_stale or _stale(columns):
        memory.start(partial(_load if columns.revision else _load_in_quiet, ref), reader)
    if behind:
        memory.note_missed()
    return None if behind else columns


def _current(reader: Reader, ref: TimelineRef) -> Columns | None:
    """The timeline's columns, new ones if a redaction has changed its past. None if the reader sees
    an earlier state of the file."""
    cached = reader.memory.columns
    redactions = _redactions(reader, ref)
    columns: Columns | None = cached.pop(ref.tl, None)
    if columns is None or columns.redactions < redactions:
        columns = Columns(redactions)
    cached[ref.tl] = columns
    while len(cached) > 1 and sum(other.revision for other in [*cached.values()]) > _MOST_EVENTS:
        cached.pop(next(iter(cached)))
    return columns if columns.redactions == redactions else None


def _advance(reader: Reader, ref: TimelineRef, columns: Columns) -> bool:
    """Add at most `_BEHIND` events. Returns False if the timeline's past changed meanwhile; the
    columns may then mix both states, and are dropped."""
    shelf = columns.shelf
    if shelf.is_outdated if shelf is not None else ref.revision >= _SHELVED:
        columns.shelf = _new_shelf(reader.memory, len(columns))
    advance(reader, ref.tl, columns, min(columns.revision + _BEHIND, ref.revision))
    if _redactions(reader, ref) != columns.redactions:
        reader.memory.columns.pop(ref.tl, None)
        return False
    return True


def _new_shelf(memory: FileMemory, rows: int) -> Shelf | None:
    """A shelf with empty places for this many rows."""
    try:
        shelf = Shelf(memory.folder)
    except OSError:  # such as a full disk: the tables answer
        return None
    shelf.extend([b""] * rows)
    return shelf


def _load_in_quiet(ref: TimelineRef, reader: Reader) -> None:
    """Load once nobody asks: loading 100,000 events takes a second, in which a first visit's
    questions, which the tables answer, would take twice as long."""
    reader.memory.await_quiet()
    _load(ref, reader)


def _load(ref: TimelineRef, reader: Reader) -> None:
    """Add events until none is missing, then sort; stop if the columns are no longer in use."""
    memory = reader.memory
    while not memory.closed:
        with memory.lock:
            columns = memory.columns.get(ref.tl)
            if columns is None or _redactions(reader, ref) != columns.redactions:
                return
            behind = columns.revision < ref.revision
            if behind and not _advance(reader, ref, columns):
                return
        if columns.standing_history.is_stale:
            columns.standing_history.compact(memory.lock)
        if behind:
            continue
        for clock in _stale(columns):
            columns.sortings[clock] = sorting.sort_further(columns, clock)
        for terms in columns.terms.values():
            terms.compact(memory.lock)
        _shelve(ref, reader, columns)
        return


def _shelve(ref: TimelineRef, reader: Reader, columns: Columns) -> None:
    """Put changed statements on the shelf, as long as the columns are in use. As of one revision
    the tables always give the same JSON, unless something is redacted meanwhile."""
    memory, revision, rows, tl = reader.memory, columns.revision, columns.off_shelf(), ref.tl
    first = 0
    while first < len(rows):
        some = rows[first : first + _BEHIND]
        sts, changes = columns.st.values[some].tolist(), columns.changes_of(some, revision)
        read = [encoded(one.json) for one in show_some(reader, tl, sts, revision, changes)]
        with memory.lock:
            if memory.closed or memory.columns.get(tl) is not columns:
                return
            if _redactions(reader, ref) != columns.redactions:
                return
            columns.put_on_shelf([*zip(some.tolist(), sts, changes, read, strict=False)])
        first += len(read)  # large ones come fewer at a time


def _stale(columns: Columns) -> list[str]:
    """The clocks by which rows must be sorted again."""
    size = len(columns.revisions.values)
    if size == columns.unstale:
        return []
    stale = [clock for clock in sorting.CLOCKS if sorting.is_stale(columns, clock)]
    if not stale:
        columns.unstale = size
    return stale


def _redactions(reader: Reader, ref: TimelineRef) -> int:
    """The number of redactions in the state of the file that the reader sees now."""
    now = timeline_at(reader, ref.name)
    return 0 if now is None else now.redactions
