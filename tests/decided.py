"""Pasts for tests of the rules: each decision becomes part of the past of the next one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import structs

from events.event.envelope import Header, Subject
from events.event.types import (
    ActorDescribed,
    ActorRegistered,
    AliasAdded,
    AliasRemoved,
    Event,
    StatementCorrected,
    StatementRedacted,
    StatementReinstated,
    StatementRelated,
    StatementRetracted,
    StatementUnrelated,
)
from events.statement.correction import merged
from events.statement.statement import Said, Statement
from events.statement.wording import spelling_key
from service.writing.rules import statement
from service.writing.rules.actors import ActorPast, Alias, Directory, spellings_of
from service.writing.rules.decision import Decision, Record, event_ref
from service.writing.rules.statement import StatementPast

__all__ = ["Decided", "header", "said", "spellings"]


def header(revision: int, subject: str, event_type: str) -> Header:
    """A header of which only these values and the id `e<revision>` matter."""
    return Header(
        timeline="kursk",
        revision=revision,
        recorded_at="2026-11-23T03:10:00.000000Z",
        id=f"e{revision}",
        type=event_type,
        version=1,
        subject=subject,
        author="desk",
        digest="",
        seal="",
    )


def said(text: str = "Kursk is free.", **fields: Any) -> Statement:
    """A statement without an id, unless it is given."""
    return Statement(kind="claim", text=text, said=Said(by="Gerasimov", on=None), **fields)


class Decided:
    """The events of a timeline, kept in memory."""

    def __init__(self) -> None:
        self.events: list[tuple[Header, Event]] = []

    def add(self, subject: Subject, event: Event) -> int:
        """Record the event. Returns its revision."""
        revision = len(self.events) + 1
        self.events.append((header(revision, subject, event.event_type), event))
        return revision

    def apply(self, decision: Decision) -> int:
        """Record the decision, if there is an event. Returns its revision."""
        if isinstance(decision, Record):
            return self.add(decision.subject, decision.event)
        return decision.made.revision

    def statement(self, id: str, *, gone: Iterable[int] = ()) -> StatementPast | None:  # noqa: A002 - the field's own name
        """The past of the statement; the data of the revisions `gone` is missing."""
        past: StatementPast | None = None
        for told, event in self.events:
            if told.subject == f"statements/{id}":
                left = None if told.revision in gone else event
                past = _after(past, told, left) if past else statement.begin(told, left)
        return past

    def directory(self, wanted: Event, id: str) -> Directory:  # noqa: A002 - the field's own name
        """The actor, and the owners of the spellings that the command names."""
        everyone = self.actors()
        owners = {spelling: one.id for one in everyone.values() for spelling in spellings(one)}
        named = {spelling_key(spelling) for spelling in spellings_of(wanted, id)}
        actor = everyone.get(spelling_key(id))
        if actor is not None:
            kept = {key: alias for key, alias in actor.aliases.items() if key in named}
            actor = structs.replace(actor, aliases=kept)
        return Directory(actor, {key: owners[key] for key in named & owners.keys()})

    def actors(self) -> dict[str, ActorPast]:
        """Every registered actor with all its aliases, by the key of its id."""
        found: dict[str, ActorPast] = {}
        for told, event in self.events:
            key = spelling_key(told.subject.partition("/")[2])
            match event:
                case ActorRegistered(id=id_, name=name, type=type_):
                    found[key] = ActorPast(id_, name, type_, event_ref(told))
                case ActorDescribed(name=name, type=type_):
                    found[key] = structs.replace(
                        found[key], name=name, type=type_, made=event_ref(told)
                    )
                case AliasAdded(alias=alias):
                    added = Alias(alias, event_ref(told))
                    aliases = {**found[key].aliases, spelling_key(alias): added}
                    found[key] = structs.replace(found[key], aliases=aliases)
                case AliasRemoved(alias=alias):
                    kept = {k: a for k, a in found[key].aliases.items() if k != spelling_key(alias)}
                    found[key] = structs.replace(found[key], aliases=kept)
                case _:
                    pass
        return found


def spellings(actor: ActorPast) -> set[str]:
    """The keys of every spelling that the actor owns."""
    return {spelling_key(actor.id), spelling_key(actor.name), *actor.aliases}


def _after(past: StatementPast, told: Header, event: Event | None) -> StatementPast:
    match event:
        case StatementCorrected(changes=changes) if past.current is not None:
            return structs.replace(past, current=merged(past.current, changes))
        case StatementRetracted():
            return structs.replace(past, retracted=told.revision)
        case StatementReinstated():
            return structs.replace(past, retracted=None)
        case StatementRedacted():
            return StatementPast(past.id, past.recorded, redacted=told.revision)
        case StatementRelated(relation=relation, target=target):
            return structs.replace(past, relations=past.relations | {(relation, target)})
        case StatementUnrelated(relation=relation, target=target):
            return structs.replace(past, relations=past.relations - {(relation, target)})
        case _:
            return past
