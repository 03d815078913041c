"""Questions about spellings: who is meant by one, and under which others to look for it."""

from __future__ import annotations

from collections.abc import Sequence

from events.wording import spelling_key
from projections.reader import Reader

__all__ = ["keys_of_actor", "keys_of_spellings", "owner_of"]


def owner_of(reader: Reader, tl: int, key: str, revision: int) -> int | None:
    """The actor to whom the spelling of this key belongs at `revision`; None: nobody."""
    row = reader.one(
        "SELECT actor FROM spellings WHERE tl = ? AND key = ? AND until > ? AND since <= ? LIMIT 1",
        (tl, key, revision, revision),
    )
    return row[0] if row else None


def keys_of_actor(reader: Reader, tl: int, actor: int, revision: int) -> list[str]:
    """The keys of every spelling that is the actor's at `revision`."""
    rows = reader.all(
        "SELECT DISTINCT key FROM spellings WHERE tl = ? AND actor = ? AND until > ? AND since <= ?"
        " ORDER BY key",
        (tl, actor, revision, revision),
    )
    return [key for (key,) in rows]


def keys_of_spellings(
    reader: Reader, tl: int, spellings: Sequence[str], revision: int
) -> list[str]:
    """The keys under which statements name whoever these spellings mean at `revision`: all of
    an actor's, or the spelling's own where it is nobody's."""
    keys: dict[str, None] = {}
    for spelling in spellings:
        key = spelling_key(spelling)
        owner = owner_of(reader, tl, key, revision)
        keys[key] = None
        if owner is not None:
            keys.update(dict.fromkeys(keys_of_actor(reader, tl, owner, revision)))
    return list(keys)
