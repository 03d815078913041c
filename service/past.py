"""The past of subjects, read from the log by way of the read model's index of events.

The log tells at which revision a subject is, the read model where its events are once it has
folded them, and each event that is fetched is checked against what was asked for.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from events.codec import Codec, RecordedEvent
from events.envelope import ACTORS, TIMELINE, Subject, statement_subject, subject_id
from events.errors import LogReplaced, RevisionConflict, StatementRedacted
from events.log import Log, partition_of
from events.wording import TIMELINE as TIMELINE_NAME
from projections import queries
from projections.projector import Projector
from projections.store import Store
from service.decide import actors, statement, timeline
from service.decide.actors import Directory
from service.decide.statement import StatementPast
from service.decide.timeline import TimelinePast

__all__ = ["Expected", "Pasts", "StatementPasts"]

Expected = Mapping[Subject, int]
"""The revisions of the subjects that were read, to be expected of the append."""

StatementPasts = Mapping[str, StatementPast]
"""Statements by their ids; those that were never recorded are not among them."""

_Place = tuple[int, int]
"""An event's revision and position."""

_REVISION = re.compile("[0-9]{1,16}")
"""A tag that a statement may have had."""

_BATCH = 500
_MOST_DIRECTORIES = 256
_MOST_OPEN = 10_000

_BEGINNING = ("statement.recorded", "statement.redacted")
_TEXT = (*_BEGINNING, "statement.corrected", "statement.retracted")
_RELATIONS = ("statement.related", "statement.unrelated")


class _Seen(NamedTuple):
    directory: Directory
    revision: int


