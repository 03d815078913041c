"""Decides a command by its rule, on what is known of the things that it names."""

from __future__ import annotations

from msgspec import structs

from events.errors import Unknown
from events.event.types import (
    ActorRegistered,
    AliasAdded,
    AliasRemoved,
    SourceGraded,
    StatementRecorded,
    StatementRedacted,
    StatementRelated,
    StatementUnrelated,
    TimelineOpened,
)
from service.writing.deciding.command import Command, Put
from service.writing.deciding.working_state import WorkingState
from service.writing.rules import actors, source, statement, whole
from service.writing.rules import timeline as timeline_rule
from service.writing.rules.decision import Decision

__all__ = ["decide"]


def decide(timeline: str, state: WorkingState, command: Command) -> Decision:
    """The decision of the command's rule. Raises the refusals of `events.errors`."""
    id_, event = command
    if isinstance(event, TimelineOpened):
        return timeline_rule.decide(state.timeline, event, timeline)
    if not state.is_open:
        raise Unknown("timeline", timeline)
    match event:
        case ActorRegistered() | AliasAdded() | AliasRemoved():
            return actors.decide(state.directory(event, id_), event, id_)
        case SourceGraded():
            return source.decide(event, id_, named=state.is_named(id_))
        case _:
            return _decide_statement(state, command)


def _decide_statement(state: WorkingState, command: Command) -> Decision:
    id_, event = command
    past = state.statement(id_)
    match event:
        case StatementRecorded():
            return statement.record(past, event.statement, id_)
        case Put():
            return whole.put(past, state.made(id_), event.statement, event.reason, id_)
        case StatementRedacted():
            return statement.redact(past, state.own(id_), event.reason, id_)
        case StatementRelated() | StatementUnrelated():
            pair, target = (event.relation, event.target), state.statement(event.target)
            is_gone = target is not None and target.redacted is not None
            if past is not None and not is_gone and state.stands(id_, *pair):
                past = structs.replace(past, relations=frozenset({pair}))
            return statement.decide(past, target, event, id_)
        case _:
            return statement.decide(past, None, event, id_)
