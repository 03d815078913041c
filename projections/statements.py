"""What happens to statements: recorded, corrected, retracted, graded."""

from __future__ import annotations

from typing import NamedTuple

from events.correction import merged
from events.statement import Statement
from events.types import StatementCorrected, StatementGraded
from projections.changes import ADD_VERSION, Changes
from projections.contents import Span, add_content, span_of, speaker_of, statement_of
from projections.relations import regroup_statement, withdraw
from projections.rows import Rows
from projections.schema import ASSERTED, KINDS, RETRACTED
from projections.terms import Mentions, add_terms, move_terms
from projections.timelines import Timelines, TimelineState

__all__ = ["Statements", "statement_number"]

_ADD = "INSERT INTO statements (tl, st, id) VALUES (?, ?, ?)"
_KIND = {kind: number for number, kind in enumerate(KINDS)}


class _Moved(NamedTuple):
    before: Span
    after: Span


class Statements:
    """Folds the events whose subject is a statement, but for relations."""

    def __init__(self, rows: Rows, timelines: Timelines) -> None:
        self._rows = rows
        self._timelines = timelines
        self.mentions = Mentions(rows)

    def record(
        self, state: TimelineState, revision: int, recorded_at: str, statement: Statement
    ) -> None:
        """A new statement: nothing is read, only written."""
        rows, tl = self._rows, state.tl
        occurred, said = span_of(statement.occurred), span_of(statement.said.on)
        content = add_content(rows, tl, revision, revision, statement, recorded_at)
        rows.add(_ADD, (tl, revision, statement.id))
        rows.add(
            ADD_VERSION,
            (
                *(tl, revision, revision, content, _KIND[statement.kind], ASSERTED),
                *(not statement.sources, *occurred, *said, 0, 0, 0, None, revision),
            ),
        )
        add_terms(rows, tl, revision, statement)
        self.mentions.add(tl, revision, statement)
        state.statements += 1
        if statement.occurred is not None:
            self._timelines.widen(state, revision, occurred)

    def correct(
        self, changes: Changes, state: TimelineState, st: int, at: str, event: StatementCorrected
    ) -> None:
        """The statement says something else from now on; `at` is the event's recorded time."""
        version = changes.touch(st)
        before, recorded_at = statement_of(self._rows, version.content)
        after = merged(before, event.changes)
        spoke = speaker_of(self._rows, version.content)
        version.content = add_content(
            self._rows, changes.tl, st, changes.revision, after, recorded_at, at
        )
        version.kind = _KIND[after.kind]
        version.unsourced = int(not after.sources)
        moved = _Moved(Span(version.occurred_start, version.occurred_end), span_of(after.occurred))
        version.occurred_start, version.occurred_end = moved.after
        version.said_start, version.said_end = span_of(after.said.on)
        move_terms(self._rows, changes.tl, st, changes.revision, before, after)
        self.mentions.add(changes.tl, changes.revision, after)
        if speaker_of(self._rows, version.content) != spoke:
            regroup_statement(changes, st)
        changes.write()
        if moved.before != moved.after:
            self._timelines.move(state, changes.revision, *moved)

    def retract(self, changes: Changes, st: int) -> None:
        """The statement stands no longer, nor does what it said of others."""
        changes.touch(st)
        withdraw(changes, st)
        changes.cause(st, RETRACTED, changes.revision)
        changes.write()

    def grade(self, changes: Changes, st: int, event: StatementGraded) -> None:
        changes.touch(st).credibility = event.credibility
        changes.write()


def statement_number(rows: Rows, tl: int, id: str) -> int:  # noqa: A002 - the field's own name
    """The statement of that id; LookupError where there is none."""
    row = rows.one("SELECT st FROM statements WHERE tl = ? AND id = ?", (tl, id))
    if row is None:
        raise LookupError(f"there is no statement {id!r} before it")
    return int(row[0])
