"""The rules of actors: in one timeline a spelling belongs to at most one of them.

Spellings are compared in NFC without case. A registered actor owns its id, its name and its
aliases; what statements merely mention owns nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct, structs

from events.envelope import Header, actor_subject, subject_id
from events.errors import SpellingTaken, Unknown
from events.types import (
    ActorDescribed,
    ActorRegistered,
    ActorType,
    AliasAdded,
    AliasRemoved,
    Event,
)
from events.wording import spelling_key
from service.decide.decision import Decision, Made, Record, Same, made_by

__all__ = ["Actor", "Alias", "Directory", "decide", "evolve"]


class Alias(Struct, frozen=True):
    """An alias as it was written."""

    spelling: str
    made: Made


class Actor(Struct, frozen=True):
    """A registered actor; `id` as it was first recorded, `aliases` by their keys."""

    id: str
    name: str
    type: ActorType
    made: Made
    aliases: Mapping[str, Alias] = {}

    def spellings(self) -> set[str]:
        """The keys of every spelling that it owns."""
        return {spelling_key(self.id), spelling_key(self.name), *self.aliases}


class Directory(Struct, frozen=True):
    """The actors of a timeline by the key of their id, and who owns each spelling."""

    actors: Mapping[str, Actor] = {}
    owners: Mapping[str, Actor] = {}


def evolve(past: Directory, events: Iterable[tuple[Header, Event | None]]) -> Directory:
    """The directory after those events. Copies it once, so that many events cost little."""
    actors, owners = dict(past.actors), dict(past.owners)
    for header, event in events:
        key = spelling_key(subject_id(header.subject))
        before = actors.get(key)
        after = _evolve(before, header, event)
        if after is None or after is before:
            continue
        for spelling in before.spellings() if before else ():
            del owners[spelling]
        owners.update(dict.fromkeys(after.spellings(), after))
        actors[key] = after
    return Directory(actors, owners)


def _evolve(past: Actor | None, header: Header, event: Event | None) -> Actor | None:
    match event:
        case ActorRegistered(id=id, name=name, type=type):
            return Actor(id, name, type, made_by(header))
        case ActorDescribed(name=name, type=type) if past:
            return structs.replace(past, name=name, type=type, made=made_by(header))
        case AliasAdded(alias=alias) if past:
            added = {spelling_key(alias): Alias(alias, made_by(header))}
            return structs.replace(past, aliases={**past.aliases, **added})
        case AliasRemoved(alias=alias) if past:
            gone = spelling_key(alias)
            kept = {key: kept for key, kept in past.aliases.items() if key != gone}
            return structs.replace(past, aliases=kept)
        case _:
            return past


def decide(directory: Directory, wanted: Event, id: str) -> Decision:  # noqa: A002 - the API's own word for it
    """Let `wanted` happen to the actor `id`, any case of which names it. Raises SpellingTaken
    and Unknown."""
    actor = directory.actors.get(spelling_key(id))
    match wanted:
        case ActorRegistered():
            return _put(directory, actor, wanted)
        case AliasAdded(alias=alias):
            return _add(directory, _registered(actor, id), alias)
        case AliasRemoved(alias=alias):
            return _remove(_registered(actor, id), alias)
        case _:
            raise TypeError(f"{wanted.event_type} is not decided here")


def _put(directory: Directory, actor: Actor | None, wanted: ActorRegistered) -> Decision:
    for spelling in (wanted.id, wanted.name):
        _refuse_taken(directory, actor, spelling)
    if actor is None:
        return Record(wanted.id, actor_subject(wanted.id), wanted)
    if (actor.name, actor.type) == (wanted.name, wanted.type):
        return Same(actor.id, actor.made)
    event = ActorDescribed(id=actor.id, name=wanted.name, type=wanted.type)
    return Record(actor.id, actor_subject(actor.id), event)


def _add(directory: Directory, actor: Actor, alias: str) -> Decision:
    _refuse_taken(directory, actor, alias)
    there = actor.aliases.get(spelling_key(alias))
    if there is not None:
        return Same(actor.id, there.made)
    return Record(actor.id, actor_subject(actor.id), AliasAdded(alias=alias))


def _remove(actor: Actor, alias: str) -> Decision:
    there = actor.aliases.get(spelling_key(alias))
    if there is None:
        raise Unknown("alias", alias, f"Actor {actor.id!r} has no alias {alias!r}.")
    return Record(actor.id, actor_subject(actor.id), AliasRemoved(alias=there.spelling))


def _registered(actor: Actor | None, id: str) -> Actor:  # noqa: A002 - the API's own word for it
    if actor is None:
        raise Unknown("actor", id, f"No actor {id!r} is registered here. Register it first.")
    return actor


def _refuse_taken(directory: Directory, actor: Actor | None, spelling: str) -> None:
    owner = directory.owners.get(spelling_key(spelling))
    if owner is not None and (actor is None or owner.id != actor.id):
        raise SpellingTaken(f"{spelling!r} is a spelling of the actor {owner.id!r}.", owner.id)
