"""What each type of event does to a timeline from which no earlier event is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from events.errors import CorruptEvent
from events.event.codec import RecordedEvent
from events.event.envelope import Header, Subject, redactable_subject, subject_id
from events.event.types import (
    ActorDescribed,
    ActorRegistered,
    AliasAdded,
    AliasRemoved,
    Event,
    GrantGiven,
    GrantTaken,
    KeyIssued,
    KeyRevoked,
    ProposalApproved,
    ProposalMade,
    ProposalRefused,
    ProposalWithdrawn,
    SourceGraded,
    StatementCorrected,
    StatementGraded,
    StatementRecorded,
    StatementRedacted,
    StatementReinstated,
    StatementRelated,
    StatementRetracted,
    StatementUnrelated,
    TimelineDescribed,
    TimelineOpened,
    touches,
)
from projections.fold import actors, relations
from projections.fold.access import change_access
from projections.fold.changes import Changes
from projections.fold.proposals import change_proposal, drop_proposal
from projections.fold.statements import Statements
from projections.fold.timelines import Timelines, TimelineState
from projections.storage.rows import Rows
from projections.storage.schema import CONTENTS

__all__ = ["Meaning", "RedactionMet"]

_GRADE_SOURCE = """
INSERT INTO source_grades (tl, source, revision, reliability, note, author, recorded_at)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_REDACT = "INSERT INTO redactions (tl, id, revision) VALUES (?, ?, ?)"
_REDACTED = "SELECT revision FROM redactions WHERE tl = ? AND id = ?"
_DUE = "SELECT id FROM redactions WHERE tl = ? AND revision = ?"
_DROP_WORDS = """
DELETE FROM search WHERE rowid IN (SELECT content FROM contents WHERE content >= ? AND content < ?)
"""
_DROP_CONTENTS = "DELETE FROM contents WHERE content >= ? AND content < ?"


class RedactionMet(Exception):
    """A folded statement turns out to be redacted at `revision`, so its timeline must be folded
    again without it. No row was changed."""

    def __init__(self, timeline: str, id: str, revision: int, position: int) -> None:  # noqa: A002 - the field's own name
        super().__init__(f"statement {id!r} of {timeline!r} was redacted at {revision}")
        self.timeline = timeline
        self.id = id
        self.revision = revision
        self.position = position


