"""What happens to statements: recorded, corrected, retracted, reinstated, graded."""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from msgspec import structs

from events.event.types import StatementCorrected, StatementGraded, StatementRetracted
from events.statement.correction import merged
from events.statement.statement import Statement
from projections.answers.statement import ShownRetraction
from projections.fold.changes import Changes
from projections.fold.contents import OuterBounds, add_content, dated, speakers_of, statement_of
from projections.fold.indexing.terms import Terms
from projections.fold.relations import regroup_statement, restore_relations, withdraw
from projections.fold.timelines import Timelines, TimelineState
from projections.storage.current_statements import CurrentStatements, Version
from projections.storage.rows import Rows
from projections.storage.schema import ASSERTED, KINDS, RETRACTED

__all__ = ["Statements"]

_ADD = "INSERT INTO statements (tl, st, id) VALUES (?, ?, ?)"
_RETRACT = "INSERT INTO retractions (tl, st, revision, shown) VALUES (?, ?, ?, ?)"
_encode = msgspec.json.Encoder().encode
_KIND = {kind: number for number, kind in enumerate(KINDS)}


class _Moved(NamedTuple):
    before: OuterBounds
    after: OuterBounds


class Statements:
    """Folds the events whose subject is a statement, except relations."""

    def __init__(self, rows: Rows, timelines: Timelines) -> None:
        self._rows = rows
        self._timelines = timelines
        self.current = CurrentStatements(rows)
        self._terms = Terms(rows)

    def record(
        self, state: TimelineState, revision: int, recorded_at: str, statement: Statement
    ) -> None:
        """Add a new statement: nothing is read, only written."""
        rows, tl = self._rows, state.tl
        occurred, said = dated(statement.occurred), dated(statement.said.on)
        content = add_content(rows, tl, revision, revision, statement, recorded_at)
        rows.add(_ADD, (tl, revision, statement.id))
        version = Version(
            since=revision,
            content=content,
            kind=_KIND[statement.kind],
            standing=ASSERTED,
            unsourced=int(not statement.sources),
            occurred_start=occurred.outer.start,
            occurred_end=occurred.outer.end,
            said_start=said.outer.start,
            said_end=said.outer.end,
            occurred_late=occurred.late,
            said_late=said.late,
            touched=revision,
        )
        self.current.record(tl, statement.id, version)
        self._terms.add(tl, revision, statement)
        state.statements += 1
        if statement.occurred is not None:
            self._timelines.widen(state, revision, occurred.outer)

    def correct(
        self, changes: Changes, state: TimelineState, st: int, at: str, event: StatementCorrected
    ) -> None:
        """Give the statement its corrected content; `at` is the event's recorded time."""
        version = changes.touch(st)
        before, recorded_at = statement_of(self._rows, version.content)
        after = merged(before, event.changes)
        version.content = add_content(
            self._rows, changes.tl, st, changes.revision, after, recorded_at, at
        )
        version.kind = _KIND[after.kind]
        version.unsourced = int(not after.sources)
        occurred, said = dated(after.occurred), dated(after.said.on)
        moved = _Moved(OuterBounds(version.occurred_start, version.occurred_end), occurred.outer)
        version.occurred_start, version.occurred_end = occurred.outer
        version.said_start, version.said_end = said.outer
        version.occurred_late, version.said_late = occurred.late, said.late
        self._terms.move(changes.tl, st, changes.revision, before, after)
        if speakers_of(after) != speakers_of(before):
            regroup_statement(changes, st)
        changes.write()
        if moved.before != moved.after:
            self._timelines.move(state, changes.revision, *moved)

    def retract(self, changes: Changes, st: int, event: StatementRetracted) -> None:
        """Retract the statement; its relations no longer count."""
        shown = ShownRetraction(**structs.asdict(event), revision=changes.revision)
        self._rows.add(_RETRACT, (changes.tl, st, changes.revision, _encode(shown).decode()))
        changes.touch(st)
        withdraw(changes, st)
        changes.cause(st, RETRACTED, changes.revision)
        changes.write()

    def reinstate(self, changes: Changes, st: int) -> None:
        """Reinstate the statement; its relations count again."""
        changes.touch(st)
        changes.uncause_all(st, RETRACTED)
        restore_relations(changes, st)
        changes.write()

    def grade(self, changes: Changes, st: int, event: StatementGraded) -> None:
        changes.touch(st).credibility = event.credibility
        changes.write()

    def forget(self) -> None:
        """Drop what is cached of a batch; also called after a rollback."""
        self.current.forget()
        self._terms.forget()
