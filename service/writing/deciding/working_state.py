"""The state on which commands are decided: what was found of the things that they name, and then
what each decision changed, so that each command is decided on the changes of those before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from msgspec import structs

from events.event.envelope import Subject, statement_subject, subject_id
from events.event.types import (
    ActorDescribed,
    ActorRegistered,
    AliasAdded,
    AliasRemoved,
    Event,
    StatementCorrected,
    StatementRecorded,
    StatementRedacted,
    StatementReinstated,
    StatementRelated,
    StatementRetracted,
    StatementUnrelated,
    TimelineDescribed,
    TimelineOpened,
)
from events.statement.correction import merged
from events.statement.statement import Statement
from events.statement.wording import spelling_key
from projections.queries.states import HeldSpelling, Triple
from service.writing.rules.actors import ActorPast, Alias, Directory, spellings_of
from service.writing.rules.decision import EventRef, Record
from service.writing.rules.statement import Pair, StatementPast
from service.writing.rules.timeline import TimelinePast

__all__ = ["FoundState", "OwnRelations", "WorkingState"]

OwnRelations = frozenset[Pair]
"""All relations that a statement has to others."""


class FoundState(NamedTuple):
    """What was found before the first decision. `head` is the timeline's revision then, 0 if it is
    not open; `expected` are the revisions of the subjects that were read.

    `statements` lack `current` unless a command needs it, and `first` unless one records the
    statement; `made` says which events gave them their present content. `actors` are by the keys of
    their ids; `spellings` are those that the commands name. `sources` are named by statements that
    no command changes. `own` has the revisions of all events about the statements to be redacted.
    `whole` has all own relations of those statements for which all are known; `relations` has those
    relations of other statements that the commands name.
    """

    head: int
    expected: Mapping[Subject, int]
    timeline: TimelinePast | None = None
    statements: Mapping[str, StatementPast] = {}
    made: Mapping[str, EventRef] = {}
    relations: Collection[Triple] = ()
    actors: Mapping[str, ActorPast] = {}
    spellings: Iterable[HeldSpelling] = ()
    sources: Collection[str] = ()
    own: Mapping[str, tuple[int, ...]] = {}
    whole: Mapping[str, OwnRelations] = {}


class WorkingState:
    """What was found, with the changes of the decisions so far. `is_open` says whether the timeline
    is open."""

    def __init__(self, found: FoundState) -> None:
        self.is_open = found.head > 0
        self.timeline = found.timeline
        self._statements = dict(found.statements)
        self._made = dict(found.made)
        self._unmerged: dict[str, list[StatementCorrected]] = {}
        self._relations = set(found.relations)
        self._whole = dict(found.whole)
        self._actors = dict(found.actors)
        self._roles: dict[str, dict[str, str]] = {}
        for held in found.spellings:
            self._roles.setdefault(held.key, {})[held.role] = held.actor
        self._sources = found.sources
        self._naming: Counter[str] = Counter()
        for past in found.statements.values():
            self._count(past.current, 1)
        self._own = dict(found.own)
        self.reads_head = False
        """Whether the decisions are valid only if no other event is recorded before them."""

    def statement(self, id: str) -> StatementPast | None:  # noqa: A002 - the field's own name
        """The statement's past; None if it was never recorded."""
        past = self._statements.get(id)
        for event in self._unmerged.pop(id, ()):
            if past is not None and past.current is not None:
                past = structs.replace(past, current=merged(past.current, event.changes))
        if past is not None:
            self._statements[id] = past
        return past

    def made(self, id: str) -> EventRef:  # noqa: A002 - as above
        """The event that gave the statement its present content."""
        return self._made.get(id, EventRef(0, ""))

    def stands(self, source: str, relation: str, target: str) -> bool:
        """Whether the statement `source` has that relation to `target`."""
        own = self._whole.get(source)
        if own is not None:
            return (relation, target) in own
        return (source, relation, target) in self._relations

    def own_relations(self, id: str) -> OwnRelations | None:  # noqa: A002 - as above
        """All relations of the statement to others; None if not all are known."""
        return self._whole.get(id)

    def directory(self, wanted: Event, id: str) -> Directory:  # noqa: A002 - as above
        """The actor, and the owners of the spellings that the command names."""
        keys = [spelling_key(spelling) for spelling in spellings_of(wanted, id)]
        owners = {
            key: next(iter(self._roles[key].values())) for key in keys if self._roles.get(key)
        }
        return Directory(self._actors.get(spelling_key(id)), owners)

    def is_named(self, source: str) -> bool:
        """Whether a statement names the source."""
        return source in self._sources or self._naming[source] > 0

    def own(self, id: str) -> tuple[int, ...]:  # noqa: A002 - as above
        """The revisions of the events about a statement that is to be redacted."""
        return self._own.get(id, ())

    def apply(self, decision: Record, made: EventRef) -> None:
        """Apply a decision: the event `made`, with the revision that it will have, carries it
        out."""
        event, id_ = decision.event, decision.id
        if id_ in self._own and decision.subject == statement_subject(id_):
            self._own[id_] = (*self._own[id_], made.revision)
            self.reads_head |= not isinstance(event, StatementRedacted)
        match event:
            case TimelineOpened() | TimelineDescribed():
                self.is_open, self.timeline = True, TimelinePast(event, made)
            case StatementRelated(relation=relation, target=target):
                self._relations.add((id_, relation, target))
                if id_ in self._whole:
                    self._whole[id_] |= {(relation, target)}
            case StatementUnrelated(relation=relation, target=target):
                self._relations.discard((id_, relation, target))
                if id_ in self._whole:
                    self._whole[id_] -= {(relation, target)}
            case ActorRegistered() | ActorDescribed() | AliasAdded() | AliasRemoved():
                self._apply_to_actor(subject_id(decision.subject), event, made)
            case _:
                self._apply_to_statement(id_, event, made)

    def _apply_to_statement(self, id_: str, event: Event, made: EventRef) -> None:
        past = self._statements.get(id_)
        match event:
            case StatementRecorded(statement=statement):
                past, self._made[id_] = StatementPast(id_, made, statement, statement), made
                self._whole[id_] = frozenset()
                self._count(statement, 1)
            case StatementCorrected() if past is not None:
                self._unmerged.setdefault(id_, []).append(event)
                self._made[id_] = made
                if "sources" in event.changes:
                    self._count(past.current, -1)
                    past = self.statement(id_)
                    self._count(past.current if past else None, 1)
            case StatementRetracted() if past is not None:
                past = structs.replace(past, retracted=made.revision)
            case StatementReinstated() if past is not None:
                past = structs.replace(past, retracted=None)
            case StatementRedacted() if past is not None:
                whole = self.statement(id_)
                self._count(whole.current if whole else None, -1)
                past = StatementPast(id_, past.recorded, redacted=made.revision)
                self._drop_relations(id_)
        if past is not None:
            self._statements[id_] = past

    def _drop_relations(self, id_: str) -> None:
        """Drop the relations of a redacted statement, in both directions."""
        self._relations -= {each for each in self._relations if id_ in (each[0], each[2])}
        self._whole.pop(id_, None)
        for source, own in self._whole.items():
            self._whole[source] = own - {pair for pair in own if pair[1] == id_}

    def _apply_to_actor(self, id_: str, event: Event, made: EventRef) -> None:
        key = spelling_key(id_)
        actor = self._actors.get(key)
        match event:
            case ActorRegistered(id=spelled, name=name, type=type_):
                actor = ActorPast(spelled, name, type_, made)
                self._claim("id", spelled, spelled)
                self._claim("name", name, spelled)
            case ActorDescribed(name=name, type=type_) if actor is not None:
                if name != actor.name:
                    self._free("name", actor.name)
                    self._claim("name", name, actor.id)
                actor = structs.replace(actor, name=name, type=type_, made=made)
            case AliasAdded(alias=alias) if actor is not None:
                aliases = {**actor.aliases, spelling_key(alias): Alias(alias, made)}
                actor = structs.replace(actor, aliases=aliases)
                self._claim("alias", alias, actor.id)
            case AliasRemoved(alias=alias) if actor is not None:
                taken = spelling_key(alias)
                kept = {k: each for k, each in actor.aliases.items() if k != taken}
                actor = structs.replace(actor, aliases=kept)
                self._free("alias", alias)
        if actor is not None:
            self._actors[key] = actor

    def _claim(self, role: str, spelling: str, actor: str) -> None:
        self._roles.setdefault(spelling_key(spelling), {})[role] = actor

    def _free(self, role: str, spelling: str) -> None:
        self._roles.get(spelling_key(spelling), {}).pop(role, None)

    def _count(self, statement: Statement | None, by: int) -> None:
        """Add `by` to the counts of the sources that the statement names."""
        if statement is not None:
            for source in {source.id for source in statement.sources}:
                self._naming[source] += by
