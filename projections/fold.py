"""The fold: what each event means, in rows.

Whatever an event does is done inside the caller's transaction, which also holds the checkpoint.
An event that cannot be opened, or is not the one that was due, stops its timeline before any row
is changed. What goes wrong later leaves rows half changed: the caller rolls back and takes the
events one by one with `fold_carefully`.

An entry that does not tell its timeline stops none by itself: it is kept as unreadable, and the
timeline that lacks it stops at its next event, whose revision is not the one that was due.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import apsw

from events.codec import Codec, read_header
from events.envelope import Header, StoredEvent, Subject
from events.errors import CorruptEvent, OnrecordError
from events.log import partition_of
from events.types import touches
from projections.database import TROUBLE
from projections.meaning import Meaning, Redaction
from projections.rows import Rows
from projections.timelines import Timelines, TimelineState, microseconds

__all__ = ["Fold", "Stall"]

_UNREADABLE = "INSERT OR IGNORE INTO unreadable (partition, position, reason) VALUES (?, ?, ?)"

_OF_TIMELINE = (
    "timeline_versions",
    "timeline_spans",
    "events",
    "event_subjects",
    "statements",
    "statement_versions",
    "terms",
    "relations",
    "causes",
    "actors",
    "spellings",
    "mentions",
    "source_grades",
)


class Stall(NamedTuple):
    """A fold that stopped. `timeline` is empty where an entry does not tell it; `revision` is the
    one that was due, 0 where that is not known."""

    timeline: str
    partition: int
    position: int
    revision: int
    reason: str


class Fold:
    """Folds into one connection. `stalls` and `folded` gather what happened, by timeline, until
    the caller takes them."""

    def __init__(self, connection: apsw.Connection, codec: Codec, partitions: int) -> None:
        self._connection = connection
        self._codec = codec
        self._partitions = partitions
        self._rows = Rows(connection)
        self._timelines = Timelines(self._rows, partitions)
        self._meaning = Meaning(self._rows, self._timelines)
        self.stalls: list[tuple[Stall, Exception]] = []
        self.folded: dict[str, int] = {}

    def fold(self, partition: int, entries: Sequence[StoredEvent]) -> None:
        """Fold entries of a partition in their order, whole; raises what `take` raises."""
        self.take(partition, entries)
        for _ in self.finish():
            pass

    def take(self, partition: int, entries: Sequence[StoredEvent]) -> None:
        """Fold entries of a partition in their order; some rows wait for `finish`.

        Raises Redaction, and whatever a fold raises that went wrong: roll back then and `forget`.
        """
        for stored in entries:
            self._fold(partition, stored)

    def finish(self) -> Iterator[None]:
        """Write what waits, in pieces of some milliseconds; raises what `take` raises."""
        self._timelines.save()
        yield from self._rows.settling()

    def fold_carefully(self, partition: int, stored: StoredEvent) -> None:
        """Fold one entry; what goes wrong stops its timeline and nothing else."""
        self._connection.execute("SAVEPOINT one")
        try:
            self.fold(partition, (stored,))
        except (*TROUBLE, MemoryError, Redaction):
            raise
        except Exception as error:  # noqa: BLE001 - a fault of the fold stops one timeline, loudly
            self._connection.execute("ROLLBACK TO one")
            self._drop()
            header, at = self._read(partition, stored)
            state = self._timelines.state(header.timeline, partition)
            self._stall(state, partition, stored.position, error)
            self._index(state, header, at, stored)
            self.fold(partition, ())
        self._connection.execute("RELEASE one")

    def forget(self) -> None:
        """Drop what is in memory, after a rollback."""
        self._drop()
        self.forget_told()

    def forget_told(self) -> None:
        """Drop what was gathered, once it is committed and told."""
        self.stalls.clear()
        self.folded.clear()

    def restart(self, partition: int, name: str) -> list[int]:
        """Drop all that is folded of a timeline, but for what is known to be redacted; the
        positions of its events are returned, in their order."""
        state = self._timelines.state(name, partition)
        rows = self._rows
        rows.settle()
        found = rows.all("SELECT position FROM events WHERE tl = ? ORDER BY position", (state.tl,))
        for table in _OF_TIMELINE:
            rows.change(f"DELETE FROM {table} WHERE tl = ?", (state.tl,))  # noqa: S608 - our own names
        self._meaning.drop_contents(state.tl)
        self._drop()
        fresh = self._timelines.state(name, partition)
        fresh.revision, fresh.stalled_at = 0, None
        fresh.stalled_position = fresh.reason = None
        self._timelines.save()
        rows.settle()
        return [position for (position,) in found]

    def redact(self, partition: int, redaction: Redaction) -> None:
        """From the restart on, the statement was never there."""
        state = self._timelines.state(redaction.timeline, partition)
        self._meaning.note_redaction(state, redaction.id, redaction.revision)

    def _fold(self, partition: int, stored: StoredEvent) -> None:
        try:
            header, at = self._read(partition, stored)
        except CorruptEvent as error:
            self._rows.add(_UNREADABLE, (partition, stored.position, error.reason))
            stall = Stall("", partition, stored.position, 0, error.reason)
            self.stalls.append((stall, error))
            return
        state = self._timelines.state(header.timeline, partition)
        if state.stalled_at is not None:
            self._index(state, header, at, stored)
            return
        try:
            self._apply(state, header, at, stored)
        except CorruptEvent as error:
            self._stall(state, partition, stored.position, error)
            self._index(state, header, at, stored)

    def _read(self, partition: int, stored: StoredEvent) -> tuple[Header, int]:
        """The header and its time in microseconds; CorruptEvent where it cannot be kept."""
        header = read_header(stored)
        if partition_of(header.timeline, self._partitions) != partition:
            raise CorruptEvent(stored.position, "is of a timeline of another partition")
        if not 0 < header.revision < 2**40:
            raise CorruptEvent(stored.position, "has a revision that is none")
        try:
            return header, microseconds(header.recorded_at)
        except ValueError as error:
            raise CorruptEvent(stored.position, "has a recorded time that is none") from error

    def _apply(self, state: TimelineState, header: Header, at: int, stored: StoredEvent) -> None:
        due = state.revision + 1
        if header.revision != due:
            raise CorruptEvent(
                stored.position, f"has revision {header.revision} where {due} was due"
            )
        recorded = self._codec.open(stored)
        subjects = self._meaning.apply(state, recorded, stored.redacted)
        state.revision = due
        self._timelines.index(state, header, at, stored.position, subjects)
        self.folded[state.name] = due

    def _stall(self, state: TimelineState, partition: int, position: int, error: Exception) -> None:
        state.stalled_at = state.revision + 1
        state.stalled_position = position
        state.reason = _reason(error)
        stall = Stall(state.name, partition, position, state.stalled_at, state.reason)
        self.stalls.append((stall, error))

    def _index(self, state: TimelineState, header: Header, at: int, stored: StoredEvent) -> None:
        """Note an event that is not folded; its target too, where it can be opened."""
        subject = Subject(header.subject)
        subjects: Sequence[str] = (subject,)
        try:
            event = self._codec.open(stored).event
        except CorruptEvent:
            pass  # The stall tells of it; where it stands is known all the same.
        else:
            if event is not None:
                subjects = touches(subject, event)
        self._timelines.index(state, header, at, stored.position, subjects)

    def _drop(self) -> None:
        self._rows.forget()
        self._timelines.forget()
        self._meaning.forget()


def _reason(error: Exception) -> str:
    """In words what our own code says; else what it is, for those who mend it."""
    if isinstance(error, CorruptEvent):
        return error.reason
    if isinstance(error, OnrecordError) or type(error) in (LookupError, ValueError):
        return str(error)
    return repr(error)