class Meaning:
    """Applies events, each the next of its timeline."""

    def __init__(self, rows: Rows, timelines: Timelines) -> None:
        self._rows = rows
        self._timelines = timelines
        self._statements = Statements(rows, timelines)

    def apply(
        self, state: TimelineState, recorded: RecordedEvent, redacted: int | None
    ) -> Sequence[str]:
        """Apply the event. Returns the subjects by which it can be found. `redacted` is the
        revision that removed its data, if one did. Raises RedactionMet."""
        header, event = recorded.header, recorded.event
        if (state.revision == 0) != isinstance(event, TimelineOpened):
            raise CorruptEvent(
                recorded.position, "opens its timeline again, or precedes its opening"
            )
        if event is None or isinstance(event, StatementRedacted):
            revision = header.revision if event else redacted or 0
            self._redact(state, header, revision, recorded.position)
        if state.redacted and self._is_gone(state, recorded):
            return (header.subject,)
        if isinstance(event, StatementRecorded):
            statement = event.statement
            self._statements.record(state, header.revision, header.recorded_at, statement)
            return (header.subject,)
        if isinstance(event, (StatementRelated, StatementUnrelated)):
            self._relate(state, header, event)
        elif event is not None:
            self._apply(state, header, event)
        return () if event is None else touches(Subject(header.subject), event)

    def note_redaction(self, state: TimelineState, id: str, revision: int) -> None:  # noqa: A002 - the field's own name
        """Note that the statement was redacted at `revision`: nothing of it is folded from now
        on."""
        state.redacted = 1
        self._rows.add(_REDACT, (state.tl, id, revision))

    def drop_contents(self, tl: int) -> None:
        self._rows.change(_DROP_WORDS, (tl * CONTENTS, (tl + 1) * CONTENTS))
        self._rows.change(_DROP_CONTENTS, (tl * CONTENTS, (tl + 1) * CONTENTS))

    def prepare(self, tl: int, recorded: Iterable[RecordedEvent]) -> None:
        """Read the statements that these events are about together."""
        self._statements.current.read(tl, _named_in(recorded))

    def forget(self) -> None:
        """Drop what is cached of a batch, after its rows were written or rolled back."""
        self._statements.forget()

    def _apply(self, state: TimelineState, header: Header, event: Event) -> None:
        changes = Changes(self._rows, self._statements.current, state.tl, header.revision)
        subject = subject_id(header.subject)
        match event:
            case TimelineOpened():
                self._timelines.open(state, event)
            case TimelineDescribed():
                self._timelines.describe(state, header.revision, event)
            case StatementCorrected():
                st = self._number(state, subject)
                self._statements.correct(changes, state, st, header.recorded_at, event)
            case StatementRetracted():
                self._statements.retract(changes, self._number(state, subject), event)
            case StatementReinstated():
                self._statements.reinstate(changes, self._number(state, subject))
            case StatementGraded():
                self._statements.grade(changes, self._number(state, subject), event)
            case _:
                self._apply_to_others(changes, header, event)

    def _apply_to_others(self, changes: Changes, header: Header, event: Event) -> None:
        """Apply an event that is about neither the timeline nor a statement."""
        tl, subject = changes.tl, subject_id(header.subject)
        match event:
            case SourceGraded(reliability=reliability, note=note):
                row = (tl, subject, header.revision, reliability, note)
                self._rows.add(_GRADE_SOURCE, (*row, header.author, header.recorded_at))
            case KeyIssued() | KeyRevoked() | GrantGiven() | GrantTaken():
                change_access(self._rows, tl, header, event)
            case ProposalMade() | ProposalApproved() | ProposalRefused() | ProposalWithdrawn():
                change_proposal(self._rows, tl, header, event)
            case _:
                _apply_to_actor(changes, subject, event)

    def _relate(
        self, state: TimelineState, header: Header, event: StatementRelated | StatementUnrelated
    ) -> None:
        changes = Changes(self._rows, self._statements.current, state.tl, header.revision)
        source = self._number(state, subject_id(header.subject))
        if state.redacted and self._redacted_at(state, event.target) is not None:
            # A relation to a redacted statement is not shown; that the source was touched is.
            changes.touch(source)
            changes.write()
            return
        target = self._number(state, event.target)
        if isinstance(event, StatementRelated):
            relations.relate(changes, source, target, event)
        else:
            relations.unrelate(changes, source, target, event)

    def _redact(self, state: TimelineState, header: Header, revision: int, position: int) -> None:
        id_ = subject_id(header.subject)
        if state.redacted and self._redacted_at(state, id_) is not None:
            return
        if revision < header.revision or not _is_about_text(header):
            raise CorruptEvent(position, "has lost its data, but no redaction can have removed it")
        if self._statements.current.find(state.tl, id_) is not None:
            raise RedactionMet(state.name, id_, revision, position)
        drop_proposal(self._rows, state.tl, id_)
        self.note_redaction(state, id_, revision)

    def _is_gone(self, state: TimelineState, recorded: RecordedEvent) -> bool:
        """Whether the event is about a redacted statement. Raises CorruptEvent if a redaction is
        due and the event is another one."""
        header = recorded.header
        due = self._rows.all(_DUE, (state.tl, header.revision))
        redacts = isinstance(recorded.event, StatementRedacted)
        if due and not (redacts and (subject_id(header.subject),) in due):
            raise CorruptEvent(recorded.position, f"is not the redaction of {due[0][0]!r}")
        about_text = _is_about_text(header)
        return about_text and self._redacted_at(state, subject_id(header.subject)) is not None

    def _redacted_at(self, state: TimelineState, id: str) -> int | None:  # noqa: A002 - the field's own name
        row = self._rows.one(_REDACTED, (state.tl, id))
        return row[0] if row else None

    def _number(self, state: TimelineState, id: str) -> int:  # noqa: A002 - the field's own name
        return self._statements.current.number(state.tl, id)


def _is_about_text(header: Header) -> bool:
    """Whether the event is about a thing whose text a redaction removes."""
    return header.subject == redactable_subject(header.timeline, subject_id(header.subject))


def _apply_to_actor(changes: Changes, subject: str, event: Event) -> None:
    match event:
        case ActorRegistered():
            actors.register(changes, event)
        case ActorDescribed():
            actors.describe(changes, event)
        case AliasAdded():
            actors.add_alias(changes, subject, event)
        case AliasRemoved():
            actors.remove_alias(changes, subject, event)
        case _:
            raise TypeError(f"{event.event_type} has no meaning here")


def _named_in(recorded: Iterable[RecordedEvent]) -> Iterator[str]:
    """The ids of earlier statements that the events name."""
    for _, header, event in recorded:
        if header.type.startswith("statement.") and not isinstance(event, StatementRecorded):
            yield subject_id(header.subject)
            if isinstance(event, (StatementRelated, StatementUnrelated)):
                yield event.target
