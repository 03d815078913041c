"""Questions about what an event touched: the statements, as they stood at its revision."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from events.statement import Said
from events.wording import spelling_key
from projections.reader import Reader
from projections.schema import KINDS
from projections.spelling_queries import keys_of_actor, owner_of

__all__ = ["Touched", "touched_at"]

_SHOWN = """
SELECT v.kind, c.shown FROM statements s
JOIN statement_versions v ON v.tl = s.tl AND v.st = s.st AND v.until > ?3 AND v.since <= ?3
JOIN contents c ON c.content = v.content
WHERE s.tl = ?1 AND s.id = ?2
"""


class Touched(NamedTuple):
    """The kinds and tags of the statements, and the keys of every spelling under which those
    whom they name were known then."""

    kinds: frozenset[str]
    tags: frozenset[str]
    names: frozenset[str]


class _Part(msgspec.Struct, frozen=True):
    """What is asked of what is shown of a statement."""

    said: Said
    about: tuple[str, ...]
    tags: tuple[str, ...]


_decoder = msgspec.json.Decoder(_Part)


def touched_at(reader: Reader, tl: int, ids: Iterable[str], revision: int) -> Touched:
    """What the statements of these ids were as of `revision`; one that is not there is nothing."""
    kinds: set[str] = set()
    tags: set[str] = set()
    names: set[str] = set()
    for id_ in ids:
        for kind, shown in reader.all(_SHOWN, (tl, id_, revision)):
            part = _decoder.decode(shown)
            kinds.add(KINDS[kind])
            tags.update(part.tags)
            spoken = (part.said.by, *(via.actor for via in part.said.via), *part.about)
            names.update(map(spelling_key, spoken))
    for key in [*names]:
        owner = owner_of(reader, tl, key, revision)
        if owner is not None:
            names.update(keys_of_actor(reader, tl, owner, revision))
    return Touched(frozenset(kinds), frozenset(tags), frozenset(names))
