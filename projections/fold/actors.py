"""Actors and their spellings: who is registered, and to whom each spelling belongs."""

from __future__ import annotations

from collections.abc import Sequence

from events.event.types import ActorDescribed, ActorRegistered, AliasAdded, AliasRemoved
from events.statement.wording import spelling_key
from projections.fold.changes import Changes
from projections.fold.relations import regroup_speakers
from projections.storage.schema import sql

__all__ = ["add_alias", "describe", "register", "remove_alias"]

_ADD = sql("""
INSERT INTO actors (tl, key, until, since, actor, id, name, type)
VALUES (?, ?, {STILL}, ?, ?, ?, ?, ?)
""")
_FIND = sql("SELECT actor, id, name FROM actors WHERE tl = ? AND key = ? AND until = {STILL}")
_CLOSE = sql("UPDATE actors SET until = ? WHERE tl = ? AND key = ? AND until = {STILL}")
_ADD_SPELLING = sql("""
INSERT INTO spellings (tl, key, until, role, since, actor, spelling)
VALUES (?, ?, {STILL}, ?, ?, ?, ?)
""")
_CLOSE_SPELLING = sql("""
UPDATE spellings SET until = ? WHERE tl = ? AND key = ? AND until = {STILL} AND role = ?
""")
_HELD = sql("SELECT actor, role FROM spellings WHERE tl = ? AND key = ? AND until = {STILL}")


def register(changes: Changes, event: ActorRegistered) -> None:
    """Register a new actor, which owns its id and its name."""
    actor, key = changes.revision, spelling_key(event.id)
    keys = _keys(event.id, event.name)
    before = _owners(changes, keys)
    row = (changes.tl, key, changes.revision, actor, event.id, event.name, event.type)
    changes.rows.add(_ADD, row)
    _claim(changes, actor, "id", event.id)
    _claim(changes, actor, "name", event.name)
    _regroup(changes, before)


def describe(changes: Changes, event: ActorDescribed) -> None:
    """Change the actor's name or type; the old name becomes free, unless it is the id or an
    alias."""
    actor, id_, name = _registered(changes, event.id)
    before = _owners(changes, _keys(name, event.name))
    key = spelling_key(id_)
    changes.rows.change(_CLOSE, (changes.revision, changes.tl, key))
    row = (changes.tl, key, changes.revision, actor, id_, event.name, event.type)
    changes.rows.add(_ADD, row)
    if event.name != name:
        _free(changes, "name", name)
        _claim(changes, actor, "name", event.name)
    _regroup(changes, before)


def add_alias(changes: Changes, id: str, event: AliasAdded) -> None:  # noqa: A002 - the field's own name
    """Give the actor another spelling."""
    actor, _, _ = _registered(changes, id)
    before = _owners(changes, _keys(event.alias))
    _claim(changes, actor, "alias", event.alias)
    _regroup(changes, before)


def remove_alias(changes: Changes, id: str, event: AliasRemoved) -> None:  # noqa: A002 - the field's own name
    """Free the spelling, unless it is the actor's id or name too."""
    actor, _, _ = _registered(changes, id)
    before = _owners(changes, _keys(event.alias))
    if (actor, "alias") not in _held(changes, spelling_key(event.alias)):
        raise LookupError(f"there is no alias {event.alias!r} of {id!r} before it")
    _free(changes, "alias", event.alias)
    _regroup(changes, before)


def _registered(changes: Changes, id: str) -> tuple[int, str, str]:  # noqa: A002 - the field's own name
    row = changes.rows.one(_FIND, (changes.tl, spelling_key(id)))
    if row is None:
        raise LookupError(f"there is no actor {id!r} before it")
    actor, id_, name = row
    return actor, id_, name


def _claim(changes: Changes, actor: int, role: str, spelling: str) -> None:
    key = spelling_key(spelling)
    if any(other != actor for other, _ in _held(changes, key)):
        raise ValueError(f"{spelling!r} is another actor's spelling")
    row = (changes.tl, key, role, changes.revision, actor, spelling)
    changes.rows.add(_ADD_SPELLING, row)


def _free(changes: Changes, role: str, spelling: str) -> None:
    values = (changes.revision, changes.tl, spelling_key(spelling), role)
    changes.rows.change(_CLOSE_SPELLING, values)


def _regroup(changes: Changes, before: dict[str, int | None]) -> None:
    changes.current.forget_owners()
    after = _owners(changes, list(before))
    regroup_speakers(changes, [key for key in before if before[key] != after[key]])
    changes.write()


def _owners(changes: Changes, keys: Sequence[str]) -> dict[str, int | None]:
    owners: dict[str, int | None] = {}
    for key in keys:
        held = _held(changes, key)
        owners[key] = held[0][0] if held else None
    return owners


def _held(changes: Changes, key: str) -> list[tuple[int, str]]:
    return [(actor, role) for actor, role in changes.rows.all(_HELD, (changes.tl, key))]


def _keys(*spellings: str) -> list[str]:
    return list(dict.fromkeys(spelling_key(spelling) for spelling in spellings))
