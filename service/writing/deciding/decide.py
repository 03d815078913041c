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
from service.writing.deciding.known import Known
from service.writing.rules import actors, source, statement, whole
from service.writing.rules import timeline as timeline_rule
from service.writing.rules.decision import Decision

__all__ = ["decide"]


def decide(timeline: str, known: Known, command: Command) -> Decision:
    """The decision of the command's rule. Raises the refusals of `events.errors`."""
    id_, event = command
    if isinstance(event, TimelineOpened):
        return timeline_rule.decide(known.timeline, event, timeline)
    if not known.is_open:
        raise Unknown("timeline", timeline)
    match event:
        case ActorRegistered() | AliasAdded() | AliasRemoved():
            return actors.decide(known.directory(event, id_), event, id_)
        case SourceGraded():
            return source.decide(event, id_, named=known.is_named(id_))
        case _:
            return _decide_statement(known, command)


def _decide_statement(known: Known, command: Command) -> Decision:
    id_, event = command
    past = known.statement(id_)
    match event:
        case StatementRecorded():
            return statement.record(past, event.statement, id_)
        case Put():
            return whole.put(past, known.made(id_), event.statement, event.reason, id_)
        case StatementRedacted():
            return statement.redact(past, known.own(id_), event.reason, id_)
        case StatementRelated() | StatementUnrelated():
            pair, target = (event.relation, event.target), known.statement(event.target)
            is_gone = target is not None and target.redacted is not None
            if past is not None and not is_gone and known.stands(id_, *pair):
                past = structs.replace(past, relations=frozenset({pair}))
            return statement.decide(past, target, event, id_)
        case _:
            return statement.decide(past, None, event, id_)
