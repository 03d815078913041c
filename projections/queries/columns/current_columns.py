"""The columns of a timeline, kept current for a query: filled, sorted, shared, and dropped if they
are outdated by a redaction."""

from __future__ import annotations

from functools import partial

from projections.queries.columns.choosing import matching_of
from projections.queries.columns.columns import Columns
from projections.queries.columns.loading import advance
from projections.queries.columns.matching_rows import MatchingRows
from projections.queries.columns.orders import sorting
from projections.queries.columns.sharing.image import hand_over
from projections.queries.columns.sharing.snapshots import SharedTimeline
from projections.queries.columns.shelf import Shelf
from projections.queries.listing.filter import StatementFilter
from projections.queries.shown.encoded import encoded
from projections.queries.shown.statements import show_some
from projections.queries.timelines import TimelineRef, timeline_at
from projections.storage.file_memory import FileMemory
from projections.storage.reader import Reader

__all__ = ["current_matching", "map_newer"]

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
    return None if columns is None else matching_of(reader, columns, ref, filter_, revision)


def _columns_of(reader: Reader, ref: TimelineRef) -> Columns | None:
    memory = reader.memory
    if not memory.lock.acquire(timeout=_WAIT):
        return None
    try:
        columns = _current(reader, ref)
        if columns is None:
            return None
        is_new, behind = columns.revision < ref.revision, ref.revision - columns.revision > _BEHIND
        if is_new and not behind and not _advance(reader, ref, columns):
            return None
    finally:
        memory.lock.release()
    is_stale = columns.standing_history.is_stale or _stale(columns)
    if is_new:
        columns.is_outdone = _is_outdone(memory, ref, columns)
    if behind or is_stale or columns.is_outdone:
        _start(reader, ref, columns)
    if behind:
        memory.note_missed()
    return None if behind else columns


def map_newer(reader: Reader, ref: TimelineRef, columns: Columns) -> None:
    """Map the newer snapshot, if there is one, though nobody asks."""
    if _has_newer(reader.memory, ref, columns):
        columns.is_outdone = True
        _start(reader, ref, columns)


def _start(reader: Reader, ref: TimelineRef, columns: Columns) -> None:
    """Load in a thread. The first time nobody should ask meanwhile: loading 100,000 events takes a
    second, in which a first visit's questions, which the tables answer, would take twice as long. A
    snapshot is there at once."""
    memory, shared = reader.memory, _long(reader.memory, ref)
    if memory.is_working or (shared is not None and shared.is_taken()):
        return
    in_quiet = not columns.revision and not _has_newer(memory, ref, columns)
    memory.start(partial(_load, ref, in_quiet=in_quiet), reader)


def _is_outdone(memory: FileMemory, ref: TimelineRef, columns: Columns) -> bool:
    """Whether a long timeline needs another shelf, or there is a newer snapshot."""
    is_long = ref.revision >= _SHELVED
    return is_long and (_needs_shelf(columns) or _has_newer(memory, ref, columns))


def _has_newer(memory: FileMemory, ref: TimelineRef, columns: Columns) -> bool:
    """Whether there is a snapshot that is newer than what these columns are mapped from."""
    shared = _long(memory, ref)
    return shared is not None and shared.has_newer_than(columns)


def _long(memory: FileMemory, ref: TimelineRef) -> SharedTimeline | None:
    """The timeline, if it is long enough to be shared."""
    return SharedTimeline.of(memory, ref) if ref.revision >= _SHELVED else None


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
    advance(reader, ref.tl, columns, min(columns.revision + _BEHIND, ref.revision))
    if _redactions(reader, ref) != columns.redactions:
        reader.memory.columns.pop(ref.tl, None)
        return False
    return True


def _needs_shelf(columns: Columns) -> bool:
    return columns.shelf is None or columns.shelf.is_outdated


def _new_shelf(memory: FileMemory, ref: TimelineRef, columns: Columns) -> Shelf | None:
    """A shelf with empty places for the rows, which others can find if columns are shared."""
    shared = SharedTimeline.of(memory, ref)
    try:
        path = None if shared is None else shared.files.fresh(columns.redactions, "shelf")
        shelf = Shelf(memory.folder, path)
    except OSError:  # such as a full disk: the tables answer
        return None
    shelf.extend([b""] * len(columns))
    return shelf


def _load(ref: TimelineRef, reader: Reader, *, in_quiet: bool) -> None:
    """Add events until none is missing, sort, and share. Of a long timeline one process at a time
    does that; the others find the snapshot that it has made when they are asked next."""
    memory = reader.memory
    if in_quiet:
        memory.await_quiet()
    shared = _long(memory, ref)
    if shared is None:
        _fill(ref, reader)
        return
    with shared.turn() as is_ours:
        if is_ours:
            _map(reader, shared)
            columns = _fill(ref, reader)
            if columns is None:
                shared.abandon(memory.columns.get(ref.tl))
            elif shared.is_due(columns):
                shared.publish(reader, columns)
                _map(reader, shared)


def _map(reader: Reader, shared: SharedTimeline) -> None:
    """Use the columns of the snapshot, if there is a newer one, instead of those in memory."""
    memory, tl = reader.memory, shared.ref.tl
    known = memory.columns.get(tl)
    if known is None:
        return
    known.is_outdone = False
    fresh = shared.mapped_for(reader, known)
    while fresh is not None and not memory.closed:
        with memory.lock:
            known = memory.columns.get(tl)
            if known is None or known.redactions != fresh.redactions:
                return
            if known.revision <= fresh.revision:
                hand_over(known, fresh)
                memory.columns[tl] = fresh
                return
            advance(reader, tl, fresh, min(fresh.revision + _BEHIND, known.revision))


def _fill(ref: TimelineRef, reader: Reader) -> Columns | None:
    """Add events until none is missing, then sort, and shelve. Returns the columns; None if they
    are no longer in use."""
    memory = reader.memory
    while not memory.closed:
        with memory.lock:
            columns = memory.columns.get(ref.tl)
            if columns is None or _redactions(reader, ref) != columns.redactions:
                return None
            if ref.revision >= _SHELVED and _needs_shelf(columns):
                columns.shelf = _new_shelf(memory, ref, columns)
            behind = columns.revision < ref.revision
            if behind and not _advance(reader, ref, columns):
                return None
        if columns.standing_history.is_stale:
            columns.standing_history.compact(memory.lock)
        if not behind:
            _sort(columns, memory)
            return columns if _shelve(ref, reader, columns) else None
    return None


def _sort(columns: Columns, memory: FileMemory) -> None:
    for clock in _stale(columns):
        columns.sortings[clock] = sorting.sort_further(columns, clock)
    for terms in columns.terms.values():
        terms.compact(memory.lock)


def _shelve(ref: TimelineRef, reader: Reader, columns: Columns) -> bool:
    """Put changed statements on the shelf, as long as the columns are in use; returns whether they
    are. As of one revision the tables always give the same JSON, unless something is redacted
    meanwhile."""
    memory, revision, rows, tl = reader.memory, columns.revision, columns.off_shelf(), ref.tl
    first = 0
    while first < len(rows):
        some = rows[first : first + _BEHIND]
        sts, changes = columns.st.values[some].tolist(), columns.changes_of(some, revision)
        read = [encoded(one.json) for one in show_some(reader, tl, sts, revision, changes)]
        with memory.lock:
            if memory.closed or memory.columns.get(tl) is not columns:
                return False
            if _redactions(reader, ref) != columns.redactions:
                return False
            columns.put_on_shelf([*zip(some.tolist(), sts, changes, read, strict=False)])
        first += len(read)  # large ones come fewer at a time
    return True


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
