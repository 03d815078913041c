"""The past of subjects: their revisions in the log, what the read model has of them, and their
events. An event from the log is checked to be the one that was asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec import structs

from events.errors import LogReplaced, RevisionConflict, StatementGone
from events.event.codec import Codec, RecordedEvent
from events.event.envelope import Subject, statement_subject
from events.event.types import AccessChange
from events.log.contract import Log
from events.log.lookup import NotAtPosition, fetch_recorded
from events.statement.timeline_names import ANY_TIMELINE
from projections import queries
from projections.progress import Progress
from projections.queries.timelines import TimelineRef
from projections.storage.read_model import ReadModel
from projections.storage.reader import Reader
from service.writing.deciding.access_past import access_past, access_subject
from service.writing.rules import statement
from service.writing.rules.access import AccessPast
from service.writing.rules.statement import StatementPast

__all__ = [
    "EventPosition",
    "Expected",
    "FoldedTimeline",
    "Pasts",
    "StatementPasts",
    "named_by",
    "replaced",
]

Expected = Mapping[Subject, int]
"""The revisions of the subjects that were read; the append must expect them."""

StatementPasts = Mapping[str, StatementPast]
"""Statements by id; those that were never recorded are missing."""

EventPosition = tuple[int, int]
"""An event's revision and position."""

_REVISION = re.compile("[0-9]{1,16}")
"""A tag of a statement, as `If-Match` gives it."""

_MOST_OPEN = 10_000


class FoldedTimeline(NamedTuple):
    """A reader of the read model, and the timeline to read."""

    reader: Reader
    ref: TimelineRef


class Pasts:
    """Reads pasts. Every call raises LogUnavailable, LogReplaced, CorruptEvent, Lagging and
    Stalled."""

    def __init__(self, log: Log, codec: Codec, read_model: ReadModel, progress: Progress) -> None:
        self._log = log
        self._codec = codec
        self._read_model = read_model
        self._progress = progress
        self._open: set[str] = set()
        progress.on_reset.append(lambda _: self._open.clear())

    async def is_open(self, timeline: str) -> bool:
        """Whether the timeline is open; once open, it stays open as long as the log is the same."""
        if timeline in self._open:
            return True
        if not ANY_TIMELINE.admits(timeline) or not await self._log.revision(timeline):
            return False
        if len(self._open) >= _MOST_OPEN:
            self._open.clear()
        self._open.add(timeline)
        return True

    async def beginnings(
        self, timeline: str, ids: Sequence[str]
    ) -> tuple[StatementPasts, Expected]:
        """How the statements were recorded, and whether they were redacted."""
        subjects = {statement_subject(id_): id_ for id_ in ids}
        expected = await self.revisions(timeline, [*subjects])
        folded = self.folded(timeline) if any(expected.values()) else None
        if folded is None:
            return {}, expected
        firsts = queries.first_events(*folded, [*subjects])
        pasts: dict[str, StatementPast] = {}
        for event in await self.read(timeline, sorted(firsts.values())):
            past = statement.begin(event.header, event.event)
            if past is not None:
                pasts[past.id] = self._as_redacted(folded, past)
        return pasts, expected

    def refuse_redacted(self, timeline: str, id: str) -> None:  # noqa: A002 - the field's own name
        """Raise StatementGone if the statement is redacted."""
        folded = self.folded(timeline)
        revision = folded and queries.redaction_of(*folded, id)
        if revision:
            raise StatementGone(id, revision)

    async def access(
        self,
        timeline: str,
        id: str,  # noqa: A002 - the field's own name
        wanted: AccessChange,
    ) -> tuple[AccessPast | None, Expected]:
        """The state of the key or the grant; None if no event has touched it."""
        subject = access_subject(wanted, id)
        expected = await self.revisions(timeline, [subject])
        folded = self.folded(timeline) if expected[subject] else None
        return (access_past(*folded, wanted, id) if folded else None), expected

    async def check_tags(self, timeline: str, id: str, tags: tuple[str, ...]) -> None:  # noqa: A002 - the field's own name
        """Raise RevisionConflict unless one of the tags is the statement's, as it is shown at the
        timeline's last revision. If the statement is not shown, its rule decides."""
        revision = await self.head(timeline)
        folded = self.folded(timeline)
        changed = folded and queries.changed_at(*folded, id, revision)
        if changed and str(changed) not in tags:
            raise RevisionConflict(statement_subject(id), named_by(tags), changed)

    async def revision(self, timeline: str) -> int:
        """The timeline's last revision in the log."""
        return await self._log.revision(timeline)

    async def head(self, timeline: str) -> int:
        """The timeline's last revision in the log, once the read model has reached it."""
        revision = await self._log.revision(timeline)
        await self._progress.wait_for(timeline, revision)
        return revision

    async def expected(self, timeline: str, subjects: Sequence[Subject]) -> Expected:
        """The subjects' revisions in the log, 0 for a subject that no event has touched."""
        revisions = await self._log.revisions(timeline, subjects)
        return dict(zip(subjects, revisions, strict=True))

    async def reach(self, timeline: str, revisions: Iterable[int]) -> None:
        """Wait until the read model has reached all of these revisions."""
        last = max(revisions, default=0)
        if last:
            await self._progress.wait_for(timeline, last)

    async def revisions(self, timeline: str, subjects: Sequence[Subject]) -> Expected:
        """The subjects' revisions, once the read model has reached all of them."""
        expected = await self.expected(timeline, subjects)
        await self.reach(timeline, expected.values())
        return expected

    def folded(self, timeline: str) -> FoldedTimeline | None:
        """The folded timeline; None if nothing of it is folded."""
        reader = self._read_model.reader_of(timeline)
        ref = queries.timeline_at(reader, timeline)
        return ref and FoldedTimeline(reader, ref)

    def _as_redacted(self, folded: FoldedTimeline, past: StatementPast) -> StatementPast:
        revision = queries.redaction_of(*folded, past.id)
        if revision is None:
            return past
        return structs.replace(past, redacted=revision, first=None, current=None)

    def positions(
        self, timeline: str, folded: FoldedTimeline, revisions: Sequence[int]
    ) -> list[EventPosition]:
        """The positions of the events with these revisions, ascending; all of them must be
        folded."""
        positions = queries.positions_at(*folded, revisions) if revisions else []
        if len(positions) < len(revisions):
            raise replaced(timeline)
        return positions

    async def read(self, timeline: str, positions: Sequence[EventPosition]) -> list[RecordedEvent]:
        """The events at those positions, each checked."""
        try:
            found = await fetch_recorded(self._log, timeline, positions)
        except NotAtPosition as error:
            raise replaced(timeline) from error
        return [self._codec.open(stored, header) for header, stored in found]


def named_by(tags: Sequence[str]) -> int | None:
    """The latest revision that the tags name, if any."""
    return max((int(tag) for tag in tags if _REVISION.fullmatch(tag)), default=None)


def replaced(timeline: str) -> LogReplaced:
    """The error for a log that does not hold what was read before."""
    return LogReplaced(f"The log does not hold the events of {timeline!r} that were read before.")
