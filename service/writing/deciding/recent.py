"""Statements that this process has recorded, until the read model has folded them.

A command about one of them is decided on its state here, without waiting for the fold. The state is
valid as long as the log says that no other event has touched the statement. Once the statement is
folded it is dropped here, so that no text stays in memory that is removed from the log.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from events.event.types import touches
from events.statement.statement import Statement
from projections.progress import Progress
from service.writing.deciding.working_state import OwnRelations, WorkingState
from service.writing.rules.decision import EventRef, Record
from service.writing.rules.statement import StatementPast

__all__ = ["RecentStatement", "RecentStatements"]

_MOST: Final = 10_000
"""The most statements of one timeline; the oldest are dropped first."""


class RecentStatement(NamedTuple):
    """A statement as it is at `revision`, its last event; the event that gave it its content; and
    all its relations to others."""

    revision: int
    past: StatementPast
    made: EventRef
    relations: OwnRelations


class _Encoded(NamedTuple):
    """A statement that was recorded and not touched since. Most are never used again, and ten
    thousand take a quarter of the memory as JSON, which can be given back as a whole."""

    revision: int
    made: EventRef
    json: bytes

    def decoded(self, id_: str) -> RecentStatement:
        statement = _decode(self.json)
        past = StatementPast(id_, self.made, statement, statement)
        return RecentStatement(self.revision, past, self.made, frozenset())


_Statements = OrderedDict[str, RecentStatement | _Encoded]
"""By id. An ordered dictionary, because removing the first entry of a plain one takes time in
proportion to its former size."""

_decode: Final = msgspec.json.Decoder(Statement).decode


class RecentStatements:
    """The recently recorded statements, by timeline and id."""

    def __init__(self, progress: Progress) -> None:
        self._kept: dict[str, _Statements] = {}
        """The statements of a timeline are in the order of their revisions."""
        progress.on_folded.append(self._drop_folded)
        progress.on_reset.append(lambda _: self._kept.clear())

    def find(self, timeline: str, id: str, revision: int) -> RecentStatement | None:  # noqa: A002 - the field's own name
        """The statement, if `revision` is still its last event."""
        kept = self._kept.get(timeline)
        found = None if kept is None else kept.get(id)
        if found is None or found.revision != revision:
            return None
        return found.decoded(id) if isinstance(found, _Encoded) else found

    def keep(
        self, timeline: str, state: WorkingState, recorded: Sequence[tuple[Record, int]]
    ) -> None:
        """Remember the statements that these decisions recorded or changed, each with the revision
        of its event."""
        last: dict[str, int] = {}
        for decision, revision in recorded:
            for subject in touches(decision.subject, decision.event):
                kind, _, id_ = subject.partition("/")
                if kind == "statements":
                    last.pop(id_, None)
                    last[id_] = revision
        kept = self._kept.setdefault(timeline, OrderedDict())
        for id_, revision in last.items():
            kept.pop(id_, None)
            relations, past = state.own_relations(id_), state.statement(id_)
            if relations is not None and past is not None:
                kept[id_] = RecentStatement(revision, past, state.made(id_), relations)
        self._bound(timeline, kept)

    def record(self, timeline: str, id: str, json: bytes, made: EventRef) -> None:  # noqa: A002 - the field's own name
        """Remember a statement that was just recorded, as its event's data."""
        kept = self._kept.setdefault(timeline, OrderedDict())
        kept.pop(id, None)
        kept[id] = _Encoded(made.revision, made, json)
        self._bound(timeline, kept)

    def _bound(self, timeline: str, kept: _Statements) -> None:
        while len(kept) > _MOST:
            kept.popitem(last=False)
        if not kept:
            self._kept.pop(timeline, None)

    def _drop_folded(self, folded: Mapping[str, int]) -> None:
        for timeline, revision in folded.items():
            kept = self._kept.get(timeline)
            if kept is None:
                continue
            while kept and next(iter(kept.values())).revision <= revision:
                kept.popitem(last=False)
            if not kept:
                del self._kept[timeline]