class Pasts:
    """Reads pasts. It keeps the directories of actors of the timelines that were asked for last,
    and folds only what has come since. Every call raises LogUnavailable, LogReplaced,
    CorruptEvent, Lagging and Stalled."""

    def __init__(self, log: Log, codec: Codec, store: Store, projector: Projector) -> None:
        self._log = log
        self._codec = codec
        self._store = store
        self._projector = projector
        self._directories: OrderedDict[str, _Seen] = OrderedDict()
        self._open: set[str] = set()
        projector.on_reset += [self._directories.clear, self._open.clear]

    async def is_open(self, name: str) -> bool:
        """Whether the timeline was opened, which it stays for as long as this log is the log."""
        if name in self._open:
            return True
        if not TIMELINE_NAME.admits(name) or not await self._log.revision(name):
            return False
        if len(self._open) >= _MOST_OPEN:
            self._open.clear()
        self._open.add(name)
        return True

    async def timeline(self, name: str) -> tuple[TimelinePast | None, Expected]:
        """How the timeline is described; None before it is opened."""
        expected = await self._revisions(name, [TIMELINE])
        past: TimelinePast | None = None
        for event in await self._read(name, self._places(name, [TIMELINE])):
            past = timeline.evolve(past, event.header, event.event)
        return past, expected

    async def beginnings(self, name: str, ids: Sequence[str]) -> tuple[StatementPasts, Expected]:
        """How the statements were recorded, and whether they were redacted."""
        expected, there = await self._statements(name, ids)
        return await self._fold(name, self._places(name, there, _BEGINNING)), expected

    async def text(self, name: str, id: str) -> tuple[StatementPasts, Expected]:  # noqa: A002 - the field's own name
        """The statement as corrected, and whether it was retracted or redacted."""
        expected, there = await self._statements(name, [id])
        return await self._fold(name, self._places(name, there, _TEXT)), expected

    async def own(self, name: str, id: str) -> tuple[int, ...]:  # noqa: A002 - the field's own name
        """The revisions of every event whose subject the statement is, as far as is folded."""
        subject = statement_subject(id)
        events = await self._read(name, self._places(name, [subject]))
        return tuple(e.header.revision for e in events if e.header.subject == subject)

    def refuse_redacted(self, name: str, id: str) -> None:  # noqa: A002 - the field's own name
        """Raises StatementRedacted where the statement is gone."""
        ref = queries.timeline_at(self._store.reader, name)
        revision = ref and queries.redaction_of(self._store.reader, ref, id)
        if revision:
            raise StatementRedacted(id, revision)

    async def relation(self, name: str, id: str, target: str) -> tuple[StatementPasts, Expected]:  # noqa: A002 - the field's own name
        """The beginnings of two statements, and the relations between them and no others: that a
        statement has thousands of them costs a command about one nothing."""
        expected, there = await self._statements(name, [id, target])
        own = self._places(name, [statement_subject(id)], _RELATIONS)
        others = self._places(name, [statement_subject(target)], _RELATIONS)
        places = {*self._places(name, there, _BEGINNING), *({*own} & {*others})}
        return await self._fold(name, sorted(places)), expected

    async def directory(self, name: str) -> tuple[Directory, Expected]:
        """The timeline's actors and their spellings."""
        expected = await self._revisions(name, [ACTORS])
        seen = self._directories.pop(name, _Seen(Directory(), 0))
        places = self._places(name, [ACTORS], after=seen.revision)
        if places:
            events = await self._read(name, places)
            directory = actors.evolve(seen.directory, ((e.header, e.event) for e in events))
            seen = _Seen(directory, places[-1][0])
        if seen.revision < expected[ACTORS]:
            raise _replaced(name)
        self._directories[name] = seen
        if len(self._directories) > _MOST_DIRECTORIES:
            self._directories.popitem(last=False)
        return seen.directory, expected

    async def source_is_named(self, name: str, id: str) -> bool:  # noqa: A002 - the field's own name
        """Whether some statement names the source, at the timeline's revision of now."""
        revision = await self.head(name)
        ref = queries.timeline_at(self._store.reader, name)
        return ref is not None and queries.source_named(self._store.reader, ref, id, revision)

    async def check_tags(self, name: str, id: str, tags: tuple[str, ...]) -> None:  # noqa: A002 - the field's own name
        """RevisionConflict unless one of the tags is that of the statement as it is shown at the
        timeline's revision of now. A statement that is not shown is left to its rule."""
        revision = await self.head(name)
        ref = queries.timeline_at(self._store.reader, name)
        shown = ref and queries.show_statement(self._store.reader, ref, id, revision)
        if not shown:
            return
        _, changed = shown
        if str(changed) not in tags:
            named = [int(tag) for tag in tags if _REVISION.fullmatch(tag)]
            raise RevisionConflict(statement_subject(id), max(named, default=None), changed)

    async def head(self, name: str) -> int:
        """The timeline's last revision in the log, once the read model has reached it."""
        revision = await self._log.revision(name)
        await self._projector.wait_for(name, revision)
        return revision

    async def _statements(self, name: str, ids: Sequence[str]) -> tuple[Expected, list[Subject]]:
        """The revisions of the statements' subjects, and those that there are."""
        expected = await self._revisions(name, [statement_subject(id_) for id_ in ids])
        return expected, [subject for subject, revision in expected.items() if revision]

    async def _revisions(self, name: str, subjects: Sequence[Subject]) -> Expected:
        """The subjects' revisions, once the read model has reached them all."""
        revisions = await self._log.revisions(name, subjects)
        await self._projector.wait_for(name, max(revisions))
        return dict(zip(subjects, revisions, strict=True))

    def _places(
        self, name: str, subjects: Iterable[Subject], types: Sequence[str] = (), after: int = 0
    ) -> list[_Place]:
        """Where the events are that touched any of the subjects, in order."""
        reader = self._store.reader
        ref = queries.timeline_at(reader, name)
        subjects = list(subjects)
        if ref is None or not subjects:
            return []
        return queries.positions_of(reader, ref, subjects=subjects, types=types, after=after)

    async def _fold(self, name: str, places: Sequence[_Place]) -> StatementPasts:
        pasts: dict[str, StatementPast] = {}
        for event in await self._read(name, places):
            id_ = subject_id(event.header.subject)
            past = statement.evolve(pasts.get(id_), event.header, event.event)
            if past is not None:
                pasts[id_] = past
        return pasts

    async def _read(self, name: str, places: Sequence[_Place]) -> list[RecordedEvent]:
        """The events at those places, each found to be what it should be."""
        partition = partition_of(name, self._log.identity.partitions)
        events: list[RecordedEvent] = []
        for start in range(0, len(places), _BATCH):
            batch = places[start : start + _BATCH]
            stored = await self._log.fetch(partition, [position for _, position in batch])
            opened = [self._codec.open(entry) for entry in stored]
            found = [(e.header.timeline, e.header.revision, e.position) for e in opened]
            if found != [(name, *place) for place in batch]:
                raise _replaced(name)
            events += opened
        return events


def _replaced(name: str) -> LogReplaced:
    return LogReplaced(f"The log does not hold the events of {name!r} that were read before.")
