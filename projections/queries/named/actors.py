"""Queries about actors: registered ones, and those that statements only mention.

Spellings that belong to no registered actor count as one actor if they have the same key. Such an
actor has the spelling that was recorded first as its id and name, and neither type nor aliases.
"""

from __future__ import annotations

from projections.answers.actor import Actor
from projections.queries.listing.terms_at import terms_at
from projections.queries.named.spellings import keys_of_actor, owner_of
from projections.queries.timelines import TimelineRef
from projections.storage.reader import Reader
from projections.storage.schema import ABOUT, BY, VIA

__all__ = ["list_actors"]


_CANDIDATES = """
SELECT key FROM actors WHERE tl = ?1 AND key > ?2 AND until > ?3 AND since <= ?3
UNION SELECT key FROM mentions WHERE tl = ?1 AND key > ?2 AND since <= ?3
ORDER BY key LIMIT ?4
"""

_REGISTERED = """
SELECT actor, id, name, type FROM actors WHERE tl = ? AND key = ? AND until > ? AND since <= ?
"""

_ALIASES = """
SELECT spelling FROM spellings
WHERE tl = ? AND actor = ? AND role = 'alias' AND until > ? AND since <= ? ORDER BY since
"""


def list_actors(
    reader: Reader, ref: TimelineRef, revision: int, *, limit: int = 50, after: str = ""
) -> tuple[list[Actor], str | None]:
    """Up to `limit` actors at `revision`, ordered by the key of their id, after the key `after`;
    and the key for the next page, or None on the last page."""
    shown: list[tuple[str, Actor]] = []
    keys = [after]
    while keys and len(shown) <= limit:
        rows = reader.all(_CANDIDATES, (ref.tl, keys[-1], revision, limit + 1))
        keys = [key for (key,) in rows]
        for key in keys:
            actor = _actor_at(reader, ref.tl, key, revision)
            if actor is not None:
                shown.append((key, actor))
    more = len(shown) > limit
    return [actor for _, actor in shown[:limit]], shown[limit - 1][0] if more else None


def _actor_at(reader: Reader, tl: int, key: str, revision: int) -> Actor | None:
    """The actor whose id has this key. None if the spelling belongs to an actor with another id, or
    no statement names it any more."""
    row = reader.one(_REGISTERED, (tl, key, revision, revision))
    if row is not None:
        actor, id_, name, type_ = row
        keys = keys_of_actor(reader, tl, actor, revision)
        aliases = [a for (a,) in reader.all(_ALIASES, (tl, actor, revision, revision))]
    elif owner_of(reader, tl, key, revision) is not None:
        return None
    else:
        keys, aliases, type_ = [key], [], None
        first = reader.one("SELECT spelling FROM mentions WHERE tl = ? AND key = ?", (tl, key))
        id_ = name = first[0] if first else key
    statements = _count(reader, tl, (BY,), keys, revision)
    mentions = _count(reader, tl, (VIA, ABOUT), keys, revision)
    if row is None and not statements and not mentions:
        return None
    return Actor(
        id=id_,
        name=name,
        type=type_,
        aliases=aliases,
        registered=row is not None,
        statements=statements,
        mentions=mentions,
    )


def _count(reader: Reader, tl: int, fields: tuple[int, ...], keys: list[str], revision: int) -> int:
    """How many statements have any of the keys in any of the fields."""
    terms = terms_at(tl, fields, revision, keys=keys)
    row = reader.one(f"SELECT count(DISTINCT st) FROM {terms.sql}", terms.values)  # noqa: S608 - our own names
    return int(row[0]) if row else 0
