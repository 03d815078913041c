"""The fold: what each event means, in rows.

All changes of an event are made inside the caller's transaction, which also saves the checkpoint.
An event that cannot be opened, or is not the one that was due, stops its timeline before any row is
changed. A later error leaves rows half changed: the caller rolls back, and folds the events one by
one with `fold_carefully`.

If the timeline of an entry is unknown, the entry itself stops no timeline: it is noted as
unreadable. Its timeline then stops at the next event, whose revision is not the one that was due.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import apsw

from events.errors import CorruptEvent, OnrecordError
from events.event.codec import Codec, RecordedEvent
from events.event.envelope import StoredEvent, Subject
from events.event.types import touches
from projections.fold.entry import EntryReader, OpenedEntry
from projections.fold.meaning import Meaning, RedactionMet
from projections.fold.timelines import Timelines
from projections.storage.database import TROUBLE
from projections.storage.rows import Rows

__all__ = ["Fold", "Stall"]

_UNREADABLE = "INSERT OR IGNORE INTO unreadable (partition, position, reason) VALUES (?, ?, ?)"

_TOGETHER = 32
"""The number of events that are opened together before they are folded, so that the statements they
are about are read at once."""

_OF_TIMELINE = (
    "timeline_versions",
    "timeline_spans",
    "events",
    "event_subjects",
    "statements",
    "statement_versions",
    "term_spans",
    "postings",
    "posting_ends",
    "relations",
    "causes",
    "retractions",
    "actors",
    "spellings",
    "mentions",
    "source_grades",
    "keys",
    "grants",
    "proposals",
)


class Stall(NamedTuple):
    """A fold that stopped. `timeline` is empty if the entry does not show it; `revision` is the one
    that was due, 0 if unknown."""

    timeline: str
    partition: int
    position: int
    revision: int
    reason: str


class Fold:
    """Folds into one connection. `stalls` and `folded` collect the stalls, and the revision that
    each timeline has reached, until the caller takes them."""

    def __init__(self, connection: apsw.Connection, codec: Codec, partitions: int) -> None:
        self._connection = connection
        self._rows = Rows(connection)
        self._timelines = Timelines(self._rows, partitions)
        self._meaning = Meaning(self._rows, self._timelines)
        self._reader = EntryReader(codec, self._timelines, partitions)
        self.stalls: list[tuple[Stall, Exception]] = []
        self.folded: dict[str, int] = {}

    def fold(self, partition: int, entries: Sequence[StoredEvent]) -> None:
        """Fold entries of a partition in their order, and write their rows.

        Raises RedactionMet, and any error of a failed fold: the caller then rolls back and calls
        `forget`.
        """
        with _uncollected():
            for start in range(0, len(entries), _TOGETHER):
                self._take(partition, entries[start : start + _TOGETHER])
            self._timelines.save()
            self._rows.flush()
            self._meaning.forget()

    def _take(self, partition: int, entries: Sequence[StoredEvent]) -> None:
        opened = [self._reader.open(partition, stored) for stored in entries]
        by_timeline: dict[int, list[RecordedEvent]] = {}
        for entry in opened:
            if isinstance(entry, OpenedEntry) and entry.recorded is not None:
                by_timeline.setdefault(entry.state.tl, []).append(entry.recorded)
        for tl, recorded in by_timeline.items():
            self._meaning.prepare(tl, recorded)
        for stored, entry in zip(entries, opened, strict=True):
            if isinstance(entry, OpenedEntry):
                self._fold(partition, entry)
            else:
                self._rows.add(_UNREADABLE, (partition, stored.position, entry.reason))
                stall = Stall("", partition, stored.position, 0, entry.reason)
                self.stalls.append((stall, entry))

    def fold_carefully(self, partition: int, stored: StoredEvent) -> None:
        """Fold one entry; an error stops its timeline and nothing else."""
        self._connection.execute("SAVEPOINT one")
        try:
            self.fold(partition, (stored,))
        except (*TROUBLE, MemoryError, RedactionMet):
            raise
        except Exception as error:
            self._connection.execute("ROLLBACK TO one")
            self._drop()
            entry = self._reader.open(partition, stored)
            if not isinstance(entry, OpenedEntry):
                raise
            self._stall(entry, partition, error)
            self.fold(partition, ())
        self._connection.execute("RELEASE one")

    def fold_again(self, partition: int, entries: Sequence[StoredEvent]) -> None:
        """Fold entries that were folded before: together, or one by one if that fails."""
        stalls = len(self.stalls)
        self._connection.execute("SAVEPOINT many")
        try:
            self.fold(partition, entries)
        except (*TROUBLE, MemoryError, RedactionMet):
            raise
        except Exception:  # noqa: BLE001 - raised again where they are folded one by one
            self._connection.execute("ROLLBACK TO many")
            self._drop()
            del self.stalls[stalls:]
            for stored in entries:
                self.fold_carefully(partition, stored)
        self._connection.execute("RELEASE many")

    def forget(self) -> None:
        """Drop what is cached, after a rollback."""
        self._drop()
        self.forget_reported()

    def forget_reported(self) -> None:
        """Clear `stalls` and `folded`, once they are committed and reported."""
        self.stalls.clear()
        self.folded.clear()

    def restart(self, partition: int, name: str) -> list[int]:
        """Delete all that is folded of a timeline, except the list of its redactions. Returns the
        positions of its events, in their order."""
        state = self._timelines.state(name, partition)
        rows = self._rows
        rows.flush()
        found = rows.all("SELECT position FROM events WHERE tl = ? ORDER BY position", (state.tl,))
        for table in _OF_TIMELINE:
            rows.change(f"DELETE FROM {table} WHERE tl = ?", (state.tl,))  # noqa: S608 - our own names
        self._meaning.drop_contents(state.tl)
        self._drop()
        fresh = self._timelines.state(name, partition)
        fresh.revision, fresh.stalled_at = 0, None
        fresh.stalled_position = fresh.reason = None
        self._timelines.save()
        rows.flush()
        return [position for (position,) in found]

    def redact(self, partition: int, redaction: RedactionMet) -> None:
        """Note the redaction: when the timeline is folded again, the statement is left out."""
        state = self._timelines.state(redaction.timeline, partition)
        self._meaning.note_redaction(state, redaction.id, redaction.revision)

    def _fold(self, partition: int, entry: OpenedEntry) -> None:
        if entry.state.stalled_at is not None:
            self._index(entry)
            return
        try:
            self._apply(entry)
        except CorruptEvent as error:
            self._stall(entry, partition, error)

    def _apply(self, entry: OpenedEntry) -> None:
        stored, header, at, state, recorded, damage = entry
        due = state.revision + 1
        if header.revision != due:
            reason = f"has revision {header.revision} where {due} was due"
            raise CorruptEvent(stored.position, reason)
        if recorded is None:
            raise damage or CorruptEvent(stored.position, "cannot be opened")
        subjects = self._meaning.apply(state, recorded, stored.redacted)
        state.revision = due
        self._timelines.index(state, header, at, stored.position, subjects)
        self.folded[state.name] = due

    def _stall(self, entry: OpenedEntry, partition: int, error: Exception) -> None:
        state, position = entry.state, entry.stored.position
        state.stalled_at = state.revision + 1
        state.stalled_position = position
        state.reason = _reason(error)
        stall = Stall(state.name, partition, position, state.stalled_at, state.reason)
        self.stalls.append((stall, error))
        self._index(entry)

    def _index(self, entry: OpenedEntry) -> None:
        """Index an event that is not folded, also by its target if it can be opened."""
        subjects: Sequence[str] = (entry.header.subject,)
        if entry.recorded is not None and entry.recorded.event is not None:
            subjects = touches(Subject(entry.header.subject), entry.recorded.event)
        self._timelines.index(entry.state, entry.header, entry.at, entry.stored.position, subjects)

    def _drop(self) -> None:
        self._rows.forget()
        self._timelines.forget()
        self._meaning.forget()


@contextmanager
def _uncollected() -> Iterator[None]:
    """Switch the garbage collector off: it would scan all objects of a batch again and again, and
    rows form no cycles. It took up to a fifth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _reason(error: Exception) -> str:
    """The message if the error is our own, else its repr for developers."""
    if isinstance(error, CorruptEvent):
        return error.reason
    if isinstance(error, OnrecordError) or type(error) in (LookupError, ValueError):
        return str(error)
    return repr(error)
