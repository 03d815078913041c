"""Finds, all at once, what is known of the things that commands name.

The log gives how a statement was recorded and which event gave a thing its present state; each
event is checked against what was asked for. Everything else comes from the read model, once it has
folded every event up to the subjects' revisions in the log. So a command costs the same however
long the past of its subject is. If another event is appended in between, the log refuses the append
because of the expected revisions, and the commands are decided again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import structs

from events.event.codec import RecordedEvent
from events.event.envelope import TIMELINE, statement_subject, subject_id
from events.event.types import (
    SourceGraded,
    StatementRecorded,
    StatementRedacted,
)
from events.statement.wording import spelling_key
from service.writing.deciding.command import Command, Put
from service.writing.deciding.past import EventPosition, Expected, FoldedTimeline, Pasts
from service.writing.deciding.recent import RecentStatement, RecentStatements
from service.writing.deciding.rows import (
    FoldedRows,
    positions_of_own,
    relations_of,
    rows_of,
    sources_of,
)
from service.writing.deciding.subjects import subjects_of
from service.writing.deciding.working_state import FoundState
from service.writing.rules import statement as statement_rule
from service.writing.rules.actors import ActorPast, Alias
from service.writing.rules.decision import EventRef, event_ref
from service.writing.rules.statement import StatementPast
from service.writing.rules.timeline import TimelinePast, evolve

__all__ = ["Finder"]

_Read = Mapping[int, RecordedEvent]
"""Events that were read from the log, by revision."""


class Finder:
    """Finds what commands are decided on."""

    def __init__(self, pasts: Pasts, recent: RecentStatements) -> None:
        self.pasts = pasts
        self.recent = recent

    async def find(self, timeline: str, commands: Sequence[Command]) -> FoundState:
        """What is known of everything that the commands name. For a single command the recordings
        of all its statements are read too, to notice a log that has changed.

        Raises LogUnavailable, LogReplaced, CorruptEvent, Lagging and Stalled.
        """
        subjects = dict.fromkeys(each for command in commands for each in subjects_of(command))
        grades = any(isinstance(command.event, SourceGraded) for command in commands)
        head = await (self.pasts.head if grades else self.pasts.revision)(timeline)
        read = [each for each in subjects if not each.startswith("sources/")]
        expected = await self.pasts.expected(timeline, read)
        recent = self._recent_among(timeline, commands, expected) if not grades else {}
        left = {
            subject: revision
            for subject, revision in expected.items()
            if revision and not (recent and subject_id(subject) in recent)
        }
        await self.pasts.reach(timeline, left.values())
        folded = self.pasts.folded(timeline)
        if folded is None:
            redacted = [each.id for each in commands if isinstance(each.event, StatementRedacted)]
            found = FoundState(head, expected, own=dict.fromkeys(redacted, ()))
        else:
            found = await self._found(timeline, commands, head, left, folded)
        return _with_recent(found._replace(expected=expected), recent)

    def _recent_among(
        self, timeline: str, commands: Sequence[Command], expected: Expected
    ) -> Mapping[str, RecentStatement]:
        """The statements that need not be read. Statements to be redacted are always read."""
        if len(commands) == 1:
            return {}
        redacted = {each.id for each in commands if isinstance(each.event, StatementRedacted)}
        found = {}
        for subject, revision in expected.items():
            kind, _, id_ = subject.partition("/")
            if revision and kind == "statements" and id_ not in redacted:
                recent = self.recent.find(timeline, id_, revision)
                if recent is not None:
                    found[id_] = recent
        return found

    async def _found(
        self,
        timeline: str,
        commands: Sequence[Command],
        head: int,
        expected: Expected,
        folded: FoldedTimeline,
    ) -> FoundState:
        """Everything from the read model is read before waiting for the log, so that it is of one
        moment."""
        rows = rows_of(timeline, commands, expected, folded)
        relations = relations_of(commands, folded)
        sources = sources_of(commands, rows, folded)
        positions = self._positions(timeline, commands, rows, expected, folded)
        own = positions_of_own(commands, rows, folded)
        events = await self._read(
            timeline, {*positions, *(each for of in own.values() for each in of)}
        )
        return FoundState(
            head,
            expected,
            _timeline(events, expected),
            _statements(rows, events),
            {id_: _made(events, row.made) for id_, row in rows.statements.items()},
            relations,
            _actors(rows, events),
            rows.spellings,
            sources,
            {id_: _revisions_of(id_, of, events) for id_, of in own.items()},
        )

    def _positions(
        self,
        timeline: str,
        commands: Sequence[Command],
        rows: FoldedRows,
        expected: Expected,
        folded: FoldedTimeline,
    ) -> Sequence[EventPosition]:
        """The positions of the recorded events that the rules need."""
        revisions = {row.since for row in rows.actors.values()}
        revisions |= {
            held.since
            for held in rows.spellings
            if held.role == "alias" and spelling_key(held.actor) in rows.actors
        }
        revisions |= _recordings(commands, rows)
        if expected.get(TIMELINE):
            revisions.add(expected[TIMELINE])
        return self.pasts.positions(timeline, folded, sorted(revisions))

    async def _read(self, timeline: str, positions: Iterable[EventPosition]) -> _Read:
        events = await self.pasts.read(timeline, sorted(positions))
        return {event.header.revision: event for event in events}


def _with_recent(found: FoundState, recent: Mapping[str, RecentStatement]) -> FoundState:
    if not recent:
        return found
    return found._replace(
        statements={**found.statements, **{id_: each.past for id_, each in recent.items()}},
        made={**found.made, **{id_: each.made for id_, each in recent.items()}},
        whole={id_: each.relations for id_, each in recent.items()},
    )


def _recordings(commands: Sequence[Command], rows: FoldedRows) -> set[int]:
    """The revisions of the recordings with which new ones are compared, and of the events that gave
    statements their present content."""
    if len(commands) == 1:
        return {row.recorded for row in rows.statements.values()} | _contents(commands, rows)
    recorded = {
        rows.statements[id_].recorded
        for id_, event in commands
        if isinstance(event, StatementRecorded) and id_ in rows.statements
    }
    return recorded | _contents(commands, rows)


def _contents(commands: Sequence[Command], rows: FoldedRows) -> set[int]:
    return {
        row.made
        for id_, event in commands
        if isinstance(event, Put)
        and (row := rows.statements.get(id_)) is not None
        and rows.contents.get(row.made) == event.statement
    }


def _revisions_of(id_: str, positions: Sequence[EventPosition], read: _Read) -> tuple[int, ...]:
    """The revisions of the events whose subject is the statement."""
    subject = statement_subject(id_)
    return tuple(rev for rev, _ in positions if read[rev].header.subject == subject)


def _timeline(read: _Read, expected: Expected) -> TimelinePast | None:
    event = read.get(expected.get(TIMELINE, 0))
    return evolve(None, event.header, event.event) if event else None


def _statements(rows: FoldedRows, read: _Read) -> Mapping[str, StatementPast]:
    found = {
        id_: StatementPast(id_, EventRef(0, ""), redacted=revision)
        for id_, revision in rows.redacted.items()
    }
    for id_, row in rows.statements.items():
        event = read.get(row.recorded)
        begun = event and statement_rule.begin(event.header, event.event)
        past = begun or StatementPast(id_, _made(read, row.recorded))
        current = rows.contents.get(row.made)
        found[id_] = structs.replace(past, current=current, retracted=row.retracted)
    return found


def _actors(rows: FoldedRows, read: _Read) -> Mapping[str, ActorPast]:
    found = {}
    for key, row in rows.actors.items():
        aliases = {
            held.key: Alias(held.spelling, _made(read, held.since))
            for held in rows.spellings
            if held.role == "alias" and held.actor == row.id
        }
        made = _made(read, row.since)
        found[key] = ActorPast(row.id, row.name, row.type, made, aliases)
    return found


def _made(read: _Read, revision: int) -> EventRef:
    """The event with that revision; without its id if it was not read."""
    event = read.get(revision)
    return event_ref(event.header) if event else EventRef(revision, "")
