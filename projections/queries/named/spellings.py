"""Queries about spellings: which actor one belongs to, and the actor's other spellings."""

from __future__ import annotations

from collections.abc import Sequence

from events.statement.wording import spelling_key
from projections.storage.reader import Reader

__all__ = ["keys_of_actor", "keys_of_spellings", "owner_of"]


def owner_of(reader: Reader, tl: int, key: str, revision: int) -> int | None:
    """The actor that owns the spelling with this key at `revision`, or None."""
    row = reader.one(
        "SELECT actor FROM spellings WHERE tl = ? AND key = ? AND until > ? AND since <= ? LIMIT 1",
        (tl, key, revision, revision),
    )
    return row[0] if row else None


def keys_of_actor(reader: Reader, tl: int, actor: int, revision: int) -> list[str]:
    """The keys of all spellings of the actor at `revision`."""
    rows = reader.all(
        "SELECT DISTINCT key FROM spellings WHERE tl = ? AND actor = ? AND until > ? AND since <= ?"
        " ORDER BY key",
        (tl, actor, revision, revision),
    )
    return [key for (key,) in rows]


def keys_of_spellings(
    reader: Reader, tl: int, spellings: Sequence[str], revision: int
) -> list[str]:
    """The keys of all spellings, at `revision`, of the actors that these spellings belong to. A
    spelling without an owner stands for itself."""
    keys: dict[str, None] = {}
    for spelling in spellings:
        key = spelling_key(spelling)
        owner = owner_of(reader, tl, key, revision)
        keys[key] = None
        if owner is not None:
            keys.update(dict.fromkeys(keys_of_actor(reader, tl, owner, revision)))
    return list(keys)
