"""Timelines: how far each is folded, its description, and the index of its events."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from msgspec import Struct

from events.event.envelope import Header
from events.event.types import TimelineDescribed, TimelineOpened
from projections.fold.contents import OuterBounds
from projections.storage.rows import Rows
from projections.storage.schema import OPEN_END, OPEN_START, sql

__all__ = ["TimelineState", "Timelines", "microseconds"]

_MOST_KEPT = 1_024

_STATE = """
SELECT t.tl, t.name, t.revision, t.stalled_at, t.stalled_position, t.reason,
  coalesce((SELECT e.statements FROM events e WHERE e.tl = t.tl AND e.revision = t.revision), 0),
  (SELECT first FROM timeline_spans s WHERE s.tl = t.tl ORDER BY since DESC LIMIT 1),
  (SELECT last FROM timeline_spans s WHERE s.tl = t.tl ORDER BY since DESC LIMIT 1),
  EXISTS (SELECT 1 FROM redactions r WHERE r.tl = t.tl)
FROM timelines t WHERE t.name = ?
"""
_KEEP = """
INSERT OR REPLACE INTO timelines (tl, name, revision, stalled_at, stalled_position, reason)
VALUES (?, ?, ?, ?, ?, ?)
"""
_LAST = "SELECT tl FROM timelines WHERE tl % ?1 = ?2 ORDER BY tl DESC LIMIT 1"
_DESCRIBE = """
INSERT INTO timeline_versions (tl, since, title, description, language) VALUES (?, ?, ?, ?, ?)
"""
_SPAN = "INSERT INTO timeline_spans (tl, since, first, last) VALUES (?, ?, ?, ?)"
_OUTERMOST = sql("""
SELECT
  (SELECT min(occurred_start) FROM statement_versions INDEXED BY versions_first
   WHERE tl = ?1 AND until = {STILL} AND occurred_start > {OPEN_START}),
  (SELECT max(occurred_end) FROM statement_versions INDEXED BY versions_last
   WHERE tl = ?1 AND until = {STILL} AND occurred_end < {OPEN_END})
""")
_EVENT = """
INSERT OR IGNORE INTO events (tl, revision, position, recorded_at, type, statements)
VALUES (?, ?, ?, ?, ?, ?)
"""
_SUBJECT = "INSERT OR IGNORE INTO event_subjects (tl, subject, revision) VALUES (?, ?, ?)"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class TimelineState(Struct):
    """How far a timeline is folded; `first` and `last` are its earliest and latest bounds in
    seconds."""

    tl: int
    name: str
    revision: int = 0
    stalled_at: int | None = None
    stalled_position: int | None = None
    reason: str | None = None
    statements: int = 0
    first: int | None = None
    last: int | None = None
    redacted: int = 0


class Timelines:
    """The recently folded timelines, cached by name; `save` writes what has changed."""

    def __init__(self, rows: Rows, partitions: int) -> None:
        self._rows = rows
        self._partitions = partitions
        self._kept: OrderedDict[str, TimelineState] = OrderedDict()
        self._changed: dict[str, TimelineState] = {}

    def state(self, name: str, partition: int) -> TimelineState:
        """The state of a timeline, which the caller may change; a new state if the timeline is
        unknown."""
        state = self._kept.get(name)
        if state is None:
            state = self._load(name) or self._new(name, partition)
            self._kept[name] = state
        else:
            self._kept.move_to_end(name)
        self._changed[name] = state
        return state

    def open(self, state: TimelineState, event: TimelineOpened) -> None:
        """Apply the first event of a timeline."""
        self._rows.add(_SPAN, (state.tl, 1, None, None))
        self.describe(state, 1, event)

    def describe(
        self, state: TimelineState, revision: int, event: TimelineOpened | TimelineDescribed
    ) -> None:
        row = (state.tl, revision, event.title, event.description, event.language)
        self._rows.add(_DESCRIBE, row)

    def widen(self, state: TimelineState, revision: int, span: OuterBounds) -> None:
        """Extend the timeline's bounds by an occurred time."""
        first, last = state.first, state.last
        if span.start is not None and span.start > OPEN_START:
            first = span.start if first is None else min(first, span.start)
        if span.end is not None and span.end < OPEN_END:
            last = span.end if last is None else max(last, span.end)
        self._span(state, revision, first, last)

    def move(
        self, state: TimelineState, revision: int, before: OuterBounds, after: OuterBounds
    ) -> None:
        """Correct an occurred time; all of them are read only if it was an outermost one."""
        if before.start == state.first or before.end == state.last:
            row = self._rows.one(_OUTERMOST, (state.tl,))
            self._span(state, revision, *(row or (None, None)))
        else:
            self.widen(state, revision, after)

    def index(
        self,
        state: TimelineState,
        header: Header,
        at: int,
        position: int,
        subjects: Iterable[str],
    ) -> None:
        """Note an event's position, recorded time (microseconds) and touched subjects."""
        row = (state.tl, header.revision, position, at, header.type, state.statements)
        self._rows.add(_EVENT, row)
        for subject in subjects:
            self._rows.add(_SUBJECT, (state.tl, subject, header.revision))

    def save(self) -> None:
        """Write the states that were requested since the last call; a bounded number stays
        cached."""
        for s in self._changed.values():
            row = (s.tl, s.name, s.revision, s.stalled_at, s.stalled_position, s.reason)
            self._rows.add(_KEEP, row)
        self._changed.clear()
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)

    def forget(self) -> None:
        """Drop the cache, after a rollback."""
        self._kept.clear()
        self._changed.clear()

    def _load(self, name: str) -> TimelineState | None:
        row = self._rows.one(_STATE, (name,))
        return TimelineState(*row) if row else None

    def _new(self, name: str, partition: int) -> TimelineState:
        row = self._rows.one(_LAST, (self._partitions, partition))
        tl = row[0] + self._partitions if row else partition
        state = TimelineState(tl, name)
        # Written at once, because the next new timeline gets the next number.
        self._rows.add(_KEEP, (tl, name, 0, None, None, None))
        return state

    def _span(
        self, state: TimelineState, revision: int, first: int | None, last: int | None
    ) -> None:
        if (first, last) != (state.first, state.last):
            state.first, state.last = first, last
            self._rows.add(_SPAN, (state.tl, revision, first, last))


@lru_cache(maxsize=4)
def microseconds(recorded_at: str) -> int:
    """A recorded time as microseconds since 1970. Raises ValueError if it is not one. The events of
    an append have the same one."""
    moment = datetime.fromisoformat(recorded_at)
    if moment.tzinfo is None:
        raise ValueError(f"{recorded_at!r} has no offset")
    return (moment - _EPOCH) // _MICROSECOND
