"""An entry of the log, opened for the fold: its timeline, its recorded time, and its event."""

from __future__ import annotations

from typing import NamedTuple

from events.errors import CorruptEvent
from events.event.codec import Codec, RecordedEvent, read_header
from events.event.envelope import Header, StoredEvent
from events.log.contract import partition_of
from projections.fold.timelines import Timelines, TimelineState, microseconds

__all__ = ["EntryReader", "OpenedEntry"]


class OpenedEntry(NamedTuple):
    """An entry of the log whose header can be read; `at` is when it was recorded, in microseconds.
    `recorded` is None if the event is damaged."""

    stored: StoredEvent
    header: Header
    at: int
    state: TimelineState
    recorded: RecordedEvent | None
    damage: CorruptEvent | None


class EntryReader:
    """Opens entries: seal, digest and partition are checked, the revision is not."""

    def __init__(self, codec: Codec, timelines: Timelines, partitions: int) -> None:
        self._codec = codec
        self._timelines = timelines
        self._partitions = partitions

    def open(self, partition: int, stored: StoredEvent) -> OpenedEntry | CorruptEvent:
        """The entry, opened; or the error if its header cannot be used."""
        try:
            header, at = self._read(partition, stored)
        except CorruptEvent as error:
            return error
        state = self._timelines.state(header.timeline, partition)
        try:
            recorded = self._codec.open(stored, header)
        except CorruptEvent as error:
            return OpenedEntry(stored, header, at, state, None, error)
        return OpenedEntry(stored, header, at, state, recorded, None)

    def _read(self, partition: int, stored: StoredEvent) -> tuple[Header, int]:
        """The header and its time in microseconds. Raises CorruptEvent if they cannot be used."""
        header = read_header(stored)
        if partition_of(header.timeline, self._partitions) != partition:
            raise CorruptEvent(stored.position, "belongs to a timeline of another partition")
        if not 0 < header.revision < 2**40:
            raise CorruptEvent(stored.position, "has an invalid revision")
        try:
            return header, microseconds(header.recorded_at)
        except ValueError as error:
            raise CorruptEvent(stored.position, "has an invalid recorded time") from error
