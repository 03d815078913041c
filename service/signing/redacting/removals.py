"""What a redaction removes from the log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from events.event.codec import Codec
from events.event.envelope import Header, redactable_subject
from events.event.types import Event, StatementRedacted
from events.log.contract import Log, Removal
from events.log.lookup import fetch_recorded
from projections import queries
from projections.storage.read_model import ReadModel

__all__ = ["RemovalFinder"]


class _Event(NamedTuple):
    """An event that was opened; `event` is None if its data is gone."""

    header: Header
    event: Event | None
    position: int


class RemovalFinder:
    """Finds the data that redactions name and that is still in the log."""

    def __init__(self, log: Log, codec: Codec, read_model: ReadModel) -> None:
        self._log = log
        self._codec = codec
        self._read_model = read_model

    async def find(self, redacted: queries.Redacted) -> list[Removal]:
        """The events that the redaction names and whose data is still there; their seals are
        checked. Raises CorruptEvent, and ValueError if the event is not a redaction of this
        statement."""
        timeline, id_, revision = redacted
        [(header, event, _)] = await self._fetch(timeline, [revision])
        subject = redactable_subject(timeline, id_)
        if not isinstance(event, StatementRedacted) or header.subject != subject:
            raise ValueError(f"revision {revision} is not a redaction of {id_!r}")
        return [
            Removal(position, timeline, named.id, revision)
            for named, kept, position in await self._fetch(timeline, event.revisions)
            if kept is not None and named.subject == subject and named.revision < revision
        ]

    async def _fetch(self, timeline: str, revisions: Sequence[int]) -> list[_Event]:
        """The events of these revisions, opened. Raises CorruptEvent, and ValueError if one is
        unknown."""
        reader = self._read_model.reader_of(timeline)
        ref = queries.timeline_at(reader, timeline)
        if ref is None:
            raise ValueError(f"there is no timeline {timeline!r}")
        positions = queries.positions_at(reader, ref, revisions)
        if len(positions) != len(revisions):
            raise ValueError(f"not all of {list(revisions)} are events of {timeline!r}")
        found = await fetch_recorded(self._log, timeline, positions)
        opened = [self._codec.open(stored, header) for header, stored in found]
        return [_Event(e.header, e.event, e.position) for e in opened]
