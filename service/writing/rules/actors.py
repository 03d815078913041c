"""The rules of actors: in one timeline a spelling belongs to at most one actor.

Spellings are compared in NFC without case. A registered actor owns its id, its name and its
aliases. A name that is only mentioned in statements owns no spelling.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from events.errors import InvalidInput, SpellingTaken, Unknown
from events.event.envelope import actor_subject
from events.event.types import (
    ActorDescribed,
    ActorRegistered,
    ActorType,
    AliasAdded,
    AliasRemoved,
    Event,
)
from events.statement.wording import ACTOR_ID, spelling_key
from service.writing.rules.decision import AlreadyRecorded, Decision, EventRef, Record

__all__ = ["ActorPast", "Alias", "Directory", "decide", "spellings_of"]


class Alias(Struct, frozen=True):
    """An alias as it was written."""

    spelling: str
    made: EventRef


class ActorPast(Struct, frozen=True):
    """A registered actor, with `id` as it was first recorded. `aliases` are those that the command
    names, by key."""

    id: str
    name: str
    type: ActorType
    made: EventRef
    aliases: Mapping[str, Alias] = {}


class Directory(Struct, frozen=True):
    """What a command about an actor is decided on: the actor, if it is registered, and who owns
    each spelling that the command names: the actor's id, by the spelling's key."""

    actor: ActorPast | None = None
    owners: Mapping[str, str] = {}


def spellings_of(wanted: Event, id: str) -> list[str]:  # noqa: A002 - the API's own word for it
    """The spellings that the command names, as they are written."""
    match wanted:
        case ActorRegistered(name=name):
            return [id, name]
        case AliasAdded(alias=alias) | AliasRemoved(alias=alias):
            return [alias]
        case _:
            raise TypeError(f"{wanted.event_type} is not decided here")


def decide(directory: Directory, wanted: Event, id: str) -> Decision:  # noqa: A002 - the API's own word for it
    """Decide about `wanted` for the actor `id`, which may be written in any case. `directory` is
    about the spellings of `spellings_of`. An actor keeps an id that would be refused today. Raises
    SpellingTaken, Unknown and InvalidInput."""
    actor = directory.actor
    match wanted:
        case ActorRegistered():
            return _put(directory, actor, wanted)
        case AliasAdded(alias=alias):
            return _add(directory, _registered(actor, id), alias)
        case AliasRemoved(alias=alias):
            return _remove(_registered(actor, id), alias)
        case _:
            raise TypeError(f"{wanted.event_type} is not decided here")


def _put(directory: Directory, actor: ActorPast | None, wanted: ActorRegistered) -> Decision:
    if actor is None and not ACTOR_ID.admits(wanted.id):
        raise InvalidInput([ACTOR_ID.fault("", wanted.id)])
    for spelling in (wanted.id, wanted.name):
        _refuse_taken(directory, actor, spelling)
    if actor is None:
        return Record(wanted.id, actor_subject(wanted.id), wanted)
    if (actor.name, actor.type) == (wanted.name, wanted.type):
        return AlreadyRecorded(actor.id, actor.made)
    event = ActorDescribed(id=actor.id, name=wanted.name, type=wanted.type)
    return Record(actor.id, actor_subject(actor.id), event)


def _add(directory: Directory, actor: ActorPast, alias: str) -> Decision:
    _refuse_taken(directory, actor, alias)
    there = actor.aliases.get(spelling_key(alias))
    if there is not None:
        return AlreadyRecorded(actor.id, there.made)
    return Record(actor.id, actor_subject(actor.id), AliasAdded(alias=alias))


def _remove(actor: ActorPast, alias: str) -> Decision:
    there = actor.aliases.get(spelling_key(alias))
    if there is None:
        raise Unknown("alias", alias, f"Actor {actor.id!r} has no alias {alias!r}.")
    return Record(actor.id, actor_subject(actor.id), AliasRemoved(alias=there.spelling))


def _registered(actor: ActorPast | None, id: str) -> ActorPast:  # noqa: A002 - the API's own word for it
    if actor is None:
        raise Unknown("actor", id, f"No actor {id!r} is registered here. Register it first.")
    return actor


def _refuse_taken(directory: Directory, actor: ActorPast | None, spelling: str) -> None:
    owner = directory.owners.get(spelling_key(spelling))
    if owner is not None and (actor is None or owner != actor.id):
        raise SpellingTaken(f"{spelling!r} is a spelling of the actor {owner!r}.", owner)
